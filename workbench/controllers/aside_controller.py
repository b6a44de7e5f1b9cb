"""Archives and deletes runs, and brings them back."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, log_lane
from workbench.core.errors import WorkbenchError
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.put_aside_runs import archive_runs, delete_runs, undelete_runs

ARCHIVE, UNARCHIVE, DELETE, UNDELETE = "archive", "unarchive", "delete", "undelete"
BACK = {ARCHIVE: UNARCHIVE, UNARCHIVE: ARCHIVE, DELETE: UNDELETE, UNDELETE: DELETE}
_ACTS: dict[str, Callable[[ProjectContext, Sequence[Run]], list[Run]]] = {
    ARCHIVE: archive_runs,
    UNARCHIVE: partial(archive_runs, archived=False),
    DELETE: delete_runs,
    UNDELETE: undelete_runs,
}


class AsideController(QObject):
    """Does one of the four acts at a time, off the UI thread.

    Signals:
        done: ``(ProjectContext, str, list[Run])``: the act, and the runs as they are now.
        failed: ``(ProjectContext, str, Sequence[Run], WorkbenchError)``: it could not be done.
    """

    done = Signal(object, str, object)
    failed = Signal(object, str, object, object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def act(self, context: ProjectContext, what: str, runs: Sequence[Run]) -> None:
        """Do ``"archive"``, ``"unarchive"``, ``"delete"`` or ``"undelete"`` with some runs."""
        self._background.spawn(self._act(context, what, tuple(runs)), name=f"{what} runs")

    async def _act(self, context: ProjectContext, what: str, runs: tuple[Run, ...]) -> None:
        lane = log_lane(context.project.id)
        try:
            done = await self._background.run(lane, _ACTS[what], context, runs)
        except WorkbenchError as error:
            self.failed.emit(context, what, runs, error)
            return
        self.done.emit(context, what, done)
