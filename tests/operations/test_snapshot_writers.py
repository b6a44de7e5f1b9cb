"""Several writers at once, writers that die, and disks that are full."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.snapshot_lab import EMPTY_TREE, PROJECT_ID, Lab, content_of, leftovers, snapshot_lab
from workbench.core.errors import SnapshotFailedError
from workbench.core.progress import CancelToken
from workbench.services.folder.capture import FolderCapture
from workbench.services.folder.memory_file import MemoryFile
from workbench.services.folder.walk import WalkRequest
from workbench.services.git.history_repository import HistoryRepository

PAUSE = threading.Event()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


OPEN = f"""
import resource, sys
from pathlib import Path
from types import SimpleNamespace
from workbench.core.errors import SnapshotFailedError
from workbench.core.project import Project
from workbench.core.snapshot import SnapshotKind
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import ProjectPaths
from workbench.services.git.history_repository import HistoryRepository
folder, data = Path(sys.argv[1]), ProjectPaths(Path(sys.argv[2]))
history = HistoryRepository.create(data.history, "{PROJECT_ID}")
lab = SimpleNamespace(project=Project("{PROJECT_ID}", "x", folder), paths=data, history=history)
lab.following = None
"""
TAKE = f"""{OPEN}
mine, times = sys.argv[3:]
for number in range(int(times)):
    (folder / mine).write_text(f"{{number}}")
    print(take_snapshot(lab, SnapshotKind.RUN, run_id=f"{{mine}}-{{number}}").commit, flush=True)
history.close()
"""
LIMITED = f"""{OPEN}
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    take_snapshot(lab, SnapshotKind.RUN)
except SnapshotFailedError as error:
    print(error.title, error.text, sep="|")
history.close()
"""


def _taker(lab: Lab, mine: str, times: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", TAKE, lab.folder, lab.paths.root, mine, str(times)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_two_processes_at_once_refuse_and_lose_nothing(tmp_path: Path) -> None:
    with snapshot_lab(tmp_path) as lab:
        takers = [_taker(lab, mine, 100) for mine in ("left", "right")]
        said = [taker.communicate(timeout=200) for taker in takers]
        assert [taker.returncode for taker in takers] == [0, 0], said
        kept = set(lab.log())
        for mine, (output, _) in zip(("left", "right"), said, strict=True):
            commits = output.split()
            assert len(commits) == 100
            assert set(commits) <= kept
            for number, commit in list(enumerate(commits))[::9]:
                assert lab.stored(commit)[mine] == (0o100644, b"%d" % number)
        lab.check()


def test_a_branch_moved_by_somebody_else_loses_nothing(lab: Lab) -> None:
    lab.write({"a": "1"})
    moved = lab.git("commit-tree", "-m", "theirs", "-p", lab.history.tip(), EMPTY_TREE).decode()
    with lab.history.snapshot_session() as session:
        known = MemoryFile.load(lab.paths.root / "folder.cache")
        capture = FolderCapture(
            lab.folder, known, session, on_file=lambda *_: None, cancel=CancelToken()
        )
        content = capture.run(WalkRequest())
        lab.git("update-ref", f"refs/heads/{lab.history.branch}", moved.strip())
        stored = session.store(content, "ours\n")
    assert lab.log()[:2] == [stored.commit, moved.strip()]
    assert lab.stored(stored.commit) == content_of(lab.folder)
    lab.check()


def test_another_instance_sees_new_snapshots(lab: Lab) -> None:
    other = HistoryRepository.open(lab.paths.history, PROJECT_ID)
    try:
        assert other.tip() == lab.history.tip()
        lab.write({"a": "1"})
        commit = lab.take().commit
        assert other.tip() == commit
        assert set(other.tree_entries(commit)) == {"a"}
    finally:
        other.close()


def _kill(taker: "subprocess.Popen[str]") -> None:
    """Kill a process and all it started, as a power cut would."""
    try:
        os.killpg(taker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        taker.wait()
        for pipe in (taker.stdout, taker.stderr):
            if pipe is not None:
                pipe.close()


def test_killed_at_any_moment_the_next_snapshot_works(tmp_path: Path) -> None:
    """The whole group of processes is killed: after a time, and at the first sign of each step."""
    with snapshot_lab(tmp_path) as lab:
        lab.write({f"d{n % 9}/f{n}": random.randbytes(4000) for n in range(200)})
        lab.take()
        watched = lab.paths.history / "objects"
        for number in range(8):
            for file in range(0, 200, 1 + number % 3):
                lab.write({f"d{file % 9}/f{file}": random.randbytes(4000)})
            taker = _taker(lab, "mine", 3)
            seen = set(watched.rglob("*"))
            while number % 2 and set(watched.rglob("*")) == seen and taker.poll() is None:
                PAUSE.wait(0.001)
            PAUSE.wait(random.uniform(0, 0.15) if number % 2 else random.uniform(0.1, 0.5))
            _kill(taker)
            tip = lab.history.tip()
            lab.git("rev-list", "--objects", "--quiet", tip)
            snapshot = lab.take()
            assert lab.stored(snapshot.commit) == content_of(lab.folder)
            assert lab.log()[0] == snapshot.commit
            assert leftovers(lab.paths.history) == []
        lab.check()


def test_only_we_are_killed(tmp_path: Path) -> None:
    """git outlives us for a moment; it holds the lock, writes nothing more, and ends."""
    with snapshot_lab(tmp_path) as lab:
        for _ in range(3):
            lab.write({f"d{n % 9}/f{n}": random.randbytes(20_000) for n in range(200)})
            taker = _taker(lab, "mine", 1)
            PAUSE.wait(random.uniform(0.15, 0.5))
            taker.kill()
            taker.communicate()
            snapshot = lab.take()
            assert lab.stored(snapshot.commit) == content_of(lab.folder)
        lab.check()


def test_locks_of_dead_writers_do_not_stop_a_snapshot(lab: Lab) -> None:
    git_dir = lab.paths.history
    ref = git_dir / "refs" / "heads" / "AzureMLHistory"
    for path in (
        ref / f"{PROJECT_ID}.lock",
        git_dir / "HEAD.lock",
        git_dir / "packed-refs.lock",
        git_dir / "index.lock",
        git_dir / "objects" / "pack" / "tmp_pack_x1",
        git_dir / "fast_import_crash_1",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (git_dir / "objects" / "pack" / "pack-1.keep").write_bytes(b"fast-import")
    lab.write({"a": "1"})
    assert lab.take().is_new
    lab.check()


def _limited(lab: Lab) -> str:
    """Return what a snapshot says in a process that may not write a large file."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, lab.folder, lab.paths.root],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


FULL = "The snapshot couldn't be saved|the disk is full. Nothing was changed."


@pytest.mark.parametrize("files", [{"one": 3_000_000}, {f"f{n}": 40_000 for n in range(120)}])
def test_a_full_disk(lab: Lab, files: dict[str, int]) -> None:
    """A limit on the size of files: it works for everybody, and git meets it as a full disk."""
    lab.write({name: random.randbytes(size) for name, size in files.items()})
    before = lab.history.tip()
    assert _limited(lab) == FULL
    assert lab.history.tip() == before
    assert lab.take().file_count == len(files)
    lab.check()


def _may_mount() -> bool:
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "none", folder], capture_output=True, check=False
        )
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return done.returncode == 0


@pytest.fixture(params=["small disk"] if _may_mount() else [])
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "data"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("count", [1, 40, 300])
def test_a_disk_that_really_is_full(small_disk: Path, tmp_path: Path, count: int) -> None:
    with snapshot_lab(tmp_path) as lab:
        lab.write({"a": "1"})
        first = lab.take()
        lab.write({f"f{n}": random.randbytes(6_000_000 // count) for n in range(count)})
        with pytest.raises(SnapshotFailedError) as caught:
            lab.take()
        assert caught.value.text == "the disk is full. Nothing was changed.", caught.value.details
        assert caught.value.details
        assert lab.history.tip() == first.commit
        for path in lab.folder.glob("f*"):
            path.unlink()
        lab.write({"a": "2"})
        again = lab.take()
        assert lab.stored(again.commit) == content_of(lab.folder)
        lab.check()
