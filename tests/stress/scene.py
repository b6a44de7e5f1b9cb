"""A project in which somebody works, and what has to be true of it after every crash."""

import hashlib
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.restorable_project import (
    PROJECT_ID,
    Picture,
    RestorableProject,
    restorable_project,
)
from tests.snapshot_lab import leftovers
from tests.sync_lab import bare_repo, fsck, reachable
from workbench.core.history_sync import SyncState
from workbench.core.project import history_branch
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.core.snapshot import SnapshotKind
from workbench.operations.bring_files import bring_files
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.share_files import share_files_from_now_on
from workbench.operations.sync_history import sync_history
from workbench.operations.take_snapshot import take_snapshot
from workbench.operations.tidy_history import tidy_history
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state
from workbench.services.git.access import Access, NoCredentials
from workbench.services.git.repository_lock import repository_lock
from workbench.services.git.tidy import Limits

RUN, RESTORE, UNDO, REDO = "run", "restore", "undo", "redo"
SYNC, TIDY = "sync", "tidy"
_HERE, _ELSEWHERE = "1" * 32, "2" * 32
_PATIENCE = 60.0
_FEW = Limits(loose=20, packs=3)
_PYTHON = Interpreter("/usr/bin/python3", InterpreterKind.SYSTEM)
_FILES = 24


class Scene:
    """One project that goes on through all crashes.

    Args:
        root: Holds everything.
        dice: Makes the choices.
        shared: Whether another computer works on the project too, by a Git repo.
    """

    def __init__(self, root: Path, dice: random.Random, *, shared: bool = False) -> None:
        self.root = root
        self.shared = shared
        self._repo = str(bare_repo(root)) if shared else ""
        self.dice = dice
        self.runs: dict[str, Picture] = {}  # pictures by id of run
        self.found: dict[str, Picture] = {}  # pictures before operations, by id of operation
        self.fsck_at = 0
        with self.opened() as project:
            share_files_from_now_on(project.context, on=shared)
            project.write({".gitignore": "*.tmp\ncache/\n", "cache/big": "c", "x.tmp": "t"})
            self.edit(project)
            _run_in(project)
            self._learn(project)

    @contextmanager
    def opened(self) -> Iterator[RestorableProject]:
        """Open the project."""
        with restorable_project(self.root, repo=self._repo, machine=_HERE) as project:
            yield project

    @contextmanager
    def opened_elsewhere(self) -> Iterator[RestorableProject]:
        """Open the project on the other computer."""
        root = self.root / "elsewhere"
        root.mkdir(exist_ok=True)
        with restorable_project(root, repo=self._repo, machine=_ELSEWHERE) as project:
            yield project

    def prepare_sync(self) -> None:
        """Have both computers do something that the other one does not know."""
        with self.opened() as project:
            self.edit(project)
            _run_in(project)
            self._learn(project)
        with self.opened_elsewhere() as other:
            other.write({"train.py": self.dice.randbytes(500)})
            _run_in(other)
            _sync(other)

    def edit(self, project: RestorableProject) -> None:
        """Change, add and remove some files."""
        for _ in range(self.dice.randint(1, 8)):
            number = self.dice.randrange(_FILES)
            path = project.folder / f"d{number % 3}" / f"f{number}"
            if self.dice.random() < 0.25:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(self.dice.randbytes(self.dice.choice([10, 3000, 200_000])))
        swap = project.folder / "swap"
        if self.dice.random() < 0.3:
            shutil.rmtree(swap) if swap.is_dir() else swap.unlink(missing_ok=True)
            project.write({"swap/in/deep": "x"} if self.dice.random() < 0.5 else {"swap": "file"})

    def choose(self, project: RestorableProject) -> tuple[str, str]:
        """Return what to do next, and with which run."""
        state = undo_state(project.context)
        ways = [RUN, RESTORE, RESTORE]
        ways += [UNDO, UNDO] if state.undo else []
        ways += [REDO, REDO] if state.redo else []
        ways += [SYNC, TIDY] if self.shared else []
        way = self.dice.choice(ways)
        return way, self.dice.choice(list(self.runs)) if way == RESTORE else ""

    def targets(self, project: RestorableProject, way: str, run: str) -> list[Picture]:
        """Return what the folder may look like when that is interrupted."""
        now = look(project)
        state = undo_state(project.context)
        if way == RESTORE:
            return [now, self.runs[run]]
        if way == UNDO and state.undo:
            return [now, self.found[state.undo.id]]
        if way == REDO:
            return [now, self.found[_last_undo(project)]]
        return [now]

    def reopen(self, targets: list[Picture], left: Sequence[psutil.Process] = ()) -> None:
        """Open the project as after a crash, and check everything that has to be true.

        Args:
            targets: What the folder may look like.
            left: Programs that may still be at work for the process that crashed.
        """
        with self.opened() as project:
            recover_restore(project.context)
            now = look(project)
            assert now in targets, _difference(now, targets)
            assert not has_open_journal(project.context)
            self._learn(project, before=targets[0])
            for run in project.context.store.list_runs():
                if run.snapshot:
                    assert project.context.history.has_commit(run.snapshot), run.id
            for run in project.context.store.active():
                # as refresh_runs does with a run that nobody looks after any more
                project.context.store.update(run.id, {"status": RunStatus.INTERRUPTED})
            for run in project.context.store.unfinished():
                project.context.store.close_run(run.id)
            tip = take_snapshot(project.context, SnapshotKind.MANUAL).commit
            assert _stored(project, tip) == _files(now)
            history = project.context.paths.history
            if left:
                assert not psutil.wait_procs(left, _PATIENCE)[1], left
                with repository_lock(history):
                    pass  # whoever has it removes what they left
            assert leftovers(history) == []
            assert look(project) == now
            self._check_data(project)

    def check_history(self) -> None:
        """Have git say that everything is in order, and every run show what it was run with."""
        if self.shared:
            self._check_shared()
        fsck(self.root / "data" / "history.git")
        with self.opened() as project:
            for run_id, seen in self.runs.items():
                run = project.context.store.get(run_id)
                assert _stored(project, run.snapshot) == _files(seen), run_id

    def _check_shared(self) -> None:
        """Have both computers exchange what they have, and see that both have all of it."""
        with self.opened() as here, self.opened_elsewhere() as there:
            for each in (there, here, there):
                _sync(each)
            sides = [{run.id: run for run in it.context.store.list_runs()} for it in (here, there)]
            assert sides[0].keys() == sides[1].keys()
            self._check_files(here, there, sides[1])
            own = {run.id for run in sides[0].values() if run.snapshot and not run.machine}
            assert own == self.runs.keys()
            data = [it.context.paths.root for it in (here, there)]
        assert not [path for root in data for path in root.glob(".sync.json.*")]
        snapshots = {run.snapshot for run in sides[0].values() if run.snapshot}
        repo = Path(self._repo)
        for git_dir in (repo, *(root / "history.git" for root in data)):
            assert snapshots <= reachable(git_dir, history_branch(PROJECT_ID))
        names = ("history.git", "records.git", "transfer.git")
        fsck(repo, *(root / name for root in data for name in names))
        for name in names:
            assert leftovers(data[0] / name) == []

    def _check_files(
        self, here: RestorableProject, there: RestorableProject, runs: dict[str, Run]
    ) -> None:
        """See that the other computer gets what each run here left behind."""
        found = 0
        for run_id, run in runs.items():
            left = _left_behind(here, run_id) if run.machine == _HERE else b""
            if left:
                bring_files(there.context, run, Access(NoCredentials()))
                assert _left_behind(there, run_id) == left
                found += 1
        assert found

    def _learn(self, project: RestorableProject, before: Picture | None = None) -> None:
        """Keep what new runs and operations have seen."""
        for run in project.context.store.list_runs():
            if run.snapshot and not run.machine and run.id not in self.runs:
                self.runs[run.id] = before or look(project)
        state = undo_state(project.context)
        known = [state.undo.id] if state.undo else []
        known += [_last_undo(project)] if state.redo else []
        for operation in known:
            if operation not in self.found and before is not None:
                self.found[operation] = before

    def _check_data(self, project: RestorableProject) -> None:
        """Check that nothing gathers beside what belongs there."""
        data = project.context.paths.root
        names = {path.name for path in data.iterdir()}
        expected = {"history.git", "history-records.sqlite", "runs.sqlite", "operations"}
        if self.shared:
            expected |= {"records.git", "transfer.git", "sync.json", "sync.lock"}
            # The next exchange removes it.
            expected |= {"outgoing-files.git"}
        expected |= {f"{name}{end}" for name in list(expected) for end in ("-wal", "-shm")}
        abandoned = {name for name in names if name.startswith(("folder.cache.", ".sync.json."))}
        assert names - expected - abandoned - {"folder.cache", "runs"} == set()
        assert len(abandoned) < 100
        operations = {path.name for path in data.glob("operations/*")}
        kept = {path.parent.name for path in data.glob("operations/*/aside")}
        assert operations - {"operations.jsonl", "lock"} == kept, operations - kept
        assert {
            path.name for path in project.folder.iterdir() if "workbench-" in path.name
        } == set()


def look(project: RestorableProject) -> Picture:
    """Return what the folder looks like, with digests in place of contents."""
    return {
        path: (kind, mode, _digest(data)) for path, (kind, mode, data) in project.picture().items()
    }


def carry_out(project: RestorableProject, way: str, run: str) -> None:
    """Do it."""
    if way == RUN:
        _run_in(project)
    elif way == RESTORE:
        project.restore(project.context.store.get(run))
    elif way == UNDO:
        undo_restore(project.context)
    elif way == SYNC:
        _sync(project)
    elif way == TIDY:
        tidy_history(project.context, limits=_FEW)
    else:
        redo_restore(project.context)


def _run_in(project: RestorableProject) -> None:
    """Record a run and save its snapshot, in the order in which that is done for a real one."""
    store = project.context.store
    created = datetime.now(UTC)
    request = RunRequest("train.py", (), _PYTHON)
    run = Run(f"run_{created.timestamp()}", 0, PROJECT_ID, RunStatus.QUEUED, request, created)
    run = store.insert(run)
    store.update(run.id, {"status": RunStatus.PREPARING})
    snapshot = take_snapshot(project.context, SnapshotKind.RUN, run_id=run.id)
    store.update(run.id, {"snapshot": snapshot.commit}, durable=True)
    output = project.context.paths.runs / run.id / "outputs" / "result"
    output.parent.mkdir(parents=True)
    output.write_text(run.id)
    store.update(run.id, {"status": RunStatus.COMPLETED})
    store.close_run(run.id)


def _left_behind(project: RestorableProject, run_id: str) -> bytes:
    """Return what a run saved; nothing if it was killed before."""
    path = project.context.paths.runs / run_id / "outputs" / "result"
    return path.read_bytes() if path.exists() else b""


def _sync(project: RestorableProject) -> None:
    status = sync_history(project.context, Access(NoCredentials()))
    assert status.state is SyncState.UP_TO_DATE, (status.title, status.text, status.details)


def _last_undo(project: RestorableProject) -> str:
    from workbench.services.restore.operations_log import OperationsLog  # noqa: PLC0415

    redo = OperationsLog(project.context.paths.operations).stacks().redo
    return redo[-1][1].id if redo else ""


def _files(seen: Picture) -> dict[str, tuple[str, bytes]]:
    """Return what a snapshot of such a folder holds."""
    left_out = ("cache/", "x.tmp")
    return {
        path: (kind, data)
        for path, (kind, _, data) in seen.items()
        if kind != "folder" and not path.startswith(left_out)
    }


def _stored(project: RestorableProject, commit: str) -> dict[str, tuple[str, bytes]]:
    history = project.context.history
    entries = history.tree_entries(commit)
    return {
        path: ("file", _digest(history.read_blob(each.object_id))) for path, each in entries.items()
    }


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _difference(now: Picture, targets: list[Picture]) -> list[str]:
    """Return the paths that differ from each of the targets, for whoever reads the failure."""
    lines = []
    for number, target in enumerate(targets):
        paths = {path for path in now.keys() | target.keys() if now.get(path) != target.get(path)}
        lines.append(f"target {number}: {sorted(paths)}")
    return lines
