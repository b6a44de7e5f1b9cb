"""Finds out where a script runs: interpreter, packages, computer."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from workbench.runner.layout import (
    METRICS_VARIABLE,
    OUTPUTS_VARIABLE,
    RUN_ID_VARIABLE,
    RUN_NUMBER_VARIABLE,
)

SHIM = Path(__file__).parent / "shim"
_LISTER = SHIM / "list_packages.py"
# Also in list_packages.py, which imports nothing of this package.
_MARK = b"\nworkbench-packages "
_SECONDS = 60.0
_NICE = 10
_OURS = (METRICS_VARIABLE, OUTPUTS_VARIABLE, RUN_ID_VARIABLE, RUN_NUMBER_VARIABLE)


def with_shim(environment: "dict[str, str]") -> "dict[str, str]":
    """Return an environment in which Python scripts can log metrics."""
    inherited = environment.get("PYTHONPATH", "")
    startup = str(SHIM / "startup")
    return {
        **environment,
        "PYTHONPATH": startup + os.pathsep + inherited if inherited else startup,
    }


def describe(
    interpreter: str,
    environment: "dict[str, str]",
    folder: Path,
    started: "Callable[[int], None]",
) -> "dict[str, object]":
    """Return what is known of the place where a script runs.

    Args:
        interpreter: Python that runs the script; empty for other programs.
        environment: The script's variables, without the shim: they decide what it can import.
        folder: Folder to run in, one without Python files.
        started: Called with the id of the process that is asked.
    """
    python: dict[str, object] = {}
    if interpreter:
        with suppress(OSError, ValueError, subprocess.SubprocessError):
            python = _ask(interpreter, environment, folder, started)
    return {
        "python": python.get("python", ""),
        "interpreter": python.get("interpreter", interpreter),
        "packages": python.get("packages", []),
        "os": " ".join([platform.system(), platform.release(), platform.machine()]),
        "host": platform.node(),
        "user": _user(),
    }


def _ask(
    interpreter: str,
    environment: "dict[str, str]",
    folder: Path,
    started: "Callable[[int], None]",
) -> "dict[str, object]":
    variables = {name: value for name, value in environment.items() if name not in _OURS}
    process = subprocess.Popen(
        [interpreter, str(_LISTER)],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    started(process.pid)
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    try:
        text, _ = process.communicate(timeout=_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    # What else is printed is the work of the user's own sitecustomize.
    _, found, answer = text.rpartition(_MARK)
    if not found:
        return {}
    values: dict[str, object] = json.loads(answer.partition(b"\n")[0])
    return values


def _user() -> str:
    if sys.platform != "win32":
        import pwd  # noqa: PLC0415 - does not exist on Windows

        with suppress(KeyError):
            return pwd.getpwuid(os.getuid()).pw_name
    return os.environ.get("USER") or os.environ.get("USERNAME") or ""
