"""What an operation on one project works with."""

from dataclasses import dataclass

from workbench.core.project import Project
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.library import Library
from workbench.services.app_paths import ProjectPaths
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.machine import machine_id
from workbench.services.run_store import RunStore
from workbench.services.script_runner import SpareSupervisor


@dataclass(frozen=True, slots=True)
class ProjectContext:
    """An open project: its folder, its run records and its history.

    Attributes:
        project: The project and where its folder is.
        paths: Where Workbench keeps this project's data.
        store: Run records.
        history: The hidden history repository.
        machine: Id of this computer, as other computers know it.
        following: Follows the changes of the folder, while it is open in a window.
        spare: Keeps a process ready that looks after the next run.
    """

    project: Project
    paths: ProjectPaths
    store: RunStore
    history: HistoryRepository
    machine: str = ""
    following: FolderFollowing | None = None
    spare: SpareSupervisor | None = None

    def close(self) -> None:
        """Release the database connections and git processes of this project."""
        if self.following is not None:
            self.following.close()
        self.store.close()
        self.history.close()


def open_context(library: Library, project: Project) -> ProjectContext:
    """Open a project's records and history, making what is missing.

    Raises:
        WorkbenchError: If the history repository or the run records are damaged.
    """
    project_paths = library.paths.project(project.id)
    project_paths.runs.mkdir(parents=True, exist_ok=True)
    machine = machine_id(library.paths.data)
    history = HistoryRepository.create(project_paths.history, project.id)
    store = RunStore(project_paths.database)
    return ProjectContext(project, project_paths, store, history, machine)
