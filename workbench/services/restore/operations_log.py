"""The list of operations of a project, and the undo and redo stacks that follow from it."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.core.restore import Operation, OperationKind
from workbench.services.restore.journal import sync_folder

_NAME = "operations.jsonl"
_MADE = "made_folders"
_REMOVED = "removed_folders"
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
    """

    undo: tuple[Operation, ...]
    redo: tuple[tuple[Operation, Operation], ...]


class OperationsLog:
    """One line of JSON for each operation, only ever appended.

    A line that a crash left half written is ignored and ended before the next one.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

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

    def append(self, operation: Operation, folders: EmptyFolders | None = None) -> None:
        """Add an operation durably; one that is in the list already is not added again.

        Args:
            operation: What was done.
            folders: Empty folders that it made and removed.

        Raises:
            OSError: If it cannot be written.
        """
        if any(known.id == operation.id for known in self.operations()):
            return
        values = asdict(operation)
        values |= {"kind": operation.kind.value, "time": operation.time.isoformat()}
        if folders is not None:
            values |= {_MADE: folders.made, _REMOVED: folders.removed}
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
        """Return what can be undone and redone now."""
        undo: list[Operation] = []
        redo: list[tuple[Operation, Operation]] = []
        for operation in self.operations():
            match operation.kind:
                case OperationKind.RESTORE:
                    undo.append(operation)
                    redo.clear()
                case OperationKind.UNDO if undo:
                    redo.append((undo.pop(), operation))
                case OperationKind.REDO if redo:
                    redo.pop()
                    undo.append(operation)
                case _:
                    continue
        return Stacks(tuple(undo), tuple(redo))

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for line in lines:
            try:
                values = json.loads(line)
            except ValueError:
                continue
            if isinstance(values, dict):
                yield values


def _operation(line: dict[str, Any]) -> Operation | None:
    try:
        values = {name: line[name] for name in _FIELDS}
        values["kind"] = OperationKind(values["kind"])
        values["time"] = datetime.fromisoformat(values["time"])
        return Operation(**values)
    except (ValueError, KeyError, TypeError):
        return None
