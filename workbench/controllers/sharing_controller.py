"""Whether the logs and outputs of a project go to its Git repo, and how much that is."""

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background, sharing_lane
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.run_files import FilesToShare
from workbench.operations.project_context import ProjectContext
from workbench.operations.share_files import files_to_share, share_files_from_now_on, shares_files


class SharingController(QObject):
    """Tells and changes it.

    Signals:
        known: ``(ProjectContext, bool, FilesToShare)``: whether they go there, and what is not
            there.
        chosen: ``ProjectContext``: it was changed.
        failed: ``(ProjectContext, WorkbenchError)``: it can't be told or changed.
    """

    known = Signal(object, bool, object)
    chosen = Signal(object)
    failed = Signal(object, object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._cancel = CancelToken()

    def look(self, context: ProjectContext) -> None:
        """Tell how it is now."""
        self._begin(context, None)

    def choose(self, context: ProjectContext, *, on: bool) -> None:
        """Have logs and outputs go there from now on, or no more."""
        self._begin(context, on)

    def _begin(self, context: ProjectContext, on: bool | None) -> None:  # noqa: FBT001 - or None
        # What was asked before is answered by this, too.
        self._cancel.cancel()
        self._cancel = CancelToken()
        self._background.spawn(self._ask(context, on, self._cancel), name="shared outputs")

    async def _ask(
        self,
        context: ProjectContext,
        on: bool | None,  # noqa: FBT001 - or None
        cancel: CancelToken,
    ) -> None:
        lane = sharing_lane(context.project.id)
        if on is not None:
            try:
                await self._background.run(lane, share_files_from_now_on, context, on=on)
                self.chosen.emit(context)
            except WorkbenchError as error:
                # How it is now is told all the same: not as it was wanted.
                self.failed.emit(context, error)
        try:
            now, found = await self._background.run(lane, _look, context, cancel)
        except CanceledError:
            return
        except WorkbenchError as error:
            self.failed.emit(context, error)
            return
        if not cancel.canceled:
            self.known.emit(context, now, found)


def _look(context: ProjectContext, cancel: CancelToken) -> tuple[bool, FilesToShare]:
    return shares_files(context), files_to_share(context, cancel=cancel)
