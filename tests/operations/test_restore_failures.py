"""A disk that is full, folders that may not be changed: the folder is as it was."""

import errno
import os
import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal, recover_restore
from workbench.operations.undo_restore import undo_restore
from workbench.services.restore.carry_out import _reason
from workbench.services.restore.checks import check_space, folders_to_unlock
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.steps import FileStep, Steps
from workbench.services.restore.swap import BlockedFileError

RUN = "sample_1"


@pytest.fixture
def root() -> Iterator[Path]:
    """Return a folder that every user can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for path in Path(name).rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


def prepare(root: Path, old: dict[str, bytes | str], new: dict[str, bytes | str]) -> Any:
    """Make a project with a run, then with other files; return what it looks like."""
    with restorable_project(root) as project:
        project.write(old)
        first = project.run()
        project.write(new)
        # Everything that is imported late is imported now: the other user may not read it.
        plan_restore(project.context, first.id)
        project.context.history.records.manifest(first.snapshot)
        before = project.picture()
    give_to_ordinary_user(root)
    return before


def outcome(project: RestorableProject, **keywords: Any) -> tuple[str, str]:
    """Restore and return the error's kind and text."""
    plan = plan_restore(project.context, RUN)
    try:
        apply_restore(project.context, plan, **keywords)
    except WorkbenchError as error:
        return type(error).__name__, str(error)
    return "", ""


def test_disk_full_half_way(root: Path) -> None:
    small: dict[str, bytes | str] = {f"a{n}": "old" for n in range(5)}
    new: dict[str, bytes | str] = {f"a{n}": "my edits" for n in range(5)}
    before = prepare(root, {**small, "z": os.urandom(3_000_000)}, {**new, "z": "tiny"})

    def restore() -> tuple[str, str, bool]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
        try:
            with restorable_project(root) as project:
                return *outcome(project), has_open_journal(project.context)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

    kind, text, is_open = as_ordinary_user(restore)
    assert kind == "RestoreFailedError"
    assert text == (
        "Restore stopped, nothing was changed: File too large. Your folder was put back as it was."
    )
    assert not is_open
    with restorable_project(root) as project:
        assert project.picture() == before


def test_a_file_that_cant_be_moved_is_named() -> None:
    error = BlockedFileError(errno.EPERM, "Operation not permitted", "data/x")
    assert _reason(error) == "data/x can't be changed: access to it was denied."


@pytest.mark.parametrize("locked", ["lib", ""])
def test_own_read_only_folder_is_opened_for_the_restore_only(root: Path, locked: str) -> None:
    prepare(root, {"a": "old", "lib/x": "old"}, {"a": "new", "lib/x": "new", "lib/y": "new"})
    (root / "project" / locked).chmod(0o555)
    with restorable_project(root) as project:
        before = project.picture()

    def restore_and_undo() -> list[Any]:
        with restorable_project(root) as project:
            # The run's snapshot has no permissions other than the usual ones: they change too.
            project.restore(project.context.store.get(RUN))
            restored = project.picture()
            undo_restore(project.context)
            return [restored, project.picture()]

    restored, undone = as_ordinary_user(restore_and_undo)
    assert restored["lib/x"][2] == restored["a"][2] == b"old"
    assert "lib/y" not in restored
    assert undone == before


def test_folder_of_somebody_else_is_found_before_the_first_write() -> None:
    def check() -> str:
        tree = ProjectTree(Path("/"))
        entry = TreeEntry("usr/x", MODE_FILE, "1" * 40, 1)
        try:
            folders_to_unlock(tree, Steps(files=(FileStep("usr/x", None, entry, "usr"),)))
        except RestoreBlockedError as error:
            return str(error)
        finally:
            tree.close()
        return ""

    assert as_ordinary_user(check).startswith("usr/ can't be changed: You don't have permission")


def test_what_cannot_be_put_back_is_said_and_put_back_later(root: Path) -> None:
    before = prepare(root, {"a": "old", "lib/x": "old"}, {"a": "new", "lib/x": "new"})
    lib = root / "project" / "lib"

    def restore() -> tuple[str, str, bool]:
        def lock(progress: Progress) -> None:
            if progress.detail == "Checking the files":
                (root / "project" / "a").write_bytes(b"disturbed")
                lib.chmod(0o555)

        with restorable_project(root) as project:
            return *outcome(project, report=lock), has_open_journal(project.context)

    kind, text, is_open = as_ordinary_user(restore)
    assert (kind, is_open) == ("WorkbenchError", True)
    assert text.startswith("Restore stopped half way: Some files are restored and some are not.")

    def recover() -> str | None:
        lib.chmod(0o755)
        with restorable_project(root) as project:
            return recover_restore(project.context)

    assert "Your folder is as it was before." in (as_ordinary_user(recover) or "")
    with restorable_project(root) as project:
        assert project.picture() == before
        aside = list(project.context.paths.operations.glob("*/aside/*-a"))
        assert [path.read_bytes() for path in aside] == [b"disturbed"]


def test_read_only_files_and_folders_made_by_the_target(root: Path) -> None:
    prepare(root, {"a": "old", "locked/x": "old"}, {})
    with restorable_project(root) as project:
        (project.folder / "a").chmod(0o444)
        (project.folder / "locked").chmod(0o555)
        first = project.run()
        at_run = project.picture()
        (project.folder / "locked").chmod(0o755)
        (project.folder / "locked" / "x").unlink()
        (project.folder / "locked").rmdir()
        (project.folder / "a").chmod(0o644)
        (project.folder / "a").write_bytes(b"new")
        before = project.picture()
    give_to_ordinary_user(root)

    def restore_and_undo() -> list[Any]:
        with restorable_project(root) as project:
            project.restore(project.context.store.get(first.id))
            restored = project.picture()
            (project.folder / "locked").chmod(0o755)
            undo_restore(project.context)
            return [restored, project.picture()]

    restored, undone = as_ordinary_user(restore_and_undo)
    assert restored == at_run
    assert undone == before


def test_too_little_space_is_found_before_the_first_write(root: Path) -> None:
    with restorable_project(root) as project:
        project.write({"a": "old"})
        entry = project.context.history.tree_entries(project.run().snapshot)["a"]
    facts = os.statvfs(root)
    free = facts.f_bavail * facts.f_frsize
    tree = ProjectTree(root / "project")
    try:
        steps = Steps(files=(FileStep("a", entry, entry),))
        check_space(tree, steps, root)
        with pytest.raises(RestoreBlockedError, match="The disk is too full"):
            check_space(tree, steps, root, reserve=free * 2)
        check_space(tree, Steps(files=(FileStep("a", entry, None),)), root, reserve=free * 2)
    finally:
        tree.close()


def test_space_for_what_is_moved_to_another_disk(root: Path) -> None:
    (root / "project").mkdir()
    memory = Path("/dev/shm")
    data = memory if os.access(memory, os.W_OK) else root
    entry = TreeEntry("a", MODE_FILE, "1" * 40, 100)
    steps = Steps(files=(FileStep("a", entry, None, in_the_way=True),))
    facts = os.statvfs(data)
    other_disk = data.stat().st_dev != root.stat().st_dev
    tree = ProjectTree(root / "project")
    try:
        check_space(tree, steps, data, reserve=0)
        with pytest.raises(RestoreBlockedError) if other_disk else nullcontext():
            check_space(tree, steps, data, reserve=facts.f_bavail * facts.f_frsize * 2)
    finally:
        tree.close()


def test_journal_that_cannot_be_written_changes_nothing(root: Path) -> None:
    before = prepare(root, {"a": "old"}, {"a": "new"})
    operations = root / "data" / "operations"
    operations.mkdir(exist_ok=True)
    (operations / "lock").touch()
    give_to_ordinary_user(root)
    operations.chmod(0o555)

    def restore() -> tuple[str, str]:
        with restorable_project(root) as project:
            return outcome(project)

    kind, text = as_ordinary_user(restore)
    operations.chmod(0o755)
    assert kind == "RestoreBlockedError"
    assert text.startswith("The restore couldn't begin")
    with restorable_project(root) as project:
        assert project.picture() == before
        assert not has_open_journal(project.context)


@pytest.mark.parametrize("locked", ["project/data", "data/operations"])
def test_what_the_system_refuses_is_told_before_the_first_change(root: Path, locked: str) -> None:
    """A left-out folder in which the target has a file, and the folder of the journal."""
    new: dict[str, bytes | str] = {".gitignore": "data/", "a": "new", "data/y": "left out"}
    before = prepare(root, {"a": "old", "data/x": "old"}, new)
    (root / "data" / "operations").mkdir(exist_ok=True)
    give_to_ordinary_user(root)
    (root / locked).chmod(0o000 if locked == "project/data" else 0o555)

    def restore() -> tuple[str, str]:
        with restorable_project(root) as project:
            try:
                return outcome(project)
            except WorkbenchError as error:
                return type(error).__name__, str(error)

    kind, text = as_ordinary_user(restore)
    (root / locked).chmod(0o755)
    assert kind == "RestoreBlockedError"
    assert "access to it was denied. Nothing was changed." in text
    with restorable_project(root) as project:
        assert project.picture() == before
        assert not has_open_journal(project.context)
