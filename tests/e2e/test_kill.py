"""The window is killed at the worst moments; the next start shows what is true."""

import os
import signal
from pathlib import Path

from tests.e2e.application import WORKBENCH, Application
from tests.e2e.conftest import Start
from tests.e2e.story import Story
from tests.e2e.waiting import wait_for

_SLOW = """
import pathlib, time
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
pathlib.Path("outputs").mkdir(exist_ok=True)
print("begun", flush=True)
while not pathlib.Path("go-on").exists():
    time.sleep(0.05)
logger.log("answer", 42)
pathlib.Path("outputs/result.txt").write_text("kept")
print("ended", flush=True)
"""


def _kill(application: Application) -> None:
    os.kill(application.process.pid, signal.SIGKILL)
    application.process.wait(30)


def test_killed_during_a_run_the_run_is_complete_on_the_next_start(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "slow.py").write_text(_SLOW)
    command = (*WORKBENCH, str(folder))
    with start(command) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.window.find("button", "Run", state="enabled").click()
        story.wait_for_run(1, "Running")
        story.open_run(1)
        story.show_tab("Log")
        log = story.window.find("text", "Log")
        wait_for(lambda: "begun" in log.text, "the first line of the log", 60)
        _kill(application)
    (folder / "go-on").write_text("")
    wait_for((folder / "outputs" / "result.txt").exists, "the script to end", 60)
    with start(command) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.wait_for_run(1, "Completed")
        story.open_run(1)
        story.show_tab("Log")
        log = story.window.find("text", "Log")
        wait_for(lambda: "ended" in log.text, "the whole log", 60)
        story.show_tab("Outputs")
        story.window.find(pattern="^result.txt")
        story.show_tab("Metrics")
        story.window.find("label", pattern="^42$")
        assert story.quit() == 0
