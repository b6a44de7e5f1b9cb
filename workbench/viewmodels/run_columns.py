"""Columns of the Run List: what a cell says and how a column is sorted."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from workbench.core.metric import Scalar, format_metric
from workbench.core.run import Run, RunStatus
from workbench.core.snapshot import SHORT_COMMIT
from workbench.core.wording import count, format_duration, format_moment

SortKey = float | str | None


class ColumnKind(Enum):
    """What a column holds."""

    SELECT = "select"
    STATUS = "status"
    RUN = "run"
    SCRIPT = "script"
    ARGUMENTS = "arguments"
    TARGET = "target"
    STARTED = "started"
    DURATION = "duration"
    METRIC = "metric"
    SNAPSHOT = "snapshot"

    @property
    def is_number(self) -> bool:
        """Whether its cells are aligned at the right."""
        return self in {ColumnKind.DURATION, ColumnKind.METRIC}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: What it holds.
        title: Its header.
        metric: Name of the metric; empty unless it holds one.
    """

    kind: ColumnKind
    title: str
    metric: str = ""

    @property
    def key(self) -> str:
        """Name under which choices about this column are kept."""
        return f"metric:{self.metric}" if self.metric else self.kind.value


LEADING = (
    Column(ColumnKind.SELECT, ""),
    Column(ColumnKind.STATUS, "Status"),
    Column(ColumnKind.RUN, "Run"),
    Column(ColumnKind.SCRIPT, "Script"),
    Column(ColumnKind.ARGUMENTS, "Arguments"),
    Column(ColumnKind.TARGET, "Target"),
    Column(ColumnKind.STARTED, "Started"),
    Column(ColumnKind.DURATION, "Duration"),
)
TRAILING = (Column(ColumnKind.SNAPSHOT, "Snapshot"),)

_STATUS_ORDER = {status: float(place) for place, status in enumerate(RunStatus)}


class StatusGroup(Enum):
    """Choices of the status filter, in the order shown. The value is the id used by the view."""

    ALL = "all"
    RUNNING = "running"
    QUEUED = "queued"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


_GROUPS = {
    RunStatus.PREPARING: StatusGroup.RUNNING,
    RunStatus.RUNNING: StatusGroup.RUNNING,
    RunStatus.QUEUED: StatusGroup.QUEUED,
    RunStatus.COMPLETED: StatusGroup.COMPLETED,
    RunStatus.FAILED: StatusGroup.FAILED,
    RunStatus.INTERRUPTED: StatusGroup.FAILED,
    RunStatus.CANCELED: StatusGroup.CANCELED,
    RunStatus.IMPORTED: StatusGroup.ALL,
}


def status_group(status: RunStatus) -> StatusGroup:
    """Return the choice of the status filter that shows runs of this status.

    Imported snapshots have none of their own: they are among all.
    """
    return _GROUPS[status]


def metric_value(run: Run, name: str) -> Scalar | None:
    """Return the last value of a metric, ``None`` if the run has not logged it."""
    for found, value in run.metrics:
        if found == name:
            return value
    return None


def metric_number(run: Run, name: str) -> float | None:
    """Return the last value of a metric if it is a number that can be ordered."""
    value = metric_value(run, name)
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    return None if number != number else number  # noqa: PLR0124 - NaN differs from itself


def cell_text(run: Run, column: Column, now: datetime) -> str:
    """Return the text of a cell. ``now`` is local time with its zone."""
    if column.kind is ColumnKind.METRIC:
        return _aligned(metric_value(run, column.metric))
    if column.kind is ColumnKind.STARTED:
        return started_text(run, now)
    if column.kind is ColumnKind.DURATION:
        return format_duration(run.duration(now))
    return _TEXTS[column.kind](run)


def _aligned(value: Scalar | None) -> str:
    """Return a metric with its trailing zeros, so that the digits of a column stand in line."""
    if isinstance(value, float) and 1e-3 <= abs(value) < 1e3:
        return f"{value:#.4g}".replace("-", "−")
    return format_metric(value)


def started_text(run: Run, now: datetime, *, seconds: bool = False) -> str:
    """Return when a run started in the words of the user's own time zone."""
    started = run.started.astimezone(now.tzinfo) if run.started else None
    return format_moment(started, now, seconds=seconds)


def sort_key(run: Run, column: Column) -> SortKey:
    """Return what a column is sorted by; ``None`` stands last in either direction."""
    if column.kind is ColumnKind.METRIC:
        return metric_number(run, column.metric)
    return _SORT_KEYS[column.kind](run)


def sort_keys(runs: Sequence[Run], column: Column) -> list[SortKey]:
    """Return the sort keys of many runs."""
    if column.kind is ColumnKind.METRIC:
        return [metric_number(run, column.metric) for run in runs]
    return list(map(_SORT_KEYS[column.kind], runs))


def capture_words(run: Run, missing: Container[str] = ()) -> str:
    """Return whether the snapshot of a run holds everything; empty without a snapshot.

    Args:
        run: The run.
        missing: Snapshots that are not in the history on this computer.
    """
    if not run.snapshot:
        return ""
    if run.snapshot in missing:
        return "Snapshot not on this computer"
    if not run.not_captured:
        return "Complete"
    return f"{count(run.not_captured, 'file')} not captured"


def row_text(run: Run, metrics: tuple[str, ...], missing: Container[str] = ()) -> str:
    """Return a whole row in words, for screen readers."""
    parts = [f"Run #{run.number}", run.status.label, run.script_name]
    if run.not_captured or run.snapshot in missing:
        parts.append(capture_words(run, missing))
    for name in metrics:
        value = metric_value(run, name)
        if value is not None:
            parts.append(f"{name} {format_metric(value)}")
    return ", ".join(parts)


def tooltip(run: Run, column: Column, missing: Container[str] = ()) -> str:
    """Return what a cell leaves out: exact times, all arguments, the reason of a failure."""
    match column.kind:
        case ColumnKind.STATUS:
            return run.message
        case ColumnKind.ARGUMENTS:
            return run.arguments_text
        case ColumnKind.STARTED:
            return run.started.isoformat(timespec="seconds") if run.started else ""
        case ColumnKind.SNAPSHOT:
            return f"{run.snapshot}\n{capture_words(run, missing)}" if run.snapshot else ""
        case ColumnKind.METRIC:
            value = metric_value(run, column.metric)
            return "" if value is None else f"{column.metric} {value!r}"
        case _:
            return ""


_TEXTS: dict[ColumnKind, Callable[[Run], str]] = {
    ColumnKind.SELECT: lambda _run: "",
    ColumnKind.STATUS: lambda run: run.status.label,
    ColumnKind.RUN: lambda run: f"#{run.number}",
    ColumnKind.SCRIPT: lambda run: run.request.script or run.script_name,
    ColumnKind.ARGUMENTS: lambda run: run.arguments_text,
    ColumnKind.TARGET: lambda run: run.request.target,
    ColumnKind.SNAPSHOT: lambda run: run.snapshot[:SHORT_COMMIT] or "–",
}

_SORT_KEYS: dict[ColumnKind, Callable[[Run], SortKey]] = {
    ColumnKind.SELECT: lambda run: float(run.number),
    ColumnKind.STATUS: lambda run: _STATUS_ORDER[run.status],
    ColumnKind.RUN: lambda run: float(run.number),
    ColumnKind.SCRIPT: lambda run: (run.request.script or run.script_name).lower(),
    ColumnKind.ARGUMENTS: lambda run: " ".join(run.request.arguments) or None,
    ColumnKind.TARGET: lambda run: run.request.target.lower(),
    ColumnKind.STARTED: lambda run: (run.started or run.created).timestamp(),
    ColumnKind.DURATION: lambda run: run.duration(run.ended or run.started or run.created),
    ColumnKind.SNAPSHOT: lambda run: run.snapshot or None,
}
