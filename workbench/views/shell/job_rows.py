"""Rows of the Jobs panel: an active run, other work, and a run that finished today."""

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from workbench.core.run import RunStatus
from workbench.core.wording import format_duration
from workbench.viewmodels.states import ActivityRow, JobRow
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.progress import MovingBar
from workbench.views.kit.restyle import set_style_property
from workbench.views.kit.status_chip import StatusIcon
from workbench.views.theme.theme import theme


class _Row(QFrame):
    """A row that can be pressed to show its run.

    Signals:
        opened: Id of the run.
        menu_requested: ``(id of the run, place on the screen)``.
    """

    opened = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id
        self.setProperty("job", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for the hover colour."""
        super().enterEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the run."""
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit(self.run_id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, also with Shift+F10."""
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            place = self.mapToGlobal(self.rect().bottomLeft())
        self.menu_requested.emit(self.run_id, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the run with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.run_id)
            return
        super().keyPressEvent(event)


class ActiveJob(_Row):
    """An active run with its arguments, progress, and Cancel.

    Signals:
        canceled: Id of the run.
    """

    canceled = Signal(str)

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self._icon = StatusIcon(16)
        self._title = ElidedLabel("", "strong")
        self._project = ElidedLabel("", "secondary", "text_3")
        self.cancel = Button("Cancel", small=True)
        self.cancel.setObjectName("cancelJob")
        self.cancel.clicked.connect(lambda: self.canceled.emit(self.run_id))
        self._arguments = ElidedLabel("", "mono", "text_2", Qt.TextElideMode.ElideMiddle)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._left = ElidedLabel("", "secondary", "text_3")
        self._right = Label("", "secondary", "text_3")
        _lay_out(
            self,
            (self._icon, self._title, self._project, self.cancel),
            (self._arguments, self._bar),
            (self._left, self._right),
        )

    def update_row(self, row: JobRow, now: datetime | None, *, canceling: bool) -> None:
        """Show the present facts."""
        run = row.run
        name = f"#{run.number} {run.script_name}"
        self._icon.render_status(run.status)
        self._title.setText(name)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self.cancel.setAccessibleName(f"Cancel {name}")
        self.cancel.set_disabled_reason("This run is being canceled" if canceling else "")
        self._arguments.setText(run.arguments_text)
        self._arguments.setVisible(bool(run.arguments_text))
        fraction = row.progress.fraction if row.progress else None
        self._bar.setVisible(fraction is not None)
        self._bar.setAccessibleName(f"Progress of {name}")
        if fraction is not None:
            self._bar.setValue(round(fraction * 1000))
        words = "Canceling" if canceling else run.status.label
        if row.progress is not None and row.progress.detail and not canceling:
            words = f"{row.progress.title}, {row.progress.detail}"
        self._left.setText(words)
        duration = run.duration(now) if now is not None else None
        waits = run.status in (RunStatus.PREPARING, RunStatus.QUEUED) or duration is None
        target = run.request.target
        self._right.setText(target if waits else f"{format_duration(duration)} on {target}")
        self.setAccessibleName(f"Run {name}, {words}")


class ActivityJob(QFrame):
    """Work that is no run: what it does now, how long it takes, and Cancel.

    Signals:
        canceled: Id of the work.
    """

    canceled = Signal(str)

    def __init__(self, identity: str) -> None:
        super().__init__()
        self.setProperty("job", True)
        self._icon = StatusIcon(16)
        self._icon.render_status(RunStatus.RUNNING)
        self._title = ElidedLabel("", "strong")
        self._project = ElidedLabel("", "secondary", "text_3")
        self.cancel = Button("Cancel", small=True)
        self.cancel.setObjectName("cancelJob")
        self.cancel.clicked.connect(lambda: self.canceled.emit(identity))
        self._moving = MovingBar()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._detail = ElidedLabel("", "secondary", "text_3")
        self._time = Label("", "secondary", "text_3")
        _lay_out(
            self,
            (self._icon, self._title, self._project, self.cancel),
            (self._moving, self._bar),
            (self._detail, self._time),
        )

    def update_row(self, row: ActivityRow, now: datetime | None) -> None:
        """Show the present facts."""
        title, detail = row.progress.title, row.progress.detail
        self._title.setText(title)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self.cancel.setAccessibleName(f"Cancel {title}")
        self.cancel.set_disabled_reason("This is being canceled" if row.canceling else "")
        fraction = row.progress.fraction
        self._bar.setVisible(fraction is not None)
        self._bar.setAccessibleName(f"Progress of {title}")
        self._moving.setVisible(fraction is None)
        self._bar.setValue(round((fraction or 0) * 1000))
        self._detail.setText("Canceling" if row.canceling else detail)
        seconds = (now - row.started).total_seconds() if now is not None else 0
        self._time.setText(format_duration(max(seconds, 0)))
        self.setAccessibleName(f"{title}, {self._detail.text()}")


class FinishedJob(_Row):
    """A run that ended today: status, name, time."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self._icon = StatusIcon(16)
        self._title = ElidedLabel("", "body")
        self._project = ElidedLabel("", "secondary", "text_3")
        self._time = Label("", "secondary", "text_3")
        px = theme().px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), 0, px(16), 0)
        layout.setSpacing(px(8))
        layout.addWidget(self._icon)
        layout.addWidget(self._title)
        layout.addWidget(self._project, 1)
        layout.addStretch(0)
        layout.addWidget(self._time)
        self.setFixedHeight(px(32))

    def update_row(self, row: JobRow) -> None:
        """Show the present facts."""
        run = row.run
        name = f"#{run.number} {run.script_name}"
        self._icon.render_status(run.status)
        self._title.setText(name)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self._time.setText(f"{run.ended.astimezone():%H:%M}" if run.ended else "")
        self.setAccessibleName(f"Run {name}, {run.status.label}")
        set_style_property(self, "job", True)


class SectionTitle(QWidget):
    """The heading of a section with its number of rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        px = theme().px
        self._count = Label("", "axis", "text_3")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), 0, px(16), 0)
        layout.setSpacing(px(8))
        layout.addWidget(Label(text, "secondary", "text_2"))
        layout.addWidget(self._count)
        layout.addStretch(1)
        self.setFixedHeight(px(32))

    def set_count(self, count: int) -> None:
        """Show the number; hide the section without any."""
        self._count.setText(str(count))
        self.setVisible(count > 0)


def _lay_out(
    job: QWidget,
    head: tuple[QWidget, QWidget, QWidget, QWidget],
    body: tuple[QWidget, ...],
    foot: tuple[QWidget, QWidget],
) -> None:
    """Place what a job shows while it goes on.

    Args:
        job: The job.
        head: Icon, title, project and Cancel, beside each other.
        body: What is below the title, one below the other.
        foot: What it does now, and how long it takes.
    """
    px = theme().px
    icon, title, project, cancel = head
    top = QHBoxLayout()
    top.setSpacing(px(8))
    top.addWidget(icon)
    top.addWidget(title)
    top.addWidget(project, 1)
    top.addStretch(0)
    top.addWidget(cancel)
    bottom = QHBoxLayout()
    bottom.setSpacing(px(8))
    bottom.addWidget(foot[0], 1)
    bottom.addWidget(foot[1])
    middle = QVBoxLayout()
    middle.setContentsMargins(px(24), 0, 0, 0)
    middle.setSpacing(px(4))
    for part in body:
        middle.addWidget(part)
    middle.addLayout(bottom)
    layout = QVBoxLayout(job)
    layout.setContentsMargins(px(16), px(12), px(12), px(12))
    layout.setSpacing(px(2))
    layout.addLayout(top)
    layout.addLayout(middle)
