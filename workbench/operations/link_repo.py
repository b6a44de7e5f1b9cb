"""Link a project to a Git repo, once."""

from dataclasses import dataclass, replace

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.git_address import FIELD
from workbench.core.project import Project
from workbench.operations.edit_project import change_project
from workbench.operations.library import Library
from workbench.services.git.access import Access
from workbench.services.git.user_remote import add_origin


@dataclass(frozen=True, slots=True)
class LinkedRepo:
    """A project that was linked.

    Attributes:
        project: The project as it is now.
        note: A sentence about the user's own repository, if it was left as it is.
    """

    project: Project
    note: str = ""


def link_repo(library: Library, project: Project, text: str, access: Access) -> LinkedRepo:
    """Link a project to the repo at an address; its history is pushed there from now on.

    A link stays for good: ask the repo with :func:`check_repo` first. ``origin`` is added to the
    user's own repository if it has none.

    Raises:
        InvalidInputError: If the address can't be used, or the project has a repo already.
        WorkbenchError: If it can't be stored; nothing was changed.
    """
    address = access.address(text)

    def linked(known: Project) -> Project:
        if known.repo:
            raise InvalidInputError(
                FIELD,
                f"This project is linked to {known.repo}",
                hint="A linked repo can't be changed or removed.",
            )
        return replace(known, repo=address.url)

    stored = change_project(library, project, linked)
    try:
        return LinkedRepo(stored, add_origin(stored.folder, address.url))
    except WorkbenchError as error:
        return LinkedRepo(stored, f"The remote origin wasn't added: {error.text or error.title}.")
