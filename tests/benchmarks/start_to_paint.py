"""From process start to the end of the first paint: Workbench against a bare PySide6 window.

Both run with byte code, as an installed program does, also where Python is told to write none.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.benchmarks.rounds import Measure, compare
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


def environment(cache: Path) -> dict[str, str]:
    """Return the environment of the measured processes, with byte code in ``cache``."""
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


def bare(variables: dict[str, str]) -> float:
    """Return the seconds a bare window takes."""
    start = time.time()
    shown = subprocess.run(
        [sys.executable, "-c", BARE], check=True, capture_output=True, text=True, env=variables
    ).stdout
    return float(shown) - start


def application(variables: dict[str, str], until: str) -> float:
    """Return the seconds Workbench takes until it logs ``until``, with an empty project list."""
    with tempfile.TemporaryDirectory() as home:
        log = Path(home, "logs", "workbench.log")
        start = time.time()
        process = subprocess.Popen(
            [sys.executable, "-m", "workbench.app.main"],
            env={**variables, "WORKBENCH_HOME": home},
        )
        try:
            return _logged(process, log, until) - start
        finally:
            process.terminate()
            process.wait(30)


def _logged(process: "subprocess.Popen[bytes]", log: Path, words: str) -> float:
    def line() -> str:
        if process.poll() is not None:
            raise RuntimeError("the window is gone")
        lines = log.read_text().splitlines() if log.exists() else []
        return next((line for line in lines if line.endswith(f": {words}")), "")

    written = wait_for(line, words, 60)
    moment = datetime.strptime(written[:23], "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 - local time
    return moment.astimezone(UTC).timestamp()


def main() -> None:
    """Compare, after a round that only makes the byte code."""
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as cache:
        variables = environment(Path(cache))
        measures: dict[str, Measure] = {
            "bare PySide6 window": partial(bare, variables),
            "Workbench, first paint": partial(application, variables, "first paint"),
            "Workbench, whole window": partial(application, variables, "window complete"),
            "Workbench, project list": partial(application, variables, "started"),
        }
        for measure in measures.values():
            measure()
        compare("process start to what is on screen", measures)


if __name__ == "__main__":
    main()
