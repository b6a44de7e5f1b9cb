"""See which projects a Git repo holds, before one is opened from it."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.core.progress import CancelToken
from workbench.core.project import (
    RECORD_BRANCHES,
    SNAPSHOT_BRANCHES,
    histories,
    history_branch,
)
from workbench.core.repo_project import (
    LastRun,
    RepoLook,
    RepoProject,
    project_name_in,
    projects_of,
)
from workbench.core.run import Run
from workbench.operations.library import Library
from workbench.operations.share_runs import told_events
from workbench.services.git.access import Access
from workbench.services.git.record_repository import RecordRepository
from workbench.services.git.remote_git import RemoteGit
from workbench.services.run_exchange import take_in
from workbench.services.run_store import RunStore

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def look_into_repo(
    library: Library, text: str, access: Access, *, cancel: CancelToken | None = None
) -> RepoLook:
    """Return what the repo at an address says, and which projects have their history there.

    Run records are read, snapshots are not. Nothing is kept.

    Raises:
        InvalidInputError: If the address can't be used.
        RemoteError: If the repo can't be reached, or not by this user.
        CanceledError: If canceled.
        WorkbenchError: If the records there can't be read.
    """
    remote = access.open(text)
    facts = remote.facts(cancel)
    ids = projects_of(facts.branches)
    if not ids:
        return RepoLook(facts)
    patterns = [f"refs/heads/{prefix}*" for prefix in (SNAPSHOT_BRANCHES, RECORD_BRANCHES)]
    tips = remote.branches(*patterns, cancel=cancel)
    with TemporaryDirectory(prefix="workbench-look-", ignore_cleanup_errors=True) as place:
        found = [_project(library, remote, tips, each, Path(place), cancel) for each in ids]
    found.sort(key=lambda each: each.last.created if each.last else _NEVER, reverse=True)
    return RepoLook(facts, tuple(found))


def _project(
    library: Library,
    remote: RemoteGit,
    tips: dict[str, str],
    project_id: str,
    place: Path,
    cancel: CancelToken | None,
) -> RepoProject:
    runs = _runs(remote, tips, project_id, place, cancel)
    with_snapshot = [run for run in runs if run.snapshot]
    last = max(with_snapshot, key=lambda run: (run.created, run.number), default=None)
    known = library.store.find_project(project_id)
    return RepoProject(
        project_id,
        next(iter(histories(tips, history_branch(project_id)).values()), ""),
        project_name_in(last.id) if last else "",
        len(runs),
        LastRun(last.number, last.created, last.environment.host, last.snapshot) if last else None,
        str(known.project.folder) if known else "",
    )


def _runs(
    remote: RemoteGit,
    tips: dict[str, str],
    project_id: str,
    place: Path,
    cancel: CancelToken | None,
) -> list[Run]:
    there = {f"refs/heads/{name}": commit for name, commit in tips.items() if name != "HEAD"}
    records = RecordRepository(place / f"{project_id}.git", project_id, "")
    store = RunStore(place / f"{project_id}.sqlite")
    try:
        records.fetch(remote, there, cancel)
        for machine, tip in records.tips().items():
            events = told_events(records, machine, "", project_id)
            take_in(store, machine, events, tip, own=False)
        return store.list_runs()
    finally:
        store.close()
        records.close()
