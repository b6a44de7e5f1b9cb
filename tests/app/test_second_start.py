"""A second start: it is answered, waits for a window that closes, or says what is in the way."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QSysInfo
from pytestqt.qtbot import QtBot

from tests.run_lab import environment
from workbench.app import window_lock
from workbench.app.single_instance import SingleInstance
from workbench.app.task_supervisor import TaskSupervisor
from workbench.app.window_lock import LOCK_NAME, take_or_hand_over
from workbench.core.errors import WorkbenchError

_HOLDER = """
import sys
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
print(lock.tryLock(0), flush=True)
sys.stdin.read()
"""


_ASKS = """
import sys
from pathlib import Path
from workbench.app.single_instance import hand_over
print(hand_over(Path(sys.argv[1]), sys.argv[2]).name)
"""
_STARTS = """
import sys
from pathlib import Path
from PySide6.QtCore import QLockFile
from workbench.app import window_lock
window_lock._ANSWER_MS = 500
lock = QLockFile(sys.argv[1] + "/window.lock")
print(lock.tryLock(0), flush=True)
print(window_lock.take_or_hand_over(lock, Path(sys.argv[1]), ""), flush=True)
"""


def new_lock(data: Path) -> QLockFile:
    lock = QLockFile(str(data / LOCK_NAME))
    lock.setStaleLockTime(0)
    return lock


@contextmanager
def python(*arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """Another Python that waits until it is let go."""
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.communicate()


def written(data: Path, process: int, host: str, machine: str, boot: str) -> None:
    """Leave the lock file of a window that is gone."""
    program = Path("/proc/self/exe").readlink().name
    (data / LOCK_NAME).write_text("\n".join([str(process), program, host, machine, boot, ""]))


def own_names() -> tuple[str, str, str]:
    machine, boot = QSysInfo.machineUniqueId(), QSysInfo.bootUniqueId()
    return QSysInfo.machineHostName(), bytes(machine.data()).decode(), bytes(boot.data()).decode()


def test_a_number_that_another_process_got_since_is_no_window(tmp_path: Path) -> None:
    with python("-c", "import sys; sys.stdin.read()") as other:
        written(tmp_path, other.pid, *own_names())
        lock = new_lock(tmp_path)
        assert not lock.tryLock(0)
        assert take_or_hand_over(lock, tmp_path, "")
        assert lock.getLockInfo()[0] == os.getpid()
        lock.unlock()


def test_a_window_on_another_computer_is_named(tmp_path: Path) -> None:
    written(tmp_path, 4711, "elsewhere", "00" * 16, "11" * 16)
    lock = new_lock(tmp_path)
    assert not lock.tryLock(0)
    with pytest.raises(WorkbenchError, match="another computer") as caught:
        take_or_hand_over(lock, tmp_path, "")
    assert "elsewhere" in caught.value.text
    assert "4711" in caught.value.text
    assert str(tmp_path / LOCK_NAME) in caught.value.text
    assert "delete this file" in caught.value.hint
    assert (tmp_path / LOCK_NAME).exists()


def test_a_window_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_lock, "_ANSWER_MS", 500)
    with python("-c", _HOLDER, str(tmp_path / LOCK_NAME)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        lock = new_lock(tmp_path)
        assert not lock.tryLock(0)
        with pytest.raises(WorkbenchError, match="does not answer") as caught:
            take_or_hand_over(lock, tmp_path, "")
        assert str(other.pid) in caught.value.hint
        assert str(tmp_path / LOCK_NAME) in caught.value.text


@contextmanager
def child(code: str, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """Another process that imports Workbench; Qt's waiting would keep this one from answering."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", code, *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def asked(qtbot: QtBot, data: Path, folder: str) -> str:
    with child(_ASKS, str(data), folder) as process:
        qtbot.waitUntil(lambda: process.poll() is not None, timeout=20_000)
        assert process.stdout is not None
        return process.stdout.read().strip()


def test_what_was_asked_before_the_window_was_ready_is_not_lost(
    qtbot: QtBot, tmp_path: Path
) -> None:
    instance = SingleInstance(tmp_path)
    assert instance.listen()
    assert asked(qtbot, tmp_path, "/one") == "SHOWN"
    got: list[str] = []
    instance.deliver_to(got.append)
    assert got == ["/one"]
    assert asked(qtbot, tmp_path, "/two") == "SHOWN"
    assert got == ["/one", "/two"]
    instance.say_closing()
    assert asked(qtbot, tmp_path, "/three") == "CLOSING"
    assert got == ["/one", "/two"]
    instance.close()
    assert asked(qtbot, tmp_path, "/four") == "NONE"


def test_a_window_that_is_closing_is_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    first = new_lock(tmp_path)
    assert first.tryLock(0)
    instance = SingleInstance(tmp_path)
    assert instance.listen()
    instance.say_closing()
    with child(_STARTS, str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "False\n"
        # Longer than a window that says nothing is waited for there.
        qtbot.wait(1000)
        assert process.poll() is None
        instance.close()
        first.unlock()
        assert process.stdout.readline() == "True\n"


def test_the_event_loop_goes_on_while_threads_are_waited_for() -> None:
    async def story() -> None:
        errors: list[BaseException] = []
        background = TaskSupervisor(errors.append, errors.append)
        begun, may_end = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            assert may_end.wait(20)

        async def task() -> None:
            await background.run("slow", work)

        background.spawn(task(), name="slow")
        await asyncio.to_thread(begun.wait, 20)
        closing = asyncio.ensure_future(background.close())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not closing.done()
        may_end.set()
        await asyncio.wait_for(closing, 20)
        assert errors == []

    asyncio.run(story())


@contextmanager
def started(home: Path, *, file_blocks: str = "") -> "Iterator[subprocess.Popen[str]]":
    """Start the window; with ``file_blocks`` no file may become bigger than that."""
    limit = f"ulimit -f {file_blocks}; " if file_blocks else ""
    process = subprocess.Popen(
        ["sh", "-c", f'{limit}exec "$0" -P -m workbench.app.main', sys.executable],
        env={**environment(), "WORKBENCH_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    """Return the line that says why it can't start."""
    assert process.stderr is not None
    return next(line for line in process.stderr if line.startswith("Workbench "))


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    for name in ("data", "config", "cache", "logs"):
        (tmp_path / name).mkdir()
    with started(tmp_path, file_blocks="0") as process:
        line = said(process)
        assert line.startswith("Workbench can't start. ")
        assert f"{tmp_path / 'data'} can't be used because" in line
        assert "file too large" in line
        assert "answer" not in line
        assert process.poll() is None


def test_a_log_that_cannot_be_written_does_not_end_it_unsaid(tmp_path: Path) -> None:
    """On a read-only disk every message of Qt's would fail."""
    (tmp_path / "data").touch()
    (tmp_path / "logs/workbench.log").mkdir(parents=True)
    with started(tmp_path) as process:
        assert f"{tmp_path / 'data'} can't be used because" in said(process)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with started(tmp_path) as process:
        line = said(process)
        assert f"{tmp_path / 'data'} can't be used because" in line
