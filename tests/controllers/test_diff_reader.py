"""Differences of changed files, worked out beside the window."""

import asyncio

from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.diff_reader import DiffReader
from workbench.core.errors import WorkbenchError
from workbench.core.restore import ChangeKind, FileChange
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.core.text_diff import BinaryDiff
from workbench.operations.read_change import ChangedContent


def test_a_file_that_cannot_be_read_says_so_instead_of_loading_for_ever() -> None:
    bugs: list[BaseException] = []
    entry = TreeEntry("x", MODE_FILE, "1" * 40, 7)
    change = FileChange("x", ChangeKind.DELETED, entry, None)

    def read(_change: FileChange) -> ChangedContent:
        raise WorkbenchError("x can't be shown", "The disk reported an error.")

    async def story() -> tuple[object, object]:
        background = TaskSupervisor(bugs.append, bugs.append)
        reader = DiffReader(background)
        told: asyncio.Queue[tuple[object, object]] = asyncio.Queue()
        reader.ready.connect(lambda of, content: told.put_nowait((of, content)))
        reader.start((), read)
        reader.show(change)
        async with asyncio.timeout(20):
            found = await told.get()
        await background.close()
        return found

    of, content = asyncio.run(story())
    assert of == change
    problem = "x can't be shown. The disk reported an error."
    assert content == BinaryDiff(7, None, problem=problem)
    assert bugs == []
