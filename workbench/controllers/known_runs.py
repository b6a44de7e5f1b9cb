"""The runs of one project that are known, and what is asked about them all the time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from workbench.core.run import Run

# A little more than the longest day, whatever the clocks do.
_LATELY = timedelta(days=2)


class KnownRuns:
    """Answers at once, also when there are a hundred thousand runs.

    Args:
        runs: All runs of the project, oldest first. Thousands take a while: do this elsewhere than
            in the window's thread.

    Attributes:
        newest: The run with the highest number; ``None`` without runs.
    """

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._runs = {run.id: run for run in runs}
        since = datetime.now(UTC) - _LATELY
        found = self._runs.values()
        self._active = {run.id: run for run in found if run.status.is_active}
        self._ended = {run.id: run for run in found if run.ended is not None and run.ended >= since}
        self._snapshots = {run.snapshot for run in found if run.snapshot}
        self.newest = max(found, key=lambda run: run.number, default=None)

    @property
    def snapshots(self) -> int:
        """How many snapshots the runs have; several may share one."""
        return len(self._snapshots)

    def __len__(self) -> int:
        """Return how many runs there are."""
        return len(self._runs)

    def all(self) -> list[Run]:
        """Return all of them, oldest first."""
        return list(self._runs.values())

    def active(self) -> Iterable[Run]:
        """Return those that are active."""
        return self._active.values()

    def ended_between(self, begin: datetime, end: datetime) -> list[Run]:
        """Return those that ended in a time of at most a day that lasts until now or later."""
        ended = self._ended.values()
        return [run for run in ended if run.ended is not None and begin <= run.ended < end]

    def get(self, run_id: str) -> Run | None:
        """Return one of them, ``None`` if it is not known."""
        return self._runs.get(run_id)

    def put(self, run: Run) -> None:
        """Take over a new or changed run; a deleted one is known no longer."""
        if run.deleted:
            self._remove(run)
            return
        comes_back = run.id not in self._runs and self.newest and run.number < self.newest.number
        self._runs[run.id] = run
        if comes_back:
            self._runs = dict(sorted(self._runs.items(), key=lambda item: item[1].number))
        self._active.pop(run.id, None)
        if run.status.is_active:
            self._active[run.id] = run
        if run.ended is not None:
            self._ended[run.id] = run
        if run.snapshot:
            self._snapshots.add(run.snapshot)
        if self.newest is None or run.number >= self.newest.number:
            self.newest = run

    def _remove(self, run: Run) -> None:
        for known in (self._runs, self._active, self._ended):
            known.pop(run.id, None)
        if self.newest is not None and self.newest.id == run.id:
            self.newest = max(self._runs.values(), key=lambda run: run.number, default=None)
