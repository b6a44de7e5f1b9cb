"""The Python of a project: preparing an environment for it, and choosing a file that is one."""

import os
from pathlib import Path

from PySide6.QtCore import QDir, QObject
from PySide6.QtWidgets import QFileDialog

from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.background import Background
from workbench.controllers.environment_controller import EnvironmentController, EnvironmentWork
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_bar_controller import RunBarController
from workbench.core.errors import WorkbenchError
from workbench.core.project import Project
from workbench.core.run import Interpreter
from workbench.viewmodels.states import ActivityRow
from workbench.views.main_window import MainWindow
from workbench.views.project_page import ProjectPage
from workbench.views.shell.window_dialogs import TextDialog

_KEPT = "Nothing was changed."


class EnvironmentScreen(QObject):
    """Shows what an environment that is prepared does, and tells how it ended.

    Args:
        window: Parent of dialogs.
        page: Shows the progress of the open project's environment.
        shell: Shows the progress of any.
        controllers: Projects, run bar, environments.
        background: Where a choice is stored.
    """

    def __init__(
        self,
        window: MainWindow,
        page: ProjectPage,
        shell: ShellScreen,
        controllers: tuple[ProjectController, RunBarController, EnvironmentController],
        background: Background,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._shell = shell
        self._projects, self._run_bar, self._environments = controllers
        self._background = background
        self._failures: dict[str, WorkbenchError] = {}
        self._connect()

    def _connect(self) -> None:
        page, environments = self._page, self._environments
        page.prepare_requested.connect(self.prepare)
        page.activity_canceled.connect(environments.cancel)
        page.banner_action.connect(self._on_banner)
        page.browse_requested.connect(self.browse)
        self._window.run_bar.browse_requested.connect(self.browse)
        self._shell.activity_canceled.connect(environments.cancel)
        self._projects.opened.connect(lambda _context: self._show())
        environments.changed.connect(lambda _work: self._show())
        environments.prepared.connect(self._on_prepared)
        environments.canceled.connect(self._on_canceled)
        environments.failed.connect(self._on_failed)

    # preparing

    def prepare(self) -> None:
        """Prepare the environment of the open project."""
        current = self._projects.current
        if current is not None:
            self._failures.pop(current.project.id, None)
            self._environments.prepare(current.project)
            self._show()

    def _show(self) -> None:
        work = self._environments.work
        self._shell.show_activities((self._row(work),) if work is not None else ())
        here = work is not None and self._is_open(work.project)
        self._page.show_progress(work.progress if work is not None and here else None)
        current = self._projects.current
        failure = self._failures.get(current.project.id) if current is not None else None
        if failure is None:
            self._page.banner.clear()
            return
        actions = [("retry", "Try again")] if failure.retry else []
        actions += [("details", "Output of pip")] if failure.details else []
        text = " ".join(part for part in (failure.text, failure.hint) if part)
        self._page.banner.render("bad", failure.title, text, actions, dismissible=True)

    def _row(self, work: EnvironmentWork) -> ActivityRow:
        name = "" if self._is_open(work.project) else work.project.name
        return ActivityRow(
            work.project.id, work.progress, work.started, name, canceling=work.canceling
        )

    def _is_open(self, project: Project) -> bool:
        current = self._projects.current
        return current is not None and current.project.id == project.id

    def _on_prepared(self, project: Project, interpreter: Interpreter, note: str) -> None:
        work = self._use(project, interpreter, note)
        self._background.spawn(work, name="use the prepared environment")

    async def _use(self, project: Project, interpreter: Interpreter, note: str) -> None:
        await self._run_bar.use_interpreter(project.id, interpreter)
        name = "" if self._is_open(project) else f"{project.name}, "
        text = f"{name}{interpreter.label}. {note}" if note else f"{name}{interpreter.label}"
        self._shell.notify("The environment is ready", text, "ok", key=_key(project))

    def _on_canceled(self, project: Project) -> None:
        self._shell.notify("Preparing the environment was canceled", _KEPT, key=_key(project))

    def _on_failed(self, project: Project, error: WorkbenchError) -> None:
        self._failures[project.id] = error
        self._shell.notify(
            error.title,
            error.text,
            "bad",
            action="Show output" if error.details else "",
            on_action=lambda: self._show_output(error),
            key=_key(project),
        )
        self._show()

    def _on_banner(self, action: str) -> None:
        current = self._projects.current
        failure = self._failures.get(current.project.id) if current is not None else None
        if current is None or failure is None:
            return
        if action == "retry":
            self.prepare()
        elif action == "details":
            self._show_output(failure)
        else:
            self._failures.pop(current.project.id)
            self._show()

    def _show_output(self, error: WorkbenchError) -> None:
        TextDialog(self._window, error.title, error.text, error.details).open()

    # choosing

    def browse(self) -> None:
        """Let the user choose the file that is the project's Python."""
        current = self._projects.current
        if current is None:
            return
        chosen = self._run_bar.interpreter
        start = os.path.dirname(chosen.path) if chosen is not None else ""  # noqa: PTH120 - as text
        dialog = QFileDialog(self._window, "Choose a Python", start or str(Path.home()))
        dialog.setObjectName("choosePython")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        # The Python of an environment is a link in a folder that is often hidden; behind the
        # link is the Python that the environment was made from.
        dialog.setOption(QFileDialog.Option.DontResolveSymlinks)
        dialog.setFilter(dialog.filter() | QDir.Filter.Hidden)
        dialog.fileSelected.connect(self._run_bar.browse_interpreter)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _key(project: Project) -> str:
    return f"environment {project.id}"
