"""Progress of a restore: at most ten reports a second, never falling, the last one always."""

import logging
from time import monotonic

from workbench.core.progress import Progress, Report
from workbench.core.wording import count

_LOG = logging.getLogger(__name__)
_BETWEEN = 0.1
_SAVED = 0.4
_WRITTEN = 0.9


class RestoreProgress:
    """Turns the phases of a restore into one rising fraction.

    Args:
        report: Hears it.
        title: Words for the user.
        start: The fraction at which files are written: what comes before takes that much.
    """

    def __init__(self, report: Report, title: str, *, start: float = _SAVED) -> None:
        self._report = report
        self._title = title
        self._start = start
        self._next = monotonic()

    def saving(self, inner: Progress) -> None:
        """Take note of the progress of the safety snapshot."""
        self._send((inner.fraction or 0.0) * self._start, "Saving your folder first")

    def file(self, done: int, total: int) -> None:
        """Take note that one more file is ready."""
        now = monotonic()
        if now >= self._next or done == total:
            self._next = now + _BETWEEN
            fraction = self._start + (_WRITTEN - self._start) * done / max(total, 1)
            self._send(fraction, f"{done:,} of {count(total, 'file')}")

    def checking(self) -> None:
        """All files are in place."""
        self._send(_WRITTEN, "Checking the files")

    def end(self, total: int) -> None:
        """All is done."""
        self._send(1.0, f"{total:,} of {count(total, 'file')}")

    def _send(self, fraction: float, detail: str) -> None:
        try:
            self._report(Progress("restore", fraction, self._title, detail))
        except Exception:  # noqa: BLE001 - it is logged
            # Whoever listens has no say in whether the folder is restored.
            _LOG.exception("the progress of a restore could not be shown")
