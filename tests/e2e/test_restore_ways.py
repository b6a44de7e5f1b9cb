"""Restoring only some files, and to a new folder also while a run uses the project's."""

from pathlib import Path

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.folders import check_history, content
from tests.e2e.story import RUN_SECONDS, Story

_WAITS = """import pathlib, sys, time
go = pathlib.Path(__file__).with_name("go")
while len(sys.argv) > 1 and not go.exists():
    time.sleep(0.05)
print("done")
"""


def _texts(folder: Path, *names: str) -> list[str]:
    return [(folder / name).read_text() for name in names]


def _open_restore(story: Story, number: int) -> None:
    story.open_run(number)
    story.window.find("button", "Restore").click()
    story.window.find(pattern=f"^Restore the project folder from run #{number}$")


def test_some_files_only_and_back(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "main.py").write_text("print('done')\n")
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text("1\n")
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.run("", 1)
        for name in ("a.txt", "b.txt", "c.txt"):
            (folder / name).write_text("2\n")
        _open_restore(story, 1)
        story.window.find("radio button", "Selected files").click()
        story.window.find(name="0 of 3 files selected")
        row = story.window.find("list item", pattern="^Modified, b.txt")
        row.click()
        application.driver.key("space")
        row.wait(lambda info: "checked" in info.states, "the check of b.txt")
        story.window.find("button", "Restore 1 file", state="enabled").click()
        story.window.find(pattern="^Restored from run #1")
        assert _texts(folder, "a.txt", "b.txt", "c.txt") == ["2\n", "1\n", "2\n"]

        # One more, by its menu; the page stays for the next one.
        story.dismiss_toasts()
        _open_restore(story, 1)
        story.window.find("list item", pattern="^Modified, c.txt").click()
        application.driver.key("Menu", "Down", "Return")
        story.window.find(pattern="^Restored from run #1")
        story.window.find(name="1 file will change", timeout=RUN_SECONDS)
        assert _texts(folder, "a.txt", "b.txt", "c.txt") == ["2\n", "1\n", "1\n"]

        (folder / "a.txt").write_text("edited since\n")
        for expected in (["edited since\n", "1\n", "2\n"], ["edited since\n", "2\n", "2\n"]):
            story.dismiss_toasts()
            story.undo_restore()
            assert _texts(folder, "a.txt", "b.txt", "c.txt") == expected
        assert story.quit() == 0
    _look_at_operations(start, folder)
    check_history(tmp_path / "home")


def _look_at_operations(start: Start, folder: Path) -> None:
    """After a restart: what was done is listed, with what it changed, and can be done again."""
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.choose_menu("Edit", "Operations")
        story.window.find("label", "Operations")
        story.window.find("list item", pattern="^Undid the restore from run #1, 1 file changed")
        assert len(story.window.find_all("list item", pattern="^(Undid|Restored files)")) == 4
        story.window.find("list item", pattern="^Modified, b.txt")
        story.window.find("button", "Redo restore of run #1", state="enabled").click()
        story.window.find(pattern="^Restored from run #1 again", timeout=RUN_SECONDS)
        story.window.find("list item", pattern="^Restored from run #1 again, 1 file changed")
        assert _texts(folder, "a.txt", "b.txt", "c.txt") == ["edited since\n", "1\n", "2\n"]
        story.dismiss_toasts()
        story.window.find("button", "Undo restore of run #1", state="enabled").click()
        story.window.find(pattern="^Restore undone", timeout=RUN_SECONDS)
        assert _texts(folder, "a.txt", "b.txt", "c.txt") == ["edited since\n", "2\n", "2\n"]
        assert story.quit() == 0


def test_a_new_folder_while_a_run_uses_the_project(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "main.py").write_text(_WAITS)
    (folder / "a.txt").write_text("1\n")
    first = content(folder)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.run("", 1)
        (folder / "a.txt").write_text("2\n")
        second = content(folder)
        story.window.find("text", "Arguments").type("wait")
        story.window.find("button", "Run").click()
        story.wait_for_run(2, "Running")

        _open_restore(story, 1)
        story.window.find(pattern="^#2 is using this folder$")
        story.window.find("button", "Cancel run")
        story.window.find("button", "To a new folder").click()
        box = story.window.find("text", "Folder")
        box.wait(lambda info: info.text == f"{folder}-run-1", "the proposed folder")
        # One with files in it is refused, in words and without leaving anything.
        box.type(str(tmp_path))
        create = story.window.find("button", "Create folder", state="enabled")
        create.click()
        story.window.find(pattern="^This folder has files in it")
        box.type(f"{folder}-run-1")
        create.click()
        story.window.find(pattern="^Run #1 is in a new folder", timeout=RUN_SECONDS)
        made = folder.with_name("mine-run-1")
        assert content(made) == first
        assert content(folder) == second
        (folder / "go").touch()
        story.show_runs()
        story.wait_for_run(2, "Completed")
        assert story.quit() == 0
    check_history(tmp_path / "home")
