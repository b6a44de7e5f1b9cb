"""A folder with a Git repository of its own: restored byte for byte, its repository left alone."""

from dataclasses import dataclass
from pathlib import Path

from tests.e2e.application import WORKBENCH
from tests.e2e.conftest import Start
from tests.e2e.folders import content, facts, git
from tests.e2e.story import Story
from tests.e2e.waiting import wait_for

_HOOK = """#!/bin/sh
echo "$GIT_AUTHOR_NAME hook" >> "{}"
"""


@dataclass(frozen=True)
class Adopted:
    """A folder with a branch, and a change of each kind that is not committed."""

    folder: Path
    hook: Path

    def change(self) -> None:
        """Change it as somebody would between two runs."""
        (self.folder / "staged.txt").write_text("staged, changed again\n")
        (self.folder / "untracked.txt").write_text("untracked, changed\n")
        (self.folder / "new" / "deep").mkdir(parents=True)
        (self.folder / "new" / "deep" / "file.bin").write_bytes(bytes(range(256)))
        (self.folder / "script.sh").chmod(0o644)
        (self.folder / "unstaged.txt").unlink()


def _adopted(parent: Path) -> Adopted:
    folder, hook = parent / "mine", parent / "hook.txt"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.org")
    (folder / "main.py").write_text("print('done')\n")
    for name in ("staged.txt", "unstaged.txt"):
        (folder / name).write_text(f"{name} as committed\r\n")
    (folder / "script.sh").write_text("#!/bin/sh\n")
    (folder / "script.sh").chmod(0o755)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=First")
    git(folder, "switch", "--quiet", "--create", "feature/x")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Second")
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    (folder / "unstaged.txt").write_text("not staged, no newline at the end")
    (folder / "untracked.txt").write_text("untracked\n")
    script = folder / ".git" / "hooks" / "pre-commit"
    script.parent.mkdir(exist_ok=True)
    script.write_text(_HOOK.format(hook))
    script.chmod(0o755)
    return Adopted(folder, hook)


def test_restore_and_undo_change_the_files_and_never_the_repository(
    start: Start, tmp_path: Path
) -> None:
    adopted = _adopted(tmp_path)
    folder = adopted.folder
    repository = facts(folder / ".git")
    first = content(folder)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.run("", 1)
        story.window.find(name="feature/x")
        adopted.change()
        second = content(folder)
        assert second != first
        story.run("again", 2)

        story.open_run(1)
        story.restore()
        assert content(folder) == first
        story.press_toast("Restored from run #1", "Undo")
        story.window.find(pattern="^Restore undone")
        assert content(folder) == second
        story.press_toast("Restore undone", "Redo")
        story.window.find(pattern="^Restored from run #1 again")
        assert content(folder) == first
        story.undo_restore()
        assert content(folder) == second
        # The number of changed files is read again each time the folder was changed.
        story.window.find(pattern=r"^\d+ changed files$")
        assert story.quit() == 0
    assert facts(folder / ".git") == repository
    assert not adopted.hook.exists()


def test_changes_are_committed_first_only_when_that_is_pressed(
    start: Start, tmp_path: Path
) -> None:
    adopted = _adopted(tmp_path)
    folder = adopted.folder
    first = content(folder)
    with start((*WORKBENCH, str(folder))) as application:
        story = Story(application)
        story.wait_until_open(folder.name)
        story.run("", 1)
        adopted.change()
        second = content(folder)
        repository = facts(folder / ".git")
        head = git(folder, "rev-parse", "HEAD")

        story.open_run(1)
        story.window.find("button", "Restore").click()
        story.window.find("button", "Commit changes first").click()
        dialog = application.root.find("dialog", "Commit changes first")
        assert "Changes before restoring run #1" in dialog.find("text", "Message").text
        told = dialog.find(pattern=r"^\d+ files will be committed").name
        hooks = dialog.find(pattern="^pre-commit runs").name
        dialog.find(name="Ada Example <ada@example.org>")
        dialog.find(name="feature/x")
        dialog.find("list item", "Added, new/deep/file.bin")
        assert "refuse" in hooks
        assert facts(folder / ".git") == repository
        dialog.find("text", "Message").type("Kept by Ada")
        dialog.find("button", "Commit", state="enabled").click()
        application.root.gone("dialog", "Commit changes first")

        wait_for(lambda: git(folder, "rev-parse", "HEAD") != head, "the commit", 30)
        said = git(folder, "log", "-1", "--format=%an <%ae>|%cn|%s|%P|%D")
        who = "Ada Example <ada@example.org>|Ada Example"
        assert said == f"{who}|Kept by Ada|{head}|HEAD -> feature/x"
        assert adopted.hook.read_text() == "Ada Example hook\n"
        assert git(folder, "show", "HEAD:untracked.txt") == "untracked, changed"
        done = git(folder, "show", "--name-status", "--no-renames", "--format=", "HEAD").split()
        many = {letter: done[::2].count(letter) for letter in "AMD"}
        assert told == (
            f"{len(done) // 2} files will be committed: {many['A']} added, "
            f"{many['M']} modified, {many['D']} deleted."
        )
        assert content(folder) == second

        committed = facts(folder / ".git")
        # Whatever is not committed would be told here.
        story.window.gone("button", "Commit changes first")
        story.confirm_restore()
        story.window.find(pattern="^Restored from run #1")
        assert content(folder) == first
        assert story.quit() == 0
    assert facts(folder / ".git") == committed
