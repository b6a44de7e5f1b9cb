"""Archive and delete runs, and bring them back."""

from collections.abc import Iterable

from workbench.core.errors import WorkbenchError
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext


def archive_runs(
    context: ProjectContext, runs: Iterable[Run], *, archived: bool = True
) -> list[Run]:
    """Put runs aside, or back into the list; returns them as they are now.

    Raises:
        WorkbenchError: If the records can't be written.
    """
    return [_with(context, run, "archived", value=archived) for run in runs]


def delete_runs(context: ProjectContext, runs: Iterable[Run]) -> list[Run]:
    """Take runs out of every list; returns them as they are now.

    Snapshots, logs and outputs stay, so that :func:`undelete_runs` brings everything back.

    Raises:
        WorkbenchError: If one of them is active; none is deleted then.
    """
    wanted = list(runs)
    for run in wanted:
        if run.status.is_active:
            raise WorkbenchError(
                f"Run #{run.number} is {run.status.value}",
                "Only runs that have ended can be deleted. Nothing was changed.",
                hint="Cancel it first.",
            )
    return [_with(context, run, "deleted", value=True) for run in wanted]


def undelete_runs(context: ProjectContext, runs: Iterable[Run]) -> list[Run]:
    """Bring deleted runs back; returns them as they are now.

    Raises:
        WorkbenchError: If the records can't be written.
    """
    return [_with(context, run, "deleted", value=False) for run in runs]


def _with(context: ProjectContext, run: Run, field: str, *, value: bool) -> Run:
    context.store.update(run.id, {field: value}, durable=True)
    return context.store.get(run.id)
