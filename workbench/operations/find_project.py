"""Find the project that somebody means: by where they are, by a folder, or by its name."""

from pathlib import Path

from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder, with_known_repo
from workbench.services.folder_checks import absolute, is_same_folder
from workbench.services.project_files import PROJECT_FILE, read_project

_HINT = "Go to a project folder, or name one with --project."


def find_project(library: Library, place: str, here: Path) -> Project:
    """Return a project; one that is not in the list yet is added to it.

    Args:
        library: The project list.
        place: A folder in the project, or the name or id of a listed project; empty for the
            project that ``here`` is in.
        here: The current folder.

    Raises:
        NotFoundError: If there is no such project.
        InvalidInputError: If several listed projects have that name.
        FolderCopiedError: If the folder is a copy of another project; nothing was changed.
        WorkbenchError: If its project file is damaged.
    """
    folder = absolute(here / Path(place).expanduser()) if place else here
    if folder.is_dir():
        found = _project_above(folder)
        if found is not None:
            return _listed(library, found)
        known = _listed_above(library, folder)
        if known is not None:
            return known
    if place:
        return _named(library, place)
    raise NotFoundError("No project here", f"{here} isn't in a project folder.", hint=_HINT)


def _project_above(folder: Path) -> Project | None:
    for candidate in (folder, *folder.parents):
        if (candidate / PROJECT_FILE).is_file():
            return read_project(candidate)
    return None


def _listed_above(library: Library, folder: Path) -> Project | None:
    """Return a listed project whose project file is gone, for example on a branch."""
    projects = [stored.project for stored in library.store.list_projects()]
    for candidate in (folder, *folder.parents):
        for project in projects:
            if is_same_folder(project.folder, candidate):
                return project
    return None


def _listed(library: Library, found: Project) -> Project:
    """Return a project of a folder as it is listed; looking at it does not change the list."""
    stored = library.store.find_project(found.id)
    if stored is not None and is_same_folder(stored.project.folder, found.folder):
        return with_known_repo(found, stored.project)
    return open_folder(library, found.folder)


def _named(library: Library, name: str) -> Project:
    projects = [stored.project for stored in library.store.list_projects()]
    found = [project for project in projects if name in (project.id, project.name)]
    if not found:
        raise NotFoundError(
            "Project not found",
            f"{name} is neither a project folder nor the name of a listed project.",
            hint="See wb project list.",
        )
    if len(found) > 1:
        folders = ", ".join(str(project.folder) for project in found)
        raise InvalidInputError(
            "project", f"Several projects are called {name}: {folders}", hint="Name the folder."
        )
    return found[0]
