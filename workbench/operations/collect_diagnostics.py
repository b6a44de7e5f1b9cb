"""Put what helps to find out why a run failed into one file that can be given to somebody."""

import json
import platform
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import workbench
from workbench.core.errors import WorkbenchError
from workbench.core.redaction import redacted, secrets_of
from workbench.core.run import Run
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext
from workbench.services.aml_config import FOLDER as SETTINGS_FOLDER
from workbench.services.run_folder import RunFolder
from workbench.services.safe_files import os_error_reason

_MOST_BYTES = 2_000_000
_RULE = "Passwords, tokens and other secrets are replaced by <hidden>, as far as they can be told."


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """A file with diagnostics.

    Attributes:
        path: Where it is.
        entries: What is in it, ``(name, bytes)``.
    """

    path: Path
    entries: tuple[tuple[str, int], ...]


def collect_diagnostics(
    library: Library, context: ProjectContext, run: Run, target: Path
) -> Diagnostics:
    """Write a zip file about one run.

    It holds the run's record, log, metrics and settings and Workbench's own log; no file of the
    project, no output, and no secret that can be told to be one.

    Raises:
        WorkbenchError: If it can't be written; a file that was there stays as it is.
    """
    variables = run.request.environment
    secrets = secrets_of(run.request.arguments, variables)
    temporary = target.with_name(f".{target.name}.tmp")
    entries = []
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _texts(library, context, run):
                data = redacted(text, secrets).encode("utf-8", "replace")
                archive.writestr(name, data)
                entries.append((name, len(data)))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WorkbenchError(
            f"{target.name} wasn't written",
            f"{target} can't be written because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
    return Diagnostics(target, tuple(entries))


def _texts(library: Library, context: ProjectContext, run: Run) -> Iterator[tuple[str, str]]:
    folder = RunFolder(context.paths.runs / run.id)
    yield "README.txt", f"Diagnostics of run {run.id}, made by Workbench.\n{_RULE}\n"
    yield "run.json", _json(_run_facts(run))
    yield "computer.json", _json(_computer_facts())
    for name, path in _files(library, context, folder):
        text = _tail(path)
        if text is not None:
            yield name, text


def _files(
    library: Library, context: ProjectContext, folder: RunFolder
) -> Iterator[tuple[str, Path]]:
    yield "log.txt", folder.log
    yield "metrics.jsonl", folder.metrics
    yield "supervisor.log", folder.supervisor_log
    yield "workbench.log", library.paths.logs / "workbench.log"
    settings = context.project.folder / SETTINGS_FOLDER
    for path in sorted(settings.glob("*")):
        if path.suffix in {".runconfig", ".compute", ".yml"} and path.is_file():
            yield f"{SETTINGS_FOLDER}/{path.name}", path


def _run_facts(run: Run) -> dict[str, object]:
    request = run.request
    return {
        "run_id": run.id,
        "number": run.number,
        "status": run.status.value,
        "script": request.script,
        "arguments": list(request.arguments),
        "interpreter": request.interpreter.path,
        "interpreter_version": request.interpreter.version,
        "target": request.target,
        # Names only: what they hold is nobody's business.
        "variables": [name for name, _value in request.environment],
        "created": str(run.created),
        "started": str(run.started),
        "ended": str(run.ended),
        "exit_code": run.exit_code,
        "message": run.message,
        "snapshot": run.snapshot,
        "not_captured": run.not_captured,
        "branch": run.repository.branch,
        "python": run.environment.python,
        "os": run.environment.os,
        "packages": [f"{name} {version}" for name, version in run.environment.packages],
    }


def _computer_facts() -> dict[str, str]:
    return {
        "workbench": workbench.__version__,
        "python": sys.version,
        "system": platform.platform(),
    }


def _json(values: object) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _tail(path: Path) -> str | None:
    """Return the end of a text file, ``None`` if it is not there."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - _MOST_BYTES))
            return stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
