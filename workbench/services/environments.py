"""Building a project's own environment, the folder ``.venv``.

Environments hold absolute paths and cannot be moved, so the new one is built in place. The former
one stands aside meanwhile and comes back if the build fails, is canceled or is killed.
"""

import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from workbench.core.environment_plan import EnvironmentPlan
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report
from workbench.core.run import Interpreter, InterpreterKind
from workbench.services import environment_folder as marks
from workbench.services.processes import pip_install, probe_python, run_process
from workbench.services.safe_files import os_error_reason, remove_tree

_KIND = "environment"
_PIP_ERROR = "ERROR:"
# What pip writes of its tries, whichever network library it has.
_NO_NETWORK = (
    "NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "NameResolution",
    "Failed to establish a new connection", "Temporary failure in name resolution",
    "Connection refused", "ProtocolError",
)  # fmt: skip
# What venv says about the place; about its own parts it says it in other words.
_VENV_ERROR = re.compile(r"^Error: (?!Command )(.*)", re.MULTILINE)
_TITLE = "Preparing environment"
# Where pip read the name of a package: a file of ours that says nothing to the user.
_FROM_FILE = re.compile(r" \(from -r .*")
_PIP_STEPS = re.compile(r"(Collecting|Using cached|Downloading|Building|Installing) ?(.*)")


def recover_environment(folder: Path) -> None:
    """Put the former environment back if a killed process left the new one unfinished.

    Raises:
        WorkbenchError: If a living process builds it now, or the folder cannot be written.
    """
    current, former = _places(folder)
    # One that is being made has another name until it takes its place.
    if any(map(marks.is_being_built, (*folder.glob(f"{current.name}-*"), current))):
        raise WorkbenchError(
            "The environment is being prepared",
            "Another window or command prepares it now. Nothing was changed.",
            retry=True,
        )
    try:
        if marks.is_unfinished(current):
            _set_aside(current)
        unfinished = [place for place in folder.glob(f"{current.name}-*") if _is_left(place)]
        # Only then: without one, a folder of that name is the user's own.
        if unfinished and former.is_dir() and not current.exists():
            former.rename(current)
        for place in unfinished:
            remove_tree(place)
    except OSError as error:
        raise _failed(current, error) from error


def build_environment(
    folder: Path, plan: EnvironmentPlan, base: Interpreter, report: Report, cancel: CancelToken
) -> Interpreter:
    """Build ``.venv`` with the packages of a plan; replaces what is there once all went well.

    Raises:
        CanceledError: If canceled; the former environment is back.
        WorkbenchError: If it fails; the former environment is back. ``details`` are pip's words.
    """
    current, former = _places(folder)
    recover_environment(folder)
    try:
        _make_room(current, former)
    except OSError as error:
        _put_former_back(current, former)
        raise _failed(current, error) from error
    try:
        interpreter = _build(folder, plan, base, report, cancel)
    except BaseException as error:
        _put_former_back(current, former)
        if isinstance(error, OSError):
            raise _failed(current, error) from error
        raise
    with suppress(OSError):
        remove_tree(former)
    report(Progress(_KIND, 1.0, "Environment ready", " ".join(plan.notes)))
    return interpreter


def _is_left(place: Path) -> bool:
    return marks.is_unfinished(place) and place.name != marks.FORMER_ENVIRONMENT


def _set_aside(current: Path) -> Path:
    """Move an environment away in one step, so that its place is free at once."""
    aside = current.with_name(f"{current.name}-{secrets.token_hex(4)}")
    current.rename(aside)
    return aside


def _places(folder: Path) -> tuple[Path, Path]:
    return folder / marks.OWN_ENVIRONMENT, folder / marks.FORMER_ENVIRONMENT


def _make_room(current: Path, former: Path) -> None:
    """Move the former environment aside and put an empty one, marked as ours, in its place."""
    prepared = Path(tempfile.mkdtemp(prefix=f"{current.name}-", dir=current.parent))
    try:
        prepared.chmod(0o755)
        marks.mark_as_building(prepared)
        if current.exists():
            remove_tree(former)
            current.rename(former)
        prepared.rename(current)
    except BaseException:
        remove_tree(prepared)
        raise


def _build(
    folder: Path, plan: EnvironmentPlan, base: Interpreter, report: Report, cancel: CancelToken
) -> Interpreter:
    current, _ = _places(folder)
    report(Progress(_KIND, 0.0, _TITLE, f"Made with Python {base.version}"))
    completed = run_process([base.path, "-m", "venv", current], cwd=folder, cancel=cancel)
    if not completed.ok:
        raise _not_made(base, (completed.output + completed.errors).strip())
    found = (current / place for place in ("bin/python", "Scripts/python.exe"))
    python = next((path for path in found if path.exists()), current / "bin/python")
    if plan.packages:
        _install(folder, python, plan.packages, report, cancel)
    cancel.check(_TITLE)
    probe = probe_python(python)
    if probe is None:
        raise WorkbenchError(
            "The environment doesn't work",
            f"{python} doesn't start. It was removed again.",
            retry=True,
        )
    marks.mark_as_complete(current, plan.source, plan.packages)
    return Interpreter(
        str(python),
        InterpreterKind.VENV,
        probe.version,
        f"{marks.OWN_ENVIRONMENT} (Python {probe.version})",
    )


def _install(
    folder: Path, python: Path, packages: tuple[str, ...], report: Report, cancel: CancelToken
) -> None:
    def follow(line: str) -> None:
        step = _PIP_STEPS.match(line.strip())
        if step:
            report(Progress(_KIND, None, _TITLE, _FROM_FILE.sub("", step[0])))

    report(Progress(_KIND, None, _TITLE, "Looking for packages"))
    with tempfile.TemporaryDirectory(prefix="workbench-") as place:
        listing = Path(place) / "requirements.txt"
        listing.write_text("\n".join(packages) + "\n", encoding="utf-8")
        try:
            pip_install(
                python,
                ["--progress-bar", "off", "-r", str(listing)],
                cwd=folder,
                cancel=cancel,
                on_line=follow,
            )
        except CanceledError:
            raise
        except WorkbenchError as error:
            raise _not_installed(error) from error


def _not_made(base: Interpreter, words: str) -> WorkbenchError:
    """Say why there is no environment: something is wrong with its place, or with its Python."""
    reason = _VENV_ERROR.search(words)
    text = f"{base.label or base.path} can't make environments"
    return WorkbenchError(
        "The environment wasn't made",
        f"{reason[1].rstrip('.') if reason else text}. Nothing was changed.",
        hint="" if reason else "Choose another Python, or install its venv package.",
        details=words[-4000:],
        retry=True,
    )


def _not_installed(error: WorkbenchError) -> WorkbenchError:
    """Say with pip's own words why it failed; it gives the reason last."""
    reasons = [line for line in error.details.splitlines() if line.startswith(_PIP_ERROR)]
    reason = reasons[-1].removeprefix(_PIP_ERROR).strip() if reasons else error.text
    if any(words in error.details for words in _NO_NETWORK):
        # pip goes on without an answer, and then finds nothing.
        reason = "pip couldn't reach the place where packages come from"
    return WorkbenchError(
        error.title,
        f"{reason.rstrip('.')}. Nothing was changed.",
        details=error.details,
        retry=True,
    )


def _put_former_back(current: Path, former: Path) -> None:
    """Undo; what fails here is done by :func:`recover_environment` the next time."""
    with suppress(OSError):
        aside = _set_aside(current) if marks.is_mine(current) else None
        if former.is_dir() and not current.exists():
            former.rename(current)
        if aside is not None:
            remove_tree(aside)


def _failed(current: Path, error: OSError) -> WorkbenchError:
    return WorkbenchError(
        "The environment wasn't made",
        f"{current} can't be written because {os_error_reason(error)}. Nothing was changed.",
        details=str(error),
        retry=True,
    )
