"""The main story in the real window."""

from pathlib import Path

from tests.e2e.application import Application
from tests.e2e.story import Story, main_story


def test_a_project_is_made_run_twice_restored_and_put_back(
    application: Application, tmp_path: Path
) -> None:
    story = Story(application)
    folder = main_story(story, tmp_path / "projects")
    assert (folder / ".git" / "HEAD").read_text("utf-8") == "ref: refs/heads/master\n"
    assert story.quit() == 0
