"""The steps at which a process is killed, by name."""

import importlib
import os
import signal
from collections.abc import Callable
from typing import Any

_WRITER = "workbench.services.git.snapshot_writer"
_SESSION = "workbench.services.git.history_session"
_CHANGE = "workbench.operations.change_folder"
_CARRY_OUT = "workbench.services.restore.carry_out"
_RUNS = "workbench.services.run_store"

SAVING = {
    "folder looked at": "workbench.services.folder.capture:FolderCapture.run",
    "files read": "workbench.services.folder.capture:FolderCapture._read",
    "objects written": f"{_SESSION}:SnapshotSession._write",
    "objects durable": f"{_WRITER}:SnapshotWriter.finish",
    "trees made": f"{_SESSION}:make_trees",
    "record of the snapshot": f"{_SESSION}:SnapshotSession._record",
    "branch moved": f"{_SESSION}:SnapshotSession._move_branch",
    "snapshot stored": f"{_SESSION}:SnapshotSession.store",
    "memory kept": "workbench.operations.folder_memory:FolderMemory.keep",
}
RUN = {**SAVING, "run noted": f"{_RUNS}:RunStore.update"}
RESTORING = {
    **SAVING,
    "safety snapshot": f"{_CHANGE}:_save",
    "journal begun": f"{_CHANGE}:_begin",
    "safety snapshot checked": f"{_CARRY_OUT}:check_saved",
    "folders unlocked": "workbench.services.restore.swap:Swap.unlock",
    "files staged": f"{_CARRY_OUT}:stage",
    "state of the journal": "workbench.services.restore.journal:Journal._write_head",
    "one file in place": "workbench.services.restore.swap:Swap._put",
    "one file taken away": "workbench.services.restore.swap:Swap._check_kept",
    "files in place": "workbench.services.restore.swap:Swap.forward",
    "folder verified": f"{_CHANGE}:_verify",
    "operation listed": "workbench.services.restore.operations_log:OperationsLog.append",
    "one file moved aside": "workbench.services.restore.swap:Swap._move_aside",
    "replaced files let go": "workbench.services.restore.swap:Swap.clean",
    "journal closed": "workbench.services.restore.journal:Journal.close",
}

_SYNC = "workbench.operations.sync_history"
_SHARE = "workbench.operations.share_runs"
_TRANSFER = "workbench.services.git.history_transfer"
_RECORDS = "workbench.services.git.record_repository"
_FILES = "workbench.services.git.files_branch"
SYNCING = {
    "repositories made": f"{_TRANSFER}:prepare_side_repository",
    "runs written down": f"{_RECORDS}:RecordRepository.append",
    "runs noted as written down": f"{_SHARE}:mark_told",
    "Git repo asked": f"{_SYNC}:_tips",
    "history fetched": "workbench.services.git.remote_git:RemoteGit.fetch",
    "packs moved": f"{_TRANSFER}:HistoryTransfer._move_packs",
    "histories joined": f"{_TRANSFER}:HistoryTransfer._joined",
    "joined history durable": f"{_TRANSFER}:make_durable",
    "history brought": f"{_TRANSFER}:HistoryTransfer.bring",
    "what is there noted": f"{_TRANSFER}:HistoryTransfer.note_there",
    "records fetched": f"{_RECORDS}:RecordRepository.fetch",
    "snapshots of others noted": f"{_SHARE}:_keep_snapshots",
    "runs of others taken in": f"{_SHARE}:take_in",
    "pushed": "workbench.services.git.remote_git:RemoteGit.push",
    "history sent": f"{_TRANSFER}:HistoryTransfer.send",
    "records sent": f"{_RECORDS}:RecordRepository.push",
    "records noted as there": f"{_RECORDS}:RecordRepository.note_own_there",
    "files asked for": f"{_FILES}:FilesBranch.begin",
    "files of a run added": f"{_FILES}:FilesBranch.add",
    "files sent": f"{_FILES}:FilesBranch.push",
    "files noted as there": "workbench.operations.share_files:note_shared",
    "state kept": f"{_SYNC}:save_sync",
}
_TIDY = "workbench.services.git.tidy"
TIDYING = {
    "objects listed": f"{_TIDY}:_objects_of",
    "objects packed": f"{_TIDY}:_pack",
    "pack durable": f"{_TIDY}:make_durable",
    "pack checked": f"{_TIDY}:_check",
    "small packs dropped": f"{_TIDY}:_drop",
    "history tidied": "workbench.operations.tidy_history:tidy",
}


def die_around(place: str, *, after: bool, time: int) -> None:
    """Make this process kill itself just before or after the ``time``-th call of a function."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for each in classes:
        owner = getattr(owner, each)
    setattr(owner, name, _deadly(getattr(owner, name), after=after, time=time))


def _deadly(function: Callable[..., Any], *, after: bool, time: int) -> Callable[..., Any]:
    calls = 0

    def wrapped(*args: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == time and not after:
            die()
        result = function(*args, **keywords)
        if calls == time:
            die()
        return result

    return wrapped


def die() -> None:
    """Kill this process and everything it started."""
    os.killpg(0, signal.SIGKILL)
