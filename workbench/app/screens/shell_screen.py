"""What surrounds the pages: status bar, Jobs panel, notifications, toasts, palette."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.app.screens.cancel_question import cancel_run
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_controller import RunController
from workbench.controllers.status_controller import StatusController
from workbench.core.history_sync import SyncStatus
from workbench.core.progress import Progress
from workbench.core.run import Run, RunStatus, UserRepository
from workbench.core.wording import count
from workbench.viewmodels.states import (
    ActivityRow,
    JobRow,
    JobsState,
    Notification,
    PaletteItem,
    StatusState,
)
from workbench.viewmodels.sync_words import sync_icon, sync_label, sync_sentence
from workbench.views.main_window import MainWindow

_MOST_NOTIFICATIONS = 50
_MOST_PALETTE_RUNS = 500


class ShellScreen(QObject):
    """Keeps the window's frame current.

    Signals:
        activity_canceled: The user wants the work that is no run to stop.
        run_asked: ``(project id, run id)`` to show.
    """

    activity_canceled = Signal()
    run_asked = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        projects: ProjectController,
        runs: RunController,
        status: StatusController,
    ) -> None:
        super().__init__()
        self._window = window
        self._projects = projects
        self._runs = runs
        self._status = StatusState()
        self._sync: SyncStatus | None = None
        self._progress: dict[str, Progress] = {}
        self._activities: tuple[ActivityRow, ...] = ()
        self._canceling: frozenset[str] = frozenset()
        self._actions: dict[str, Callable[[], None]] = {}
        self._keys: dict[str, str] = {}
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.show_jobs)
        self._connect(status)

    def _connect(self, status: StatusController) -> None:
        bar, panel = self._window.status_bar, self._window.jobs_panel
        status.changed.connect(self._on_repository)
        bar.activity_canceled.connect(self.activity_canceled)
        bar.notification_chosen.connect(self._on_notification)
        bar.notifications_opened.connect(self._on_notifications_read)
        bar.notifications_cleared.connect(lambda: self._render(notifications=()))
        panel.cancel_requested.connect(self._on_cancel)
        panel.activity_canceled.connect(lambda _id: self.activity_canceled.emit())
        panel.run_opened.connect(self.run_asked)
        self._runs.changed.connect(lambda _runs: self.runs_changed())
        self._runs.loaded.connect(lambda _runs: self.runs_changed())
        self._runs.progress.connect(self._on_progress)
        self._projects.listed.connect(lambda _rows: self._show_palette())

    def notify(
        self,
        title: str,
        text: str = "",
        kind: str = "info",
        *,
        action: str = "",
        on_action: Callable[[], None] | None = None,
        key: str = "",
    ) -> None:
        """Show a toast and keep it in the list of notifications.

        Args:
            title: What happened.
            text: One sentence more.
            kind: ``"info"``, ``"ok"``, ``"warn"``, ``"bad"`` or ``"undo"``.
            action: Label of its button; empty for none.
            on_action: Called when the button, or the entry in the list, is chosen.
            key: Of what it tells; a later one of the same key makes its action void.
        """
        now = datetime.now(UTC)
        identity = f"{now.timestamp()}-{len(self._actions)}"
        if key:
            self._actions.pop(self._keys.get(key, ""), None)
            self._keys[key] = identity
        if on_action is not None:
            self._actions[identity] = on_action
        self._window.toasts.show(
            title, text, kind, action, lambda: self._on_notification(identity), key=key
        )
        entry = Notification(identity, title, text, "info" if kind == "undo" else kind, now)
        kept = (entry, *self._status.notifications)[:_MOST_NOTIFICATIONS]
        self._render(notifications=kept)

    def withdraw(self, key: str) -> None:
        """Take a message away and make its action void; it stays in the list of notifications."""
        self._actions.pop(self._keys.pop(key, ""), None)
        self._window.toasts.dismiss(key)

    def show_activities(self, activities: tuple[ActivityRow, ...]) -> None:
        """Show in status bar and Jobs panel what goes on beside runs, the most important first."""
        self._activities = activities
        first = activities[0] if activities else None
        self._render(
            activity=first.progress if first is not None else None,
            can_cancel=first is not None and not first.canceling,
        )
        self.show_jobs()

    def show_sync(self, status: SyncStatus | None) -> None:
        """Show how the history of the open project stands towards its Git repo.

        Args:
            status: ``None`` without a repo.
        """
        self._sync = status
        self._show_history()

    def runs_changed(self) -> None:
        """Show jobs, history and palette as the runs are now."""
        self.show_jobs()
        self._show_history()
        self._show_palette()

    def show_jobs(self) -> None:
        """Show active and finished runs of all open projects."""
        current = self._projects.current
        open_id = current.project.id if current is not None else ""
        names = {row.listed.project.id: row.listed.project.name for row in self._projects.rows}
        active = self._runs.active()
        self._canceling &= {run.id for run in active}
        self._progress = {
            run.id: self._progress[run.id] for run in active if run.id in self._progress
        }
        now = datetime.now(UTC)

        def row(run: Run) -> JobRow:
            name = "" if run.project_id == open_id else names.get(run.project_id, "")
            saving = run.status is RunStatus.PREPARING
            return JobRow(run, name, self._progress.get(run.id) if saving else None)

        self._window.jobs_panel.render(
            JobsState(
                tuple(row(run) for run in active),
                tuple(row(run) for run in self._runs.ended_today(now)),
                now,
                self._canceling,
                self._activities,
            )
        )
        queued = sum(run.status is RunStatus.QUEUED for run in active)
        self._window.run_bar.jobs.set_counts(len(active) + len(self._activities), queued)
        reason = "" if any(run.project_id == open_id for run in active) else "Nothing is running"
        self._window.set_command_enabled("cancel_run", reason)
        if not active and not self._activities:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()

    def _on_cancel(self, run_id: str) -> None:
        def canceling() -> None:
            self._canceling |= {run_id}
            self.show_jobs()

        cancel_run(self._window, self._runs, run_id, canceling)

    def _on_progress(self, run_id: str, progress: Progress) -> None:
        self._progress[run_id] = progress
        self.show_jobs()

    def _show_history(self) -> None:
        current = self._projects.current
        if current is None:
            self._render(history="", history_tip="")
            return
        runs = self._runs.known(current.project.id)
        snapshots = count(runs.snapshots, "snapshot")
        words = f"{snapshots} of {count(len(runs), 'run')}"
        if self._sync is None:
            self._render(
                history=snapshots,
                history_tip=f"{words}, kept on this computer. Runs of the same folder content "
                "share a snapshot.",
                history_icon="history",
                history_kind="text_2",
            )
            return
        icon, _tone = sync_icon(self._sync)
        self._render(
            history=sync_label(self._sync),
            history_tip=f"{words}. {sync_sentence(self._sync)}",
            history_icon=icon,
            history_kind="warn" if self._sync.state.needs_user else "text_2",
        )

    def _show_palette(self) -> None:
        items = [
            PaletteItem("project", row.listed.project.id, row.listed.project.name,
                        str(row.listed.project.folder))
            for row in self._projects.rows
        ]  # fmt: skip
        current = self._projects.current
        if current is not None:
            runs = self._runs.runs(current.project.id)[-_MOST_PALETTE_RUNS:]
            items += [
                PaletteItem("run", run.id, f"#{run.number} {run.script_name}", run.arguments_text)
                for run in reversed(runs)
            ]
        self._window.set_palette_items(tuple(items))

    def _on_repository(self, repository: UserRepository) -> None:
        self._render(branch=repository.branch, changed_files=repository.changed_files)

    def _on_notification(self, identity: str) -> None:
        action = self._actions.get(identity)
        if action is not None:
            action()

    def _on_notifications_read(self) -> None:
        read = tuple(replace(item, read=True) for item in self._status.notifications)
        self._render(notifications=read)

    def _render(self, **changes: object) -> None:
        state = replace(self._status, **changes)  # type: ignore[arg-type]  # field names
        if state != self._status:
            self._status = state
            self._window.status_bar.render(state)
