"""Deal with projects that a killed process was opening from a Git repo."""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.services.opening_journal import Opening
from workbench.services.project_files import read_project
from workbench.services.safe_files import remove_tree
from workbench.services.workbench_store import StoredProject


def recover_openings(library: Library) -> None:
    """Complete an opening whose folder is in its place; take every other one back."""
    for opening in library.openings.interrupted():
        # For example a disk that is not there now: next time.
        with suppress(OSError, WorkbenchError):
            if _is_in_place(opening):
                list_opened(library, opening)
            elif not take_back_opening(library, opening):
                continue
            library.openings.end(opening)


def list_opened(library: Library, opening: Opening) -> Project:
    """Put a complete project first in the list.

    Raises:
        WorkbenchError: If it can't be read, or the list can't be written.
    """
    project = read_project(opening.target)
    if project is None:
        raise NotFoundError("Project not found", f"{opening.target} isn't a project any more.")
    project = replace(project, repo=project.repo or opening.repo)
    known = library.store.find_project(project.id)
    library.store.put_project(
        StoredProject(
            project, opening.workspace, datetime.now(UTC), known.template if known else ""
        )
    )
    return project


def take_back_opening(library: Library, opening: Opening) -> bool:
    """Remove everything that was made so far; returns whether nothing is left.

    What was kept for the project before stays.

    Raises:
        OSError: If the disk cannot be reached.
    """
    if _is_in_place(opening):
        opening.target.rename(opening.temporary)
    gone = opening.remove()
    if not opening.made_data or library.store.find_project(opening.project_id) is not None:
        return gone
    data = library.paths.project(opening.project_id).root
    return (remove_tree(data) if data.exists() else True) and gone


def _is_in_place(opening: Opening) -> bool:
    # While what was prepared is still there, what is in place is somebody else's.
    if not opening.project_id or os.path.lexists(opening.temporary):
        return False
    try:
        found = read_project(opening.target)
    except WorkbenchError:
        return False
    return found is not None and found.id == opening.project_id
