"""What has to change in a folder so that it becomes a stored state, and what must stay."""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workbench.core.errors import RestoreBlockedError
from workbench.core.folder_paths import ancestors, needed_folders
from workbench.core.restore import ChangeKind, FileChange, with_dependent
from workbench.core.snapshot import FolderContent, Manifest, TreeEntry
from workbench.services.folder.memory import differing
from workbench.services.restore.project_tree import ProjectTree, split_path

Look = Callable[[Iterable[str]], FolderContent]
Chosen = Callable[[str], bool]
Compare = Callable[[FolderContent], set[str]]


@dataclass(frozen=True)
class Target:
    """The state a folder shall have.

    Attributes:
        entries: Its files by path.
        manifest: What its tree cannot hold.
        leaves_out: Whether its own rules leave a path out (path, is a folder).
        not_stored: Paths that were there but are not in the snapshot: what is at or below one of
            them may be a file that nothing else holds.
        made: Files that the operation to be taken back made: they may go whatever rules say.
        made_folders: Folders that it made and left empty: they may go too.
        commit: The snapshot that holds the entries; empty if none does.
    """

    entries: Mapping[str, TreeEntry]
    manifest: Manifest
    leaves_out: Callable[[str, bool], bool]
    not_stored: frozenset[str] = frozenset()
    made: Mapping[str, TreeEntry] = field(default_factory=dict)
    made_folders: tuple[str, ...] = ()
    commit: str = ""

    @cached_property
    def folders(self) -> set[str]:
        """Every folder that has to be there for its files."""
        return needed_folders(self.entries)

    @property
    def has_manifest(self) -> bool:
        """Whether a manifest is known here; one from elsewhere comes without."""
        return bool(self.manifest.mtimes) or not self.entries


@dataclass(frozen=True)
class Difference:
    """What a restore changes.

    Attributes:
        changes: Files that change, sorted by path.
        kept: Paths that stay although the target does not store them.
        unchanged: Number of files that are the same.
        extra_paths: Left-out files that the safety snapshot has to hold too.
        folders_in_the_way: Folders where the target has a file.
        now: The folder as it is, with the extra paths among its entries.
    """

    changes: tuple[FileChange, ...]
    kept: tuple[str, ...]
    unchanged: int
    extra_paths: tuple[str, ...]
    folders_in_the_way: tuple[str, ...]
    now: FolderContent


def find_difference(
    tree: ProjectTree,
    look: Look,
    target: Target,
    only: Chosen | None = None,
    compare: Compare | None = None,
) -> Difference:
    """Compare the folder with the target. Nothing is changed.

    Args:
        tree: The folder.
        look: Describes the folder afresh, with left-out paths that are asked for by name.
        target: What it shall become.
        only: Which files may change; ``None`` for all. What has to make room for them may, too.
        compare: Returns all files that differ from the target, and perhaps some that don't, faster
            than by asking for each.

    Raises:
        UnsafePathError: If the target holds a path that is not inside the project.
        RestoreBlockedError: If something is in the way that cannot be saved.
    """
    now = look(())
    different = _different(now, target, compare)
    obstacles = _Obstacles(tree, now.entries)
    for path in different:
        if path not in now.entries and (only is None or only(path)):
            obstacles.find(path)
    obstacles.find_made(target)
    if obstacles.left_out:
        now = look(sorted(obstacles.left_out))
        lost = sorted(obstacles.left_out - now.entries.keys())
        if lost:
            raise in_the_way(lost[0], "It can't be saved.")
        different = _different(now, target, compare)
    return _difference(now, target, different, obstacles, only)


def _different(now: FolderContent, target: Target, compare: Compare | None) -> list[str]:
    """Return the paths of which the folder and the target say different things, sorted."""
    if compare is None:
        return sorted(differing(now.entries, target.entries))
    found = compare(now)
    return sorted(path for path in found if now.entries.get(path) != target.entries.get(path))


def in_the_way(path: str, reason: str) -> RestoreBlockedError:
    """Return the error for something that a restore would have to replace but may not."""
    return RestoreBlockedError(
        f"{path} is in the way",
        f"The snapshot has something else in its place. {reason} Nothing was changed.",
        hint="Move it to another folder, then restore again.",
    )


class _Obstacles:
    """Finds what is in the place of the target's files but not in the present entries."""

    def __init__(self, tree: ProjectTree, entries: Mapping[str, TreeEntry]) -> None:
        self._tree = tree
        self._entries = entries
        self._real_folders = {""}
        self._free: set[str] = set()
        self.left_out: set[str] = set()
        self.folders: set[str] = set()
        self.made: set[str] = set()

    def find(self, path: str) -> None:
        split_path(path)
        for folder in reversed(list(ancestors(path))):
            if folder in self._real_folders:
                continue
            if folder in self._free or not self._is_real_folder(folder):
                return
        found = self._tree.stat(path)
        if found is None:
            return
        if stat.S_ISDIR(found.st_mode):
            self.folders.add(path)
            self._find_inside(path)
        else:
            self._add(path, found)

    def find_made(self, target: Target) -> None:
        """Find files that the former operation made and that rules leave out by now."""
        for path, entry in target.made.items():
            if path in self._entries or path in target.entries:
                continue
            if self._tree.identity(path) == (entry.mode, entry.object_id):
                self.left_out.add(path)
                self.made.add(path)

    def listed(self, path: str) -> str:
        """Return the path as it is shown: a folder ends with a slash."""
        folder, _, name = path.rpartition("/")
        return f"{path}/" if name and self._tree.holds_folder(folder, name) else path

    def _is_real_folder(self, folder: str) -> bool:
        found = self._tree.stat(folder)
        if found is not None and stat.S_ISDIR(found.st_mode):
            self._real_folders.add(folder)
            return True
        self._free.add(folder)
        if found is not None:
            self._add(folder, found)
        return False

    def _find_inside(self, top: str) -> None:
        folders = [top]
        for folder in folders:  # grows while we go
            try:
                names = self._tree.names(folder)
            except PermissionError as error:
                raise in_the_way(f"{folder}/", "You don't have permission to read it.") from error
            if ".git" in names:
                raise in_the_way(f"{folder}/", "It holds another Git repository.")
            for name in names:
                path = f"{folder}/{name}"
                found = self._tree.stat(path)
                if found is None:
                    continue
                if stat.S_ISDIR(found.st_mode):
                    folders.append(path)
                else:
                    self._add(path, found)

    def _add(self, path: str, found: os.stat_result) -> None:
        if path in self._entries:
            return
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
            raise in_the_way(path, "It isn't a regular file.")
        self.left_out.add(path)


def _difference(
    now: FolderContent,
    target: Target,
    different: list[str],
    obstacles: _Obstacles,
    only: Chosen | None,
) -> Difference:
    changes: list[FileChange] = []
    kept: set[str] = set()
    for path in different:
        before, after = now.entries.get(path), target.entries.get(path)
        if after is None and not _may_go(path, target, obstacles):
            if only is None or only(path):
                kept.add(path)
        else:
            kind = _kind(before, after)
            left_out = path in obstacles.left_out
            changes.append(FileChange(path, kind, before, after, in_the_way=left_out))
    if only is not None:
        chosen = with_dependent(changes, filter(only, (change.path for change in changes)))
        changes = [change for change in changes if change.path in chosen]
    changed = {change.path for change in changes}
    kept |= {item.path for item in now.left_out}
    kept |= {obstacles.listed(item.path) for item in now.not_captured}
    kept -= changed
    unchanged = len(target.entries) - sum(path in target.entries for path in different)
    gone = tuple(f"{folder}/" for folder in obstacles.folders)
    return Difference(
        changes=tuple(changes),
        kept=tuple(sorted(path for path in kept if not f"{path}/".startswith(gone))),
        unchanged=unchanged,
        extra_paths=tuple(sorted(obstacles.left_out)),
        folders_in_the_way=tuple(sorted(obstacles.folders)),
        now=now,
    )


def _may_go(path: str, target: Target, obstacles: _Obstacles) -> bool:
    """Return whether a file that the target does not have is removed."""
    if path in obstacles.left_out or path in target.folders or path in target.made:
        return True
    if any(folder in target.entries for folder in ancestors(path)):
        return True
    if path in target.not_stored or any(part in target.not_stored for part in ancestors(path)):
        return False
    return not target.leaves_out(path, False)


def _kind(before: TreeEntry | None, after: TreeEntry | None) -> ChangeKind:
    if before is None:
        return ChangeKind.ADDED_BACK
    return ChangeKind.DELETED if after is None else ChangeKind.MODIFIED
