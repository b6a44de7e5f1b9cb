"""The Jobs panel: what runs, what waits, and what finished today, in all projects."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from workbench.core.run import RunStatus
from workbench.viewmodels.states import JobRow, JobsState
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import Label
from workbench.views.kit.panel import Panel
from workbench.views.shell.job_rows import ActiveJob, ActivityJob, FinishedJob, SectionTitle
from workbench.views.theme.theme import theme


class JobsPanel(Panel):
    """Shows a :class:`JobsState`.

    Signals:
        cancel_requested: Id of a run.
        activity_canceled: Id of work that is no run.
        run_opened: ``(project id, run id)`` of a run to show.
        closed: The user wants the panel away.
    """

    cancel_requested = Signal(str)
    activity_canceled = Signal(str)
    run_opened = Signal(str, str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("sunken", "left")
        self.setObjectName("jobsList")
        self.setAccessibleName("Jobs")
        self._projects: dict[str, str] = {}
        self._active: dict[str, ActiveJob] = {}
        self._finished: dict[str, FinishedJob] = {}
        self._activities: dict[str, ActivityJob] = {}
        self._titles = {
            name: SectionTitle(name) for name in ("Running", "Queued", "Finished today")
        }
        self.empty = EmptyState(
            "list-checks", "Nothing is running", "Runs that you start appear here."
        )
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._build()
        self.render(JobsState())

    def render(self, state: JobsState) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``state``; rows of runs that are still there are kept."""
        rows = (*state.active, *state.finished)
        self._projects = {row.run.id: row.run.project_id for row in rows}
        queued = [row for row in state.active if row.run.status is RunStatus.QUEUED]
        running = [row for row in state.active if row.run.status is not RunStatus.QUEUED]
        self._drop(self._active, {row.run.id for row in state.active})
        self._drop(self._finished, {row.run.id for row in state.finished})
        self._drop(self._activities, {row.id for row in state.activities})
        for activity in state.activities:
            self._activity_row(activity.id).update_row(activity, state.now)
        for row in state.active:
            canceling = row.run.id in state.canceling
            self._active_row(row.run.id).update_row(row, state.now, canceling=canceling)
        for row in state.finished:
            self._finished_row(row.run.id).update_row(row)
        self._arrange(running, queued, state.finished)
        self.empty.setVisible(not rows and not state.activities)

    def cancel_button(self, run_id: str) -> QWidget:
        """Return the Cancel button of an active run or of other work."""
        row = self._active.get(run_id) or self._activities[run_id]
        return row.cancel

    def focus_first(self) -> None:
        """Put the focus on the first row, or on the close button without rows."""
        rows: list[QWidget] = [*self._active.values(), *self._finished.values(), self.close_button]
        rows[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _arrange(
        self, running: Sequence[JobRow], queued: Sequence[JobRow], finished: Sequence[JobRow]
    ) -> None:
        wanted: list[QWidget] = []
        for name, rows in (("Running", running), ("Queued", queued), ("Finished today", finished)):
            others = list(self._activities.values()) if name == "Running" else []
            self._titles[name].set_count(len(rows) + len(others))
            wanted += [self._titles[name], *others]
            wanted += [
                self._active.get(row.run.id) or self._finished[row.run.id]
                for row in rows
                if row.run.id in self._active or row.run.id in self._finished
            ]
        for index, widget in enumerate(wanted):
            if self._list.indexOf(widget) != index:
                self._list.removeWidget(widget)
                self._list.insertWidget(index, widget)

    def _active_row(self, run_id: str) -> ActiveJob:
        if run_id not in self._active:
            row = ActiveJob(run_id)
            self._list.addWidget(row)
            row.canceled.connect(self.cancel_requested)
            row.menu_requested.connect(self._open_menu)
            row.opened.connect(self._open)
            self._active[run_id] = row
        return self._active[run_id]

    def _activity_row(self, identity: str) -> ActivityJob:
        if identity not in self._activities:
            row = ActivityJob(identity)
            self._list.addWidget(row)
            row.canceled.connect(self.activity_canceled)
            self._activities[identity] = row
        return self._activities[identity]

    def _finished_row(self, run_id: str) -> FinishedJob:
        if run_id not in self._finished:
            row = FinishedJob(run_id)
            self._list.addWidget(row)
            row.menu_requested.connect(self._open_menu)
            row.opened.connect(self._open)
            self._finished[run_id] = row
        return self._finished[run_id]

    def _drop(
        self,
        rows: dict[str, ActiveJob] | dict[str, FinishedJob] | dict[str, ActivityJob],
        keep: Iterable[str],
    ) -> None:
        for run_id in set(rows) - set(keep):
            row = rows.pop(run_id)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()

    def _open_menu(self, run_id: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("jobContextMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        show = menu.addAction(theme().icon("arrow-right"), "Show run")
        show.triggered.connect(lambda: self._open(run_id))
        active = self._active.get(run_id)
        if active is not None:
            cancel = menu.addAction(theme().icon("square"), "Cancel")
            cancel.setEnabled(active.cancel.isEnabled())
            cancel.triggered.connect(lambda: self.cancel_requested.emit(run_id))
        menu.popup(place)

    def _open(self, run_id: str) -> None:
        self.run_opened.emit(self._projects.get(run_id, ""), run_id)

    def _build(self) -> None:
        px = theme().px
        head = QWidget()
        head.setFixedHeight(px(56))
        line = QHBoxLayout(head)
        line.setContentsMargins(px(16), 0, px(12), 0)
        line.addWidget(Label("Jobs", "section"))
        line.addStretch(1)
        self.close_button = IconButton("x", "Close Jobs panel", small=True)
        self.close_button.setObjectName("closeJobs")
        self.close_button.clicked.connect(self.closed)
        line.addWidget(self.close_button)
        inner = Panel("sunken")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for title in self._titles.values():
            self._list.addWidget(title)
        column.addLayout(self._list)
        column.addWidget(self.empty, 1)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(area, 1)
