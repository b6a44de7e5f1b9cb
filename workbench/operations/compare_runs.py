"""Put runs side by side: why do they differ?"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from workbench.core.compare import compare
from workbench.core.comparison import (
    FEWEST,
    MOST,
    ComparedOutput,
    CompareRequest,
    Comparison,
    Side,
)
from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.restore import FileChange, changes_between
from workbench.core.run import Output, Run, UserRepository
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_change import ChangedContent, read_in_folder, read_stored
from workbench.operations.read_run import list_outputs, output_path
from workbench.operations.take_snapshot import describe_folder
from workbench.services.git.user_git import UserGit

# Bigger outputs are told apart by their size only: reading them would take too long.
_LARGEST_READ = 64_000_000


def compare_runs(
    context: ProjectContext,
    request: CompareRequest,
    now: datetime,
    *,
    before: Comparison | None = None,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Compare two or three runs, or one or two runs with the project folder as it is now.

    Args:
        context: The project.
        request: What to compare.
        now: The present time (UTC), for the duration of active runs.
        before: An earlier comparison of the same: snapshots and outputs that are still the same
            are not read again, nor is the folder.
        cancel: Stops the look at the folder.

    Raises:
        InvalidInputError: If these are not two or three different things, or the baseline is none
            of them.
        NotFoundError: If a run is not here.
        WorkbenchError: If the folder can't be read.
    """
    ids = request.run_ids
    if not FEWEST <= request.number <= MOST or len(set(ids)) < max(1, len(ids)):
        raise InvalidInputError("runs", "Choose 2 or 3 runs to compare")
    if request.baseline and request.baseline not in ids:
        raise InvalidInputError("baseline", "The baseline is none of the compared runs")
    place = ids.index(request.baseline) if request.baseline else 0
    known = {side.id: side for side in before.sides} if before else {}
    sides = [Side(context.store.get(run_id)) for run_id in ids]
    if request.with_folder:
        sides.append(known.get("") or _folder_side(context))
    usable = before if before and before.base.id == ids[place] else None
    sides = _with_changes(context, sides, sides[place], usable, cancel)
    sides = _with_outputs(context, sides, known)
    return compare(sides, place, now)


def read_difference(
    context: ProjectContext, change: FileChange, *, in_folder: bool = False
) -> ChangedContent:
    """Return both sides of a file that differs from the baseline.

    Args:
        context: The project.
        change: One of :attr:`Side.changes`.
        in_folder: Whether that side is the folder.

    Raises:
        NotFoundError: If the snapshot is gone.
        WorkbenchError: If the file in the folder can't be read.
    """
    after = (
        read_in_folder(context, change.path) if in_folder else read_stored(context, change.after)
    )
    return ChangedContent(read_stored(context, change.before), after)


def _folder_side(context: ProjectContext) -> Side:
    try:
        git = UserGit.find(context.project.folder)
        repository = git.state() if git else UserRepository()
    except WorkbenchError:
        # A repository that can't be read says nothing; the files are compared all the same.
        repository = UserRepository(recorded=False)
    return Side(None, repository=repository)


def _with_changes(
    context: ProjectContext,
    sides: Sequence[Side],
    base: Side,
    before: Comparison | None,
    cancel: CancelToken | None,
) -> list[Side]:
    """Return the sides with the files that differ from the baseline's."""
    known = {side.id: side for side in before.sides} if before else {}
    base_before = _snapshot(before.base) if before else None
    result = []
    for side in sides:
        earlier = known.get(side.id)
        if side.id == base.id:
            result.append(side)
        elif (
            earlier is not None
            and earlier.changes is not None
            and _snapshot(earlier) == _snapshot(side)
            and base_before == _snapshot(base)
        ):
            result.append(replace(side, changes=earlier.changes))
        else:
            result.append(_with_change(context, side, base, cancel))
    return result


def _with_change(
    context: ProjectContext, side: Side, base: Side, cancel: CancelToken | None
) -> Side:
    for one in (base, side):
        problem = _snapshot_problem(context, one.run)
        if problem:
            return replace(side, changes=None, problem=problem)
    before = context.history.tree_entries(_snapshot(base))
    if side.run is None:
        after = describe_folder(context, cancel=cancel).entries
    else:
        after = context.history.tree_entries(_snapshot(side))
    return replace(side, changes=changes_between(before, after))


def _snapshot(side: Side) -> str:
    return side.run.snapshot if side.run else ""


def _snapshot_problem(context: ProjectContext, run: Run | None) -> str:
    """Return why the files of a run can't be compared; empty if they can."""
    if run is None or (run.snapshot and context.history.has_commit(run.snapshot)):
        return ""
    where = "isn't on this computer" if run.snapshot else "has no snapshot"
    return f"#{run.number} {where}"


def _with_outputs(
    context: ProjectContext, sides: Sequence[Side], known: dict[str, Side]
) -> list[Side]:
    """Return the sides with their outputs; where two have the same size, they are read."""
    listed = [list_outputs(context, side.id) if side.run else [] for side in sides]
    twins = Counter((output.path, output.size) for outputs in listed for output in outputs)
    result = []
    for side, outputs in zip(sides, listed, strict=True):
        earlier = known.get(side.id)
        digests = {item.output: item.digest for item in earlier.outputs} if earlier else {}
        compared = []
        for output in outputs:
            digest = ""
            if twins[output.path, output.size] > 1 and output.size <= _LARGEST_READ:
                digest = digests.get(output) or _digest(context, side.id, output)
            compared.append(ComparedOutput(output, digest))
        result.append(replace(side, outputs=tuple(compared)))
    return result


def _digest(context: ProjectContext, run_id: str, output: Output) -> str:
    try:
        with output_path(context, run_id, output).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, NotFoundError):
        # It can't be read now: its size is known, and the comparison says that no more is.
        return ""
