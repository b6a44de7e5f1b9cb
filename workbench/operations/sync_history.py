"""Push the history of a project to its Git repo, and bring what other computers pushed."""

import logging
import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.history_sync import RemoteError, SyncState, SyncStatus
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.project import SNAPSHOT_BRANCHES, Project, histories
from workbench.operations.import_snapshots import import_snapshots
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.operations.share_files import runs_to_share, share_files
from workbench.operations.share_runs import share_runs, take_in_runs
from workbench.runner.run_lock import try_lock
from workbench.services.git.access import Access
from workbench.services.git.files_branch import files_ref
from workbench.services.git.history_transfer import HistoryTransfer
from workbench.services.git.record_repository import RecordRepository
from workbench.services.git.remote_git import RemoteGit
from workbench.services.run_exchange import count_outgoing
from workbench.services.safe_files import own_files_problem, remove_unfinished
from workbench.services.sync_memory import load_sync, save_sync

_log = logging.getLogger(__name__)
_ROUNDS = 20
_KIND = "sync"
_SAFE = "Everything is safe on this computer."


def last_sync(library: Library, project: Project) -> SyncStatus:
    """Return where the history of a project stood when it was last looked at, in an instant."""
    if not project.repo:
        return SyncStatus()
    path = library.paths.project(project.id).sync
    return load_sync(path, project.repo) or SyncStatus(SyncState.WAITING)


def sync_status(context: ProjectContext) -> SyncStatus:
    """Return where the history stands, by what is known here; nobody is asked.

    Raises:
        WorkbenchError: If the history or the run records can't be read.
    """
    repo = context.project.repo
    if not repo:
        return SyncStatus()
    with _translated():
        waiting = HistoryTransfer(context.history).waiting()
        with _records(context) as records:
            behind = int(records.own_tip() != records.own_there())
    records_waiting = count_outgoing(context.store, context.machine) or behind
    known = load_sync(context.paths.sync, repo) or SyncStatus(SyncState.WAITING)
    files = runs_to_share(context)
    status = replace(known, waiting=waiting, records=records_waiting, files=files)
    if known.state.is_problem:
        return status
    state = SyncState.UP_TO_DATE if status.is_all_pushed and known.checked else SyncState.WAITING
    return replace(status, state=state)


def sync_history(
    context: ProjectContext,
    access: Access,
    *,
    push: bool = True,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> SyncStatus:
    """Exchange snapshots and run records with the project's Git repo.

    Histories that went different ways are joined; nothing is ever forced, and nothing that is here
    is lost. It does not wait while another process does the same.

    Args:
        context: The project.
        access: What the user has to reach the Git repo with.
        push: Whether what is here goes there too; else it only brings what is there.
        report: Hears how far it is.
        cancel: Stops it; what was transferred stays.

    Returns:
        Where the history stands now; a problem with the Git repo is told there.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If something on this computer can't be used.
    """
    repo = context.project.repo
    if not repo:
        return SyncStatus()
    with _translated(), _alone(context) as alone:
        if not alone:
            return sync_status(context)
        remove_unfinished(context.paths.sync)
        checked = datetime.now(UTC)
        try:
            remote = access.open(repo)
            if push:
                _exchange(context, remote, report, cancel)
            else:
                receive_history(context, remote, report=report, cancel=cancel)
            found = SyncStatus(SyncState.UP_TO_DATE, checked=checked)
        except (RemoteError, InvalidInputError) as error:
            _log.info("history of %s: %s", context.project.name, error)
            before = load_sync(context.paths.sync, repo)
            found = _problem(error, before.checked if before else None)
        save_sync(context.paths.sync, repo, found)
        status = sync_status(context)
        # For the project list, which does not look into the history.
        save_sync(context.paths.sync, repo, status)
        return status


def receive_history(
    context: ProjectContext,
    remote: RemoteGit,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> None:
    """Bring snapshots and run records of a Git repo; nothing is pushed.

    Raises:
        RemoteError: If the Git repo can't be used.
        CanceledError: If canceled; what was transferred stays.
        WorkbenchError: If something on this computer can't be used.
        OSError: If something on this computer can't be written.
    """
    with _records(context) as records:
        _bring(context, remote, (HistoryTransfer(context.history), records), report, cancel)


def _exchange(
    context: ProjectContext, remote: RemoteGit, report: Report, cancel: CancelToken | None
) -> None:
    transfer = HistoryTransfer(context.history)
    with _records(context) as records:
        for _ in range(_ROUNDS):
            share_runs(context, records)
            there = _bring(context, remote, (transfer, records), report, cancel)
            if not _push(
                context, remote, (transfer, records), there, report, cancel
            ) or not share_files(context, remote, there, report=report, cancel=cancel):
                # Another computer was faster: bring what it pushed, and try again.
                _later(cancel)
            elif not count_outgoing(context.store, context.machine):
                return
    raise RemoteError(
        SyncState.WAITING,
        "Other computers keep pushing",
        "Nothing is lost; Workbench tries again by itself.",
    )


def _bring(
    context: ProjectContext,
    remote: RemoteGit,
    sides: tuple[HistoryTransfer, RecordRepository],
    report: Report,
    cancel: CancelToken | None,
) -> dict[str, str]:
    """Bring what the Git repo has; return the tips of its branches.

    Snapshots come first, for the records refer to them.
    """
    transfer, records = sides
    report(Progress(_KIND, None, "Asking the Git repo"))
    there = _tips(context, remote, records, cancel)
    found = histories(there, context.history.ref)
    commit = next(iter(found.values()), "")
    transfer.note_there(commit if context.history.has_commit(commit) else "")
    for name, tip in found.items():
        adopt = not context.store.has_snapshot(context.history.tip())
        transfer.bring(remote, name, tip, adopt=adopt, report=report, cancel=cancel)
    if commit:
        transfer.note_there(commit)
        import_snapshots(context)
    records.fetch(remote, there, cancel)
    take_in_runs(context, records)
    return there


def _tips(
    context: ProjectContext,
    remote: RemoteGit,
    records: RecordRepository,
    cancel: CancelToken | None,
) -> dict[str, str]:
    """Return the tips of the project's branches in the Git repo, by full name."""
    files = files_ref(context.project.id, context.machine)
    snapshots = f"refs/heads/{SNAPSHOT_BRANCHES}*"
    found = remote.branches(snapshots, f"{records.prefix}*", files, cancel=cancel)
    return {f"refs/heads/{name}": commit for name, commit in found.items() if name != "HEAD"}


def _push(
    context: ProjectContext,
    remote: RemoteGit,
    sides: tuple[HistoryTransfer, RecordRepository],
    there: dict[str, str],
    report: Report,
    cancel: CancelToken | None,
) -> bool:
    """Push what the Git repo does not have; snapshots first, for the records refer to them.

    Returns:
        Whether it has all of it now; if not, something has to be brought first.
    """
    transfer, records = sides
    history = context.history
    name = next(iter(histories(there, history.ref)), history.ref)
    if there.get(name) != history.tip() and not transfer.send(
        remote, name, report=report, cancel=cancel
    ):
        return False
    own = records.own_tip()
    if own and there.get(records.own_ref) != own:
        return records.push(remote, cancel)
    if own:
        records.note_own_there(own)
    return True


def _later(cancel: CancelToken | None) -> None:
    """Wait a moment that differs from computer to computer."""
    if cancel is not None:
        cancel.check("The transfer")
    threading.Event().wait(random.uniform(0.0, 0.5))  # noqa: S311 - no secret


def _problem(error: WorkbenchError, checked: datetime | None) -> SyncStatus:
    state = error.state if isinstance(error, RemoteError) else SyncState.REJECTED
    text = " ".join(part for part in (error.text, _SAFE, error.hint) if part)
    return SyncStatus(state, title=error.title, text=text, details=error.details, checked=checked)


@contextmanager
def _records(context: ProjectContext) -> Iterator[RecordRepository]:
    records = RecordRepository(context.paths.records, context.project.id, context.machine)
    try:
        yield records
    finally:
        records.close()


@contextmanager
def _alone(context: ProjectContext) -> Iterator[bool]:
    """Keep other processes from doing the same; yield whether none is at it."""
    lock = try_lock(context.paths.root / "sync.lock")
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        title = "The history can't be exchanged now"
        raise own_files_problem(title, error, "Nothing was changed.") from error
