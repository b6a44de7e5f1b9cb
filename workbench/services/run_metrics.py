"""The stream of metrics that a run writes: ``metrics.jsonl``."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from workbench.core.metric import MetricPoint, MetricValue, Scalar

_CHUNK = 4 * 1024 * 1024
_REMEMBERED = 64
_MOST_NAMES = 1000
_LONGEST_TEXT = 1000


class MetricsReader:
    """Reads streams again and again without starting at their beginning; safe for threads."""

    def __init__(self) -> None:
        self._places: OrderedDict[Path, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, path: Path, after: int) -> list[MetricPoint]:
        """Return the points of a stream with a higher sequence than ``after``.

        Raises:
            OSError: If it cannot be read.
        """
        with self._lock:
            sequence, offset = self._places.get(path, (0, 0))
        if sequence > after + 1:
            sequence, offset = 0, 0
        place = (sequence, offset)
        points = []
        for line, end in lines_from(path, offset):
            point = _point(sequence, line) if sequence > after else None
            if point is not None:
                points.append(point)
            sequence += 1
            # Not past broken lines at the end: the caller asks for what follows the last point.
            if point is not None or sequence <= after + 1:
                place = (sequence, end)
        with self._lock:
            self._places[path] = place
            self._places.move_to_end(path)
            if len(self._places) > _REMEMBERED:
                self._places.popitem(last=False)
        return points


def lines_from(path: Path, offset: int) -> Iterator[tuple[bytes, int]]:
    """Yield each whole line from an offset on, with the offset after it; nothing if not there.

    Raises:
        OSError: If it cannot be read.
    """
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return
    with stream:
        stream.seek(offset)
        rest = b""
        while chunk := stream.read(_CHUNK):
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            for line in lines:
                offset += len(line) + 1
                yield line, offset


def last_values(
    known: tuple[tuple[str, Scalar], ...], path: Path, offset: int
) -> tuple[tuple[tuple[str, Scalar], ...], int]:
    """Bring the last values of scalar metrics up to date.

    Args:
        known: Last values found before ``offset``.
        path: The stream.
        offset: Where to read on.

    Returns:
        Last value of each metric that was logged as a number or text, in the order of their first
        appearance, and the offset of what was read. Long texts are cut.

    Raises:
        OSError: If it cannot be read.
    """
    values = dict(known)
    for line, end in lines_from(path, offset):
        offset = end
        parsed = _parse(line)
        if parsed is None:
            continue
        name, value, _ = parsed
        if not isinstance(value, tuple) and (name in values or len(values) < _MOST_NAMES):
            values[name] = _cut(value)
    return tuple(values.items()), offset


def _cut(value: Scalar) -> Scalar:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[: _LONGEST_TEXT - 1] + "…"
    return value


def _point(sequence: int, line: bytes) -> MetricPoint | None:
    parsed = _parse(line)
    if parsed is None:
        return None
    name, value, moment = parsed
    return MetricPoint(sequence, name, value, moment)


def _parse(line: bytes) -> tuple[str, MetricValue, datetime] | None:
    """Return name, value and time; ``None`` for a line that a full disk or a crash cut off."""
    try:
        values = json.loads(line)
        name, value, seconds = values["name"], values["value"], values["time"]
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None
    if isinstance(value, list):
        value = tuple(value)
    return (name, value, moment) if isinstance(name, str) and _is_value(value) else None


def _is_value(value: object) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return all(isinstance(item, int | float | str) for item in items)
