"""From process start to the end of the first paint: Workbench against a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.rounds import compare
from tests.e2e.waiting import wait_for

BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        sys.stdout.close()
        import os; os._exit(0)
app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""


def bare() -> float:
    """Return the seconds a bare window takes."""
    start = time.time()
    shown = subprocess.run(
        [sys.executable, "-c", BARE], check=True, capture_output=True, text=True
    ).stdout
    return float(shown) - start


def application() -> float:
    """Return the seconds Workbench takes, with an empty project list."""
    with tempfile.TemporaryDirectory() as home:
        log = Path(home, "logs", "workbench.log")
        start = time.time()
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench.app.main"],
            env={**os.environ, "WORKBENCH_HOME": home},
        )
        try:
            return _painted(process, log) - start
        finally:
            process.terminate()
            process.wait(30)


def _painted(process: "subprocess.Popen[bytes]", log: Path) -> float:
    def line() -> str:
        if process.poll() is not None:
            raise RuntimeError("the window is gone")
        lines = log.read_text().splitlines() if log.exists() else []
        return next((line for line in lines if line.endswith(": first paint")), "")

    written = wait_for(line, "the first paint", 60)
    moment = datetime.strptime(written[:23], "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 - local time
    return moment.astimezone(UTC).timestamp()


if __name__ == "__main__":
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    compare("process start to first paint", {"bare PySide6 window": bare, "Workbench": application})
