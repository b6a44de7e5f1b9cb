"""Archiving and deleting runs in the window: asking, doing it, and taking it back."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from workbench.app.error_strip import ErrorStrip
from workbench.controllers.aside_controller import (
    ARCHIVE,
    BACK,
    DELETE,
    UNARCHIVE,
    UNDELETE,
    AsideController,
)
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_controller import RunController
from workbench.core.errors import WorkbenchError
from workbench.core.run import Run
from workbench.core.wording import count
from workbench.operations.project_context import ProjectContext
from workbench.views.kit.dialogs import ask
from workbench.views.main_window import MainWindow

_SAID = {
    ARCHIVE: "archived",
    UNARCHIVE: "back in the list",
    DELETE: "deleted",
    UNDELETE: "back in the list",
}
_MORE = {
    ARCHIVE: "Show archived runs, above the Run List, shows what is archived.",
    DELETE: "Snapshots, logs and outputs are kept.",
}


class AsideScreen(QObject):
    """Archives at once, with Undo; asks before it deletes.

    Attributes:
        deleted: Ids of the runs that were deleted here, and not by another process.
    """

    def __init__(
        self,
        window: MainWindow,
        projects: ProjectController,
        runs: RunController,
        asides: AsideController,
        errors: ErrorStrip,
    ) -> None:
        super().__init__()
        self.deleted: set[str] = set()
        self._window = window
        self._projects = projects
        self._runs = runs
        self._asides = asides
        self._errors = errors
        asides.done.connect(self._on_done)
        asides.failed.connect(self._on_failed)

    def request(self, what: str, runs: Sequence[Run]) -> None:
        """Do with runs of the open project what the user asks for."""
        context = self._projects.current
        if context is None or not runs:
            return
        if what != DELETE:
            self._asides.act(context, what, runs)
            return
        one = len(runs) == 1
        question = ask(
            self._window,
            f"Delete {_names(runs)}?",
            f"No list shows {'it' if one else 'them'} any more. The snapshot, log and outputs "
            "are kept, and wb history undelete brings everything back.",
            [("keep", "Keep"), ("delete", f"Delete {'run' if one else count(len(runs), 'run')}")],
            danger="delete",
        )
        question.answered.connect(lambda answer: self._delete(answer, context, runs))

    def _delete(self, answer: str, context: ProjectContext, runs: Sequence[Run]) -> None:
        if answer == DELETE:
            self.deleted.update(run.id for run in runs)
            self._asides.act(context, DELETE, runs)

    def _on_done(self, context: ProjectContext, what: str, runs: list[Run]) -> None:
        self._runs.refresh()
        verb = "is" if len(runs) == 1 else "are"
        said = f"{_names(runs)} {verb} {_SAID[what]}"
        self._window.toasts.show(
            said,
            _MORE.get(what, ""),
            "undo",
            "Undo",
            lambda: self._asides.act(context, BACK[what], runs),
            key="aside",
        )

    def _on_failed(
        self, context: ProjectContext, what: str, runs: Sequence[Run], error: WorkbenchError
    ) -> None:
        self.deleted.difference_update(run.id for run in runs)
        self._errors.show(error, lambda: self._asides.act(context, what, runs))


def _names(runs: Sequence[Run]) -> str:
    return f"#{runs[0].number}" if len(runs) == 1 else count(len(runs), "run")
