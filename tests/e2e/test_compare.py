"""Runs are compared in the real window: from the list, from a run, with the folder."""

from pathlib import Path

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.story import Story

_SCRIPT = """\
import sys
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
for step in range(5):
    logger.log("loss", float(sys.argv[2]) / (step + 1))
"""


def _three_runs(story: Story, folder: Path) -> None:
    story.wait_until_open(folder.name)
    for number, argument in enumerate(("--rate 1", "--rate 2", "--rate 3"), 1):
        story.run(argument, number)
        (folder / "train.py").write_text(f"{_SCRIPT}# {number}\n")
    story.dismiss_toasts()


def _go_to(story: Story, command: str) -> None:
    """Choose a command in the palette."""
    story.application.driver.key("ctrl+k")
    dialog = story.application.root.find("dialog", pattern="^Go to")
    dialog.find("text", "Go to").type(command, enter=True)


def test_why_runs_differ(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "rates"
    folder.mkdir()
    (folder / "train.py").write_text(_SCRIPT)
    with start((*WORKBENCH, str(folder))) as application:
        story, key = Story(application), application.driver.key
        _three_runs(story, folder)
        find = story.window.find
        compare = find("button", "Compare")
        table = find("table", "Run List")
        script = table.headers().index("Script")
        table.cell(0, script).click()
        compare.wait(lambda info: "enabled" not in info.states, "Compare to be disabled")
        assert "Select 2 or 3 runs" in compare.info().description
        key("shift+Down", "shift+Down")
        compare.wait(lambda info: "enabled" in info.states, "Compare to be enabled")
        key("ctrl+d")

        # The newest run is the baseline; the one with the lowest loss is the best.
        find("label", "Compare 3 runs")
        find("panel", pattern="^#3, train.py, Completed, Baseline$")
        metrics = find("table", "Metrics")
        row = metrics.row(0)
        assert row[0] == "loss"
        assert row[3].startswith("loss, #1, 0.2, −0.4, better than #3, Best")
        arguments = find("table", "Arguments").row(0)
        assert arguments[2] == "--rate, #2, 2, differs from #3"
        story.picture("compare")

        # One run is left out and put back.
        find("button", "Remove #2 from comparison").click()
        find("label", "Compare 2 runs")
        story.press_toast("#2 was removed from the comparison", "Undo")
        find("label", "Compare 3 runs")

        # The files that differ.
        code = find("table", "Code and environment")
        assert code.row(0)[0] == "Snapshot"
        assert "1 file differs" in code.row(0)[3]
        code.focus()
        key("Right", "Right", "Right", "Return")
        find("label", "#3 and #1")
        key("Escape")
        find("label", "Compare 3 runs")
        key("Escape")
        find("table", "Run List")

        # From an open run, with the best one and with the folder.
        story.open_run(3)
        _go_to(story, "Compare with best")
        find("label", "Compare 2 runs")
        key("Escape")
        story.window.find("label", pattern="^#3\\b")
        _go_to(story, "Compare with folder now")
        find("label", "Compare 1 run with your folder")
        find("table", "Code and environment")
        find("button", "Back").click()
        story.window.find("label", pattern="^#3\\b")
        assert story.quit() == 0
