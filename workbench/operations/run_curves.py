"""The curves of a run that may still log metrics."""

from workbench.core.metric import MetricPoint, MetricSeries, series_of
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_run import read_metrics


class RunCurves:
    """Reads the metrics of one run, each time only what was logged since the last time.

    Args:
        context: The project.
        run_id: The run.
    """

    def __init__(self, context: ProjectContext, run_id: str) -> None:
        self._context = context
        self._run_id = run_id
        self._points: list[MetricPoint] = []
        self._series: tuple[MetricSeries, ...] = ()

    def read(self, run: Run) -> tuple[MetricSeries, ...]:
        """Return all metrics so far; the same object again if nothing was logged.

        Args:
            run: The newest state of the run.

        Raises:
            WorkbenchError: If they can't be read.
        """
        after = self._points[-1].sequence if self._points else -1
        new = read_metrics(self._context, self._run_id, after)
        if new:
            self._points.extend(new)
            self._series = tuple(series_of(self._points, run.started or run.created))
        return self._series
