"""The window among other things: a second start, the next start, moved folders, closing, keys."""

import shutil
import subprocess
from pathlib import Path

import psutil

from tests.e2e.application import WORKBENCH, Application
from tests.e2e.conftest import Start
from tests.e2e.desktop import Desktop
from tests.e2e.driver import Element
from tests.e2e.folders import stored_runs
from tests.e2e.story import Story
from tests.e2e.waiting import wait_for
from workbench.core.run import RunStatus

_WAITS = """
import pathlib, time
while not pathlib.Path("go").exists():
    time.sleep(0.05)
"""


def _folder(parent: Path, name: str, script: str = "print('done')\n") -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "main.py").write_text(script)
    return folder


def _second_start(desktop: Desktop, home: Path, *arguments: str) -> int:
    own = {"HOME": str(home), "WORKBENCH_HOME": str(home / "workbench")}
    done = subprocess.run(
        (*WORKBENCH, *arguments), env=desktop.environment | own, check=False, timeout=60
    )
    return done.returncode


def _active_window(desktop: Desktop) -> str:
    done = subprocess.run(
        ["xdotool", "getactivewindow", "getwindowname"],
        env=desktop.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _choose_folder(application: Application, title: str, folder: Path) -> None:
    """Type a path into the dialog that asks for a folder."""
    dialog = application.root.find(pattern=f"^{title}", role="dialog")
    # The dialog completes what is typed; so the keys go where the cursor is at first.
    dialog.find("text", state="focused")
    application.driver.key("ctrl+a")
    application.driver.type(str(folder))
    application.driver.key("Return")
    application.root.gone("dialog", pattern=f"^{title}")


def test_a_second_start_raises_the_window_and_hands_over_its_folder(
    start: Start, desktop: Desktop, tmp_path: Path
) -> None:
    one, two = _folder(tmp_path, "one"), _folder(tmp_path, "two")
    with start((*WORKBENCH, str(one))) as application:
        story = Story(application)
        story.wait_until_open("one")
        desktop.run(["xdotool", "getactivewindow", "windowminimize"])
        wait_for(lambda: "one" not in _active_window(desktop), "the window to be minimized", 30)
        assert _second_start(desktop, tmp_path / "home", str(two)) == 0
        story.wait_until_open("two")
        wait_for(lambda: "two" in _active_window(desktop), "the window to be raised", 30)
        assert application.process.poll() is None
        # It may hold a sign-in: a crash leaves no picture of its memory.
        assert psutil.Process(application.process.pid).rlimit(psutil.RLIMIT_CORE)[0] <= 1
        assert story.quit() == 0


def test_place_size_and_project_come_back(start: Start, desktop: Desktop, tmp_path: Path) -> None:
    folder = _folder(tmp_path, "mine")
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        desktop.run(["xdotool", "getactivewindow", "windowsize", "--sync", "1210", "760"])
        desktop.run(["xdotool", "getactivewindow", "windowmove", "--sync", "150", "90"])
        story.window.wait(lambda info: info.box[2:] == (1210, 760), "the new size")
        before = story.window.info().box
        assert story.quit() == 0
    with start() as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.window.wait(lambda info: info.box == before, f"the window at {before}")
        assert story.quit() == 0


def test_a_moved_folder_is_located_and_a_copy_noticed(
    start: Start, desktop: Desktop, tmp_path: Path
) -> None:
    folder, home = _folder(tmp_path, "mine"), tmp_path / "home"
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("mine")
        story.run("", 1)
        assert story.quit() == 0
    moved = folder.rename(tmp_path / "elsewhere")
    with start() as application:
        story = Story(application)
        story.window.find("label", "Folder not found")
        _select_project(story, "mine")
        application.driver.key("Return")
        _choose_folder(application, "Locate folder", moved)
        story.wait_for_run(1, "Completed")

        copied = Path(shutil.copytree(moved, tmp_path / "copy"))
        assert _second_start(desktop, home, str(copied)) == 0
        dialog = application.root.find("dialog", "This folder is a copy of a project")
        dialog.find("button", "It is a new project").click()
        story.window.find(pattern="^No runs yet")
        story.run("", 1)
        identities = {
            path: (path / ".azureml" / "project.json").read_text() for path in (moved, copied)
        }
        assert identities[moved] != identities[copied]

        third = Path(shutil.copytree(moved, tmp_path / "third"))
        shutil.rmtree(moved)
        assert _second_start(desktop, home, str(third)) == 0
        story.wait_for_run(1, "Completed")

        application.driver.key("ctrl+1")
        table = _select_project(story, "mine")
        rows = table.rows()
        application.driver.key("Delete")
        story.press_toast("mine was removed from the list", "Undo")
        _select_project(story, "mine")
        table.wait(lambda _info: table.rows() == rows, "the project to be back")
        assert (third / "main.py").exists()
        assert story.quit() == 0


def _select_project(story: Story, name: str) -> Element:
    """Select a project on the Projects page; return its table."""
    table = story.window.find("table", "Projects")

    def row() -> int:
        names = [table.row(index)[0] for index in range(table.rows())]
        return next((index for index, text in enumerate(names) if text.startswith(name)), -1)

    wait_for(lambda: row() >= 0, f"{name} in the list", 30)
    table.cell(row(), 0).click()
    return table


def _ask_to_close(story: Story) -> Element:
    story.application.driver.key("ctrl+q")
    return story.application.root.find("dialog", "1 run is not finished")


def test_closing_with_an_active_run_asks_what_becomes_of_it(start: Start, tmp_path: Path) -> None:
    folder, home = _folder(tmp_path, "busy", _WAITS), tmp_path / "home"
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open("busy")
        story.window.find("button", "Run").click()
        story.wait_for_run(1, "Running")
        _ask_to_close(story).find("button", "Stay").press()
        application.root.gone("dialog")
        story.wait_for_run(1, "Running")
        _ask_to_close(story).find("button", "Keep running in the background", state="focused")
        application.driver.key("Return")
        assert application.wait_until_closed() == 0
    (run,) = stored_runs(home)
    assert run.status is RunStatus.RUNNING
    with start() as application:
        story = Story(application)
        story.wait_for_run(1, "Running")
        (folder / "go").touch()
        story.wait_for_run(1, "Completed")
        (folder / "go").unlink()
        story.window.find("button", "Run").click()
        story.wait_for_run(2, "Running")
        _ask_to_close(story).find("button", "Cancel run").press()
        assert application.wait_until_closed() == 0
    assert [run.status for run in sorted(stored_runs(home), key=lambda run: run.number)] == [
        RunStatus.COMPLETED,
        RunStatus.CANCELED,
    ]


def test_a_window_on_another_computer_is_told_in_a_window(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "home" / "workbench" / "data"
    data.mkdir(parents=True)
    lock = data / "window.lock"
    lock.write_text("\n".join(["4711", "python", "elsewhere", "00" * 16, "11" * 16, ""]))
    with start() as application:
        application.root.find("label", "Workbench is in use on another computer")
        application.root.find("label", pattern=f"{lock}.*elsewhere.*delete this file")
        application.root.find("button", "Close").press()
        assert application.wait_until_closed() == 1
        assert "elsewhere" in application.log.read_text()
    lock.unlink()
    with start() as application:
        assert Story(application).quit() == 0
