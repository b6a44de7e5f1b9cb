"""Putting staged files in place and taking others away, forwards or backwards.

For each file two names beside it tell how far it is: ``.new`` is the content that waits, ``.old``
is the file that was there, kept until the whole restore is verified. So every step can be done
again after a crash, and going back needs no space on the disk.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator

from workbench.services.restore.aside import move_aside
from workbench.services.restore.durability import sync_folders
from workbench.services.restore.journal import Journal
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.stage import new_path, old_path
from workbench.services.restore.steps import FileStep, FolderStep

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS}
_Signature = tuple[int, int, int]


class ChangedMeanwhileError(Exception):
    """A file is not what it was when the restore was planned.

    Attributes:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Swap:
    """The changes of one journal in one folder.

    Args:
        after_crash: Whether somebody may have worked in the folder since the journal was written.
            Then a file with other content than expected is moved aside instead of being an error.

    Attributes:
        kept_aside: Files of somebody else's that were moved aside.
    """

    def __init__(self, tree: ProjectTree, journal: Journal, *, after_crash: bool = False) -> None:
        self._tree = tree
        self._journal = journal
        self._after_crash = after_crash
        self._checked: dict[int, _Signature] = {}
        self._former_folders = {folder.path for folder in journal.steps.remove_first}
        self._brought_back: list[FileStep] = []
        self.kept_aside: list[str] = []

    def forward(self) -> None:
        """Bring the folder to the target; the replaced files are still kept.

        Raises:
            ChangedMeanwhileError: If a file is not what it was when the restore was planned.
            OSError: If a file cannot be moved.
        """
        steps = self._journal.steps
        self._take_away_all(early=True)
        for folder in steps.remove_first:
            self._tree.remove_folder(folder.path)
        for folder in steps.make:
            self._tree.make_folder(folder.path, folder.mode | stat.S_IRWXU)
        for index, step in self._files():
            if step.after is not None:
                self._put(index, step)
        self._take_away_all(early=False)
        for folder in steps.remove_last:
            self._remove_if_empty(folder)
        sync_folders(self._tree, steps.touched_folders())

    def backward(self) -> None:
        """Bring the folder back to how it was.

        Raises:
            OSError: If a file cannot be moved.
        """
        steps = self._journal.steps
        for folder in reversed(steps.remove_last):
            self._make_again(folder)
        self._bring_back_removed(early=False)
        for index, step in reversed(list(self._files())):
            if step.after is not None:
                self._put_back(index, step)
        for folder in reversed(steps.make):
            self._remove_if_empty(folder)
        for folder in reversed(steps.remove_first):
            self._make_again(folder)
        self._bring_back_removed(early=True)
        for folder in (*steps.remove_first, *steps.remove_last):
            self._set_mode(folder.path, folder.mode)
        sync_folders(self._tree, steps.touched_folders())

    def clean(self) -> None:
        """Let go of the replaced files and set permissions; there is no way back after this.

        Files that rules leave out, and files with content that no snapshot holds, go to the
        operation's folder.
        """
        for index, step in self._files():
            old = old_path(self._journal.head.id, index, step)
            if self._tree.stat(old) is None:
                continue
            if step.in_the_way or not self._is_stored(index, step, old):
                self._move_aside(old, step.path, foreign=not step.in_the_way)
            else:
                self._tree.remove(old)
        for folder in self._journal.steps.make:
            self._set_mode(folder.path, folder.mode)
        for mode in self._journal.steps.modes:
            self._set_mode(mode.path, mode.after)

    def lost_content(self) -> set[int]:
        """Return the positions of files that were not put in place and whose content is gone."""
        lost = set()
        for index, step in self._files():
            names = self._names(index, step)
            if step.after is None or any(self._tree.stat(name) is not None for name in names):
                continue
            waits = self._identity(step.path) == _expected(step)
            if waits or self._is_former_folder(step.path):
                lost.add(index)
        return lost

    def is_back(self) -> str:
        """Return a path that :meth:`backward` could not bring back, or an empty string."""
        for step in self._brought_back:
            if self._identity(step.path) != _expected(step):
                return step.path
        return ""

    def _is_former_folder(self, path: str) -> bool:
        return path in self._former_folders and self._tree.is_folder(path)

    def _files(self) -> Iterator[tuple[int, FileStep]]:
        return iter(enumerate(self._journal.steps.files))

    def _names(self, index: int, step: FileStep) -> tuple[str, str]:
        operation = self._journal.head.id
        return new_path(operation, index, step), old_path(operation, index, step)

    def _take_away_all(self, *, early: bool) -> None:
        for index, step in self._files():
            if step.after is None and step.early == early:
                _, old = self._names(index, step)
                if self._tree.stat(old) is None and self._check(index, step):
                    self._tree.rename(step.path, old)

    def _put(self, index: int, step: FileStep) -> None:
        new, old = self._names(index, step)
        if self._tree.stat(new) is None:
            return
        if self._tree.stat(old) is None:
            if self._check(index, step):
                self._keep(step.path, old)
        elif not self._same_file(step.path, old):
            self._move_aside(step.path, step.path, foreign=True)
        self._tree.rename(new, step.path)

    def _check(self, index: int, step: FileStep) -> bool:
        """Return whether there is something at the path; it must be what the plan says."""
        found = self._tree.stat(step.path)
        if self._identity(step.path) == _expected(step):
            if found is not None and step.before is not None:
                self._checked[index] = _signature(found)
        elif not self._after_crash:
            raise ChangedMeanwhileError(step.path)
        return found is not None

    def _identity(self, path: str) -> tuple[int, str] | str | None:
        """Return the identity of what is there, ``"other"`` if it is no file."""
        identity = self._tree.identity(path)
        if identity is None and self._tree.stat(path) is not None:
            return "other"
        return identity

    def _keep(self, path: str, old: str) -> None:
        """Keep the file under a second name, so that the path is never without a file."""
        if not self._tree.is_folder(path):
            try:
                self._tree.link(path, old)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
            else:
                return
        self._tree.rename(path, old)

    def _put_back(self, index: int, step: FileStep) -> None:
        new, old = self._names(index, step)
        waiting = self._tree.stat(new) is not None
        kept = self._tree.stat(old) is not None
        if kept and self._same_file(step.path, old):
            # Renaming one name of a file over another name of it would do nothing.
            self._tree.remove(old)
        elif kept:
            self._bring_back(step, old)
        elif step.before is None and not waiting and not self._is_former_folder(step.path):
            self._clear(step)
        self._tree.remove(new)

    def _bring_back(self, step: FileStep, old: str) -> None:
        self._clear(step)
        # What was kept may be newer than the safety snapshot; then it is right as it is.
        if self._identity(old) == _expected(step):
            self._brought_back.append(step)
        self._tree.rename(old, step.path)

    def _clear(self, step: FileStep) -> None:
        """Remove what the restore put at the path; anything else is moved aside."""
        present = self._identity(step.path)
        if present is None:
            return
        if step.after and present == (step.after.mode, step.after.object_id):
            if step.before is None:
                self._tree.remove(step.path)
            return
        self._move_aside(step.path, step.path, foreign=True)

    def _bring_back_removed(self, *, early: bool) -> None:
        for index, step in self._files():
            if step.after is not None or step.early != early:
                continue
            _, old = self._names(index, step)
            if self._tree.stat(old) is not None:
                self._bring_back(step, old)

    def _same_file(self, path: str, other: str) -> bool:
        """Return whether both are one file, or the path is not there."""
        first, second = self._tree.stat(path), self._tree.stat(other)
        return first is not None and second is not None and os.path.samestat(first, second)

    def _is_stored(self, index: int, step: FileStep, old: str) -> bool:
        """Return whether the safety snapshot holds exactly this file."""
        found = self._tree.stat(old)
        if found is not None and self._checked.get(index) == _signature(found):
            return True
        return step.before is not None and self._identity(old) == _expected(step)

    def _move_aside(self, path: str, name: str, *, foreign: bool) -> None:
        if self._tree.stat(path) is None:
            return
        move_aside(self._tree, path, self._journal.aside / name)
        if foreign:
            self.kept_aside.append(name)

    def _remove_if_empty(self, folder: FolderStep) -> None:
        try:
            self._tree.remove_folder(folder.path)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY}:
                raise

    def _make_again(self, folder: FolderStep) -> None:
        # A parent that is missing was not removed by this restore, or comes later in the list.
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, FileExistsError):
            self._tree.make_folder(folder.path, folder.mode | stat.S_IRWXU)

    def _set_mode(self, path: str, mode: int) -> None:
        # Only the owner may do this; content matters more than permission bits.
        with contextlib.suppress(OSError):
            self._tree.set_mode(path, mode)


def _expected(step: FileStep) -> tuple[int, str] | None:
    return None if step.before is None else (step.before.mode, step.before.object_id)


def _signature(found: os.stat_result) -> _Signature:
    return found.st_ino, found.st_size, found.st_mtime_ns
