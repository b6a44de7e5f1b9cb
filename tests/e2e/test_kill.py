"""The window is killed at the worst moments; the next start shows what is true."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event

from tests.e2e.application import WORKBENCH, Application
from tests.e2e.conftest import Start
from tests.e2e.driver import Element
from tests.e2e.folders import check_history, content, facts, git, project_paths, stored_runs
from tests.e2e.story import RUN_SECONDS, Story
from tests.e2e.waiting import wait_for
from workbench.core.run import RunStatus

_ENDS_BADLY = """
import pathlib, sys, time
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
pathlib.Path("outputs").mkdir(exist_ok=True)
name = sys.argv[1]
print("begun", flush=True)
while not pathlib.Path(f"go-{name}").exists():
    time.sleep(0.05)
logger.log("answer", 42)
pathlib.Path(f"outputs/{name}.txt").write_text("kept")
print("ended", flush=True)
sys.exit(name == "bad")
"""
_FILES = 1500


def _kill(application: Application) -> None:
    os.kill(application.process.pid, signal.SIGKILL)
    application.process.wait(30)


def _catch(moment: Callable[[], bool], what: str) -> None:
    """Wait for a moment that is gone soon: look again at once."""
    pause = Event()
    for _ in range(200_000):
        if moment():
            return
        pause.wait(0.0005)
    raise AssertionError(f"{what} was not seen")


def _log_says(story: Story, words: str) -> None:
    story.show_tab("Log")
    log: Element = story.window.find("text", "Log")
    wait_for(lambda: words in log.text, f"{words!r} in the log", RUN_SECONDS)


def test_killed_during_runs_they_are_complete_on_the_next_start(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "slow.py").write_text(_ENDS_BADLY)
    command = (*WORKBENCH, str(folder))
    with start(command) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        for number, name in ((1, "good"), (2, "bad")):
            story.window.find("text", "Arguments").type(name)
            story.window.find("button", "Run").click()
            story.wait_for_run(number, "Running")
        story.open_run(1)
        _log_says(story, "begun")
        _kill(application)
    for name in ("good", "bad"):
        (folder / f"go-{name}").touch()
        output = folder / "outputs" / f"{name}.txt"
        wait_for(output.exists, f"{name} to end", RUN_SECONDS)
    with start(command) as application:
        story = Story(application)
        story.wait_for_run(1, "Completed")
        story.wait_for_run(2, "Failed")
        story.open_run(1)
        _log_says(story, "ended")
        story.show_tab("Outputs")
        story.window.find(pattern="^good.txt")
        story.show_tab("Metrics")
        story.window.find("label", pattern="^42$")
        assert story.quit() == 0


def _make_heavy(folder: Path) -> None:
    for index in range(1500):
        path = folder / f"part{index // 100}" / f"sample{index}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{index},{index * 7}\n" * 20)
    for index in range(24):
        (folder / f"weights{index}.bin").write_bytes(os.urandom(6_000_000))
    (folder / "quick.py").write_text("print('done')\n")


def test_killed_during_the_first_snapshot_no_run_claims_one(start: Start, tmp_path: Path) -> None:
    folder, home = tmp_path / "heavy", tmp_path / "home"
    folder.mkdir()
    _make_heavy(folder)
    before = content(folder)
    command = (*WORKBENCH, str(folder))

    def is_writing() -> bool:
        packs = project_paths(home).history.glob("objects/pack/tmp_pack_*")
        return any(pack.stat().st_size > 2_000_000 for pack in packs)

    with start(command) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.window.find("text", "Arguments").type("")
        story.window.find("button", "Run").click()
        _catch(is_writing, "a pack that is being written")
        _kill(application)
    (run,) = stored_runs(home)
    assert run.snapshot == ""
    check_history(home)
    with start(command) as application:
        story = Story(application)
        story.wait_for_run(1, "Interrupted")
        (run,) = stored_runs(home)
        assert run.snapshot == ""
        story.run("", 2)
        assert story.quit() == 0
    first, second = sorted(stored_runs(home), key=lambda each: each.number)
    assert (first.status, first.snapshot) == (RunStatus.INTERRUPTED, "")
    assert second.snapshot
    check_history(home)
    stored = git(project_paths(home).history, "ls-tree", "-r", "--name-only", second.snapshot)
    assert set(stored.splitlines()) >= set(before)
    assert content(folder) == before


def _write_all(folder: Path, words: str) -> None:
    for index in range(_FILES):
        path = folder / f"part{index // 100}" / f"file{index}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{words} {index}\n")


def _kill_restoring(application: Application, home: Path, state: str) -> None:
    """Restore the first run and kill the window when the restore has come to a state."""
    journal = project_paths(home).operations / "journal.json"

    def is_there() -> bool:
        try:
            return bool(json.loads(journal.read_bytes())["state"] == state)
        except FileNotFoundError:
            return False

    story = Story(application)
    story.open_run(1)
    story.window.find("button", "Restore").click()
    story.confirm_restore()
    _catch(is_there, f"a restore that is {state}")
    _kill(application)


def test_killed_during_a_restore_the_folder_is_one_of_the_two(start: Start, tmp_path: Path) -> None:
    folder, home = tmp_path / "many", tmp_path / "home"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "quick.py").write_text("print('done')\n")
    _write_all(folder, "old")
    (folder / "gone-later.txt").write_text("only in the first run\n")
    git(folder, "add", "quick.py")
    command = (*WORKBENCH, str(folder))
    old = content(folder)
    repository = facts(folder / ".git")

    with start(command) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.run("", 1)
        _write_all(folder, "new")
        (folder / "gone-later.txt").unlink()
        (folder / "new.txt").write_text("only in the second run\n")
        new = content(folder)
        story.run("", 2)
        _kill_restoring(application, home, "staging")
    with start(command) as application:
        Story(application).window.find(pattern="^Interrupted restore")
        assert content(folder) == new
        _kill_restoring(application, home, "swapping")
    with start(command) as application:
        story = Story(application)
        story.window.find(pattern="^Interrupted restore")
        found = content(folder)
        assert found in (old, new)
        if found == old:
            story.undo_restore()
            assert content(folder) == new
        story.open_run(1)
        story.restore()
        assert content(folder) == old
        story.undo_restore()
        assert content(folder) == new
        assert story.quit() == 0
    assert facts(folder / ".git") == repository
    check_history(home)
