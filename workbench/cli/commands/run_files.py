"""The files of runs: printed, copied, exported."""

import sys
from pathlib import Path

from workbench.cli.answer import Answer, Record, lines
from workbench.cli.choosing import chosen
from workbench.cli.commands.history import full_record
from workbench.cli.opening import Opened, current_folder, opened_project
from workbench.cli.terminal import working
from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.run import Run
from workbench.core.run_files import place_words
from workbench.core.wording import count
from workbench.operations.bring_files import bring_files, files_place
from workbench.operations.export import export_runs
from workbench.operations.find_run import find_run
from workbench.operations.run_artifacts import Artifact, download_artifacts, find_artifact
from workbench.services.safe_files import os_error_reason

_CHUNK = 1 << 16
_EXPORTS = frozenset({".csv", ".json"})


def show_run(run: str, *, artifact: str | None = None, project: str | None = None) -> Record | None:
    """Show one run, or print one of its files."""
    with opened_project(project) as opened:
        found = find_run(opened.context, run)
        if artifact is None:
            return full_record(opened.context, found)
        _bring(opened, found)
        _print(find_artifact(opened.context, found, artifact))
    return None


def download(
    run: str,
    *,
    destination: str,
    artifact: list[str] | None = None,
    overwrite: bool = False,
    project: str | None = None,
) -> Answer:
    """Copy the files of a run into a folder."""
    with opened_project(project) as opened:
        found = find_run(opened.context, run)
        _bring(opened, found)
        with working() as (report, cancel):
            made = download_artifacts(
                opened.context,
                found,
                artifact or [],
                current_folder() / Path(destination).expanduser(),
                overwrite=overwrite,
                report=report,
                cancel=cancel,
            )
    said = f"Copied {count(len(made), 'file')} of run #{found.number}:"
    data = {"run_number": found.number, "files": [str(path) for path in made]}
    return Answer(data, lines(said, *(f"  {path}" for path in made)))


def export(
    file: str,
    *,
    filter_text: str = "",
    top: int | None = None,
    project: str | None = None,
) -> Answer:
    """Write runs to a file."""
    target = current_folder() / Path(file).expanduser()
    if target.suffix.lower() not in _EXPORTS:
        raise InvalidInputError(
            "file",
            f"The name {target.name} doesn't say the format",
            hint="Let it end with .csv or .json.",
        )
    with opened_project(project) as opened:
        runs = chosen(opened.context.store.list_runs(), filter_text, top)
    export_runs(runs, target)
    data = {"path": str(target), "runs": len(runs)}
    return Answer(data, lines(f"Wrote {count(len(runs), 'run')} to {target}."))


def _bring(opened: Opened, run: Run) -> None:
    """Have the files of a run of another computer here, if they can be had."""
    place = files_place(opened.context, run)
    if place.can_bring:
        with working() as (report, cancel):
            access = opened.library.access()
            bring_files(opened.context, run, access, report=report, cancel=cancel)
    elif not place.is_here:
        where = place_words(run.environment.host or "another computer", place)
        raise NotFoundError(f"Run #{run.number} has no files here", f"They are {where}.")


def _print(artifact: Artifact) -> None:
    """Write a file to standard output as it is."""
    binary = getattr(sys.stdout, "buffer", None)
    try:
        with artifact.path.open("rb") as stream:
            while data := stream.read(_CHUNK):
                if binary is None:
                    sys.stdout.write(data.decode("utf-8", "replace"))
                else:
                    binary.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WorkbenchError(
            f"{artifact.name} can't be read",
            f"{artifact.path} can't be read because {os_error_reason(error)}.",
            details=str(error),
        ) from error
