"""Logs and outputs on other computers: the switch on the Project page, and of the open run."""

from PySide6.QtCore import QObject

from workbench.app.error_strip import ErrorStrip
from workbench.app.screens.project_screen import ProjectScreen
from workbench.app.screens.runs_screen import RunsScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.run_files_controller import RunFilesController
from workbench.controllers.sharing_controller import SharingController
from workbench.controllers.sync_controller import SyncController
from workbench.core.errors import WorkbenchError
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.progress import Progress
from workbench.core.run_files import FilesToShare, RunFilesPlace
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.run_files_words import RunFilesState


class RunFilesScreen(QObject):
    """Binds both to their controllers.

    Args:
        runs: Shows the open run.
        project: Keeps the Project page.
        shell: Says what went wrong with the switch.
        errors: Offers to download once more.
        controllers: Downloads, the switch, and the exchange with the Git repo.
    """

    def __init__(
        self,
        runs: RunsScreen,
        project: ProjectScreen,
        shell: ShellScreen,
        errors: ErrorStrip,
        controllers: tuple[RunFilesController, SharingController, SyncController],
    ) -> None:
        super().__init__(runs)
        self._runs = runs
        self._project = project
        self._shell = shell
        self._errors = errors
        self._files, self._sharing, self._sync = controllers
        self._context: ProjectContext | None = None
        self._state: RunFilesState | None = None
        runs.run_opened.connect(self._files.show)
        runs.run_left.connect(self._files.leave)
        self._files.placed.connect(self._on_placed)
        self._files.progress.connect(self._on_progress)
        self._files.arrived.connect(self._on_arrived)
        self._files.failed.connect(self._on_failed)
        project.opened.connect(self._on_opened)
        project.forgotten.connect(self._on_forgotten)
        project.page.sharing.chosen.connect(self._choose)
        self._sharing.known.connect(self._on_known)
        self._sharing.chosen.connect(lambda context: self._sync.push_now(context.project.id))
        self._sharing.failed.connect(self._on_sharing_failed)
        self._sync.received.connect(lambda _project: self._files.look_again())
        self._sync.changed.connect(self._on_sync)

    # the open run

    def _on_placed(self, run_id: str, place: RunFilesPlace) -> None:
        self._show(run_id, RunFilesState(place))

    def _on_progress(self, run_id: str, progress: Progress) -> None:
        if self._state is not None:
            self._show(run_id, RunFilesState(self._state.place, progress))

    def _on_failed(self, run_id: str, error: WorkbenchError) -> None:
        if self._state is not None:
            self._show(run_id, RunFilesState(self._state.place, problem=f"{error.title}."))
            self._errors.show(error, self._files.try_again)

    def _on_arrived(self, run_id: str) -> None:
        if self._state is not None:
            place = self._state.place
            here = RunFilesPlace(shared=place.shared, is_sharing=place.is_sharing)
            self._show(run_id, RunFilesState(here))
            self._runs.read_again(run_id)

    def _show(self, run_id: str, state: RunFilesState) -> None:
        self._state = state
        self._runs.show_files(run_id, state)

    # the switch

    def _on_opened(self, context: ProjectContext) -> None:
        self._context = context
        self._sharing.look(context)

    def _on_forgotten(self) -> None:
        self._context = None

    def _choose(self, on: bool) -> None:  # noqa: FBT001 - of a signal
        if self._context is not None:
            self._project.note(self._context, shares_files=on, to_share=None)
            self._sharing.choose(self._context, on=on)

    def _on_known(self, context: ProjectContext, on: bool, found: FilesToShare) -> None:  # noqa: FBT001
        self._project.note(context, shares_files=on, to_share=found)

    def _on_sharing_failed(self, context: ProjectContext, error: WorkbenchError) -> None:
        self._shell.notify(f"{context.project.name}: {error.title}", error.text, "warn")

    def _on_sync(self, project_id: str, status: SyncStatus) -> None:
        """Tell how much is left, when something was pushed; out of sight that can wait."""
        context = self._context
        if context is None or context.project.id != project_id:
            return
        if self._project.page.isVisible() and status.state is not SyncState.WORKING:
            self._sharing.look(context)
