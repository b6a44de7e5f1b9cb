"""What has to be executed to run a script, and the variables it gets."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind, RunRequest
from workbench.services.aml_config import read_compute_target
from workbench.services.environment_folder import environment_problem
from workbench.services.user_environment import user_environment

_SHARED_FOLDER = "AZUREML_NATIVE_SHARE_DIRECTORY"
_PYTHON = frozenset({".py", ".pyw"})
_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    ".sh": ("bash", "sh"),
    ".bash": ("bash",),
    ".r": ("Rscript",),
    ".jl": ("julia",),
}


def script_command(folder: Path, request: RunRequest, path: str) -> list[str]:
    """Return program and arguments for a script.

    Args:
        folder: Project folder, in which the command runs.
        request: What to run.
        path: Search path for programs.

    Raises:
        InvalidInputError: If the script, an argument or what runs the script can't be used; the
            field is ``"script"``, ``"arguments"`` or ``"interpreter"``.
    """
    script = _checked_script(folder, request.script)
    if any("\0" in argument for argument in request.arguments):
        raise InvalidInputError("arguments", "An argument can't hold a zero character")
    return [*_runner(folder, script, request.interpreter, path), *request.arguments]


def is_python(request: RunRequest) -> bool:
    """Whether a Python interpreter runs the script."""
    return PurePosixPath(request.script).suffix.lower() in _PYTHON


def script_environment(project: Project, request: RunRequest) -> dict[str, str]:
    """Return the variables of a script, except those that only its supervisor knows.

    These are the user's own, without what belongs to Workbench's own Python. A chosen Python
    environment is active in it, so that programs the script starts find the same one.
    ``AZUREML_NATIVE_SHARE_DIRECTORY`` names the folder that runs share, if the compute target has
    one.

    Raises:
        WorkbenchError: If the file of the compute target is damaged.
        InvalidInputError: If a variable of the run configuration can't be used; the field is
            ``"environment"``.
    """
    result = user_environment()
    result.setdefault("PYTHONUNBUFFERED", "1")
    result.setdefault("PYTHONIOENCODING", "utf-8")
    shared = _shared_folder(project, request.target)
    if shared is not None:
        result[_SHARED_FOLDER] = str(shared)
    if is_python(request):
        _activate(result, Path(request.interpreter.path))
    for name, value in request.environment:
        if not name or "=" in name or "\0" in name + value:
            raise InvalidInputError("environment", f"{name} can't be the name of a variable")
        result[name] = value
    return result


def _shared_folder(project: Project, target: str) -> Path | None:
    try:
        base = read_compute_target(project.folder, target).shared_folder
    except NotFoundError:
        return None
    if not base:
        return None
    whole = project.folder / os.path.expanduser(base)  # noqa: PTH111 - an unknown ~user stays
    shared = whole / project.name
    # Only for somebody who uses such a folder: nothing appears in the home folder by itself.
    if os.path.isdir(whole):  # noqa: PTH112 - also answers for what may not be looked at
        with suppress(OSError):
            shared.mkdir(exist_ok=True)
    return shared


def _checked_script(folder: Path, script: str) -> str:
    parts = PurePosixPath(script).parts
    if not parts:
        raise InvalidInputError("script", "Choose a script to run")
    if PurePosixPath(script).is_absolute() or ".." in parts:
        raise InvalidInputError("script", f"{script} isn't in the project folder")
    if "\0" in script or not (folder / script).is_file():
        raise InvalidInputError("script", f"{script} isn't there any more")
    return script


def _runner(folder: Path, script: str, interpreter: Interpreter, path: str) -> list[str]:
    suffix = PurePosixPath(script).suffix.lower()
    if suffix in _PYTHON:
        return [_checked_python(interpreter), _as_argument(script)]
    if interpreter.kind is InterpreterKind.PROGRAM and interpreter.path:
        return [_found(interpreter.path, (interpreter.path,), path), _as_argument(script)]
    whole = folder / script
    if _can_execute(whole) and (suffix not in _PROGRAMS or _has_own_program(whole)):
        return [str(whole)]
    if suffix in _PROGRAMS:
        return [_found(_PROGRAMS[suffix][0], _PROGRAMS[suffix], path), _as_argument(script)]
    raise InvalidInputError(
        "script",
        f"{script} can't be run",
        hint="It isn't a Python, shell, R or Julia script, and it isn't marked as executable.",
    )


def _checked_python(interpreter: Interpreter) -> str:
    if not interpreter.path or interpreter.kind is InterpreterKind.PROGRAM:
        raise InvalidInputError("interpreter", "Choose a Python interpreter")
    if not _can_execute(Path(interpreter.path)):
        raise InvalidInputError(
            "interpreter",
            f"{interpreter.path} isn't there any more",
            hint="Choose another Python interpreter.",
        )
    problem, _, hint = environment_problem(_prefix(Path(interpreter.path))).partition(". ")
    if problem:
        hint = hint or "Run again when it is ready, or choose another Python interpreter."
        raise InvalidInputError("interpreter", problem.rstrip("."), hint=hint)
    return interpreter.path


def _found(name: str, candidates: tuple[str, ...], path: str) -> str:
    for candidate in candidates:
        found = shutil.which(candidate, path=path)
        if found:
            return found
    raise InvalidInputError(
        "interpreter",
        f"{name} isn't installed",
        hint=f"Install it so that {name} can be found on the search path.",
    )


def _as_argument(script: str) -> str:
    # A name like -c.py would be taken for an option.
    return f"./{script}" if script.startswith("-") else script


def _can_execute(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _has_own_program(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(2) == b"#!"
    except OSError:
        return False


def _prefix(python: Path) -> Path:
    """Return the folder of the environment that a Python belongs to, if it belongs to one."""
    folder = python.parent
    return folder if os.path.isdir(folder / "conda-meta") else folder.parent  # noqa: PTH112


def _activate(environment: dict[str, str], python: Path) -> None:
    folder, prefix = python.parent, _prefix(python)
    # Unlike those of Path these answer for what may not be looked at; who may is checked later.
    is_venv = os.path.isfile(prefix / "pyvenv.cfg")  # noqa: PTH113
    is_conda = os.path.isdir(prefix / "conda-meta")  # noqa: PTH112
    search = environment.get("PATH", os.defpath).split(os.pathsep)
    if is_venv or is_conda or str(folder) not in search:
        others = [part for part in search if part != str(folder)]
        environment["PATH"] = os.pathsep.join([str(folder), *others])
    if is_venv or is_conda:
        environment.pop("PYTHONHOME", None)
    if is_venv:
        environment["VIRTUAL_ENV"] = str(prefix)
    elif "VIRTUAL_ENV" in environment:
        # Another environment than the one that runs the script.
        del environment["VIRTUAL_ENV"]
    if is_conda:
        environment["CONDA_PREFIX"] = str(prefix)
