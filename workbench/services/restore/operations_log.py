"""The list of operations of a project, and the undo and redo stacks that follow from it."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.core.restore import Operation, OperationKind
from workbench.services.restore.journal import sync_folder
from workbench.services.safe_files import os_error_reason

_NAME = "operations.jsonl"
_MADE = "made_folders"
_REMOVED = "removed_folders"
_KEPT = "kept"
_PATHS = "paths"
_MOST_KEPT = 5_000
_FIELDS = tuple(field.name for field in fields(Operation))


@dataclass(frozen=True, slots=True)
class EmptyFolders:
    """Empty folders that an operation made and removed, whatever rules say about them.

    A snapshot's manifest does not tell: it has no folders that rules leave out.
    """

    made: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stacks:
    """What can be undone and redone, the next one last.

    Attributes:
        undo: Operations that can be taken back.
        redo: Operations that were taken back, each with the undo that did it.
        restoring: Ids of the operations that put files of their run into the folder; the others
            took these away again.
    """

    undo: tuple[Operation, ...]
    redo: tuple[tuple[Operation, Operation], ...]
    restoring: frozenset[str] = frozenset()


class OperationsLog:
    """One line of JSON for each operation, only ever appended.

    A line that a crash left half written is ignored and ended before the next one.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def mark(self) -> tuple[int, int]:
        """Return what changes with every operation that is added, at the cost of a look.

        Raises:
            OSError: If the list can't be looked at.
        """
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (facts.st_size, facts.st_mtime_ns)

    def operations(self) -> list[Operation]:
        """Return every operation, oldest first."""
        found: dict[str, Operation] = {}
        for values in self._lines():
            operation = _operation(values)
            if operation is not None:
                found.setdefault(operation.id, operation)
        return list(found.values())

    def empty_folders(self, operation_id: str) -> EmptyFolders:
        """Return the empty folders that an operation made and removed."""
        for values in self._lines():
            if values.get("id") == operation_id:
                return EmptyFolders(tuple(values.get(_MADE, ())), tuple(values.get(_REMOVED, ())))
        return EmptyFolders()

    def paths(self, operation_id: str) -> frozenset[str]:
        """Return the files that a partial operation changed."""
        for values in self._lines():
            if values.get("id") == operation_id:
                return frozenset(values.get(_PATHS, ()))
        return frozenset()

    def kept_by(self, counts: Callable[[Operation], bool]) -> frozenset[str]:
        """Return the paths that some operations kept, without a slash at the end.

        Each was there then, and the target did not store it.

        Args:
            counts: Whether an operation is one of them.
        """
        found: set[str] = set()
        for values in self._lines():
            operation = _operation(values)
            if operation is not None and counts(operation):
                found.update(path.rstrip("/") for path in values.get(_KEPT, ()))
        return frozenset(found)

    def append(
        self,
        operation: Operation,
        folders: EmptyFolders | None = None,
        kept: Sequence[str] = (),
        paths: Sequence[str] = (),
    ) -> None:
        """Add an operation durably; one that is in the list already is not added again.

        Args:
            operation: What was done.
            folders: Empty folders that it made and removed.
            kept: Paths that it kept although its target does not store them.
            paths: The files that it changed, if it is partial.

        Raises:
            OSError: If it cannot be written.
        """
        if any(known.id == operation.id for known in self.operations()):
            return
        values = asdict(operation)
        values |= {"kind": operation.kind.value, "time": operation.time.isoformat()}
        if folders is not None:
            values |= {_MADE: folders.made, _REMOVED: folders.removed}
        if kept:
            values[_KEPT] = _bounded(kept)
        if paths:
            values[_PATHS] = list(paths)
        # The line break comes first too, so that a torn line before it cannot swallow this one.
        line = b"\n" + json.dumps(values).encode() + b"\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while line:
                line = line[os.write(descriptor, line) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self._path.parent)

    def stacks(self) -> Stacks:
        """Return what can be undone and redone now.

        A restore after an undo does not make the undone state unreachable: Undo then walks back
        through the undo as well, so that every state the folder ever had can be reached.
        """
        undo: list[Operation] = []
        redo: list[tuple[Operation, Operation]] = []
        restoring: set[str] = set()
        for operation in self.operations():
            match operation.kind:
                case OperationKind.RESTORE:
                    undo += _walked_back(redo)
                    undo.append(operation)
                    redo.clear()
                    restoring.add(operation.id)
                case OperationKind.UNDO if undo:
                    redo.append((undo.pop(), operation))
                    if redo[-1][0].id not in restoring:
                        restoring.add(operation.id)
                case OperationKind.REDO if redo:
                    undone = redo.pop()
                    if undone[0].id in restoring:
                        restoring.add(operation.id)
                    if operation.later_edits:
                        # What the undo brought back was edited: it is a state of its own.
                        undo += undone
                    undo.append(operation)
                case _:
                    continue
        return Stacks(tuple(undo), tuple(redo), frozenset(restoring))

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise WorkbenchError(
                "The list of restores can't be read",
                f"{self._path} can't be read because {os_error_reason(error)}. Nothing was "
                "changed.",
                details=str(error),
                retry=True,
            ) from error
        for line in lines:
            try:
                values = json.loads(line)
            except ValueError:
                continue
            if isinstance(values, dict):
                yield values


def _walked_back(redo: list[tuple[Operation, Operation]]) -> list[Operation]:
    """Return operations that were taken back, then what took them back, in the order of time."""
    return [undone for undone, _ in reversed(redo)] + [undo for _, undo in redo]


def _bounded(kept: Sequence[str]) -> list[str]:
    """Return not too many paths; if needed, the folders that hold them instead."""
    found = sorted(path.rstrip("/") for path in kept)
    depth = max((path.count("/") for path in found), default=0)
    while len(found) > _MOST_KEPT and depth:
        found = sorted({"/".join(path.split("/")[:depth]) for path in found})
        depth -= 1
    return found


def _operation(line: dict[str, Any]) -> Operation | None:
    try:
        values = {name: line[name] for name in _FIELDS if name in line}
        values["kind"] = OperationKind(values["kind"])
        values["time"] = datetime.fromisoformat(values["time"])
        return Operation(**values)
    except (ValueError, KeyError, TypeError):
        return None
