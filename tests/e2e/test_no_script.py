"""A project without any script: the user is told what to add, and it can be run at once."""

from pathlib import Path

from tests.e2e.conftest import Start
from tests.e2e.story import Story


def test_the_first_script_of_a_blank_project_is_found(start: Start, tmp_path: Path) -> None:
    with start() as application:
        story = Story(application)
        folder = story.create_project("empty-one", tmp_path, "Blank")
        story.window.find(name="No script to run yet")
        story.window.find(pattern=r"^Add a \.py, \.sh, \.r or \.jl file, or a program")
        assert "enabled" not in story.window.find("button", "Run").info().states
        story.picture("no-script")
        (folder / "train.py").write_text("print('done')\n")
        story.wait_until_open("empty-one")
        story.window.find("button", "Run train.py", state="enabled")
        story.run("", 1)
        assert story.quit() == 0
