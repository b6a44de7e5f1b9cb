"""``wb project restore`` and its undo, by the bytes on disk."""

import os
import signal
import subprocess

import pytest

from tests.cli.conftest import TRAIN
from tests.cli.shell import Shell, terminal
from tests.forked import in_child, kill_at_change
from workbench.cli.main import main


def test_a_dry_run_shows_what_would_change_and_changes_nothing(history: Shell) -> None:
    before = (history.folder / "train.py").read_text()
    done = history.wb("project", "restore", "--run-id", "1", "--dry-run")
    assert "  M train.py  (not committed)\n" in done.out
    assert "  D notes/new.txt  (not committed)\n" in done.out
    assert "1 overwritten, 1 deleted" in done.out
    assert done.out.endswith("Nothing was changed: a dry run.\n")
    assert (history.folder / "train.py").read_text() == before
    changes = history.json("project", "restore", "--run-id", "1", "--dry-run")["changes"]
    assert [change["path"] for change in changes] == ["notes/new.txt", "train.py"]


def test_without_a_terminal_a_restore_needs_a_yes(history: Shell) -> None:
    for words in (("restore", "--run-id", "1"), ("undo-restore",), ("redo-restore",)):
        if words[0] == "undo-restore":
            history.wb("project", "restore", "--run-id", "1", "--yes")
        if words[0] == "redo-restore":
            history.wb("project", "undo-restore", "--yes")
        before = (history.folder / "train.py").read_text()
        done = history.process("project", *words)
        assert done.returncode == 2
        assert done.stderr.startswith("wb: This needs a yes. ")
        assert done.stderr.endswith(" Nothing was changed. Add --yes.\n")
        assert (history.folder / "train.py").read_text() == before


def test_restore_undo_and_redo(history: Shell) -> None:
    changed = (history.folder / "train.py").read_text()
    done = history.wb("project", "restore", "--run-id", "#1", "--yes")
    assert "Restored from run #1: 2 files. Safety snapshot " in done.out
    assert "Take it back with: wb project undo-restore\n" in done.out
    assert (history.folder / "train.py").read_text() == TRAIN
    assert not (history.folder / "notes").exists()

    undone = history.json("project", "undo-restore", "--yes")
    assert (undone["kind"], undone["files"], undone["run_number"]) == ("undo", 2, 1)
    assert (history.folder / "train.py").read_text() == changed
    assert (history.folder / "notes/new.txt").read_text() == "new\n"

    history.wb("project", "redo-restore", "--yes")
    assert (history.folder / "train.py").read_text() == TRAIN
    history.wb("project", "undo-restore", "--yes")
    done = history.wb("project", "undo-restore", "--yes", code=1)
    assert done.err.startswith("wb: Nothing to undo. ")


def test_the_users_repository_stays_as_it_is(history: Shell) -> None:
    def git(*words: str) -> bytes:
        return subprocess.run(
            ["git", *words], cwd=history.folder, capture_output=True, check=True
        ).stdout

    git("add", "train.py")
    git("commit", "-qm", "mine")
    head, index = git("rev-parse", "HEAD"), (history.folder / ".git/index").read_bytes()
    history.wb("project", "restore", "--run-id", "1", "--yes")
    assert git("rev-parse", "HEAD") == head
    assert git("symbolic-ref", "HEAD") == b"refs/heads/master\n"
    assert (history.folder / ".git/index").read_bytes() == index


def test_some_files_are_restored_by_their_names_from_the_current_folder(history: Shell) -> None:
    history.write("notes/new.txt", "edited\n")
    changed = (history.folder / "train.py").read_text()
    folder = history.folder
    history.into("notes")
    history.wb("project", "restore", "--run-id", "2", "--path", "new.txt", "--yes")
    assert (folder / "notes/new.txt").read_text() == "new\n"
    history.wb("project", "restore", "--run-id", "1", "--path", "../train.py", ".", "--yes")
    assert (folder / "train.py").read_text() == TRAIN
    history.folder = folder
    history.wb("project", "undo-restore", "--yes")
    assert (folder / "train.py").read_text() == changed
    outside = ("project", "restore", "--run-id", "1", "--path", "../x", "--yes")
    assert "isn't in the project folder" in history.wb(*outside, code=2).err
    unknown = ("project", "restore", "--run-id", "1", "--path", "nope", "--yes")
    assert "nope isn't a file of run #1" in history.wb(*unknown, code=3).err


def test_a_run_is_put_into_a_new_folder(history: Shell) -> None:
    before = sorted(history.folder.rglob("*"))
    made = history.json("project", "restore", "--run-id", "1", "--to", "../first")
    new = history.folder.parent / "first"
    assert made["path"] == str(new)
    assert (new / "train.py").read_text() == TRAIN
    assert not (new / "notes").exists()
    assert sorted(history.folder.rglob("*")) == before
    again = history.wb("project", "restore", "--run-id", "1", "--to", "../first", code=2)
    assert "This folder has files in it" in again.err
    mixed = ("project", "restore", "--run-id", "1", "--to", "../x", "--path", "train.py")
    assert "--to can't be used together with" in history.wb(*mixed, code=2).err


def test_a_folder_that_is_the_same_needs_no_restore(history: Shell) -> None:
    done = history.wb("project", "restore", "--run-id", "last", "--yes", code=1)
    assert done.err.startswith("wb: Nothing to restore. ")


def test_nothing_is_restored_while_a_run_uses_the_folder(history: Shell) -> None:
    history.write("wait.py", "import time; time.sleep(600)\n")
    history.wb("experiment", "submit", "--no-wait", "wait.py")
    done = history.wb("project", "restore", "--run-id", "1", "--yes", code=1)
    assert done.err.startswith("wb: #4 is using this folder. ")
    history.wb("project", "restore", "--run-id", "1", "--to", "../beside")
    history.wb("experiment", "cancel", "--run", "4")
    history.wb("project", "restore", "--run-id", "1", "--yes")


def test_in_a_terminal_it_shows_the_changes_and_asks(history: Shell) -> None:
    changed = (history.folder / "train.py").read_text()
    with terminal(history.folder, "project", "restore", "--run-id", "1") as said:
        said.wait_for("Restore 2 files from run #1? [y/N] ")
        assert "M train.py" in said.text
        said.type("n\n")
        assert said.wait() == 130
    assert "Nothing was changed" in said.text
    assert (history.folder / "train.py").read_text() == changed
    with terminal(history.folder, "project", "restore", "--run-id", "1") as said:
        said.wait_for("[y/N] ")
        said.type("y\n")
        assert said.wait() == 0
    assert (history.folder / "train.py").read_text() == TRAIN
    with terminal(history.folder, "project", "undo-restore") as said:
        said.wait_for("Undo the restore from run #1 (2 files)? [y/N] ")
        said.type("y\n")
        assert said.wait() == 0
    assert (history.folder / "train.py").read_text() == changed


@pytest.mark.parametrize("moment", [12, 16, 20])
def test_a_killed_restore_is_brought_to_an_end_by_the_next_command(
    history: Shell, moment: int
) -> None:
    changed = (history.folder / "train.py").read_text()

    def restore() -> None:
        os.chdir(history.folder)
        kill_at_change(moment, "journal.json.new")
        main(["project", "restore", "--run-id", "1", "--yes"])

    assert in_child(restore) == -signal.SIGKILL
    done = history.wb("project", "snapshot")
    assert "WARNING: The restore from run #1 was interrupted. " in done.err
    whole = {"train.py": TRAIN, "new": False}
    before = {"train.py": changed, "new": True}
    found = {
        "train.py": (history.folder / "train.py").read_text(),
        "new": (history.folder / "notes/new.txt").exists(),
    }
    assert found in (whole, before)
    assert history.wb("project", "snapshot").err == ""
