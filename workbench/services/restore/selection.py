"""The state of a folder of which only some files change."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace

from workbench.core.folder_paths import ancestors, needed_folders
from workbench.core.snapshot import Manifest, TreeEntry
from workbench.services.restore.difference import Difference, Target
from workbench.services.restore.project_tree import ProjectTree


def only_changes(tree: ProjectTree, difference: Difference, target: Target) -> Target:
    """Return the folder as it is, but with the changes of a difference.

    Permissions and empty folders stay as they are, too, unless these changes need others.
    """
    changes = difference.changes
    entries = _Changed(difference.now.entries, {change.path: change.after for change in changes})
    manifest = _manifest(tree, difference, target.manifest)
    return replace(target, entries=entries, manifest=manifest, commit="")


class _Changed(Mapping[str, TreeEntry]):
    """The files of a folder after some changes; nothing is copied."""

    def __init__(
        self, before: Mapping[str, TreeEntry], changes: Mapping[str, TreeEntry | None]
    ) -> None:
        self._before = before
        self._changes = changes

    def __getitem__(self, path: str) -> TreeEntry:
        if path not in self._changes:
            return self._before[path]
        entry = self._changes[path]
        if entry is None:
            raise KeyError(path)
        return entry

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.get(path) is not None

    def __iter__(self) -> Iterator[str]:
        yield from (path for path in self._before if path not in self._changes)
        yield from (path for path, entry in self._changes.items() if entry is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _manifest(tree: ProjectTree, difference: Difference, wanted: Manifest) -> Manifest:
    now = difference.now.manifest
    changes = difference.changes
    gone = {change.path for change in changes if change.after is None}
    places = gone | needed_folders(gone)
    empty = [
        folder
        for folder in wanted.empty_folders
        if folder in places or not gone.isdisjoint(ancestors(folder))
    ]
    modes = dict(now.modes)
    for path in (change.path for change in changes):
        modes.pop(path, None)
        if path in wanted.modes:
            modes[path] = wanted.modes[path]
    for folder in needed_folders(change.path for change in changes if change.after):
        name = f"{folder}/"
        found = tree.stat(folder)
        modes.pop(name, None)
        if found is not None and stat.S_ISDIR(found.st_mode):
            modes[name] = stat.S_IMODE(found.st_mode)
        elif name in wanted.modes:
            modes[name] = wanted.modes[name]
    return Manifest(tuple(dict.fromkeys((*now.empty_folders, *empty))), modes, wanted.mtimes)
