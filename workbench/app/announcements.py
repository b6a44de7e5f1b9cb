"""Tells of runs that start and end where the user does not see them."""

from PySide6.QtCore import QObject, Signal

from workbench.app.screens.runs_screen import RunsScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_controller import RunController
from workbench.core.run import Run, RunStatus
from workbench.views.main_window import MainWindow

_KINDS = {RunStatus.COMPLETED: "ok", RunStatus.FAILED: "bad", RunStatus.INTERRUPTED: "warn"}


class Announcements(QObject):
    """Shows a toast and keeps a notification, with a button that shows the run.

    Signals:
        run_asked: ``(project id, run id)`` to show.
    """

    run_asked = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        projects: ProjectController,
        runs: RunController,
        screen: RunsScreen,
        shell: ShellScreen,
    ) -> None:
        super().__init__()
        self._window = window
        self._projects = projects
        self._runs = runs
        self._screen = screen
        self._shell = shell
        runs.submitted.connect(self._on_submitted)
        runs.ended.connect(self._on_ended)

    def _on_submitted(self, run: Run) -> None:
        if not self._is_in_view(run):
            self._tell(run, "is queued" if self._waits(run) else "was started", "", "info")

    def _waits(self, run: Run) -> bool:
        """Whether the snapshot of another run of the project is saved first."""
        return any(
            other.project_id == run.project_id and other.number < run.number
            for other in self._runs.active()
            if other.status in (RunStatus.QUEUED, RunStatus.PREPARING)
        )

    def _on_ended(self, run: Run) -> None:
        # A failure is worth telling even next to its row in the list.
        if run.status is RunStatus.FAILED or not self._is_in_view(run):
            self._tell(run, run.status.value, run.message, _KINDS.get(run.status, "info"))

    def _tell(self, run: Run, what: str, text: str, kind: str) -> None:
        self._shell.notify(
            f"#{run.number} {run.script_name} {what}",
            text,
            kind,
            action="Show",
            on_action=lambda: self.run_asked.emit(run.project_id, run.id),
            key=run.id,
        )

    def _is_in_view(self, run: Run) -> bool:
        """Whether the user sees what happens to a run: in the list, or because it is open."""
        current = self._projects.current
        if current is None or run.project_id != current.project.id:
            return False
        shown = self._screen.shown_run
        return self._window.page == "runs" or (shown is not None and shown.id == run.id)
