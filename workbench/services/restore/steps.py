"""What one restore does to the folder, step by step, in a form that survives a crash."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.core.snapshot import MODE_EXECUTABLE, TreeEntry

PREFIX = ".workbench-"
_FOLDERS = ("remove_first", "make", "remove_last", "unlock")
_END = "end"


@dataclass(frozen=True, slots=True)
class FileStep:
    """What happens to one file.

    Attributes:
        path: Path relative to the project folder.
        before: The file as it is, ``None`` if there is none.
        after: The file as it will be, ``None`` if it goes away.
        place: Folder that exists before and after; the new and the replaced file wait there.
        in_the_way: Whether rules leave the present file out: it is moved aside, not removed.
        early: Whether it must go away before folders are made, because one takes its place.
        mode: Permission bits of the new file.
        modified: Time of the new file in nanoseconds, ``None`` for now.
        old_mode: Permission bits of the file as it is.
        old_modified: Its time in nanoseconds, ``None`` if unknown.
    """

    path: str
    before: TreeEntry | None
    after: TreeEntry | None
    place: str = ""
    in_the_way: bool = False
    early: bool = False
    mode: int = 0o644
    modified: int | None = None
    old_mode: int = 0o644
    old_modified: int | None = None


@dataclass(frozen=True, slots=True)
class FolderStep:
    """A folder to make or to remove, with its permission bits."""

    path: str
    mode: int = 0o755


@dataclass(frozen=True, slots=True)
class ModeStep:
    """Permission bits of a file or folder that is otherwise the same before and after."""

    path: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything one restore does, in the order of the attributes.

    Attributes:
        files: Files that change.
        remove_first: Folders that must go because a file takes their place, deepest first.
        make: Folders that are made, topmost first.
        remove_last: Folders that go if nothing is left in them, deepest first.
        modes: Permission bits that change on their own.
        unlock: Read-only folders of this user that are made writable meanwhile, topmost first.
        kept: Paths that stay although the target does not store them.
    """

    files: tuple[FileStep, ...] = ()
    remove_first: tuple[FolderStep, ...] = ()
    make: tuple[FolderStep, ...] = ()
    remove_last: tuple[FolderStep, ...] = ()
    modes: tuple[ModeStep, ...] = ()
    unlock: tuple[FolderStep, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.files or self.remove_first or self.make or self.remove_last or self.modes)

    def made_empty(self) -> list[str]:
        """Return the folders that are made and into which no file is put."""
        return _without_files(self.make, (step.path for step in self.files if step.after))

    def removed_empty(self) -> list[str]:
        """Return the folders that are removed and in which there is no file."""
        removed = (*self.remove_first, *self.remove_last)
        return _without_files(removed, (step.path for step in self.files if step.before))

    def touched_folders(self) -> Iterator[str]:
        """Yield every folder whose list of names may change; some twice."""
        for step in self.files:
            yield step.path.rpartition("/")[0]
            yield step.place
        for folder in (*self.remove_first, *self.make, *self.remove_last):
            yield folder.path.rpartition("/")[0]


def _without_files(folders: Iterable[FolderStep], paths: Iterable[str]) -> list[str]:
    filled: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in filled:
            filled.add(folder)
            folder = folder.rpartition("/")[0]
    return [folder.path for folder in folders if folder.path not in filled]


def default_mode(entry: TreeEntry) -> int:
    """Return the permission bits of a file for which no others are recorded."""
    return 0o755 if entry.mode == MODE_EXECUTABLE else 0o644


def steps_to_lines(steps: Steps) -> Iterator[str]:
    """Yield the steps as lines of JSON, many small ones so that nobody else waits long."""
    for step in steps.files:
        yield _line(
            "files", step.path, _entry(step.before), _entry(step.after), step.place,
            step.in_the_way, step.early, step.mode, step.modified, step.old_mode, step.old_modified,
        )  # fmt: skip
    for name in _FOLDERS:
        for folder in getattr(steps, name):
            yield _line(name, folder.path, folder.mode)
    for mode in steps.modes:
        yield _line("modes", mode.path, mode.before, mode.after)
    for path in steps.kept:
        yield _line("kept", path)
    yield _line(_END)


def steps_from_lines(lines: Iterable[bytes]) -> Steps:
    """Return the steps that :func:`steps_to_lines` yielded.

    Raises:
        KeyError, TypeError, ValueError: If it is something else, or the end is missing.
    """
    found: dict[str, list[Any]] = {name: [] for name in ("files", *_FOLDERS, "modes", "kept")}
    make: dict[str, Callable[..., Any]] = {"files": _file_step, "modes": ModeStep, "kept": str}
    for line in lines:
        name, *row = json.loads(line)
        if name == _END:
            return Steps(**{name: tuple(rows) for name, rows in found.items()})
        found[name].append(make.get(name, FolderStep)(*row))
    raise ValueError("the end is missing")


def _line(*values: object) -> str:
    return json.dumps(values) + "\n"


def _entry(entry: TreeEntry | None) -> list[str | int] | None:
    return None if entry is None else [entry.mode, entry.object_id, entry.size]


def _file_step(
    path: str, before: list[Any] | None, after: list[Any] | None, *rest: Any
) -> FileStep:
    return FileStep(
        path,
        None if before is None else TreeEntry(path, *before),
        None if after is None else TreeEntry(path, *after),
        *rest,
    )
