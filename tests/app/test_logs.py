"""What ends up in the log file, how large that gets, and what is known of a crash later."""

import subprocess
import sys
from pathlib import Path

from tests.run_lab import environment
from workbench.app.logs import LOG_NAME

_BEGIN = """
import logging, sys, threading
from pathlib import Path
from workbench.app.logs import CrashFile, install_hooks, start_logging
folder = Path(sys.argv[1])
"""
_ROTATES = """
from workbench.app.reports import limit_log
start_logging(folder, debug=False)
limit_log()
log = logging.getLogger("workbench.test")
log.debug("not told")
for number in range(1200):
    log.info("%04d %s", number, "x" * 10_000)
"""
_HOOKS = """
from PySide6.QtCore import qWarning
start_logging(folder, debug="--debug" in sys.argv)
bugs = []
install_hooks(bugs.append)
logging.getLogger("workbench.test").debug("a detail")
qWarning("said by Qt")
def fail():
    raise ValueError("in a thread")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
try:
    raise KeyError("unexpected")
except KeyError:
    sys.excepthook(*sys.exc_info())
print([type(bug).__name__ for bug in bugs])
"""
_CRASHES = """
import os
folder.mkdir(exist_ok=True)
crash = CrashFile(folder)
print("Fatal Python error" in crash.previous, flush=True)
os.abort() if "abort" in sys.argv else crash.close()
"""


def _run(script: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _BEGIN + script, str(folder), *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_log_is_cut_into_a_few_files_of_limited_size(tmp_path: Path) -> None:
    assert _run(_ROTATES, tmp_path).returncode == 0
    names = [LOG_NAME, *(f"{LOG_NAME}.{number}" for number in (1, 2, 3))]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert max(path.stat().st_size for path in tmp_path.iterdir()) <= 2_000_000
    assert " 1199 x" in (tmp_path / LOG_NAME).read_text()[-11_000:]
    assert not any("not told" in path.read_text() for path in tmp_path.iterdir())


def test_what_nobody_expected_is_in_the_log(tmp_path: Path) -> None:
    done = _run(_HOOKS, tmp_path)
    assert (done.returncode, done.stdout) == (0, "['KeyError']\n")
    text = (tmp_path / LOG_NAME).read_text()
    for words in ("said by Qt", "ValueError: in a thread", "KeyError: 'unexpected'", "Traceback"):
        assert words in text
    assert "a detail" not in text


def test_debug_tells_more_and_on_standard_error_too(tmp_path: Path) -> None:
    done = _run(_HOOKS, tmp_path, "--debug")
    assert done.returncode == 0
    assert "a detail" in (tmp_path / LOG_NAME).read_text()
    assert "a detail" in done.stderr


def test_a_crash_is_told_at_the_next_start_and_only_then(tmp_path: Path) -> None:
    assert _run(_CRASHES, tmp_path, "abort").returncode < 0
    assert _run(_CRASHES, tmp_path).stdout == "True\n"
    assert _run(_CRASHES, tmp_path).stdout == "False\n"
    assert list(tmp_path.iterdir()) == []
