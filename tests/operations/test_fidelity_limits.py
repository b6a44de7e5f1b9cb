"""Very long paths and very large files come back; what can't be read or never rests is told."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import SnapshotFailedError
from workbench.core.snapshot import NotCapturedReason

LEVELS = 45
NAME = "d" * 100


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def _at_the_bottom(folder: Path, work: Callable[[int], None], *, make: bool = False) -> None:
    """Go down further than a path can tell, and work with the folder that is there."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(LEVELS):
        if make:
            os.mkdir(NAME, dir_fd=at)
        below = os.open(NAME, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    try:
        work(at)
    finally:
        os.close(at)


def _write(at: int, data: bytes) -> None:
    target = os.open("deep", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644, dir_fd=at)
    os.write(target, data)
    os.close(target)


def _read(at: int) -> bytes:
    source = os.open("deep", os.O_RDONLY, dir_fd=at)
    data = os.read(source, 100)
    os.close(source)
    return data


def test_paths_longer_than_the_system_takes_at_once(project: RestorableProject) -> None:
    assert LEVELS * (len(NAME) + 1) > os.pathconf(project.folder, "PC_PATH_MAX")
    _at_the_bottom(project.folder, lambda at: _write(at, b"down here"), make=True)
    run = project.run()
    found: list[bytes] = []
    _at_the_bottom(project.folder, lambda at: _write(at, b"spoilt"))
    project.restore(run)
    _at_the_bottom(project.folder, lambda at: found.append(_read(at)))
    subprocess.run(["rm", "-r", project.folder / NAME], check=True)
    project.restore(run)
    _at_the_bottom(project.folder, lambda at: found.append(_read(at)))
    assert found == [b"down here", b"down here"]


def test_a_large_file_with_holes_in_little_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.large_file", tmp_path, "300"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    own, git, space = map(int, done.stdout.split())
    assert own < 100_000
    assert git < 100_000
    assert space < 16 << 20


@pytest.mark.parametrize("locked", ["secret", "private"])
def test_what_can_not_be_read_stops_the_snapshot_by_name(locked: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        with restorable_project(root) as project:
            project.write({"a": "1", "secret": "2", "private/b": "3"})
            first = project.run()
            (project.folder / locked).chmod(0)
        give_to_ordinary_user(root)

        def refused() -> tuple[str, str]:
            with restorable_project(root) as project:
                try:
                    project.run()
                except SnapshotFailedError as error:
                    return error.text, project.context.history.tip()
            return "", ""

        text, tip = as_ordinary_user(refused)
        (root / "project" / locked).chmod(0o755)
    assert locked in text
    assert "can't be read" in text
    assert tip == first.snapshot


def test_a_file_that_never_rests_is_named_and_left_alone(project: RestorableProject) -> None:
    project.write({"calm": "1"})
    log = project.folder / "log"
    stop = threading.Event()

    def write() -> None:
        with log.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"line\n" * 20_000)
                if file.tell() > 40_000_000:
                    file.truncate(0)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not log.exists():
            stop.wait(0.01)
        runs = [project.run() for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    project.write({"calm": "2"})
    last = log.read_bytes()
    for run in runs:
        stored = project.context.history.tree_entries(run.snapshot)
        report = project.context.history.report(run.snapshot)
        named = {each.path: each.reason for each in report.not_captured}
        assert named == ({} if "log" in stored else {"log": NotCapturedReason.CHANGING})
        project.restore(run)
        assert (project.folder / "calm").read_bytes() == b"1"
        if named:
            assert log.read_bytes() == last
        log.write_bytes(last)
        project.write({"calm": "2"})
