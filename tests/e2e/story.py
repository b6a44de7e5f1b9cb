"""The main story, as a person would go through it: one step each, found by accessible names.

The end-to-end test and ``packaging/run.py --demo`` tell the same story with this code.
"""

from collections.abc import Callable
from pathlib import Path

from tests.e2e.application import Application
from tests.e2e.driver import Element
from tests.e2e.folders import content
from tests.e2e.waiting import wait_for

SCRIPT = "iris_sklearn.py"
RUN_SECONDS = 180.0
CREATE_SECONDS = 90.0
PREPARE_SECONDS = 400.0


class Story:
    """Goes through the application and takes a picture at each stop.

    Args:
        application: The running application.
        pictures: Folder for the pictures; ``None`` for none.
        tell: Gets one line for each step of the main story, as it begins.
    """

    def __init__(
        self,
        application: Application,
        pictures: Path | None = None,
        tell: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.application = application
        self.window = application.root.find("frame", pattern="Workbench$")
        self.tell = tell
        self._pictures = pictures
        self._taken = 0

    def picture(self, title: str) -> None:
        """Keep a picture of the window as it is when all of it is painted."""
        if self._pictures is not None:
            self._taken += 1
            place = self._pictures / f"{self._taken:02}-{title}.png"
            self.application.driver.desktop.steady_screenshot(place, self.window.info().box)

    def create_project(self, name: str, parent: Path, template: str = "Classifying Iris") -> Path:
        """Make a project from a template; return its folder."""
        new = self.window.find("button", "New project")
        self.window.find("label", pattern="^(Create your first project|Start from a template)$")
        self.picture("projects")
        new.click()
        dialog = self.application.root.find("dialog", pattern="^New project")
        dialog.find(pattern=f"^{template}").click()
        dialog.find("text", "Project name").type(name)
        dialog.find("text", "Folder").type(str(parent))
        self.picture("new-project")
        dialog.find("button", "Create project").click()
        self.application.root.gone("dialog", timeout=CREATE_SECONDS)
        self.window.find(name=f"Project {name}")
        return parent / name

    def wait_until_open(self, name: str) -> None:
        """Wait until a project is open and its script can be run."""
        self.window.find(name=f"Project {name}")
        self.window.find("button", "Run", state="enabled")

    def choose_python(self, text: str) -> None:
        """Choose the interpreter whose name begins with a text."""
        box = self.window.find("combo box", label="Python")
        box.click()
        box.wait(lambda info: "expanded" in info.states, "the list of interpreters to open")
        item = box.find("list item", pattern=f"^{text}")
        wanted = item.name
        item.click()
        box.wait(lambda info: info.name == wanted, f"the choice of {wanted}")

    def show_project(self, *, jobs: bool) -> None:
        """Show the Project page, with or without the Jobs panel."""
        self.window.find("check box", "Project", state="enabled").click()
        self.window.find("button", "Prepare environment")
        toggle = self.window.find("check box", pattern="^Jobs")
        if jobs is not ("checked" in toggle.info().states):
            toggle.click()
            toggle.wait(lambda info: ("checked" in info.states) is jobs, "the Jobs panel")

    def prepare_environment(self) -> None:
        """Build the project's own environment, with the packages that its scripts ask for."""
        self.window.find("menu item", "Project").click()
        self.window.find("menu item", "Prepare environment", state="enabled").click()
        self.window.find(pattern="^(Preparing environment|The environment is ready)")
        self.picture("preparing")
        self.window.find(pattern="^The environment is ready", timeout=PREPARE_SECONDS)

    def run(self, arguments: str, number: int) -> None:
        """Run the chosen script and wait until the run has completed."""
        self.window.find("text", "Arguments").type(arguments)
        self.window.find("button", "Run").click()
        self.show_runs()
        self.wait_for_run(number, "Completed")

    def show_runs(self) -> Element:
        """Show the Run List and return its table."""
        self.window.find(pattern="^Runs$", state="enabled").click()
        return self.window.find("table", "Run List")

    def wait_for_run(self, number: int, status: str) -> list[str]:
        """Wait until a run has a status; return its row."""
        table = self.window.find("table", "Run List")

        def ask() -> list[str]:
            row = _row_of(table, number)
            return table.row(row) if row is not None and status in table.row(row) else []

        return wait_for(ask, f"run #{number} to be {status}", RUN_SECONDS, lambda: _told(table))

    def open_run(self, number: int) -> None:
        """Open the Run Detail of a run."""
        table = self.show_runs()
        row = wait_for(lambda: (_row_of(table, number),), f"run #{number}", RUN_SECONDS)[0]
        if row is None:
            raise AssertionError(f"There is no run #{number}:\n{_told(table)}")
        table.cell(row, table.headers().index("Script")).double_click()
        self.window.find("label", pattern=f"^#{number}\\b")

    def show_tab(self, tab: str) -> None:
        """Show a tab of the Run Detail."""
        item = self.window.find("page tab", pattern=f"^{tab}")
        item.click()
        item.wait(lambda info: "selected" in info.states, f"the tab {tab}")

    def restore(self) -> None:
        """Restore the folder from the run that is open."""
        self.window.find("button", "Restore").click()
        self.confirm_restore()
        self.window.find(pattern="^Restored from run #", timeout=RUN_SECONDS)

    def confirm_restore(self) -> None:
        """Do what the Restore page shows."""
        confirm = self.window.find(
            "button", pattern=r"^Restore [\d,]+ files?$", state="enabled", timeout=RUN_SECONDS
        )
        self.picture("restore")
        self.dismiss_toasts()
        confirm.click()

    def undo_restore(self) -> None:
        """Take the restore back by the Edit menu."""
        self.window.find("menu item", "Edit").click()
        undo = r"^Undo restore of run #\d+$"
        self.window.find("menu item", pattern=undo, state="enabled").click()
        self.window.find(pattern="^Restore undone", timeout=RUN_SECONDS)

    def press_toast(self, title: str, button: str) -> None:
        """Press the button of a message in the corner."""
        toast = self.window.find("panel", pattern=f"^{title}")
        toast.find("button", button).click()

    def dismiss_toasts(self) -> None:
        """Take the messages in the corner away: they may lie over what is clicked next."""
        while dismiss := self.window.find_all("button", "Dismiss"):
            dismiss[0].press()

    def choose_menu(self, menu: str, item: str) -> None:
        """Choose an entry of a menu."""
        self.window.find("menu item", menu).click()
        self.window.find("menu item", item, state="enabled").click()

    def quit(self) -> int:
        """Quit by the File menu; return the exit code."""
        self.window.find("menu item", "File").click()
        self.window.find("menu item", "Quit", state="enabled").click()
        return self.application.wait_until_closed()


def _row_of(table: Element, number: int) -> int | None:
    rows = range(table.rows())
    return next((row for row in rows if f"#{number}" in table.row(row)), None)


def _told(table: Element) -> str:
    return "\n".join(" | ".join(table.row(row)) for row in range(min(table.rows(), 20)))


def main_story(story: Story, parent: Path) -> Path:
    """Go through the main story; return the project's folder.

    New project, two runs with a change in between, Run Detail, Restore of the first run.
    """
    tell = story.tell
    tell("A new project is made from the template Classifying Iris")
    folder = story.create_project("iris-species", parent)
    script = folder / SCRIPT
    first = content(folder)
    tell("Its environment is prepared: packages are installed, which takes a minute or two")
    story.show_project(jobs=True)
    story.prepare_environment()
    story.dismiss_toasts()
    story.show_project(jobs=False)
    story.picture("project")
    tell("Run 1, with 0.01")
    story.run("0.01", 1)
    tell("The script is changed; run 2, with 0.5")
    with script.open("ab") as stream:
        stream.write(b"\n# A change between the two runs\n")
    (folder / "notes.txt").write_text("Only in the second run\n", encoding="utf-8")
    changed = content(folder)
    story.run("0.5", 2)
    story.dismiss_toasts()
    story.picture("run-list")

    tell("Run 2 in detail: metrics, log, outputs, code changes, environment")
    story.open_run(2)
    story.picture("run-detail-metrics")
    for tab in ("Log", "Outputs", "Code changes", "Environment"):
        story.show_tab(tab)
        story.picture(f"run-detail-{tab.lower().replace(' ', '-')}")

    tell("The folder is restored from run 1")
    story.open_run(1)
    story.show_tab("Metrics")
    story.restore()
    story.picture("restored")
    if content(folder) != first:
        raise AssertionError(f"{folder} is not as it was when the first run was started")
    tell("The restore is undone")
    story.show_runs()
    story.undo_restore()
    if content(folder) != changed:
        raise AssertionError(f"{folder} is not as it was before the restore")
    story.picture("undone")
    return folder
