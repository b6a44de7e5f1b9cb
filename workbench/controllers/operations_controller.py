"""The list of operations, and what each of them changed."""

import asyncio
from functools import partial

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import READ_LANE, Background
from workbench.controllers.diff_reader import DiffReader
from workbench.core.errors import WorkbenchError
from workbench.core.restore import Operation
from workbench.operations.code_changes import read_code_change
from workbench.operations.list_operations import list_operations, operation_changes
from workbench.operations.project_context import ProjectContext


class OperationsController(QObject):
    """Reads operations for the Operations page.

    Signals:
        listed: ``(ProjectContext, tuple[OperationEntry, ...])``.
        changed: ``(Operation, tuple[FileChange, ...])``: what an operation changed.
        failed: ``(Operation, WorkbenchError)``: why that can't be told.
    """

    listed = Signal(object, object)
    changed = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._reading: asyncio.Task[None] | None = None
        self.differences = DiffReader(background)

    def look(self, context: ProjectContext) -> None:
        """Read the list of operations of a project."""
        self._background.spawn(self._look(context), name="list operations")

    async def _look(self, context: ProjectContext) -> None:
        entries = await self._background.run(READ_LANE, list_operations, context)
        self.listed.emit(context, entries)

    def choose(self, context: ProjectContext, operation: Operation) -> None:
        """Read what an operation changed; an earlier request is dropped."""
        self.leave()
        self._reading = self._background.spawn(
            self._choose(context, operation), name="read an operation"
        )

    async def _choose(self, context: ProjectContext, operation: Operation) -> None:
        try:
            changes = await self._background.run(READ_LANE, operation_changes, context, operation)
        except WorkbenchError as error:
            self.failed.emit(operation, error)
            return
        self.differences.start(changes, partial(read_code_change, context))
        self.changed.emit(operation, changes)

    def leave(self) -> None:
        """Drop everything that was asked for."""
        if self._reading is not None:
            self._reading.cancel()
        self.differences.stop()
