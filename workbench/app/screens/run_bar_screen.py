"""The run bar: what is chosen in it, and what it runs, cancels and copies."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from workbench.app.error_strip import ErrorStrip
from workbench.app.screens.cancel_question import cancel_run
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.core.run import Run
from workbench.views.main_window import MainWindow


class RunBarScreen(QObject):
    """Binds the run bar to what it chooses.

    Args:
        window: The window with the bar.
        projects: Opens the project that is chosen.
        runs: Cancels runs.
        controller: Keeps the choices and starts runs.
        errors: Shows what failed.
    """

    def __init__(
        self,
        window: MainWindow,
        projects: ProjectController,
        runs: RunController,
        controller: RunBarController,
        errors: ErrorStrip,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._projects = projects
        self._runs = runs
        bar = window.run_bar
        controller.failed.connect(lambda error: errors.show(error, controller.try_again))
        bar.project_chosen.connect(projects.open_listed)
        bar.target_chosen.connect(controller.choose_target)
        bar.script_chosen.connect(controller.choose_script)
        bar.interpreter_chosen.connect(controller.choose_interpreter)
        bar.arguments_changed.connect(controller.set_arguments)
        bar.run_requested.connect(controller.submit)

    def active_runs(self) -> list[Run]:
        """Return the runs of the open project that have not ended."""
        current = self._projects.current
        if current is None:
            return []
        return [run for run in self._runs.active() if run.project_id == current.project.id]

    def canceler(self, shown_run: Callable[[], Run | None]) -> Callable[[], None]:
        """Return what cancels the run that is shown if it is active, else the newest one."""

        def cancel() -> None:
            shown = shown_run()
            active = self.active_runs()
            if shown is not None and shown.status.is_active:
                cancel_run(self._window, self._runs, shown.id)
            elif active:
                cancel_run(self._window, self._runs, active[-1].id)

        return cancel

    def copy_command(self) -> None:
        """Copy what would be typed in a terminal to run the same."""
        intent = self._window.run_bar.intent()
        words = " ".join(part for part in (intent.interpreter, intent.script) if part)
        QGuiApplication.clipboard().setText(f"{words} {intent.arguments}".strip())
