"""Make a new project folder from a template."""

import dataclasses
import errno
import os
from pathlib import Path

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.project import NewProject, Project, project_name_problem, workspace_name_problem
from workbench.operations.library import Library
from workbench.operations.new_project_repo import (
    NewProjectRepo,
    ask_new_project_repo,
    begin_with_repo,
    replace_files,
    replaced_alone,
    require_no_files,
)
from workbench.operations.recover_creations import (
    list_created,
    recover_creations,
    take_back_creation,
)
from workbench.services.creation_journal import Creation
from workbench.services.git.access import Access
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.user_git import UserGit
from workbench.services.prepared_folder import place_for
from workbench.services.project_files import new_project_id, write_project
from workbench.services.project_settings import add_missing_run_settings
from workbench.services.safe_files import os_error_reason
from workbench.services.templates import copy_template, read_template

_NOT_EMPTY = "has files in it. Choose an empty one or use Open folder."
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_KIND = "create project"


def create_project(
    library: Library,
    new: NewProject,
    *,
    access: Access | None = None,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Project:
    """Make the folder ``parent/name`` with a template's files, a Git repository and a history.

    The folder is prepared next to its place and moved there at the end, so it is never seen half
    made. Nothing is committed: the first commit is the user's. The project is added to the list.

    With a Git repo, a blank project begins with the files of its main branch. A template begins
    in a repo without files, or takes the place of the files there when that is allowed: only this
    is committed and pushed.

    Args:
        library: The project list.
        new: What the project shall be.
        access: How Git repos are reached; as this user does by default.
        report: Hears how far it is.
        cancel: Stops it.

    Raises:
        RepoHasFilesError: If the repo has files that the template's may not replace.
        RepoHasProjectError: If the repo holds a project already.
        RemoteError: If the repo can't be used; nothing is left behind.
        InvalidInputError: If a value cannot be used; ``field`` is a field of :class:`NewProject`.
        CanceledError: If canceled; nothing is left behind.
        WorkbenchError: If it cannot be made; nothing is left behind.
    """
    token = cancel or CancelToken()
    recover_creations(library)
    creation = _planned(new)
    repo = None
    pushed = False
    if new.repo.strip():
        report(Progress(_KIND, None, "Creating project", "Asking the repo"))
        repo = ask_new_project_repo(access or library.access(), new, token)
        creation = dataclasses.replace(creation, repo=repo.url)
    try:
        library.creations.begin(creation)
        before = _prepare(library, creation, repo, report, token)
        token.check("Creating the project")
        if repo is not None and repo.replaces and before:
            replace_files(repo, creation.temporary, before, _message(creation), report=report)
            pushed = True
        creation.move_into_place()
        project = list_created(library, creation)
    except BaseException as error:
        left = _undo(library, creation)
        if pushed and repo is not None:
            raise replaced_alone(repo, error) from error
        if isinstance(error, OSError):
            raise _not_created(error, creation, left) from error
        raise
    library.creations.end(creation)
    report(Progress(_KIND, 1.0, "Project created", new.name))
    return project


def check_new_project(new: NewProject) -> None:
    """Check what can be checked before anything is made.

    Raises:
        InvalidInputError: If a value cannot be used; ``field`` is a field of :class:`NewProject`.
        NotFoundError: If there is no such template.
    """
    _planned(new)


def _planned(new: NewProject) -> Creation:
    for field, problem in (
        ("name", project_name_problem(new.name)),
        ("workspace", workspace_name_problem(new.workspace)),
    ):
        if problem:
            raise InvalidInputError(field, problem)
    read_template(new.template)
    parent = _usable_parent(new.parent)
    target = parent / new.name
    if os.path.lexists(target):
        _require_empty(target)
    place = place_for(target)
    return Creation(
        project_id=new_project_id(),
        name=new.name,
        description=new.description,
        workspace=new.workspace,
        template=new.template,
        target=place.target,
        temporary=place.temporary,
        target_existed=place.target_existed,
        made_parents=place.made_parents,
    )


def _usable_parent(parent: Path) -> Path:
    if not str(parent).strip() or parent == Path():
        raise InvalidInputError("parent", "Choose a folder")
    try:
        whole = Path(os.path.abspath(parent.expanduser()))  # noqa: PTH100 - links stay as typed
        existing = next(path for path in (whole, *whole.parents) if os.path.lexists(path))
        if not existing.is_dir():
            raise InvalidInputError("parent", f"{existing} isn't a folder")
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInputError("parent", "This folder can't be used") from error
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InvalidInputError("parent", f"You can't write to {existing}")
    return whole


def _require_empty(target: Path) -> None:
    try:
        if not target.is_dir():
            raise InvalidInputError("parent", f"{target} is a file. Use another name.")
        empty = next(target.iterdir(), None) is None
    except OSError as error:
        raise InvalidInputError("parent", f"{target} can't be read") from error
    if not empty:
        raise InvalidInputError("parent", f"{target} {_NOT_EMPTY}")


def _prepare(
    library: Library,
    creation: Creation,
    repo: NewProjectRepo | None,
    report: Report,
    cancel: CancelToken,
) -> str:
    """Make everything of a project; return the commit that its branch is at, if it is at any."""

    def step(fraction: float, detail: str) -> None:
        cancel.check("Creating the project")
        report(Progress(_KIND, fraction, "Creating project", detail))

    commit = ""
    step(0.0, "Files of the template")
    creation.temporary.mkdir(parents=True)
    if repo is not None:
        commit = begin_with_repo(repo, creation.temporary, report=report, cancel=cancel)
        require_no_files(repo, commit, creation.template)
    if repo is None or repo.replaces or not commit:
        copy_template(creation.template, creation.temporary, cancel)
    add_missing_run_settings(creation.temporary)
    prepared = Project(
        creation.project_id,
        creation.name,
        creation.temporary,
        creation.description,
        creation.repo,
    )
    write_project(prepared)
    step(0.3, "Git repository")
    UserGit.init(creation.temporary)
    step(0.6, "History")
    paths = library.paths.project(creation.project_id)
    HistoryRepository.create(paths.history, creation.project_id).close()
    step(0.9, "Project folder")
    return commit


def _message(creation: Creation) -> str:
    title = read_template(creation.template).title
    return f"Start {creation.name} from the template {title}\n"


def _undo(library: Library, creation: Creation) -> bool:
    """Take everything back; what cannot be removed now is removed at the next start."""
    try:
        gone = take_back_creation(library, creation)
    except OSError:
        return True
    if gone:
        library.creations.end(creation)
    return not gone


def _not_created(error: OSError, creation: Creation, left: object) -> WorkbenchError:
    kept = "Nothing was left behind."
    if left:
        kept = f"{creation.temporary} couldn't be removed; Workbench tries again when it starts."
    return WorkbenchError(
        "The project wasn't created",
        f"{creation.target} can't be made because {_reason(error, creation)}. {kept}",
        hint=_hint(error),
        details=str(error),
        retry=True,
    )


def _reason(error: OSError, creation: Creation) -> str:
    """Return why the folder can't be made, as the end of a sentence."""
    refused = Path(error.filename) if isinstance(error.filename, str) else None
    missing = error.errno == errno.ENOENT and error.filename2 is None
    if (
        missing
        and refused is not None
        and creation.temporary.is_relative_to(refused)
        and refused.parent.is_dir()
    ):
        # Special folders such as /proc answer so although they are there themselves.
        return f"{refused.parent} doesn't take new folders"
    return os_error_reason(error)


def _hint(error: OSError) -> str:
    if error.errno in _NO_ROOM:
        return "Choose another folder or make room on the disk."
    if error.errno in _DENIED:
        return "Choose a folder that you can write to."
    return "Choose another folder."
