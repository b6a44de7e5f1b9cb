"""Which Python interpreters can run a project's scripts.

Every interpreter that is offered was run and told its version. One that the project points to
(its own environment, or what the user or ``local.compute`` names) is listed even if it is broken,
with the reason; a broken one that was only come across is left out. Workbench's own private
environment is never offered. One that another user keeps to himself counts as not there.
"""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.run import Interpreter, InterpreterKind
from workbench.services.aml_config import read_compute_target
from workbench.services.environment_folder import OWN_ENVIRONMENT, environment_problem
from workbench.services.processes import PythonProbe, probe_python, user_environment
from workbench.services.safe_files import os_error_reason

_PROBES = 6
_PROBE_SECONDS = 10.0
_PATH_NAMES = ("python3", "python")
_OWN_FOLDERS = (OWN_ENVIRONMENT, "venv", "env")
_LET_WORKBENCH_CHOOSE = frozenset({"", "python", "python3"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A place where an interpreter may be.

    Attributes:
        path: The executable.
        kind: Where it comes from.
        name: What the user knows it by.
        named: Whether somebody asked for it, so that it is listed even if it is broken.
        problem: Why it cannot be used, if that is known without running it.
    """

    path: Path
    kind: InterpreterKind
    name: str
    named: bool = False
    problem: str = ""


_Stamp = tuple[int, int, int]
_cache: dict[tuple[str, _Stamp], PythonProbe] = {}
_cache_lock = threading.Lock()


def find_interpreters(folder: Path, *, chosen: str = "") -> list[Interpreter]:
    """Return the interpreters that a project can use, the default one first.

    Args:
        folder: The project folder.
        chosen: Path of the interpreter that the user chose earlier; it is listed first.
    """
    candidates = list(_candidates(folder, chosen))
    with ThreadPoolExecutor(_PROBES, thread_name_prefix="interpreter") as pool:
        probes = list(pool.map(_probed, candidates))
    found: list[Interpreter] = []
    seen: set[str] = set()
    for candidate, probe in zip(candidates, probes, strict=True):
        key = _identity(candidate, probe)
        if key in seen or not _is_offered(candidate, probe):
            continue
        seen.add(key)
        found.append(_interpreter(candidate, probe))
    return found


def default_interpreter(folder: Path, *, chosen: str = "") -> Interpreter | None:
    """Return what runs a project's scripts unless the user says otherwise; ``None`` without Python.

    In this order: what the user chose, ``pythonLocation`` of ``local.compute``, the project's own
    environment, the first Python of the user's ``PATH``. The first of the first three that is
    named is returned even if it is broken: then ``problem`` says why, so that no other Python is
    used unnoticed.
    """
    for candidate in _candidates(folder, chosen):
        probe = _probed(candidate)
        if _is_offered(candidate, probe):
            return _interpreter(candidate, probe)
    return None


def describe_interpreter(path: Path) -> Interpreter:
    """Return one interpreter that the user points to, with its version or its problem."""
    candidate = _Candidate(path, InterpreterKind.CUSTOM, str(path), named=True)
    return _interpreter(candidate, _probed(candidate))


def _candidates(folder: Path, chosen: str) -> Iterator[_Candidate]:
    if chosen:
        yield _chosen(folder, Path(chosen))
    yield from _from_compute_target(folder)
    yield from _own_environments(folder)
    yield from _on_path()
    yield from _active_environments()
    yield from _conda_environments()
    yield from _pyenv_versions()


def _chosen(folder: Path, path: Path) -> _Candidate:
    """Show a chosen interpreter under the name it has in the list, if it has one."""
    for candidate in _own_environments(folder):
        if candidate.path == path:
            return candidate
    for candidate in (*_conda_environments(), *_pyenv_versions()):
        if candidate.path == path:
            return _Candidate(path, candidate.kind, candidate.name, named=True)
    return _Candidate(path, InterpreterKind.CUSTOM, str(path), named=True)


def _from_compute_target(folder: Path) -> Iterator[_Candidate]:
    try:
        location = read_compute_target(folder, "local").python
    except WorkbenchError:
        return
    if location in _LET_WORKBENCH_CHOOSE:
        return
    if not any(separator in location for separator in ("/", os.sep)):
        path = shutil.which(location, path=user_environment().get("PATH", "")) or location
    else:
        path = os.path.abspath(folder / os.path.expanduser(location))  # noqa: PTH100, PTH111
    yield _Candidate(Path(path), InterpreterKind.CUSTOM, f"{location} in local.compute", named=True)


def _own_environments(folder: Path) -> Iterator[_Candidate]:
    for name in _OWN_FOLDERS:
        root = folder / name
        problem = _unreadable(root)
        conda = _is_folder(root / "conda-meta")
        if not problem:
            if not conda and not _exists(root / "pyvenv.cfg"):
                continue
            problem = environment_problem(root)
        kind = InterpreterKind.CONDA if conda else InterpreterKind.VENV
        yield _Candidate(_python_of(root), kind, name, named=True, problem=problem)


def _on_path() -> Iterator[_Candidate]:
    """Yield the Pythons of the user's ``PATH``, the one that a terminal starts first."""
    for name in _PATH_NAMES:
        for part in user_environment().get("PATH", "").split(os.pathsep):
            found = shutil.which(name, path=part) if part else None
            if found:
                yield _Candidate(Path(found), InterpreterKind.SYSTEM, "System")


def _active_environments() -> Iterator[_Candidate]:
    environment = user_environment()
    for variable, kind in (
        ("VIRTUAL_ENV", InterpreterKind.VENV),
        ("CONDA_PREFIX", InterpreterKind.CONDA),
    ):
        root = environment.get(variable)
        if root:
            yield _Candidate(_python_of(Path(root)), kind, Path(root).name)


def _conda_environments() -> Iterator[_Candidate]:
    """Yield the environments that conda lists for this user; the file is conda's own."""
    try:
        lines = (Path.home() / ".conda" / "environments.txt").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError, RuntimeError):
        return
    for line in dict.fromkeys(lines):
        root = Path(line.strip())
        if line.strip() and _is_folder(root / "conda-meta"):
            is_base = _is_folder(root / "condabin")
            name = "conda base" if is_base else f"conda {root.name}"
            yield _Candidate(_python_of(root), InterpreterKind.CONDA, name)


def _pyenv_versions() -> Iterator[_Candidate]:
    home = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    try:
        versions = sorted((home / "versions").iterdir())
    except OSError:
        return
    for root in versions:
        yield _Candidate(_python_of(root), InterpreterKind.PYENV, f"pyenv {root.name}")


def _python_of(root: Path) -> Path:
    """Return where the interpreter of an environment is, or would be."""
    places = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
    existing = (root / place for place in places if _exists(root / place))
    return next(existing, root / places[2 if sys.platform == "win32" else 0])


def _probed(candidate: _Candidate) -> PythonProbe | None:
    """Run an interpreter once for each state of its file."""
    if candidate.problem:
        return None
    try:
        info = candidate.path.stat()
    except OSError:
        return None
    key = (str(candidate.path), (info.st_mtime_ns, info.st_size, info.st_ino))
    with _cache_lock:
        if key in _cache:
            return _cache[key]
    probe = probe_python(candidate.path, timeout=_PROBE_SECONDS)
    # A failure may be of the moment, and a shim or launcher may start another Python tomorrow.
    if probe is not None and not _is_redirected(candidate.path, probe):
        with _cache_lock:
            _cache[key] = probe
    return probe


def _is_redirected(path: Path, probe: PythonProbe) -> bool:
    return os.path.realpath(path) != os.path.realpath(probe.executable)


def _identity(candidate: _Candidate, probe: PythonProbe | None) -> str:
    return os.path.realpath(probe.prefix) if probe else os.path.normcase(candidate.path)


def _is_offered(candidate: _Candidate, probe: PythonProbe | None) -> bool:
    return candidate.named or (probe is not None and not _is_private(probe))


def _is_private(probe: PythonProbe) -> bool:
    """Whether this is the environment that Workbench itself runs in."""
    is_own = sys.prefix != sys.base_prefix
    return is_own and os.path.realpath(probe.prefix) == os.path.realpath(sys.prefix)


def _interpreter(candidate: _Candidate, probe: PythonProbe | None) -> Interpreter:
    named_by_path = candidate.name == str(candidate.path)
    if probe is None:
        return Interpreter(
            str(candidate.path),
            candidate.kind,
            label=f"{candidate.path.name if named_by_path else candidate.name} (doesn't work)",
            problem=candidate.problem or _problem(candidate.path),
        )
    path, kind, name = candidate.path, candidate.kind, candidate.name
    if kind is InterpreterKind.SYSTEM:
        # What a shim such as pyenv's starts is what is recorded, not the shim.
        path = Path(probe.executable) if _is_redirected(path, probe) else path
        kind, name = _origin(probe)
    elif named_by_path:
        name = _short_name(path, probe)
    label = name if name.endswith(probe.version) else f"{name} (Python {probe.version})"
    return Interpreter(str(path), kind, probe.version, label)


def _short_name(path: Path, probe: PythonProbe) -> str:
    """Return what a Python that is known by its path is called: its environment, or its file."""
    prefix = Path(probe.prefix).name
    if probe.conda:
        return f"conda {prefix}"
    return prefix if probe.is_venv else path.name


def _origin(probe: PythonProbe) -> tuple[InterpreterKind, str]:
    prefix = Path(probe.prefix)
    if probe.conda:
        return InterpreterKind.CONDA, f"conda {prefix.name}"
    if probe.is_venv:
        return InterpreterKind.VENV, prefix.name
    if prefix.parent.name == "versions" and "pyenv" in prefix.parent.parent.name:
        return InterpreterKind.PYENV, f"pyenv {prefix.name}"
    return InterpreterKind.SYSTEM, "System"


def _problem(path: Path) -> str:
    try:
        path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            return f"{path} points to a Python that is gone."
        return f"{path} doesn't exist."
    except OSError as error:
        return f"{path} can't be used because {os_error_reason(error)}."
    return f"{path} doesn't start."


def _unreadable(root: Path) -> str:
    """Return why this user may not use an environment that is there, or an empty string."""
    if not os.path.lexists(root):
        return ""
    try:
        (root / "pyvenv.cfg").stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return f"{root} can't be read because {os_error_reason(error)}."
    return ""


# Unlike those of Path these answer False for what this user may not look at.
def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112
