"""``wb project update --share-outputs``: logs and outputs of runs on another computer."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.sync_lab import bare_repo


def on_another_computer(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell whose Workbench knows nothing yet."""
    folder = shell.folder.parent / "elsewhere"
    folder.mkdir()
    monkeypatch.setenv("WORKBENCH_HOME", str(folder / "home"))
    return Shell(folder, shell.capture, shell.monkeypatch)


def test_outputs_of_a_run_are_downloaded_on_another_computer(
    history: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = bare_repo(history.folder.parent)
    history.wb("project", "update", "--repo", str(repo))
    assert history.json("project", "show")["share_outputs"] is False
    assert "stay on this computer" in history.wb("project", "status").out
    said = history.wb("project", "update", "--share-outputs", "on")
    assert "wb history push" in said.out
    assert history.json("project", "show")["share_outputs"] is True
    waiting = history.json("project", "status")
    assert waiting["share_outputs"] is True
    assert (waiting["outputs_to_share"]["runs"], waiting["outputs_to_share"]["too_large"]) == (3, 0)
    assert history.json("history", "status")["outputs_to_push"] == 3
    pushed = history.json("history", "push")
    assert (pushed["state"], pushed["outputs_to_push"]) == ("up to date", 0)
    log = history.wb("history", "info", "--run", "2", "--artifact", "log").out
    assert "accuracy is 0.990" in log
    with monkeypatch.context() as here:
        other = on_another_computer(history, here)
        other.wb("project", "open", str(repo), "--path", "demo")
        other.into("demo")
        there = other.wb("history", "info", "--run", "2", "--artifact", "log").out
        assert there == log
        other.wb("history", "download", "--run", "2", "--destination", "../got")
        files = Path(other.folder.parent, "got").rglob("*.*")
        got = {path.name: path.read_text() for path in files}
        assert got == {"driver_log.txt": log, "model.txt": "0.01\n"}
        assert other.json("project", "show")["share_outputs"] is False


def test_what_stays_on_the_other_computer_is_told(
    history: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = bare_repo(history.folder.parent)
    history.wb("project", "update", "--repo", str(repo))
    history.wb("history", "push")
    with monkeypatch.context() as here:
        other = on_another_computer(history, here)
        other.wb("project", "open", str(repo), "--path", "demo")
        other.into("demo")
        done = other.wb("history", "info", "--run", "2", "--artifact", "log", code=3)
        assert "sharing is off there" in done.err


def test_something_has_to_be_updated(project: Shell) -> None:
    assert "--share-outputs on" in project.wb("project", "update", code=2).err
    refused = project.wb("project", "update", "--share-outputs", "on", "--vststoken", code=2)
    assert "--vststoken needs --repo" in refused.err
    said = project.wb("project", "update", "--share-outputs", "on")
    assert "until the project has a Git repo" in said.out
    off = project.wb("project", "update", "--share-outputs", "off")
    assert "stays there" in off.out
