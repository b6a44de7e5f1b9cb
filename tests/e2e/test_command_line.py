"""The window and the command line on one project at once: each shows what the other does."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cli.shell import WB, environment
from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.story import Story
from tests.e2e.waiting import wait_for

_SCRIPT = """
import pathlib, sys, time
from azureml.logging import get_azureml_logger
get_azureml_logger().log("score", float(sys.argv[1]))
print("begun", flush=True)
while len(sys.argv) > 2 and not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.01)
"""


def wb(folder: Path, *words: str) -> str:
    """Carry out a command beside the window; return what it wrote."""
    home = folder.parent / "home"
    done = subprocess.run(
        [*WB, *words],
        cwd=folder,
        env=environment(HOME=str(home), WORKBENCH_HOME=str(home / "workbench")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_shows_what_the_other_does(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    (folder / "score.py").write_text(_SCRIPT)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("both")

        # A run of the command line is there while it runs, and its end too.
        wb(folder, "experiment", "submit", "--no-wait", "score.py", "0.25", "go")
        story.wait_for_run(1, "Running")
        (folder / "go").touch()
        story.wait_for_run(1, "Completed")

        # A run of the window is there for the command line.
        (folder / "score.py").write_text(f"{_SCRIPT}# changed\n")
        story.run("0.75", 2)
        runs = json.loads(wb(folder, "history", "list", "-o", "json"))
        assert [(run["run_number"], run["score"]) for run in runs] == [(2, 0.75), (1, 0.25)]

        # A restore of the command line is told, and the window can take it back.
        story.dismiss_toasts()
        wb(folder, "project", "restore", "--run-id", "1", "--path", "score.py", "--yes")
        assert (folder / "score.py").read_text() == _SCRIPT
        story.window.find(pattern="^Restored from run #1")
        story.undo_restore()
        assert (folder / "score.py").read_text() == f"{_SCRIPT}# changed\n"
        # And the other way round.
        wb(folder, "project", "redo-restore", "--yes")
        assert (folder / "score.py").read_text() == _SCRIPT

        # A deleted run leaves the list, and comes back.
        story.show_runs()
        wb(folder, "history", "delete", "--run", "1")
        table = story.window.find("table", "Run List")
        wait_for(lambda: table.rows() == 1, "run #1 to leave the list", 30)
        wb(folder, "history", "undelete", "--run", "1")
        wait_for(lambda: table.rows() == 2, "run #1 to come back", 30)
        wb(folder, "history", "archive", "--run", "2")
        wait_for(lambda: table.rows() == 1, "run #2 to leave the list", 30)
        assert story.quit() == 0


def test_both_start_runs_at_once(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "score.py").write_text(_SCRIPT)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("many")
        arguments = story.window.find("text", "Arguments")
        with ThreadPoolExecutor(2) as pool:
            beside = [
                pool.submit(wb, folder, "experiment", "submit", "score.py", str(number))
                for number in range(4)
            ]
            for number in range(4, 8):
                arguments.type(str(number), enter=True)
            outputs = [each.result() for each in beside]
        assert all("Status     : Completed\n" in text for text in outputs)
        story.show_runs()
        for number in range(1, 9):
            story.wait_for_run(number, "Completed")
        runs = json.loads(wb(folder, "history", "list", "-o", "json"))
        assert sorted(run["score"] for run in runs) == list(range(8))
        assert sorted(run["run_number"] for run in runs) == list(range(1, 9))
        assert story.quit() == 0
