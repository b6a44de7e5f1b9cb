"""List the snapshots that another program put on the history branch, as the old Workbench did."""

from workbench.operations.project_context import ProjectContext
from workbench.services.git.foreign_commits import foreign_commits
from workbench.services.run_imports import imported_up_to, take_in_commits


def import_snapshots(context: ProjectContext) -> int:
    """Add a run for each snapshot of another program that came since the last time.

    Such a run is the same on every computer: what it is follows from the commit alone.

    Returns:
        How many there were.

    Raises:
        WorkbenchError: If the history or the run records can't be used.
    """
    tip, known = context.history.tip(), imported_up_to(context.store)
    if tip == known:
        return 0
    commits = foreign_commits(context.history, tip, known)
    take_in_commits(context.store, context.project.id, commits, tip)
    return len(commits)
