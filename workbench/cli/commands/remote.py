"""The Git repo of a project on the command line: linking it, pushing, and how far that is."""

from pathlib import Path

from workbench.cli.answer import Answer, ExitCode, Record, facts, lines
from workbench.cli.commands.access_token import ask_and_keep, refuse_token
from workbench.cli.errors import HOW_TO_SIGN_IN, UsageError
from workbench.cli.opening import absolute_repo, current_folder, opened_library, opened_project
from workbench.cli.records import moment, project_record
from workbench.cli.terminal import working
from workbench.core.errors import InvalidInputError
from workbench.core.git_address import AddressKind, SecretInAddressError, parse_address
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.project import DEFAULT_WORKSPACE
from workbench.core.repo_project import RepoFiles, RepoOpening
from workbench.core.wording import count, format_size
from workbench.operations.check_repo import check_repo
from workbench.operations.find_project import find_project
from workbench.operations.link_repo import link_repo
from workbench.operations.open_folder import CopyDecision, open_folder
from workbench.operations.open_from_repo import open_from_repo
from workbench.operations.share_files import files_to_share, share_files_from_now_on, shares_files
from workbench.operations.sync_history import sync_history, sync_status

_ON = "on"
_STAYS = "What is in the Git repo already stays there."
_LINK_FIRST = "They wait until the project has a Git repo: wb project update --repo URL"
_DECISIONS = {"moved": CopyDecision.MOVED, "new": CopyDecision.NEW_PROJECT}


def update_project(
    *,
    repo: str = "",
    share_outputs: str | None = None,
    project: str | None = None,
    token: str | None = None,
) -> Answer:
    """Link a project to a Git repo, or decide whether logs and outputs go there."""
    refuse_token(token)
    if not repo and share_outputs is None:
        raise UsageError("Nothing to update", hint="Add --repo URL or --share-outputs on.")
    if token is not None and not repo:
        raise UsageError("--vststoken needs --repo", hint="The token is kept for its server.")
    said: list[str] = []
    if repo:
        said += _link(repo, project, token)
    if share_outputs is not None:
        said += _share_outputs(project, on=share_outputs == _ON)
    with opened_project(project) as opened:
        shares = shares_files(opened.context)
        data = {**project_record(opened.project), "share_outputs": shares}
    return Answer(data, lines(*said))


def _link(repo: str, project: str | None, token: str | None) -> list[str]:
    """Link a project, after the repo was asked."""
    with opened_library() as library, working() as (_report, cancel):
        found = find_project(library, project or "", current_folder())
        access = library.access()
        repo = absolute_repo(repo)
        if token is not None:
            ask_and_keep(library, repo, cancel=cancel)
        if not found.repo:
            # A link can't be undone, so the repo has to answer first.
            check_repo(access, repo, cancel=cancel)
        done = link_repo(library, found, repo, access)
    said = [f"{done.project.name} is linked to {done.project.repo}.", done.note]
    return [*filter(None, said), "Push its history with: wb history push"]


def _share_outputs(project: str | None, *, on: bool) -> list[str]:
    with opened_project(project) as opened, working() as (_report, cancel):
        share_files_from_now_on(opened.context, on=on)
        found = files_to_share(opened.context, cancel=cancel)
    size = f"{count(found.count, 'file')}, {format_size(found.size)}"
    if not on:
        return [f"Logs and outputs stay on this computer from now on ({size}).", _STAYS]
    said = [f"Logs and outputs go to the Git repo with the history; now that is {size}."]
    if found.left_out:
        said.append(f"Too large for it: {count(found.left_out, 'file')}.")
    how = "Push them with: wb history push" if opened.project.repo else _LINK_FIRST
    return [*said, how]


def open_project_place(  # noqa: PLR0913 - one for each flag
    place: str,
    *,
    path: str = "",
    last_run: bool = False,
    project_id: str = "",
    add: bool = False,
    workspace: str = "",
    copy: str | None = None,
) -> Record:
    """Make a project of a folder that is there, or open one from a Git repo."""
    wants_repo = bool(path or last_run or project_id or add)
    if not wants_repo and not _is_address(place):
        return _open_folder(place, workspace, copy)
    if copy:
        raise InvalidInputError("copy", "--copy is for folders", hint="Leave it out.")
    with opened_library() as library, working() as (report, cancel):
        access = library.access()
        address = access.address(absolute_repo(place))
        folder = Path(path).expanduser() if path else Path(address.repo)
        wanted = RepoOpening(
            address.url,
            current_folder() / folder,
            project_id,
            RepoFiles.LAST_RUN if last_run else RepoFiles.BRANCH,
            add,
            workspace or DEFAULT_WORKSPACE,
        )
        project = open_from_repo(library, wanted, access, report=report, cancel=cancel)
    return project_record(project)


def _open_folder(place: str, workspace: str, copy: str | None) -> Record:
    with opened_library() as library:
        project = open_folder(
            library,
            Path(place),
            copy=_DECISIONS[copy] if copy else None,
            workspace=workspace or DEFAULT_WORKSPACE,
        )
    return project_record(project)


def _is_address(place: str) -> bool:
    """Whether this is no path of this computer."""
    if Path(place).expanduser().exists():
        return False
    try:
        return parse_address(place).kind is not AddressKind.LOCAL
    except SecretInAddressError:
        return True
    except InvalidInputError:
        return "://" in place


def fetch_history(*, project: str | None = None) -> Answer:
    """Get snapshots and run records from the project's Git repo."""
    with opened_project(project) as opened, working() as (report, cancel):
        access = opened.library.access()
        status = sync_history(opened.context, access, push=False, report=report, cancel=cancel)
    return _answer(status)


def push_history(*, project: str | None = None) -> Answer:
    """Exchange snapshots and run records with the project's Git repo."""
    with opened_project(project) as opened, working() as (report, cancel):
        access = opened.library.access()
        status = sync_history(opened.context, access, report=report, cancel=cancel)
    return _answer(status)


def show_sync(*, project: str | None = None) -> Answer:
    """Show how far the history is pushed, by what is known here."""
    with opened_project(project) as opened:
        status = sync_status(opened.context)
    known = _answer(status)
    return Answer(known.data, known.text)


def _answer(status: SyncStatus) -> Answer:
    record: Record = {
        "state": status.state.value,
        "snapshots_to_push": status.waiting,
        "records_to_push": status.records,
        "outputs_to_push": status.files,
        "title": status.title or None,
        "text": status.text or None,
        "details": status.details or None,
        "answered_utc": moment(status.checked),
    }
    text = facts(
        {
            "History": status.state.value,
            "Snapshots to push": status.waiting,
            "Records to push": status.records,
            "Outputs to push": f"of {count(status.files, 'run')}" if status.files else "",
            "Problem": status.title,
            "": status.text,
        }
    )
    if status.state is SyncState.SIGN_IN_NEEDED:
        text += lines(HOW_TO_SIGN_IN)
    if status.state is SyncState.NO_REPO:
        text = lines("This project has no Git repo. Link one: wb project update --repo URL")
    failed = status.state.is_problem or status.state is SyncState.NO_REPO
    return Answer(record, text, ExitCode.ERROR if failed else ExitCode.OK)
