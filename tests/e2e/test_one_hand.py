"""The main story with the keyboard alone, and with assistive software alone: no mouse in either."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.e2e.application import Application
from tests.e2e.driver import Element
from tests.e2e.folders import content
from tests.e2e.story import CREATE_SECONDS, RUN_SECONDS, Story
from tests.e2e.waiting import wait_for

NAME = "straight-line"
TEMPLATE = "Linear regression"


@contextmanager
def no_mouse(application: Application) -> Iterator[None]:
    """Put the pointer into a corner of the screen; it must still be there at the end."""
    desktop = application.driver.desktop
    desktop.run(["xdotool", "mousemove", "--sync", "0", "0"])
    yield
    assert b"x:0 y:0" in desktop.run(["xdotool", "getmouselocation"]).stdout


def change(folder: Path) -> dict[str, tuple[int, str]]:
    """Change the project between two runs; return its content."""
    with (folder / "train.py").open("ab") as stream:
        stream.write(b"\n# A change between the two runs\n")
    (folder / "notes.txt").write_text("Only in the second run\n", encoding="utf-8")
    return content(folder)


def tab_to(application: Application, holds: Element, key: str = "Tab") -> None:
    """Press Tab until a control has the focus."""
    seen: list[str] = []
    for _press in range(60):
        before = _focused(application)
        seen.append(before)
        if "focused" in holds.info().states:
            return
        application.driver.key(key)
        wait_for(partial(_moved, application, before), "the focus to move", 30)
    raise AssertionError(f"Tab doesn't reach it, only {seen}")


def _moved(application: Application, before: str) -> bool:
    return _focused(application) != before


def _focused(application: Application) -> str:
    """Name everything that says it has the focus."""
    return str([element.info().id for element in application.root.find_all(state="focused")])


def test_the_keyboard_alone(application: Application, tmp_path: Path) -> None:
    story, key = Story(application), application.driver.key
    parent = tmp_path / "projects"
    story.window.find("button", "New project")
    with no_mouse(application):
        key("ctrl+n")
        dialog = application.root.find("dialog", pattern="^New project")
        dialog.find("text", "Project name", state="focused")
        application.driver.type(NAME)
        key("alt+f")
        dialog.find("text", "Folder", state="focused")
        key("ctrl+a")
        application.driver.type(str(parent))
        tab_to(application, dialog.find("check box", state="checked"), "shift+Tab")
        key("Right")
        card = dialog.find("check box", pattern=f"^{TEMPLATE}")
        card.wait(lambda info: "checked" in info.states, "the template")
        key("ctrl+Return")
        application.root.gone("dialog", timeout=CREATE_SECONDS)
        story.wait_until_open(NAME)
        folder = parent / NAME
        first = content(folder)

        key("F5")
        key("ctrl+2")
        story.wait_for_run(1, "Completed")
        changed = change(folder)
        key("ctrl+l")
        story.window.find("text", "Arguments", state="focused")
        application.driver.type("--learning-rate 0.05")
        key("Return")
        story.wait_for_run(2, "Completed")

        key("ctrl+2", "F6")
        table = story.window.find("table", "Run List")
        tab_to(application, table)
        key("End", "Return")
        story.window.find("label", pattern=r"^#1\b")
        for number, tab in enumerate(("Metrics", "Log", "Outputs", "Code changes"), start=1):
            key(f"alt+{number}")
            story.window.find("page tab", pattern=f"^{tab}", state="selected")
        key("ctrl+r")
        restore = r"^Restore [\d,]+ files?$"
        story.window.find("button", pattern=restore, state="enabled", timeout=RUN_SECONDS)
        key("ctrl+Return")
        story.window.find(pattern="^Restored from run #1", timeout=RUN_SECONDS)
        assert content(folder) == first
        key("ctrl+alt+z")
        story.window.find(pattern="^Restore undone", timeout=RUN_SECONDS)
        assert content(folder) == changed
        key("ctrl+q")
        assert application.wait_until_closed() == 0


class Assistant:
    """Uses an application as a screen reader does: only actions, texts and selections of the bus.

    The X server gets no key and no click.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.window = application.root.find("frame", pattern="Workbench$")

    def menu(self, menu: str, item: str) -> None:
        """Choose an entry of a menu."""
        self.window.find("menu item", menu).press()
        self.window.find("menu item", pattern=item, state="enabled").press()


def test_assistive_software_alone(application: Application, tmp_path: Path) -> None:
    story, user = Story(application), Assistant(application)
    parent = tmp_path / "projects"
    with no_mouse(application):
        user.window.find("button", "New project").press()
        dialog = application.root.find("dialog", pattern="^New project")
        dialog.find(pattern=f"^{TEMPLATE}").press()
        dialog.find("text", "Project name").write(NAME)
        dialog.find("text", "Folder").write(str(parent))
        dialog.find("button", "Create project", state="enabled").press()
        application.root.gone("dialog", timeout=CREATE_SECONDS)
        story.wait_until_open(NAME)
        folder = parent / NAME
        first = content(folder)

        user.window.find("button", "Run").press()
        user.window.find(pattern="^Runs$", state="enabled").press()
        story.wait_for_run(1, "Completed")
        changed = change(folder)
        user.window.find("text", "Arguments").write("--learning-rate 0.05")
        user.window.find("button", "Run").press()
        story.wait_for_run(2, "Completed")

        table = user.window.find("table", "Run List")
        row = wait_for(lambda: [r for r in range(table.rows()) if "#1" in table.row(r)], "#1", 30)
        table.select_row(row[0])
        user.menu("Run", "^Open run")
        user.window.find("label", pattern=r"^#1\b")
        for tab in ("Metrics", "Log", "Outputs", "Code changes"):
            item = user.window.find("page tab", pattern=f"^{tab}")
            item.press()
            item.wait(lambda info: "selected" in info.states, f"the tab {tab}")
        user.window.find("button", "Restore").press()
        restore = r"^Restore [\d,]+ files?$"
        user.window.find("button", pattern=restore, state="enabled", timeout=RUN_SECONDS).press()
        user.window.find(pattern="^Restored from run #1", timeout=RUN_SECONDS)
        assert content(folder) == first
        user.menu("Edit", r"^Undo restore of run #1")
        user.window.find(pattern="^Restore undone", timeout=RUN_SECONDS)
        assert content(folder) == changed
        user.menu("File", "^Quit$")
        assert application.wait_until_closed() == 0
