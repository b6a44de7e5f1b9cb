"""A copy is whole, or what was in its place is still there."""

import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from tests.forked import in_child
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.operations import save_copy as module
from workbench.operations.save_copy import save_copy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "kept" / "run.log"
    path.parent.mkdir()
    path.write_bytes(os.urandom(5_000_000))
    return path


def test_a_copy_is_whole_and_leaves_nothing_else(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "to" / "copy.log"
    target.parent.mkdir()
    target.write_text("before")
    target.chmod(0o640)
    save_copy(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert list(target.parent.iterdir()) == [target]


def test_when_there_is_no_room_the_former_file_stays(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "to" / "copy.log"
    target.parent.mkdir()
    target.write_text("before")

    def save() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        with pytest.raises(WorkbenchError, match=r"copy\.log wasn't saved") as caught:
            save_copy(source, target)
        assert caught.value.retry

    assert in_child(save) == 0
    assert target.read_text() == "before"
    assert list(target.parent.iterdir()) == [target]


def test_canceling_keeps_the_former_file_and_progress_is_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REPORT_SECONDS", 0)
    cancel = CancelToken()
    told: list[Progress] = []

    def report(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 2:
            cancel.cancel()

    target = tmp_path / "copy.log"
    target.write_text("before")
    with pytest.raises(CanceledError):
        save_copy(source, target, report=report, cancel=cancel)
    assert target.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "copy.log"}
    assert told[1].fraction is not None
    assert 0 < told[1].fraction < 1
    assert told[1].title == "Saving copy.log"


def test_a_file_is_not_saved_over_itself(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    (tmp_path / "link").symlink_to(source)
    for target in (source, tmp_path / "link"):
        with pytest.raises(WorkbenchError, match="Workbench keeps itself"):
            save_copy(source, target)
    assert source.read_bytes() == before


def test_a_folder_that_is_gone_is_told(source: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="doesn't exist"):
        save_copy(source, tmp_path / "nowhere" / "copy.log")
