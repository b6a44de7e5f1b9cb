"""Differences of changed files, worked out off the UI thread."""

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.core.errors import WorkbenchError
from workbench.core.restore import FileChange
from workbench.core.text_diff import BinaryDiff, DiffDocument, diff_change
from workbench.operations.read_change import ChangedContent

_LANE = "differences"
_MOST_COUNTED = 500
_LARGEST_COUNTED = 500_000
_BATCH = 25

ReadChange = Callable[[FileChange], ChangedContent]


class DiffReader(QObject):
    """Reads both sides of changed files.

    Signals:
        ready: ``(FileChange, DiffDocument or BinaryDiff)`` of the file last asked for; if a side
            can't be read, that says why.
        counted: ``dict[str, tuple[int, int]]``: added and removed lines, by path, so far.
    """

    ready = Signal(object, object)
    counted = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._read: ReadChange | None = None
        self._counting: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    def start(self, changes: Sequence[FileChange], read: ReadChange) -> None:
        """Serve these changes from now on, and count their lines in the background.

        Args:
            changes: The changed files.
            read: Blocking function that reads both sides of one of them.
        """
        self.stop()
        self._read = read
        self._counting = self._background.spawn(
            self._count(tuple(changes[:_MOST_COUNTED]), read), name="count changed lines"
        )

    def stop(self) -> None:
        """Drop everything that was asked for."""
        for task in (self._counting, self._reading):
            if task is not None:
                task.cancel()
        self._read = None

    def show(self, change: FileChange) -> None:
        """Read one file; an earlier request that was not answered is dropped."""
        if self._read is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._background.spawn(
            self._show(change, self._read), name="read changed file"
        )

    async def _show(self, change: FileChange, read: ReadChange) -> None:
        document = await self._background.run(_LANE, _diff_or_problem, change, read)
        self.ready.emit(change, document)

    async def _count(self, changes: tuple[FileChange, ...], read: ReadChange) -> None:
        counts: dict[str, tuple[int, int]] = {}
        for index, change in enumerate(changes, start=1):
            if _size(change) <= _LARGEST_COUNTED:
                found = await self._background.run(_LANE, _counts, change, read)
                if found is not None:
                    counts[change.path] = found
            if index % _BATCH == 0 or index == len(changes):
                self.counted.emit(dict(counts))


def _size(change: FileChange) -> int:
    return sum(side.size for side in (change.before, change.after) if side is not None)


def _diff(change: FileChange, read: ReadChange) -> DiffDocument | BinaryDiff:
    content = read(change)
    return diff_change(change, content.before, content.after)


def _diff_or_problem(change: FileChange, read: ReadChange) -> DiffDocument | BinaryDiff:
    try:
        return _diff(change, read)
    except WorkbenchError as error:
        before, after = change.before, change.after
        return BinaryDiff(
            before.size if before is not None else None,
            after.size if after is not None else None,
            problem=f"{error.title}. {error.text}".strip(),
        )


def _counts(change: FileChange, read: ReadChange) -> tuple[int, int] | None:
    try:
        document = _diff(change, read)
    except WorkbenchError:
        # The file is gone since the preview; choosing it says so.
        return None
    return (document.added, document.removed) if isinstance(document, DiffDocument) else None
