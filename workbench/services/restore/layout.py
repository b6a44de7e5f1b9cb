"""Turns a list of changes into steps: where files wait, which folders are made and removed."""

import stat
from collections.abc import Iterable

from workbench.core.folder_paths import ancestors, needed_folders, parent_of
from workbench.core.restore import FileChange
from workbench.core.snapshot import MODE_SYMLINK, TreeEntry
from workbench.services.restore.difference import Difference, Target
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.steps import (
    FileStep,
    FolderStep,
    ModeStep,
    Steps,
    default_mode,
)

_FOLDER_MODE = 0o755


def make_steps(tree: ProjectTree, difference: Difference, target: Target) -> Steps:
    """Return what to do so that the changes of a difference, and nothing else, happen."""
    return _Layout(tree, difference, target).steps()


class _Layout:
    def __init__(self, tree: ProjectTree, difference: Difference, target: Target) -> None:
        self._tree = tree
        self._difference = difference
        self._target = target
        self._changes = difference.changes
        self._known: dict[str, int | None] = {}
        self._leaving = {c.path for c in self._changes if c.before is not None and c.after is None}
        self._remove_first = self._folders_in_the_way()
        self._empty = self._empty_folders()
        written = [change.path for change in self._changes if change.after is not None]
        # Those of the folders that the target needs which these changes need, or nothing else does.
        self._filled = needed_folders(written) | needed_folders(self._empty) | self._empty
        self._make = self._folders_to_make()

    def steps(self) -> Steps:
        first = set(self._remove_first)
        return Steps(
            files=tuple(self._file_step(change) for change in self._changes),
            remove_first=self._with_modes(_deepest_first(first)),
            make=tuple(FolderStep(path, self._target_mode(path)) for path in sorted(self._make)),
            remove_last=self._with_modes(_deepest_first(self._folders_to_remove() - first)),
            modes=tuple(self._mode_steps()),
            kept=self._difference.kept,
        )

    def _is_needed(self, folder: str) -> bool:
        """Return whether the target has a folder."""
        return folder in self._filled or folder in self._target.folders

    def _mode_of_folder(self, path: str) -> int | None:
        """Return the permission bits of a real folder, ``None`` if it is none."""
        if path not in self._known:
            found = self._tree.stat(path)
            is_folder = found is not None and stat.S_ISDIR(found.st_mode)
            self._known[path] = stat.S_IMODE(found.st_mode) if found and is_folder else None
        return self._known[path]

    def _folders_in_the_way(self) -> list[str]:
        found = list(self._difference.folders_in_the_way)
        for folder in found:  # grows while we go
            for name in self._tree.names(folder):
                path = f"{folder}/{name}"
                if self._mode_of_folder(path) is not None:
                    found.append(path)
        return found

    def _empty_folders(self) -> set[str]:
        """Return the target's empty folders whose places are free."""
        return {
            folder
            for folder in self._target.manifest.empty_folders
            if all(self._can_be_folder(part) for part in (folder, *ancestors(folder)))
        }

    def _can_be_folder(self, path: str) -> bool:
        if path in self._target.entries:
            return False
        return path in self._leaving or self._is_free_or_folder(path)

    def _is_free_or_folder(self, path: str) -> bool:
        return self._mode_of_folder(path) is not None or self._tree.stat(path) is None

    def _folders_to_make(self) -> set[str]:
        return {folder for folder in self._filled if self._mode_of_folder(folder) is None}

    def _folders_to_remove(self) -> set[str]:
        """Return folders that this restore may empty, and empty ones the target does not have."""
        emptied = self._leaving | {f"{folder}/." for folder in self._target.made_folders}
        if self._target.has_manifest:
            emptied |= {
                f"{folder}/."
                for folder in self._difference.now.manifest.empty_folders
                if not self._target.leaves_out(folder, True)
            }
        return {
            folder
            for folder in needed_folders(emptied)
            if not self._is_needed(folder) and self._mode_of_folder(folder) is not None
        }

    def _with_modes(self, folders: Iterable[str]) -> tuple[FolderStep, ...]:
        return tuple(
            FolderStep(path, mode)
            for path in folders
            if (mode := self._mode_of_folder(path)) is not None
        )

    def _file_step(self, change: FileChange) -> FileStep:
        return FileStep(
            path=change.path,
            before=change.before,
            after=change.after,
            place=self._place(change.path),
            in_the_way=change.in_the_way,
            early=change.after is None and self._makes_room(change.path),
            mode=self._mode_of_file(change.after) if change.after else 0,
            modified=self._target.manifest.mtimes.get(change.path),
            old_mode=self._old_mode(change.before) if change.before else 0,
            old_modified=self._difference.now.manifest.mtimes.get(change.path),
        )

    def _makes_room(self, path: str) -> bool:
        if path in self._make:
            return True
        in_the_way = self._difference.folders_in_the_way
        return any(folder in in_the_way for folder in ancestors(path))

    def _place(self, path: str) -> str:
        """Return the nearest folder that is there before and after."""
        folder = parent_of(path)
        while folder and not (self._is_needed(folder) and self._mode_of_folder(folder) is not None):
            folder = parent_of(folder)
        return folder

    def _mode_of_file(self, entry: TreeEntry) -> int:
        return self._target.manifest.modes.get(entry.path, default_mode(entry))

    def _old_mode(self, entry: TreeEntry) -> int:
        return self._difference.now.manifest.modes.get(entry.path, default_mode(entry))

    def _target_mode(self, folder: str) -> int:
        return self._target.manifest.modes.get(f"{folder}/", _FOLDER_MODE)

    def _mode_steps(self) -> Iterable[ModeStep]:
        """Yield permission bits that differ although the file or folder is the same."""
        if not self._target.has_manifest:
            return
        now = self._difference.now.manifest.modes
        # All others have the permissions that a tree tells.
        for path in sorted(now.keys() | self._target.manifest.modes.keys()):
            entry = self._target.entries.get(path)
            if entry is None or self._difference.now.entries.get(path) != entry:
                continue
            if entry.mode != MODE_SYMLINK:
                before = now.get(path, default_mode(entry))
                if before != self._mode_of_file(entry):
                    yield ModeStep(path, before, self._mode_of_file(entry))
        for folder in sorted(self._odd_folders() - self._make):
            present = self._mode_of_folder(folder)
            if present is not None and present != self._target_mode(folder):
                yield ModeStep(folder, present, self._target_mode(folder))

    def _odd_folders(self) -> set[str]:
        """Return the needed folders that may have, or get, other permissions than most."""
        recorded = (*self._difference.now.manifest.modes, *self._target.manifest.modes)
        found = {path[:-1] for path in recorded if path.endswith("/")}
        # Where rules leave a folder out, nothing is recorded.
        found |= needed_folders(self._difference.extra_paths)
        return {folder for folder in found if self._is_needed(folder)} | self._filled


def _deepest_first(folders: Iterable[str]) -> list[str]:
    return sorted(folders, key=lambda path: (-path.count("/"), path))
