"""Open a project from a Git repo: its files, its runs and its snapshots, on another computer."""

from dataclasses import replace
from pathlib import Path

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.git_address import is_same_repo
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.project import Project, workspace_name_problem
from workbench.core.repo_project import (
    NoProjectInRepoError,
    ProjectListedError,
    RepoFiles,
    RepoOpening,
    SeveralProjectsError,
    projects_of,
)
from workbench.core.run import Run
from workbench.operations.apply_restore import apply_restore
from workbench.operations.library import Library
from workbench.operations.new_project_repo import refuse_links
from workbench.operations.open_folder import still_holds
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.recover_openings import list_opened, recover_openings, take_back_opening
from workbench.operations.sync_history import receive_history
from workbench.services.folder_checks import check_new_place, free_place
from workbench.services.git.access import Access
from workbench.services.git.remote_git import RemoteGit
from workbench.services.git.user_clone import clone_into
from workbench.services.opening_journal import Opening
from workbench.services.prepared_folder import place_for
from workbench.services.project_files import (
    PROJECT_FILE,
    new_project_id,
    project_name_from,
    read_project,
    write_project,
)
from workbench.services.project_settings import add_missing_run_settings
from workbench.services.safe_files import os_error_reason

_FIELD = "folder"
_WHAT = "Opening the project"
_KIND = "open from repo"
_CLONED, _RECEIVED = 0.5, 0.9  # of the whole work


def open_from_repo(
    library: Library,
    wanted: RepoOpening,
    access: Access,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Project:
    """Clone a Git repo and make its project known here, with all its runs and snapshots.

    The folder is prepared beside its place and moved there at the end, so it is never seen half
    made. It is the user's own clone: ``origin`` is the repo, and plain git works in it. The files
    are those of the default branch, or those of the last run; then the branch is the same, and
    what differs from it is not committed.

    Raises:
        InvalidInputError: If the address or the folder can't be used.
        NoProjectInRepoError: If it holds no project, and none shall be added.
        SeveralProjectsError: If it holds several and none was chosen.
        ProjectListedError: If the project is in the list already, in another folder.
        NotFoundError: If no run of it has a snapshot, and the files of one are wanted.
        RemoteError: If the repo can't be used.
        CanceledError: If canceled; nothing is left behind.
        WorkbenchError: If it can't be made; nothing is left behind.
    """
    cancel = cancel or CancelToken()
    recover_openings(library)
    problem = workspace_name_problem(wanted.workspace)
    if problem:
        raise InvalidInputError("workspace", problem)
    remote = access.open(wanted.address)
    place = place_for(check_new_place(wanted.folder, _used))
    opening = Opening(
        place.target,
        place.temporary,
        place.target_existed,
        place.made_parents,
        wanted.workspace,
        remote.address.url,
    )
    try:
        library.openings.begin(opening)
        project = _clone(library, wanted, opening.temporary, remote, report, cancel)
        root = library.paths.project(project.id).root
        opening = replace(opening, project_id=project.id, made_data=not root.exists())
        # From here on there is something to take back elsewhere too.
        library.openings.begin(opening)
        project = _fill(library, project, wanted.files, remote, report, cancel)
        _write_down(project)
        cancel.check(_WHAT)
        opening.move_into_place()
        project = list_opened(library, opening)
    except BaseException as error:
        left = _take_back(library, opening)
        if isinstance(error, OSError):
            raise _not_opened(error, opening, left=left) from error
        raise
    library.openings.end(opening)
    report(Progress(_KIND, 1.0, "Project opened", project.name))
    return project


def free_project_folder(parent: Path, name: str) -> Path:
    """Return a folder for a project that does not exist yet: named like it, or with a number."""
    return free_place(parent / project_name_from(name))


def _used(folder: Path) -> InvalidInputError:
    free = free_project_folder(folder.parent, folder.name)
    return InvalidInputError(
        _FIELD, f"{folder} has files in it", hint=f"{free} is free, for example."
    )


def _clone(
    library: Library,
    wanted: RepoOpening,
    folder: Path,
    remote: RemoteGit,
    report: Report,
    cancel: CancelToken,
) -> Project:
    """Make the clone; return which project it is."""
    folder.mkdir(parents=True)
    clone_into(remote, folder, report=_part(report, 0.0, _CLONED), cancel=cancel)
    refuse_links(folder)
    project = _identify(wanted, folder, remote, cancel)
    known = library.store.find_project(project.id)
    if known is not None and still_holds(known.project):
        listed = known.project
        raise ProjectListedError(listed.id, listed.name, str(listed.folder))
    return project


def _fill(
    library: Library,
    project: Project,
    files: RepoFiles,
    remote: RemoteGit,
    report: Report,
    cancel: CancelToken,
) -> Project:
    """Bring history and runs, and the files of the last run if they are wanted."""
    context = open_context(library, project)
    try:
        told = _part(report, _CLONED, _RECEIVED, "Getting history")
        receive_history(context, remote, report=told, cancel=cancel)
        if files is RepoFiles.LAST_RUN:
            run = _last_run(context)
            _put_files(context, run, _part(report, _RECEIVED, 1.0), cancel)
            refuse_links(project.folder)
        found = read_project(project.folder)
        is_named = found is not None and found.id == project.id
        return project if is_named else _as_last_told(context, project)
    finally:
        context.close()


def _identify(wanted: RepoOpening, folder: Path, remote: RemoteGit, cancel: CancelToken) -> Project:
    """Return which project it is: as the files in the folder say, else as the branches do."""
    found = read_project(folder)
    url = remote.address.url
    chosen = wanted.project_id.lower()
    if found is not None and chosen in ("", found.id):
        same = bool(found.repo) and is_same_repo(found.repo, url)
        return found if same else replace(found, repo=url)
    there = projects_of(remote.branches("refs/heads/AzureMLHistory/*", cancel=cancel))
    if chosen:
        if chosen not in there:
            raise NotFoundError("No such project in this repo", wanted.project_id)
    elif len(there) > 1:
        raise SeveralProjectsError(there)
    elif there:
        chosen = there[0]
    elif wanted.add:
        chosen = new_project_id()
    else:
        raise NoProjectInRepoError(url)
    return Project(chosen, project_name_from(remote.address.repo), folder, repo=url)


def _last_run(context: ProjectContext) -> Run:
    runs = [run for run in context.store.list_runs() if run.snapshot]
    if not runs:
        raise NotFoundError(
            "No run of this project has a snapshot",
            "Nothing was left behind.",
            hint="Open it with the files of the default branch.",
        )
    return max(runs, key=lambda run: (run.created, run.number))


def _put_files(context: ProjectContext, run: Run, report: Report, cancel: CancelToken) -> None:
    plan = plan_restore(context, run.id, cancel=cancel)
    if plan.changes or plan.other_changes:
        apply_restore(context, plan, report=report, cancel=cancel)


def _as_last_told(context: ProjectContext, project: Project) -> Project:
    """Return the project with what its newest snapshot says about it, if it does."""
    history = context.history
    entry = history.tree_entries(history.tip()).get(str(PROJECT_FILE))
    if entry is None:
        return project
    path = project.folder / PROJECT_FILE
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(history.read_blob(entry.object_id))
    try:
        told = read_project(project.folder)
    except WorkbenchError:
        told = None
    if told is None or told.id != project.id:
        _put_back(path, before)
        return project
    return replace(told, repo=project.repo)


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content)


def _write_down(project: Project) -> None:
    """Have the folder say which project it is; a file that says so stays as it is."""
    add_missing_run_settings(project.folder)
    found = read_project(project.folder)
    if found is None or found.id != project.id:
        write_project(project)
    elif found.repo and not is_same_repo(found.repo, project.repo):
        # Its history would go to the repo that this one was copied from.
        write_project(replace(found, repo=project.repo))


def _part(report: Report, start: float, end: float, title: str = "") -> Report:
    """Return a report for one part of the work."""
    reached = start

    def tell(progress: Progress) -> None:
        nonlocal reached
        if progress.fraction is not None:
            reached = max(reached, start + (end - start) * progress.fraction)
        report(Progress(_KIND, reached, title or progress.title, progress.detail))

    return tell


def _take_back(library: Library, opening: Opening) -> bool:
    """Take everything back; what can't be removed now is removed at the next start."""
    try:
        gone = take_back_opening(library, opening)
    except OSError:
        return True
    if gone:
        library.openings.end(opening)
    return not gone


def _not_opened(error: OSError, opening: Opening, *, left: bool) -> WorkbenchError:
    kept = "Nothing was left behind."
    if left:
        kept = f"{opening.temporary} couldn't be removed; Workbench tries again when it starts."
    return WorkbenchError(
        "The project wasn't opened",
        f"{opening.target} can't be made because {os_error_reason(error)}. {kept}",
        hint="Choose another folder, or make room on the disk.",
        details=str(error),
        retry=True,
    )
