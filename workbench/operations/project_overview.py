"""What the Projects page shows of a project beside its name."""

from collections import Counter
from dataclasses import dataclass, field

from workbench.core.history_sync import SyncStatus
from workbench.core.metric_inputs import input_metrics
from workbench.core.project import ListedProject
from workbench.core.run import Run
from workbench.operations.library import Library
from workbench.operations.sync_history import last_sync
from workbench.services.run_store import RunStore
from workbench.services.shared_files import is_sharing

_SPARKLINE_POINTS = 60


@dataclass(frozen=True, slots=True)
class ProjectOverview:
    """A project with a summary of its runs.

    Attributes:
        listed: The row of the project list.
        run_count: Number of runs.
        recent: Its newest runs, newest first, at most twelve.
        metric: Name of the metric logged by most runs; empty when none was logged.
        metric_values: That metric's last value in each of the newest runs, oldest first.
        has_active: Whether a run is preparing, queued or running.
        sync: Where its history stands towards its Git repo, as last known.
        shares_files: Whether logs and outputs go there with the history.
    """

    listed: ListedProject
    run_count: int = 0
    recent: tuple[Run, ...] = ()
    metric: str = ""
    metric_values: tuple[float, ...] = ()
    has_active: bool = False
    sync: SyncStatus = field(default_factory=SyncStatus)
    shares_files: bool = False


def project_overview(library: Library, listed: ListedProject) -> ProjectOverview:
    """Summarize the runs of a project without opening its history.

    Raises:
        WorkbenchError: If its run records are damaged.
    """
    database = library.paths.project(listed.project.id).database
    sync = last_sync(library, listed.project)
    if not database.exists():
        return ProjectOverview(listed, sync=sync)
    store = RunStore(database)
    try:
        runs = sorted(store.list_runs(), key=lambda run: run.number, reverse=True)
        shares_files = is_sharing(store)
    finally:
        store.close()
    metric = _main_metric(runs[:_SPARKLINE_POINTS])
    values = [
        float(value)
        for run in reversed(runs[:_SPARKLINE_POINTS])
        for name, value in run.metrics
        if name == metric and isinstance(value, int | float)
    ]
    return ProjectOverview(
        listed,
        len(runs),
        tuple(runs[:12]),
        metric,
        tuple(values),
        any(run.status.is_active for run in runs),
        sync,
        shares_files,
    )


def _main_metric(runs: list[Run]) -> str:
    """Return the result logged by most runs; of equals, the one that is logged first in a run."""
    inputs = input_metrics(runs)
    counts: Counter[str] = Counter()
    position: dict[str, int] = {}
    for run in runs:
        for index, (name, value) in enumerate(run.metrics):
            if isinstance(value, int | float):
                counts[name] += 1
                position[name] = min(index, position.get(name, index))
    best = max(
        counts, key=lambda name: (name not in inputs, counts[name], -position[name]), default=""
    )
    return "" if best in inputs else best
