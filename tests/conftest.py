"""What holds for every test: nothing of this computer is used, nothing is left behind.

- Git, the home folder and Workbench's own folders are private to the test process.
- A test that writes below the real home folder fails at that line.
- A test fails if it leaves a thread, a child process or a window behind.
"""

import atexit
import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 5.0
_LATER = threading.Event()
_NUMBER = count(1)

# One folder for all processes of a run: each worker has its own below that of the first process.
_SHARED = "TESTS_PRIVATE_FOLDER"
PRIVATE = Path(tempfile.mkdtemp(prefix="workbench-tests-", dir=os.environ.get(_SHARED))).resolve()
os.environ[_SHARED] = str(PRIVATE)
_GIT_CONFIG = """\
[user]
    name = Test Person
    email = test.person@example.com
[init]
    defaultBranch = master
[commit]
    gpgSign = false
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep all windows on one worker: two at a time would make both slow.

    The mark for that (``xdist_group``) does nothing with pytest 9.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - not in each process of tests

    class WindowsTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "windows" if "/e2e/" in nodeid else nodeid

    return WindowsTogether(config, log)


def _real_home() -> Path:
    if sys.platform == "win32":
        return Path.home()
    import pwd  # noqa: PLC0415 - does not exist on Windows

    return Path(pwd.getpwuid(os.getuid()).pw_dir).resolve()


def _mask_this_computer() -> None:
    """Give this process, and all it starts, a home and a Git configuration of its own."""
    home = PRIVATE / "home"
    home.mkdir()
    config = PRIVATE / "gitconfig"
    config.write_text(_GIT_CONFIG, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("GIT_", "XDG_", "WORKBENCH_"))]:
        if name != "XDG_RUNTIME_DIR":
            del os.environ[name]
    os.environ |= {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "WORKBENCH_HOME": str(PRIVATE / "workbench"),
        "QT_QPA_PLATFORM": "offscreen",
    }


_HOME = _real_home()
_WRITES: dict[str, Callable[[tuple[object, ...]], bool]] = {
    "open": lambda args: args[1] is not None and bool(set("wax+") & set(str(args[1]))),
    "os.mkdir": lambda args: True,
    "os.rename": lambda args: True,
    "os.remove": lambda args: True,
    "os.rmdir": lambda args: True,
    "sqlite3.connect": lambda args: True,
}
_ALLOWED = tuple(str(path) + os.sep for path in {ROOT, PRIVATE, Path(tempfile.gettempdir())})


def _refuse_writes_at_home(event: str, args: tuple[object, ...]) -> None:
    writes = _WRITES.get(event)
    if writes is None or not isinstance(args[0], str | bytes | os.PathLike) or not writes(args):
        return
    path = os.path.abspath(os.fsdecode(args[0]))  # noqa: PTH100 - runs for every opened file
    if path.startswith(f"{_HOME}{os.sep}") and not path.startswith(_ALLOWED):
        raise AssertionError(f"A test writes to the real home folder: {event} {path}")


_mask_this_computer()
sys.addaudithook(_refuse_writes_at_home)


@atexit.register
def _clean_up() -> None:
    shutil.rmtree(PRIVATE, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_workbench_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see what another one stored."""
    monkeypatch.setenv("WORKBENCH_HOME", str(PRIVATE / f"workbench-{next(_NUMBER)}"))


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    threads = set(threading.enumerate())
    children = _children()
    windows = _windows()
    yield
    left = [f"thread {thread.name}" for thread in _remaining_threads(threads)]
    left += [f"process {text}" for text in _remaining_children(children)]
    left += [f"window {text}" for text in _remaining_windows(windows)]
    if left:
        pytest.fail(f"{request.node.nodeid} left behind: {', '.join(left)}", pytrace=False)


def _children() -> set[int]:
    """Return the ids of this process's children; from the kernel's own list where it has one."""
    lists = list(Path("/proc/self/task").glob("*/children"))
    if lists:
        return {int(pid) for each in lists for pid in _text(each).split()}
    return {child.pid for child in psutil.Process().children()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # a thread that ended meanwhile
        return ""


def _remaining_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    end = monotonic() + PATIENCE
    while True:
        left = [thread for thread in threading.enumerate() if thread not in before]
        left = [thread for thread in left if not isinstance(thread, threading._DummyThread)]
        if not left or monotonic() > end:
            return left
        left[0].join(0.05)


def _remaining_children(before: set[int]) -> list[str]:
    end = monotonic() + PATIENCE
    while True:
        left = [text for pid in _children() - before if (text := _describe(pid))]
        if not left or monotonic() > end:
            return left
        _LATER.wait(0.05)


def _describe(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""  # it ended; only its exit code was not collected
        return f"{pid} {' '.join(process.cmdline())[:200]}"
    except psutil.NoSuchProcess:
        return ""


def _windows() -> set[int]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    return {id(w) for w in widgets.QApplication.topLevelWidgets() if w.parent() is None}


def _remaining_windows(before: set[int]) -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None or _windows() <= before:
        return []
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    if not _windows() <= before:
        gc.collect()
    left = widgets.QApplication.topLevelWidgets()
    return [
        f"{type(w).__name__} {w.windowTitle()!r}"
        for w in left
        if w.parent() is None and id(w) not in before
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that leaves processes behind which are no children of ours any more."""
    if hasattr(session.config, "workerinput"):
        return  # the process that started the workers looks after them all
    orphans = [text for process in psutil.process_iter() if (text := _orphan(process))]
    if orphans:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        sys.stderr.write(f"\nThe tests left processes behind: {'; '.join(orphans)}\n")


def _orphan(process: psutil.Process) -> str:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return ""
        ours = process.environ().get("WORKBENCH_HOME", "").startswith(str(PRIVATE))
        return f"{process.pid} {' '.join(process.cmdline())[:200]}" if ours else ""
    except (psutil.Error, OSError):
        return ""
