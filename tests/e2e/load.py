"""A heavy load for the window: a large folder, thousands of earlier runs, and a long log."""

import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.story import RUN_SECONDS, Story
from tests.e2e.waiting import wait_for
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.services.app_paths import AppPaths
from workbench.services.run_rows import new_row
from workbench.services.run_store import RunStore

FILES, RUNS, LINES = 10_000, 10_000, 100_000
_PAUSE = re.compile(r"UI gap (\d+) ms, busy (\d+) ms")
_NOISY = f"""
for line in range({LINES}):
    print(f"epoch {{line}} \\x1b[32mloss\\x1b[0m {{1 / (line + 1):.6f}} a line of usual length")
"""


@dataclass(frozen=True, slots=True)
class Pause:
    """The longest pauses of the UI thread in one second.

    Attributes:
        wall: Milliseconds that passed.
        busy: Milliseconds of processor time that the thread used itself.
    """

    wall: int
    busy: int


def make_load(home: Path, folder: Path) -> None:
    """Fill a folder, adopt it, and write records of earlier runs, as the application would.

    Args:
        home: Home folder of the application.
        folder: The project's folder; it is made.
    """
    for index in range(FILES):
        path = folder / f"data{index // 100:03d}" / f"sample{index:05d}.csv"
        if index % 100 == 0:
            path.parent.mkdir(parents=True)
        path.write_text(f"{index},{index * 7 % 13}\n" * 20)
    (folder / "noisy.py").write_text(_NOISY)
    _add_runs(home, folder)


def _add_runs(home: Path, folder: Path) -> None:
    root = home / "workbench"
    paths = AppPaths(root / "data", root / "config", root / "cache", root / "logs")
    library = Library.open(paths)
    project = open_folder(library, folder)
    library.store.close()
    database = paths.project(project.id).database
    RunStore(database).close()
    rows = [new_row(_run(project.id, index)) for index in range(RUNS)]
    names = list(rows[0])
    # In one step: the store makes sure of each new run that it is on the disk.
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            f"INSERT INTO runs (number, version, {', '.join(names)}) "
            f"VALUES (?, ?, {', '.join('?' * len(names))})",
            [(number, number, *row.values()) for number, row in enumerate(rows, 1)],
        )
        connection.execute("UPDATE counter SET value = ?", (RUNS,))


def _run(project_id: str, index: int) -> Run:
    ended = datetime.now(UTC) - timedelta(days=30) + timedelta(minutes=index)
    interpreter = Interpreter(sys.executable, InterpreterKind.SYSTEM)
    return Run(
        f"seed_{index}",
        0,
        project_id,
        RunStatus.COMPLETED,
        RunRequest("noisy.py", ("--rate", "0.1"), interpreter),
        ended - timedelta(seconds=31),
        started=ended - timedelta(seconds=30),
        ended=ended,
        exit_code=0,
        metrics=(("loss", 1 / (index + 1)), ("accuracy", index / RUNS)),
    )


def go_through(story: Story, folder: Path) -> None:
    """Wait for the runs of the folder that is being opened, run once more, and read the log."""
    story.window.find(name=f"Project {folder.name}", timeout=RUN_SECONDS)
    story.wait_until_open(folder.name)
    table = story.window.find("table", "Run List")
    wait_for(lambda: table.rows() == RUNS, "all runs to be listed", RUN_SECONDS)
    story.run("", RUNS + 1)
    story.open_run(RUNS + 1)
    story.show_tab("Log")
    story.window.find("label", pattern=rf"^{LINES:,} lines", timeout=RUN_SECONDS)


def read_log(home: Path) -> list[str]:
    """Return the lines of the application's log."""
    return (home / "workbench" / "logs" / "workbench.log").read_text("utf-8").splitlines()


def pauses(lines: list[str]) -> list[Pause]:
    """Return the pauses that some lines of a log tell, one for each second that had a long one."""
    found = (_PAUSE.search(line) for line in lines if "longest" not in line)
    return [Pause(int(match[1]), int(match[2])) for match in found if match]
