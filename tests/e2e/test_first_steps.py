"""What a new user does around the first run: names, folders, and the project's Python."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.e2e.application import Application
from tests.e2e.conftest import Start
from tests.e2e.folders import app_paths, stored_runs
from tests.e2e.story import PREPARE_SECONDS, RUN_SECONDS, Story
from tests.e2e.waiting import wait_for
from workbench.services.project_files import read_project


def _show_project(story: Story) -> None:
    story.window.find("check box", "Project", state="enabled").click()
    story.window.find("button", "Prepare environment")


def _type_path(application: Application, title: str, path: Path) -> None:
    """Type a path into a dialog that asks for a file or folder."""
    dialog = application.root.find(pattern=f"^{title}", role="dialog")
    dialog.find("text", state="focused")
    application.driver.key("ctrl+a")
    application.driver.type(str(path))
    application.driver.key("Return")
    application.root.gone("dialog", pattern=f"^{title}")


def test_name_and_description_are_edited_in_place(application: Application, tmp_path: Path) -> None:
    story = Story(application)
    folder = story.create_project("first-name", tmp_path / "projects", "Blank")
    _show_project(story)
    name = story.window.find("text", "Project name")
    name.type("two words", enter=True)
    story.window.find("label", pattern="^Use A–Z")
    name.type("second-name", enter=True)
    story.window.find(name="Project second-name")
    application.root.find("frame", pattern="^second-name")
    story.window.find("text", "Description").type("What it is for")
    application.driver.key("ctrl+Return")

    def stored() -> bool:
        project = read_project(folder)
        assert project is not None
        return (project.name, project.description) == ("second-name", "What it is for")

    wait_for(stored, "the description to be stored", RUN_SECONDS)
    story.window.find("check box", "Projects").click()
    story.window.find(pattern="^second-name")

    (folder / ".azureml").rename(tmp_path / "away")
    (folder / ".azureml").write_text("in the way")
    _show_project(story)
    name.type("third-name", enter=True)
    story.window.find("label", pattern="project.json wasn't changed")
    assert name.text == "third-name"
    (folder / ".azureml").unlink()
    (tmp_path / "away").rename(folder / ".azureml")
    name.click()
    application.driver.key("Return")
    story.window.find(name="Project third-name")
    assert story.quit() == 0


def test_the_next_project_starts_where_the_last_one_went(start: Start, tmp_path: Path) -> None:
    with start() as application:
        story = Story(application)
        story.create_project("one", tmp_path / "here", "Blank")
        assert story.quit() == 0
    settings = app_paths(tmp_path / "home").settings
    assert tomllib.loads(settings.read_text("utf-8"))["last_folder"] == str(tmp_path / "here")
    with start() as application:
        story = Story(application)
        story.window.find(name="Project one")
        story.choose_menu("File", "New project")
        dialog = application.root.find("dialog", pattern="^New project")
        assert dialog.find("text", "Folder").text == str(tmp_path / "here")
        dialog.find("button", "Cancel").click()
        assert story.quit() == 0


def test_a_python_is_browsed_for_checked_and_remembered(start: Start, tmp_path: Path) -> None:
    python = tmp_path / "vision" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "vision"], check=True)
    notes = tmp_path / "notes.txt"
    notes.write_text("no Python")
    with start() as application:
        story = Story(application)
        folder = story.create_project("vision-test", tmp_path / "projects", "Blank")
        (folder / "main.py").write_text("print('done')\n")
        _show_project(story)
        story.window.find("button", "Browse for a Python").click()
        _type_path(application, "Choose a Python", notes)
        story.window.find(pattern="^notes.txt isn't a Python")
        box = story.window.find("combo box", label="Python")
        box.click()
        box.find("list item", "Browse…").click()
        _type_path(application, "Choose a Python", python)
        story.window.find("label", pattern=r"^vision \(Python")
        story.wait_until_open("vision-test")
        story.run("", 1)
        assert story.quit() == 0
    (run,) = stored_runs(tmp_path / "home")
    assert run.request.interpreter.path == str(python)
    with start() as application:
        story = Story(application)
        story.wait_until_open("vision-test")
        _show_project(story)
        story.window.find("label", pattern=r"^vision \(Python")
        assert story.quit() == 0


def test_an_environment_is_a_job_that_can_be_canceled_and_tells_why_it_failed(
    application: Application, tmp_path: Path
) -> None:
    story = Story(application)
    folder = story.create_project("packages", tmp_path / "projects", "Blank")
    listing = folder / "aml_config" / "conda_dependencies.yml"
    listing.write_text("dependencies:\n  - pip:\n    - --no-index\n    - no-such-thing==9\n")
    _show_project(story)
    story.window.find("check box", pattern="^Jobs").click()
    story.window.find("button", "Prepare environment").click()
    story.window.find("button", "Cancel Preparing environment").click()
    story.window.find(pattern="^Preparing the environment was canceled", timeout=RUN_SECONDS)
    story.window.gone("button", "Cancel Preparing environment")
    assert not (folder / ".venv").exists()
    story.dismiss_toasts()

    story.window.find("button", "Prepare environment").click()
    failed = story.window.find(
        "panel", pattern="^Packages weren't installed. No matching", timeout=PREPARE_SECONDS
    )
    failed.find("button", "Show output").click()
    dialog = application.root.find("dialog", pattern="^Packages weren't installed")
    assert "no-such-thing==9" in dialog.find("text", "Details").text
    dialog.find("button", "Close").press()
    story.window.find("button", "Try again")
    assert story.quit() == 0
