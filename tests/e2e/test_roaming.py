"""A project that is linked to a Git repo: its history is there on another computer too."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.folders import content, git, project_paths
from tests.e2e.story import RUN_SECONDS, Story
from tests.servers.internet import Internet, internet

URL = "https://git.example.com/iris"


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create("iris", open_to_all=True)
        yield net


def _link(story: Story, url: str) -> None:
    """Type the address into the Git repo box of the Project page, and link it."""
    story.window.find("check box", "Project", state="enabled").click()
    story.window.find("text", "Git repo").type(url)
    story.window.find("label", pattern="^Repo found")
    story.window.find("button", "Link repo", state="enabled").click()
    story.window.find("label", pattern="^A linked repo can't be changed")


def test_history_goes_to_the_repo_and_is_restored_on_another_computer(
    net: Internet, start: Start, tmp_path: Path
) -> None:
    with start() as application:
        story = Story(application)
        folder = story.create_project("roaming", tmp_path / "projects", "Blank")
        (folder / "train.py").write_text("print('one')\n")
        story.window.find("text", "Arguments").click()
        _link(story, URL)
        story.window.find("button", "History, Synced", timeout=RUN_SECONDS)
        assert git(folder, "remote", "get-url", "origin") == URL
        story.dismiss_toasts()
        story.window.find("check box", "Project", state="enabled").click()
        story.window.find("check box", "Push to the Git repo, too", state="enabled").click()
        story.window.find("label", pattern="^Nothing waits")
        story.run("--rate 1", 1)
        first = content(folder)
        (folder / "train.py").write_text("print('two')\n")
        story.run("--rate 2", 2)
        story.window.find("button", "History, Synced", timeout=RUN_SECONDS)
        # The server goes away: runs go on, and what waits is told.
        net.proxy.refused.add("git.example.com")
        (folder / "train.py").write_text("print('three')\n")
        story.run("--rate 3", 3)
        story.window.find("button", "History, Offline, 1 to push", timeout=RUN_SECONDS)
        net.proxy.refused.clear()
        story.choose_menu("Project", "Push history now")
        story.window.find("button", "History, Synced", timeout=RUN_SECONDS)
        assert story.quit() == 0
    history = project_paths(tmp_path / "home").history
    branch = git(history, "symbolic-ref", "HEAD")
    assert git(net.git.path("iris"), "rev-parse", branch) == git(history, "rev-parse", branch)

    # On another computer there is a copy of the folder, for example a clone.
    other = tmp_path / "elsewhere" / "roaming"
    shutil.copytree(folder, other)
    with start((*WORKBENCH, str(other)), home="other") as application:
        story = Story(application)
        story.show_runs()
        for number in (1, 2, 3):
            story.wait_for_run(number, "Completed")
        story.dismiss_toasts()
        story.open_run(1)
        story.show_tab("Log")
        story.window.find("label", pattern="^1 line", timeout=RUN_SECONDS)
        story.restore()
        assert content(other) == first
        assert story.quit() == 0
    subprocess.run(["git", "-C", str(net.git.path("iris")), "fsck", "--strict"], check=True)
