"""The files that belong to a run: its log and its captured outputs."""

from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.run import Output, Run
from workbench.operations.project_context import ProjectContext
from workbench.operations.read_run import list_outputs, log_path, output_path
from workbench.operations.save_copy import save_copy
from workbench.services.folder_checks import absolute
from workbench.services.safe_files import os_error_reason

LOG = "driver_log.txt"
_LOG_NAMES = frozenset({LOG, "driver_log", "log.txt", "log"})
_OUTPUTS = "outputs/"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a run.

    Attributes:
        name: ``driver_log.txt``, or ``outputs/`` with the path of an output.
        path: Where it is kept.
        size: Bytes.
    """

    name: str
    path: Path
    size: int


def list_artifacts(context: ProjectContext, run: Run) -> list[Artifact]:
    """Return the files of a run, the log first."""
    found = []
    log = log_path(context, run.id)
    if log.is_file():
        found.append(Artifact(LOG, log, log.stat().st_size))
    # Most runs have none; there is nothing to look for then.
    if run.output_count or run.status.is_active:
        found += [_output(context, run, output) for output in list_outputs(context, run.id)]
    return found


def find_artifact(context: ProjectContext, run: Run, name: str) -> Artifact:
    """Return a file of a run; ``driver_log`` is its log, and ``outputs/`` may be left out.

    Raises:
        NotFoundError: If it has no such file.
    """
    known = list_artifacts(context, run)
    wanted = {LOG} if name in _LOG_NAMES else {name, f"{_OUTPUTS}{name}"}
    for artifact in known:
        if artifact.name in wanted:
            return artifact
    names = ", ".join(artifact.name for artifact in known[:10])
    raise NotFoundError(f"Run #{run.number} has no file {name}", f"It has {names or 'no files'}.")


def download_artifacts(  # noqa: PLR0913 - each is a choice of its own, all but four have a default
    context: ProjectContext,
    run: Run,
    names: list[str],
    folder: Path,
    *,
    overwrite: bool = False,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> list[Path]:
    """Copy files of a run into a folder, which is made if needed; returns where they are.

    Args:
        context: The project.
        run: The run.
        names: Which files; empty for all.
        folder: Where to.
        overwrite: Whether files that are there are replaced.
        report: Hears how far it is.
        cancel: Checked between pieces.

    Raises:
        NotFoundError: If the run has no such file.
        InvalidInputError: If a file is there already; nothing was copied.
        CanceledError: If canceled; what was copied so far stays.
        WorkbenchError: If a file can't be copied.
    """
    wanted = [find_artifact(context, run, name) for name in names]
    wanted = wanted or list_artifacts(context, run)
    place = absolute(folder)
    targets = [(artifact, place / artifact.name) for artifact in wanted]
    if not overwrite:
        _refuse_present([target for _, target in targets])
    for artifact, target in targets:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkbenchError(
                "The files weren't copied",
                f"{target.parent} can't be made because {os_error_reason(error)}.",
                details=str(error),
            ) from error
        save_copy(artifact.path, target, report=report, cancel=cancel)
    return [target for _, target in targets]


def _output(context: ProjectContext, run: Run, output: Output) -> Artifact:
    return Artifact(f"{_OUTPUTS}{output.path}", output_path(context, run.id, output), output.size)


def _refuse_present(targets: list[Path]) -> None:
    for target in targets:
        if target.exists():
            raise InvalidInputError(
                "folder", f"{target} is there already", hint="Add --overwrite to replace it."
            )
