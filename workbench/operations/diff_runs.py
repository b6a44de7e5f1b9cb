"""What changed in the code between two runs, or between a run and the folder, as a patch."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.core.errors import NotFoundError
from workbench.core.progress import CancelToken
from workbench.core.restore import FileChange, changes_between
from workbench.core.run import Run
from workbench.operations.code_changes import base_run
from workbench.operations.compare_runs import read_difference
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import restorable_run
from workbench.operations.take_snapshot import describe_folder

_NOWHERE = "/dev/null"
_NUL = b"\0"


@dataclass(frozen=True, slots=True)
class CodeDiff:
    """Two states of the project and what differs.

    Attributes:
        before: The first run.
        after: The second run; ``None`` for the folder as it is now.
        changes: The files that differ, sorted by path.
    """

    before: Run
    after: Run | None
    changes: tuple[FileChange, ...]


def diff_runs(context: ProjectContext, before: Run | None, after: Run) -> CodeDiff:
    """Return what changed from one run to another.

    Args:
        context: The project.
        before: The first run; ``None`` for the one before ``after``.
        after: The second run.

    Raises:
        NotFoundError: If a snapshot is not here, or there is no run before.
    """
    after = restorable_run(context, after.id)
    if before is None:
        before = base_run(context, after)
        if before is None:
            raise NotFoundError(
                "Nothing to compare with", f"No run before #{after.number} has a snapshot here."
            )
    before = restorable_run(context, before.id)
    return CodeDiff(before, after, context.history.changes(before.snapshot, after.snapshot))


def diff_folder(
    context: ProjectContext, before: Run, cancel: CancelToken | None = None
) -> CodeDiff:
    """Return what changed from a run to the folder as it is now.

    Raises:
        NotFoundError: If the run's snapshot is not here.
        WorkbenchError: If the folder can't be read.
    """
    before = restorable_run(context, before.id)
    entries = context.history.tree_entries(before.snapshot)
    now = describe_folder(context, cancel=cancel).entries
    return CodeDiff(before, None, changes_between(entries, now))


def unified_diff(context: ProjectContext, diff: CodeDiff) -> Iterator[str]:
    """Yield the lines of a patch, each with its line break.

    Raises:
        WorkbenchError: If a file can't be read.
    """
    for change in diff.changes:
        yield from _patch(context, change, in_folder=diff.after is None)


def _patch(context: ProjectContext, change: FileChange, *, in_folder: bool) -> Iterator[str]:
    sides = read_difference(context, change, in_folder=in_folder)
    path = change.path.encode("utf-8", "replace").decode()
    old = f"a/{path}" if change.before else _NOWHERE
    new = f"b/{path}" if change.after else _NOWHERE
    yield f"diff --git a/{path} b/{path}\n"
    yield from _modes(change)
    before = sides.before if change.before else b""
    after = sides.after if change.after else b""
    if before is None or after is None or _NUL in before or _NUL in after:
        yield f"Binary files {old} and {new} differ\n"
        return
    for line in difflib.unified_diff(_lines(before), _lines(after), old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _modes(change: FileChange) -> Iterator[str]:
    if change.before is None and change.after:
        yield f"new file mode {change.after.mode:o}\n"
    elif change.before and change.after is None:
        yield f"deleted file mode {change.before.mode:o}\n"
    elif change.before and change.after and change.before.mode != change.after.mode:
        yield f"old mode {change.before.mode:o}\n"
        yield f"new mode {change.after.mode:o}\n"


def _lines(data: bytes) -> list[str]:
    # By line feeds only: other characters that end a line for Python do not in a patch.
    text = data.decode("utf-8", "replace")
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + parts[-1:] * bool(parts[-1])
