"""Progress of a snapshot: at most ten reports a second, the last one always."""

from time import monotonic

from workbench.core.progress import Progress, Report

_BETWEEN = 0.1


class SnapshotProgress:
    """Turns a count of files into reports."""

    def __init__(self, report: Report, *, title: str = "Saving snapshot") -> None:
        self._report = report
        self._title = title
        self._next = monotonic()
        self._most = 0.0

    def file(self, done: int, total: int) -> None:
        """Take note that one more file is done."""
        now = monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN
            self._send(done, total)

    def waiting(self) -> None:
        """Report that another snapshot has to end first."""
        self._report(Progress("snapshot", None, "Waiting for another snapshot"))

    def end(self, total: int) -> None:
        """Report that all is done."""
        self._send(total, total)

    def _send(self, done: int, total: int) -> None:
        # files may have to be gone through once more; told is what was reached
        self._most = max(self._most, done / total if total else 1.0)
        detail = f"{done:,} of {total:,} files"
        self._report(Progress("snapshot", self._most, self._title, detail))
