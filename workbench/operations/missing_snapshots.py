"""Which runs can't be restored because their snapshot is not in the history on this computer."""

from workbench.operations.project_context import ProjectContext


def missing_snapshots(context: ProjectContext) -> frozenset[str]:
    """Return the snapshots (commit ids) that runs have and the history does not.

    Only the commits are looked for, all in one question; ``check_history`` reads their files too.

    Raises:
        WorkbenchError: If the run records or the history can't be read.
    """
    return context.history.missing(context.store.snapshots())
