"""The Git repo of a project on the command line: linking it, pushing, and how far that is."""

from workbench.cli.answer import Answer, ExitCode, Record, facts, lines
from workbench.cli.commands.access_token import ask_and_keep, refuse_token
from workbench.cli.errors import HOW_TO_SIGN_IN
from workbench.cli.opening import absolute_repo, current_folder, opened_library, opened_project
from workbench.cli.records import moment, project_record
from workbench.cli.terminal import working
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.operations.check_repo import check_repo
from workbench.operations.find_project import find_project
from workbench.operations.link_repo import link_repo
from workbench.operations.sync_history import sync_history, sync_status


def update_project(repo: str, *, project: str | None = None, token: str | None = None) -> Answer:
    """Link a project to a Git repo, after the repo was asked."""
    refuse_token(token)
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
    return Answer(
        project_record(done.project),
        lines(*filter(None, said), "Push its history with: wb history push"),
    )


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
