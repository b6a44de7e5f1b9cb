"""Deal with projects that a killed process left half made."""

from contextlib import suppress
from datetime import UTC, datetime

from workbench.core.errors import WorkbenchError
from workbench.core.project import Project
from workbench.core.project_choices import ProjectChoices
from workbench.operations.library import Library
from workbench.services.creation_journal import Creation
from workbench.services.project_files import read_project
from workbench.services.safe_files import remove_tree
from workbench.services.templates import read_template
from workbench.services.workbench_store import StoredProject


def recover_creations(library: Library) -> None:
    """Complete a creation whose folder is in its place; take every other one back."""
    for creation in library.creations.interrupted():
        with suppress(
            OSError, WorkbenchError
        ):  # for example a disk that is not there now: next time
            if is_in_place(creation):
                list_created(library, creation)
            elif not take_back_creation(library, creation):
                continue  # git may be at work in it still, until it finds that we are gone
            library.creations.end(creation)


def is_in_place(creation: Creation) -> bool:
    """Whether the folder of a creation was moved to where it belongs."""
    try:
        found = read_project(creation.target)
    except WorkbenchError:
        return False
    return found is not None and found.id == creation.project_id


def list_created(library: Library, creation: Creation) -> Project:
    """Add a complete project to the list, with its template's script chosen."""
    project = Project(
        creation.project_id,
        creation.name,
        creation.target,
        creation.description,
        creation.repo,
    )
    if library.store.find_project(project.id) is None:
        template = read_template(creation.template)
        choices = ProjectChoices(script=template.script, arguments=template.arguments)
        library.store.save_choices(project.id, choices)
        library.store.put_project(
            StoredProject(project, creation.workspace, datetime.now(UTC), creation.template)
        )
    return project


def take_back_creation(library: Library, creation: Creation) -> bool:
    """Remove everything that was made so far; returns whether nothing is left.

    Raises:
        OSError: If the disk cannot be reached.
    """
    if library.store.find_project(creation.project_id) is not None:
        library.store.remove_project(creation.project_id)
    if is_in_place(creation):
        creation.target.rename(creation.temporary)
    gone = creation.remove()
    data = library.paths.project(creation.project_id).root
    return (remove_tree(data) if data.exists() else True) and gone
