"""What a snapshot holds is changed on the Project page with one click and taken back; a check."""

from pathlib import Path

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.folders import project_paths, stored_runs
from tests.e2e.story import RUN_SECONDS, Story
from tests.e2e.waiting import wait_for


def test_leave_out_undo_and_check_the_history(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "data").mkdir(parents=True)
    (folder / "main.py").write_text("print('done')\n")
    (folder / "data" / "big.bin").write_bytes(b"x" * 2_000_000)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.run("", 1)
        story.window.find("check box", "Project", state="enabled").click()
        story.window.find("button", "Leave out data/").click()
        story.window.find(pattern="^data/ is left out from now on")
        rules = folder / ".gitignore"
        assert rules.read_text() == "/data/\n"
        story.window.find("button", "Put back data/")
        story.press_toast("data/ is left out from now on", "Undo")
        story.window.find("button", "Leave out data/")
        wait_for(lambda: not rules.exists(), "the ignore file to go", 30)
        story.dismiss_toasts()
        story.window.find("button", "Check history").click()
        story.window.find(pattern="^The run can be restored: 1 snapshot read", timeout=RUN_SECONDS)

        (run,) = stored_runs(tmp_path / "home")
        name = run.snapshot
        (project_paths(tmp_path / "home").history / "objects" / name[:2] / name[2:]).unlink()
        story.window.find("button", "Check history", state="enabled").click()
        story.window.find(pattern="^1 of 1 run can't be restored. #1: ", timeout=RUN_SECONDS)
        assert story.quit() == 0
