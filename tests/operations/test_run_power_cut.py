"""A power cut while a run is noted together with the last names of its snapshot."""

import errno
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tests.run_lab import PATIENCE, PYTHON, environment, opened, run_lab, until
from workbench.core.errors import SnapshotFailedError
from workbench.core.run import Run, RunRequest, RunStatus
from workbench.core.snapshot import Snapshot
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import QueuedRun, submit_run
from workbench.services.git import durable
from workbench.services.git.durable import sync_path

_REQUEST = RunRequest("train.py", (), PYTHON)
# Ends at once when the record says that there is a snapshot, and before anything relies on that.
_CUT_OFF = """
import os, sys
from pathlib import Path
from tests.run_lab import PYTHON, opened
from workbench.core.run import RunRequest
from workbench.operations.submit_run import QueuedRun, queue_run

def cut_off(run, snapshot):
    note(run, snapshot)
    os._exit(9)

note = QueuedRun._note_snapshot
QueuedRun._note_snapshot = cut_off
with opened(Path(sys.argv[1])) as context:
    queue_run(context, RunRequest("train.py", (), PYTHON)).start()
"""


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("lost", ["nothing", "all names", "the names of the objects", "one file"])
def test_a_run_claims_no_snapshot_that_did_not_reach_the_disk(tmp_path: Path, lost: str) -> None:
    with run_lab(tmp_path) as lab:
        first = lab.finish(lab.submit("pass"))
        lab.settle()
        history = lab.context.history
        objects = history.git_dir / "objects"
        branch = history.git_dir / history.ref
        stored, before = _files(objects), branch.read_bytes()
        lab.write("train.py", "open('started', 'w')")
        argv = [sys.executable, "-c", _CUT_OFF, str(tmp_path)]
        assert subprocess.run(argv, env=environment(), check=False).returncode == 9
        (cut,) = lab.context.store.active()
        assert cut.snapshot == branch.read_text().strip() != first.snapshot
        entry = history.tree_entries(cut.snapshot)["train.py"]
        if lost == "one file":
            (objects / entry.object_id[:2] / entry.object_id[2:]).unlink()
        elif lost != "nothing":
            for path in _files(objects) - stored:
                path.unlink()
        if lost == "all names":
            branch.write_bytes(before)

        with opened(tmp_path) as context:

            def has_ended() -> bool:
                refresh_runs(context)
                return not context.store.active()

            until(has_ended, "it has ended")
            ended = context.store.get(cut.id)
            claimed = cut.snapshot if lost == "nothing" else ""
            assert (ended.status, ended.snapshot) == (RunStatus.INTERRUPTED, claimed)
            assert ended.snapshot_is_new == (lost == "nothing")
            assert ended.message == "Workbench ended before the script was started."
            assert not (lab.folder / "started").exists()
            again = submit_run(context, _REQUEST)
            assert context.history.is_whole(again.snapshot)
            assert context.history.is_whole(first.snapshot)
        assert lab.finish(again).status is RunStatus.COMPLETED


def test_a_snapshot_that_fails_at_the_last_moment_is_not_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_lab(tmp_path) as lab:
        lab.write("train.py", "open('started', 'w')")
        noted: list[Run] = []
        is_noted = Event()

        def note(queued: QueuedRun, snapshot: Snapshot) -> None:
            note_snapshot(queued, snapshot)
            noted.append(lab.context.store.get(queued.run.id))
            is_noted.set()

        def broken(path: Path) -> None:
            if path.name == "heads":
                assert is_noted.wait(PATIENCE)
                raise OSError(errno.EIO, "the disk is broken", str(path))
            sync_path(path)

        note_snapshot = QueuedRun._note_snapshot
        monkeypatch.setattr(QueuedRun, "_note_snapshot", note)
        monkeypatch.setattr(durable, "sync_path", broken)
        with pytest.raises(SnapshotFailedError):
            submit_run(lab.context, _REQUEST)
        monkeypatch.undo()
        (run,) = lab.context.store.list_runs()
        assert noted[0].snapshot
        assert (run.status, run.snapshot) == (RunStatus.FAILED, "")
        assert not (lab.folder / "started").exists()
        assert lab.finish(submit_run(lab.context, _REQUEST)).status is RunStatus.COMPLETED
