"""The window under load: how long its thread was busy without a break.

A first snapshot of 10,000 files, a log of 100,000 lines and 10,000 earlier runs, in the real window
on a private X server.
"""

import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.application import WORKBENCH, started
from tests.e2e.desktop import Desktop
from tests.e2e.story import Story
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.services.app_paths import AppPaths
from workbench.services.run_store import RunStore
from workbench.services.workbench_store import WorkbenchStore

_LONGEST = re.compile(r"longest UI gap (\d+) ms, busiest (\d+) ms")
_NOISY = """
import sys
for line in range(100_000):
    print(f"epoch {line} \\x1b[32mloss\\x1b[0m {1 / (line + 1):.6f} a line of usual length")
"""


def _fill(folder: Path, files: int) -> None:
    for index in range(files):
        path = folder / f"data{index // 100:03d}" / f"sample{index:05d}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{index},{index * 7 % 13}\n" * 20)
    (folder / "noisy.py").write_text(_NOISY)


def _add_runs(home: Path, folder: Path, count: int) -> None:
    """Adopt the folder and write records of earlier runs, as the application would."""
    root = home / "workbench"
    paths = AppPaths(root / "data", root / "config", root / "cache", root / "logs")
    library = Library(paths, WorkbenchStore(paths.database))
    project = open_folder(library, folder)
    store = RunStore(paths.project(project.id).database)
    start = datetime.now(UTC) - timedelta(days=30)
    request = RunRequest(
        "noisy.py", ("--rate", "0.1"), Interpreter(sys.executable, InterpreterKind.SYSTEM)
    )
    for index in range(count):
        run = Run(f"seed_{index}", 0, project.id, RunStatus.PREPARING, request, start)
        store.insert(run)
        ended = start + timedelta(minutes=index)
        store.update(
            run.id,
            {
                "status": RunStatus.COMPLETED,
                "started": ended - timedelta(seconds=30),
                "ended": ended,
                "exit_code": 0,
            },
        )
        store.set_metrics(run.id, (("loss", 1 / (index + 1)), ("accuracy", index / count)), 1)
    store.close()
    library.store.close()


def _gaps(home: Path) -> tuple[int, int]:
    log = (home / "workbench" / "logs" / "workbench.log").read_text(encoding="utf-8")
    found = _LONGEST.findall(log)
    if not found:
        raise RuntimeError(f"The window did not say how long its pauses were:\n{log[-2000:]}")
    for line in log.splitlines():
        if "UI gap" in line or "first paint" in line or "opened project" in line:
            print(line)
    return int(found[-1][0]), int(found[-1][1])


def main() -> None:
    """Go through the load once and print every second with a pause above 16 ms."""
    with tempfile.TemporaryDirectory() as root:
        home, folder = Path(root, "home"), Path(root, "large")
        _fill(folder, 10_000)
        _add_runs(home, folder, 10_000)
        command = (*WORKBENCH, "--debug", str(folder))
        with Desktop() as desktop, started(desktop, home, command) as application:
            story = Story(application)
            story.wait_until_open(folder.name)
            table = story.window.find("table", "Run List")
            table.wait(lambda _info: table.rows() == 10_000, "all runs to be listed")
            story.run("", 10_001)
            story.open_run(10_001)
            story.show_tab("Log")
            story.window.find("label", pattern=r"^100,000 lines")
            story.quit()
        wall, busy = _gaps(home)
        print(f"longest UI gap {wall} ms, most processor time in one {busy} ms")


if __name__ == "__main__":
    main()
