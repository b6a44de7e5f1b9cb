"""Save what a table or a chart shows as a file of the user's own."""

import csv
import io
import json
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.metric import Scalar
from workbench.core.run import Run
from workbench.services.safe_files import os_error_reason, write_atomically

Cell = Scalar | None
# Each fact of a run and where it comes from; metrics follow.
_FACTS: tuple[tuple[str, Callable[[Run], Cell]], ...] = (
    ("run", lambda run: run.number),
    ("id", lambda run: run.id),
    ("status", lambda run: run.status.value),
    ("script", lambda run: run.request.script),
    ("arguments", lambda run: run.arguments_text),
    ("target", lambda run: run.request.target),
    ("created", lambda run: _moment(run.created)),
    ("started", lambda run: _moment(run.started)),
    ("ended", lambda run: _moment(run.ended)),
    ("seconds", lambda run: run.duration(run.ended) if run.ended else None),
    ("exit_code", lambda run: run.exit_code),
    ("snapshot", lambda run: run.snapshot),
    ("branch", lambda run: run.repository.branch),
    ("note", lambda run: run.note),
)


def export_runs(runs: Sequence[Run], target: Path) -> None:
    """Save runs with all their facts and metrics: JSON if the name says so, else CSV.

    Args:
        runs: Runs, in the order wanted.
        target: File to make or replace, in a folder that exists.

    Raises:
        WorkbenchError: If it can't be written; what was there before is unchanged.
    """
    if target.suffix.lower() == ".json":
        text = json.dumps([_record(run) for run in runs], indent=2, ensure_ascii=False)
        save_bytes(f"{text}\n".encode(), target)
        return
    metrics = list(dict.fromkeys(name for run in runs for name, _value in run.metrics))
    header = [name for name, _read in _FACTS] + metrics
    rows = [_row(run, metrics) for run in runs]
    export_rows(header, rows, target)


def export_rows(header: Sequence[str], rows: Sequence[Sequence[Cell]], target: Path) -> None:
    """Save rows below a header as CSV.

    Raises:
        WorkbenchError: If it can't be written; what was there before is unchanged.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    # A path on Linux may hold bytes that are no text.
    save_bytes(text.getvalue().encode("utf-8", "surrogateescape"), target)


def save_bytes(data: bytes, target: Path) -> None:
    """Save a file as a whole.

    Raises:
        WorkbenchError: If it can't be written; what was there before is unchanged.
    """
    try:
        write_atomically(target, data)
    except OSError as error:
        raise WorkbenchError(
            f"{target.name} wasn't saved",
            f"{error.filename or target} can't be used because {os_error_reason(error)}. "
            "What was there before is unchanged.",
            hint="Choose another folder, or try again.",
            details=str(error),
            retry=True,
        ) from error


def _row(run: Run, metrics: Sequence[str]) -> list[Cell]:
    values = dict(run.metrics)
    return [read(run) for _name, read in _FACTS] + [values.get(name) for name in metrics]


def _record(run: Run) -> dict[str, object]:
    record: dict[str, object] = {name: read(run) for name, read in _FACTS}
    record["arguments"] = list(run.request.arguments)
    record["metrics"] = {name: _plain(value) for name, value in run.metrics}
    return record


def _plain(value: Scalar) -> Scalar:
    """Return a value that JSON has; numbers that it lacks become their name."""
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
