"""A project of a Git repo is opened in the window of a computer that knows nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.driver import Element
from tests.e2e.folders import git
from tests.e2e.story import RUN_SECONDS, Story
from tests.servers.internet import Internet, internet
from tests.sync_lab import computer
from workbench.core.history_sync import SyncState
from workbench.services.project_files import write_project
from workbench.services.project_settings import add_missing_run_settings

URL = "https://git.example.com/iris"


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch) as net:
        net.git.create("iris", open_to_all=True)
        yield net


def _share(net: Internet, root: Path) -> None:
    """Have another computer commit, run twice, and push."""
    served = str(net.git.path("iris"))
    with computer(root, served, "lab-pc") as one:
        # Here it has another address than elsewhere, which the file must not name.
        write_project(replace(one.context.project, repo=""))
        add_missing_run_settings(one.folder)
        one.write(train="print('committed')")
        git(one.folder, "init", "-q", "-b", "master")
        git(one.folder, "add", ".")
        git(one.folder, "commit", "-q", "-m", "work")
        git(one.folder, "push", "-q", served, "master")
        one.write(train="print('one')")
        one.run()
        one.write(train="print('two')")
        one.run()
        assert one.sync().state is SyncState.UP_TO_DATE


def _dialog(story: Story) -> Element:
    """Open the dialog, and type the address."""
    story.window.find("button", "Open from Git repo", state="enabled").click()
    dialog = story.application.root.find("dialog", "Open from Git repo")
    dialog.find("text", "Git repo").type(URL)
    return dialog


def test_files_of_the_last_run_and_all_runs_are_there_and_an_older_one_is_restored(
    net: Internet, start: Start, tmp_path: Path
) -> None:
    _share(net, tmp_path / "elsewhere")
    folder = tmp_path / "here" / "iris"
    with start() as application:
        story = Story(application)
        window = story.window
        dialog = _dialog(story)
        dialog.find("label", "Repo found, with 2 runs.", timeout=RUN_SECONDS)
        dialog.find("check box", "Last run").click()
        dialog.find("label", pattern="^As in run #2, .* on lab-pc")
        dialog.find("text", "Folder").type(str(folder))
        dialog.find("button", "Open project", state="enabled").click()
        application.root.gone("dialog", timeout=RUN_SECONDS)
        story.wait_for_run(2, "Completed")
        assert (folder / "train.py").read_text() == "print('two')"
        assert git(folder, "remote", "get-url", "origin") == URL
        assert git(folder, "status", "--porcelain") == "M train.py"
        window.find("button", "History, Synced", timeout=RUN_SECONDS)
        story.dismiss_toasts()
        story.open_run(1)
        story.restore()
        assert (folder / "train.py").read_text() == "print('one')"
        # A second time it is known where the project is.
        window.find("check box", "Projects", state="enabled").click()
        dialog = _dialog(story)
        dialog.find("label", pattern="^This project is in your list already", timeout=RUN_SECONDS)
        dialog.find("button", "Open the listed one").click()
        story.wait_for_run(1, "Completed")
        assert story.quit() == 0
    assert [path.name for path in folder.parent.iterdir()] == ["iris"]
