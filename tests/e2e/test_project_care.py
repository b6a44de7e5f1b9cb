"""What a snapshot holds is changed on the Project page with one click and taken back; a check."""

from pathlib import Path

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.folders import git, project_paths, stored_runs
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
        story.window.find("button", "Leave out data/").scroll_into(story.window).click()
        story.window.find(pattern="^data/ is left out from now on")
        rules = folder / ".gitignore"
        assert rules.read_text() == "/data/\n"
        story.window.find("button", "Put back data/")
        story.press_toast("data/ is left out from now on", "Undo")
        story.window.find("button", "Leave out data/")
        wait_for(lambda: not rules.exists(), "the ignore file to go", 30)
        story.dismiss_toasts()
        story.window.find("button", "Check history").scroll_into(story.window).click()
        story.window.find(pattern="^The run can be restored: 1 snapshot read", timeout=RUN_SECONDS)

        (run,) = stored_runs(tmp_path / "home")
        name = run.snapshot
        (project_paths(tmp_path / "home").history / "objects" / name[:2] / name[2:]).unlink()
        story.window.find("button", "Check history", state="enabled").click()
        story.window.find(pattern="^1 of 1 run can't be restored. #1: ", timeout=RUN_SECONDS)
        assert story.quit() == 0


def test_a_lot_of_new_content_is_asked_about_and_holds_up_no_other_run(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "main.py").write_text("print('done')\n")
    big = folder / "big.bin"
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        with big.open("wb") as stream:
            stream.truncate(120_000_000)
        story.window.find("button", "Run").click()
        dialog = application.root.find("dialog", "A lot of new files")
        dialog.find(name="big.bin")
        dialog.find("button", "Leave out").click()
        application.root.gone("dialog")
        story.show_runs()
        story.wait_for_run(1, "Completed")
        assert (folder / ".gitignore").read_text() == "/big.bin\n"

        (folder / ".gitignore").unlink()
        story.window.find("button", "Run").click()
        dialog = application.root.find("dialog", "A lot of new files")
        dialog.find("check box", "Do the same for this project from now on").click()
        dialog.find("button", "Store").click()
        application.root.gone("dialog")
        story.wait_for_run(2, "Completed")
        with (folder / "second.bin").open("wb") as stream:
            stream.truncate(120_000_001)
        story.run("", 3)
        assert story.quit() == 0
    first, _, third = sorted(stored_runs(tmp_path / "home"), key=lambda run: run.number)
    history = project_paths(tmp_path / "home").history
    assert "big.bin" not in git(history, "ls-tree", "--name-only", first.snapshot)
    assert "second.bin" in git(history, "ls-tree", "--name-only", third.snapshot)
