"""Putting staged files in place and taking others away, forwards or backwards.

For each file two names beside it tell how far it is: ``.new`` is the content that waits, ``.old``
is the file that was there, kept until the whole restore is verified. A file and its successor
change their places in one step where the disk can do that: then ``.new`` is for a moment what was
there, and only then becomes ``.old``. Whatever came out is looked at, so that a file saved by
somebody in the last moment is never lost. Every step can be done again after a crash, and going
back needs no space on the disk.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator

from workbench.core.snapshot import TreeEntry
from workbench.services.restore.aside import Aside
from workbench.services.restore.durability import sync_folders
from workbench.services.restore.journal import Journal
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.stage import new_path, old_path
from workbench.services.restore.steps import FileStep, FolderStep

_Signature = tuple[int, int, int]


class ChangedMeanwhileError(Exception):
    """A file is not what it was when the restore was planned.

    Attributes:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class BlockedFileError(OSError):
    """A file can't be moved; ``filename`` says which, from the project folder."""


@contextlib.contextmanager
def _naming(path: str) -> Iterator[None]:
    """Say of which file something failed."""
    try:
        yield
    except OSError as error:
        raise BlockedFileError(error.errno, error.strerror, path) from error


class Swap:
    """The changes of one journal in one folder.

    Args:
        after_crash: Whether somebody may have worked in the folder since the journal was written.
            Then a file with other content than expected is moved aside instead of being an error.

    Attributes:
        kept_aside: Files of somebody else's that were moved aside.
        left_edited: Files with newer changes that :meth:`backward` left as they are.
    """

    def __init__(self, tree: ProjectTree, journal: Journal, *, after_crash: bool = False) -> None:
        self._tree = tree
        self._journal = journal
        self._after_crash = after_crash
        self._checked: dict[int, _Signature] = {}
        self._former_folders = {folder.path for folder in journal.steps.remove_first}
        self._untouched: set[str] = set()
        self._aside = Aside(journal.aside)
        self.kept_aside: list[str] = []
        self.left_edited: list[str] = []

    def unlock(self) -> None:
        """Make read-only folders of this user writable, until :meth:`backward` or the end."""
        for folder in self._journal.steps.unlock:
            if self._tree.is_folder(folder.path):
                self._set_mode(folder.path, folder.mode | stat.S_IRWXU)

    def lock_again(self) -> None:
        """Give folders that were made writable their permissions back."""
        for folder in reversed(self._journal.steps.unlock):
            if self._tree.is_folder(folder.path):
                self._set_mode(folder.path, folder.mode)

    def forward(self) -> None:
        """Bring the folder to the target; the replaced files are still kept.

        Raises:
            ChangedMeanwhileError: If a file is not what it was when the restore was planned.
            BlockedFileError: If a file cannot be moved.
            OSError: If something else cannot be done.
        """
        steps = self._journal.steps
        self._tree.forget()
        self._take_away_all(early=True)
        for folder in steps.remove_first:
            self._tree.remove_folder(folder.path)
        for folder in steps.make:
            self._tree.make_folder(folder.path, folder.mode | stat.S_IRWXU)
        for index, step in self._files():
            if step.after is not None:
                with _naming(step.path):
                    self._put(index, step)
        self._take_away_all(early=False)
        for folder in steps.remove_last:
            self._remove_if_empty(folder)
        self._aside.sync()
        sync_folders(self._tree, steps.touched_folders())

    def backward(self) -> None:
        """Bring the folder back to how it was.

        Raises:
            OSError: If a file cannot be moved.
        """
        steps = self._journal.steps
        self._tree.forget()
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
        self._aside.sync()
        sync_folders(self._tree, steps.touched_folders())

    def clean(self) -> None:
        """Let go of the replaced files and set permissions; there is no way back after this.

        Files that rules leave out, and files with content that no snapshot holds, go to the
        operation's folder.
        """
        self._tree.forget()
        for index, step in self._files():
            old = old_path(self._journal.head.id, index, step)
            if self._tree.stat(old) is None:
                continue
            if step.in_the_way or not self._is_stored(index, step, old):
                self._move_aside(old, step.path, foreign=not step.in_the_way)
            else:
                self._tree.remove(old)
        self._aside.sync()
        for folder in self._journal.steps.make:
            self._set_mode(folder.path, folder.mode)
        self.lock_again()
        for mode in self._journal.steps.modes:
            self._set_mode(mode.path, mode.after)

    def lost_content(self) -> set[int]:
        """Return the positions of files that were not put in place and whose content is gone."""
        lost = set()
        for index, step in self._files():
            new, old = self._names(index, step)
            if step.after is None or self._tree.stat(old) is not None:
                continue
            waits = self._identity(step.path) == _facts(step.before)
            if waits and self._identity(new) == _facts(step.after):
                continue
            if waits or self._is_former_folder(step.path):
                lost.add(index)
        return lost

    def lost_former(self) -> set[int]:
        """Return the positions of files that have to come back and are kept nowhere here."""
        lost = set()
        for index, step in self._files():
            new, old = self._names(index, step)
            if step.before is None or self._tree.stat(old) is not None:
                continue
            if not self._tree.is_folder(step.place):
                continue  # somebody moved or removed the folder with all that was in it
            present = self._identity(step.path)
            if present not in {None, _facts(step.after)} or present == _facts(step.before):
                continue
            if self._identity(new) in {None, _facts(step.after)}:
                lost.add(index)
        return lost

    def is_back(self) -> str:
        """Return a path that :meth:`backward` did not bring back, or an empty string.

        Files that somebody changed meanwhile are right as they are.
        """
        self.left_edited.clear()
        for step in self._journal.steps.files:
            present = self._identity(step.path)
            if present == _facts(step.before) or self._is_former_folder(step.path):
                continue
            done = present is None or present == _facts(step.after)
            # Somebody wrote the same meanwhile, or moved the folder with all that was in it.
            by_others = step.path in self._untouched or not self._tree.is_folder(step.place)
            if done and not by_others:
                return step.path
            self.left_edited.append(step.path)
        for folder in (*self._journal.steps.remove_first, *self._journal.steps.remove_last):
            if self._tree.stat(folder.path) is None:
                return folder.path
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
                with _naming(step.path):
                    if self._tree.stat(old) is None and self._check(index, step):
                        self._tree.rename(step.path, old)
                        self._check_kept(index, step, old)

    def _put(self, index: int, step: FileStep) -> None:
        new, old = self._names(index, step)
        if self._tree.stat(new) is None:
            return
        kept = self._tree.stat(old) is not None
        if self._after_crash and self._same_file(new, step.path):
            self._tree.remove(new)
        elif self._after_crash and not kept and self._identity(new) != _facts(step.after):
            self._tree.rename(new, old)  # it came out just before the crash
        elif not kept and self._check(index, step):
            self._trade(new, step.path, old)
            self._check_kept(index, step, old)
        else:
            self._place(new, step.path)

    def _trade(self, coming: str, path: str, out: str) -> None:
        """Put a file at a path, and what was there at ``out``, without losing either."""
        try:
            exchanged = self._tree.exchange(coming, path)
        except FileNotFoundError as error:
            raise ChangedMeanwhileError(path) from error
        if exchanged:
            self._tree.rename(coming, out)
        else:
            self._tree.rename(path, out)
            self._place(coming, path)

    def _place(self, coming: str, path: str) -> None:
        """Put a file where nothing is."""
        try:
            self._tree.place(coming, path)
        except FileExistsError as error:
            if not self._after_crash:
                raise ChangedMeanwhileError(path) from error
            self._move_aside(path, path, foreign=True)
            self._tree.place(coming, path)

    def _check(self, index: int, step: FileStep) -> bool:
        """Return whether there is something at the path; it must be what the plan says."""
        found = self._tree.stat(step.path)
        if self._identity(step.path) == _facts(step.before):
            if found is not None and step.before is not None:
                self._checked[index] = _signature(found)
        elif not self._after_crash:
            raise ChangedMeanwhileError(step.path)
        return found is not None

    def _check_kept(self, index: int, step: FileStep, old: str) -> None:
        """Check that what came out is what was looked at, not saved by somebody just now."""
        if not self._after_crash and not self._is_stored(index, step, old):
            raise ChangedMeanwhileError(step.path)

    def _identity(self, path: str) -> tuple[int, str] | str | None:
        """Return the identity of what is there, ``"other"`` if it is no file."""
        identity = self._tree.identity(path)
        if identity is None and self._tree.stat(path) is not None:
            return "other"
        return identity

    def _put_back(self, index: int, step: FileStep) -> None:
        new, old = self._names(index, step)
        if self._same_file(step.path, new):
            self._tree.remove(new)
        elif self._tree.stat(old) is None and self._holds_other(new, step):
            if self._identity(step.path) == _facts(step.before):
                self._let_go(new, step)  # it came out while everything went back
            else:
                self._tree.rename(new, old)  # it came out when the new file was put in place
        if self._tree.stat(old) is not None:
            self._bring_back(index, step)
        elif self._tree.stat(new) is not None:
            self._untouched.add(step.path)
        elif step.before is None:
            self._take_out(step, new)
        self._let_go(new, step)

    def _holds_other(self, new: str, step: FileStep) -> bool:
        return self._identity(new) not in {None, _facts(step.after)}

    def _take_out(self, step: FileStep, out: str) -> None:
        """Take away what was put where nothing was."""
        if self._tree.stat(step.path) is not None and not self._is_former_folder(step.path):
            self._tree.rename(step.path, out)

    def _bring_back(self, index: int, step: FileStep) -> None:
        new, old = self._names(index, step)
        if self._same_file(step.path, old):
            # Renaming one name of a file over another name of it would do nothing.
            self._tree.remove(old)
        elif self._tree.stat(step.path) is None:
            self._place(old, step.path)
        elif self._is_done(step, old):
            self._let_go(old, step)
        else:
            self._trade(old, step.path, new)
            self._let_go(new, step)

    def _is_done(self, step: FileStep, old: str) -> bool:
        """Return whether the file is back and its successor, or an edit of it, is kept instead."""
        if step.before and self._identity(step.path) == _facts(step.before):
            return True
        return step.after is not None and self._identity(old) == _facts(step.after)

    def _let_go(self, path: str, step: FileStep) -> None:
        """Remove content that is stored; anything else is moved aside."""
        present = self._identity(path)
        if present is not None and present in {_facts(step.before), _facts(step.after)}:
            self._tree.remove(path)
        else:
            self._move_aside(path, step.path, foreign=True)

    def _bring_back_removed(self, *, early: bool) -> None:
        for index, step in self._files():
            if step.after is not None or step.early != early:
                continue
            new, old = self._names(index, step)
            if self._tree.stat(old) is not None:
                self._bring_back(index, step)
            self._let_go(new, step)

    def _same_file(self, path: str, other: str) -> bool:
        """Return whether both are one file."""
        first, second = self._tree.stat(path), self._tree.stat(other)
        return first is not None and second is not None and os.path.samestat(first, second)

    def _is_stored(self, index: int, step: FileStep, old: str) -> bool:
        """Return whether the safety snapshot holds exactly this file."""
        found = self._tree.stat(old)
        if found is not None and self._checked.get(index) == _signature(found):
            return True
        return step.before is not None and self._identity(old) == _facts(step.before)

    def _move_aside(self, path: str, name: str, *, foreign: bool) -> None:
        if self._tree.stat(path) is None:
            return
        self._aside.keep(self._tree, path, name)
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


def _facts(entry: TreeEntry | None) -> tuple[int, str] | None:
    return None if entry is None else (entry.mode, entry.object_id)


def _signature(found: os.stat_result) -> _Signature:
    return found.st_ino, found.st_size, found.st_mtime_ns
