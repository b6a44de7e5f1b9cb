"""Read what a run left behind: log, metrics, outputs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.log_stretch import LogStretch
from workbench.core.metric import MetricPoint
from workbench.core.run import Output
from workbench.operations.project_context import ProjectContext
from workbench.services.run_folder import RunFolder
from workbench.services.run_metrics import MetricsReader
from workbench.services.safe_files import os_error_reason

PREVIEW_LIMIT = 16_000_000
_TAIL = 8192
# Not the frame that Python draws around groups of exceptions.
_WORD = re.compile(r"\w")
_metrics_reader = MetricsReader()


def read_log(
    context: ProjectContext, run_id: str, offset: int, limit: int = 65536
) -> tuple[bytes, int]:
    """Return the next piece of the log and the offset after it; no bytes at its end.

    Raises:
        WorkbenchError: If the log can't be read.
    """
    with _translated("The log"):
        data = _folder(context, run_id).read_log(offset, limit)
    return data, offset + len(data)


def read_log_index(
    context: ProjectContext, run_id: str, offset: int
) -> tuple[list[LogStretch], int]:
    """Return what is noted of the log from an offset of the notes on, and the offset after them.

    A run of an earlier version, or one on Windows, has fewer or none.

    Raises:
        WorkbenchError: If they can't be read.
    """
    with _translated("The log"):
        return _folder(context, run_id).read_log_index(offset)


def read_metrics(context: ProjectContext, run_id: str, after: int = -1) -> list[MetricPoint]:
    """Return the logged metrics with a sequence above ``after``, in the order of their logging.

    Of a run of another computer whose files are not here only the last values are known.

    Raises:
        WorkbenchError: If they can't be read.
    """
    run = context.store.get(run_id)
    if run.machine and not _folder(context, run_id).metrics.exists():
        points = enumerate(run.metrics)
        when = run.ended or run.created
        return [MetricPoint(at, *named, when) for at, named in points if at > after]
    with _translated("The metrics"):
        return _metrics_reader.read(_folder(context, run_id).metrics, after)


def list_outputs(context: ProjectContext, run_id: str) -> list[Output]:
    """Return the captured outputs of a run, sorted by path."""
    return _folder(context, run_id).list_outputs()


def output_path(context: ProjectContext, run_id: str, output: Output) -> Path:
    """Return where a captured output is kept.

    Raises:
        NotFoundError: If it is no output of this run.
    """
    return _folder(context, run_id).output_path(output)


def read_output_start(context: ProjectContext, run_id: str, output: Output) -> bytes:
    """Return the content of a captured output; of a large one as much as a preview shows.

    Raises:
        NotFoundError: If it is no output of this run.
        WorkbenchError: If it can't be read.
    """
    path = output_path(context, run_id, output)
    with _translated(output.path), path.open("rb") as stream:
        return stream.read(PREVIEW_LIMIT)


def last_log_line(context: ProjectContext, run_id: str) -> str:
    """Return the last line of the log that says something: of a failed script, its exception.

    Raises:
        WorkbenchError: If the log can't be read.
    """
    with _translated("The log"):
        lines = _folder(context, run_id).last_lines(_TAIL)
    return next((line.strip() for line in reversed(lines) if _WORD.search(line)), "")


def log_path(context: ProjectContext, run_id: str) -> Path:
    """Return where the log of a run is kept."""
    return _folder(context, run_id).log


def outputs_folder(context: ProjectContext, run_id: str) -> Path:
    """Return the folder of a run's captured outputs."""
    return _folder(context, run_id).outputs


def _folder(context: ProjectContext, run_id: str) -> RunFolder:
    return RunFolder(context.paths.runs / run_id)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkbenchError(
            f"{what} can't be read",
            f"{what} of this run can't be read because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
