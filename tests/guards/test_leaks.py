"""The fixtures of ``tests/conftest.py`` notice what a test leaves behind."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TESTS = """
import subprocess, sys, threading, warnings
import tests.conftest as conftest
from PySide6.QtWidgets import QWidget

conftest.PATIENCE = 0.2
kept = []


def test_thread():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
    thread.start()
    kept.append(stop)


def test_process():
    command = [sys.executable, "-c", "import threading; threading.Event().wait(60)  # forgotten"]
    kept.append(subprocess.Popen(command))


def test_window(qapp):
    window = QWidget()
    window.setWindowTitle("forgotten")
    window.show()
    kept.append(window)


def test_home():
    (conftest._HOME / "workbench-test").write_text("forgotten")


def test_warning():
    warnings.warn("forgotten")


def test_qt_warning(qapp):
    from PySide6.QtCore import qWarning

    qWarning("forgotten")


def test_clean(qtbot, tmp_path):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    (tmp_path / "file").write_text("kept for pytest to remove")
"""


def test_what_a_test_leaves_behind_fails_it(tmp_path: Path) -> None:
    module = tmp_path / "test_leaking.py"
    module.write_text(TESTS, encoding="utf-8")
    options = [
        "-q",
        "-n",
        "1",
        "-rA",
        "--tb=short",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.conftest",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", str(ROOT / "pyproject.toml"), str(module)],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    for pid in set(re.findall(r"left behind: process (\d+) ", said)):
        os.kill(int(pid), signal.SIGKILL)
    assert done.returncode == 1, said
    for text in (
        r"test_thread left behind: thread forgotten",
        r"test_process left behind: process \d+ .*forgotten",
        r"test_window left behind: window QWidget 'forgotten'",
        r"A test writes to the real home folder: open .*workbench-test",
        r"UserWarning: forgotten",
        r"Failure: Qt messages with level WARNING or above emitted",
        r"The tests left processes behind: \d+ .*forgotten",
    ):
        assert re.search(text, said), f"{text}\n{said}"
    assert re.search(r"^PASSED .*::test_clean$", said, re.MULTILINE)
    assert not re.search(r"^(FAILED|ERROR) .*::test_clean\b", said, re.MULTILINE)
