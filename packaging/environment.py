"""The private environment in ``.venv``: made from a lock with hashes, checked at each start.

Standard library only: this runs before anything is installed.
"""

import contextlib
import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from system_parts import QT_LIBRARIES, VENV_PART, Part, SetupError, ensure_parts

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "run": ROOT / "packaging" / "requirements.lock",
    "test": ROOT / "packaging" / "requirements-test.lock",
}
STAMP = "workbench-environment.json"
_NONE_YET = "there is none yet"
_MORE_NEEDED = "more packages are needed"
_PIP_PLACES = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment.

    Attributes:
        folder: Its folder; need not exist yet.
    """

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        windows = sys.platform == "win32"
        return self.folder / ("Scripts/python.exe" if windows else "bin/python")

    @property
    def packages(self) -> Path:
        """Where its packages are."""
        if sys.platform == "win32":
            return self.folder / "Lib" / "site-packages"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    @property
    def stamp(self) -> Path:
        """The note on what was installed; missing in a folder that this script did not make."""
        return self.folder / STAMP


def lock_digests(sets: tuple[str, ...]) -> dict[str, str]:
    """Return the digest of each named lock."""
    return {name: hashlib.sha256(LOCKS[name].read_bytes()).hexdigest() for name in sets}


def prepare(
    sets: tuple[str, ...], parts: Sequence[Part] = (), folder: Path = ROOT / ".venv"
) -> Environment:
    """Return the environment with these sets of packages, made or mended as far as needed.

    Args:
        sets: Names of locks.
        parts: What the system has to have for these sets; seen to before anything is made.
        folder: Where the environment is.

    Raises:
        SetupError: If it cannot be made; the text says what to do.
    """
    environment = Environment(folder)
    wanted = lock_digests(sets)
    if problem(environment, wanted):
        ensure_parts((VENV_PART, *QT_LIBRARIES, *parts))
        try:
            with _only_one(folder):
                reason = problem(environment, wanted)
                if reason:
                    _build(environment, sets, reason)
        except OSError as error:
            raise SetupError(f"Could not write to {folder}: {error.strerror}.") from error
    else:
        ensure_parts(parts)
    return environment


def problem(environment: Environment, wanted: dict[str, str]) -> str:
    """Return why the environment cannot be used as it is, or an empty string."""
    stamp = _read_stamp(environment)
    if stamp is None:
        return _NONE_YET
    installed = stamp.get("locks", {})
    if not stamp.get("complete"):
        found = "its installation did not come to an end"
    elif stamp.get("python") != sys.implementation.cache_tag:
        found = "it was made for another version of Python"
    elif stamp.get("root") != str(ROOT) or not os.access(environment.python, os.X_OK):
        found = "the folder was moved or its Python is gone"
    elif any(installed.get(name, digest) != digest for name, digest in wanted.items()):
        found = "the list of packages has changed"
    elif not wanted.keys() <= installed.keys():
        found = _MORE_NEEDED
    else:
        damage = _damage(environment, stamp.get("distributions", []))
        found = f"it is damaged: {damage}" if damage else ""
    return found


def _read_stamp(environment: Environment) -> dict[str, Any] | None:
    try:
        stamp = json.loads(environment.stamp.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _damage(environment: Environment, distributions: list[str]) -> str:
    """Return the first installed file that is not as it was installed, or an empty string."""
    site = str(environment.packages)
    for distribution in distributions:
        record = os.path.join(site, distribution, "RECORD")  # noqa: PTH118 - 10,000 paths: speed
        try:
            with open(record, newline="", encoding="utf-8") as lines:  # noqa: PTH123
                rows = [row for row in csv.reader(lines) if _checked(row)]
        except OSError:
            return f"{distribution} is missing"
        for name, _, size in rows:
            try:
                same = os.stat(f"{site}/{name}").st_size == int(size)  # noqa: PTH116
            except OSError:
                return f"{name} is missing"
            if not same:
                return f"{name} has changed"
    return ""


def _checked(row: list[str]) -> bool:
    # Python itself renews byte code, also what a package brought along.
    return len(row) == 3 and bool(row[2]) and "__pycache__" not in row[0]


def _build(environment: Environment, sets: tuple[str, ...], reason: str) -> None:
    stamp = _read_stamp(environment)
    if stamp is None and environment.folder.exists():
        raise SetupError(
            f"The folder {environment.folder} holds something that this script did not make.\n"
            "Move it away, then start again."
        )
    locks = (stamp or {}).get("locks", {})
    tell(_announcement(environment.folder, reason))
    if not _can_extend(environment, locks):
        locks = {}
        tell("  Making a virtual environment")
        _run([_base_python(), "-m", "venv", "--clear", str(environment.folder)], "make .venv")
    write_stamp(environment, {}, complete=False)
    for name in sets:
        _install(environment, LOCKS[name])
    # A path file, not a copy: what is started is always the source as it is in this clone.
    (environment.packages / "workbench-source.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    write_stamp(environment, {**locks, **lock_digests(sets)}, complete=True)


def _announcement(folder: Path, reason: str) -> str:
    if reason == _NONE_YET:
        return f"Preparing a private environment (once) in {folder} …"
    if reason == _MORE_NEEDED:
        return f"Adding packages to the private environment (once) in {folder} …"
    return f"Preparing the private environment in {folder} again: {reason} …"


def _can_extend(environment: Environment, locks: dict[str, str]) -> bool:
    """Whether only further packages are missing, so that what is there can stay."""
    return (
        bool(locks)
        and set(locks) <= set(LOCKS)
        and not problem(environment, lock_digests(tuple(locks)))
    )


def _base_python() -> str:
    """Return the interpreter behind a virtual environment: ours must survive its own renewal."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def _install(environment: Environment, lock: Path) -> None:
    # Where packages come from is the machine's own pip configuration; only where they go is ours.
    values = {key: value for key, value in os.environ.items() if key not in _PIP_PLACES}
    values |= {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [str(environment.python), "-I", "-m", "pip", "install", "--quiet"]
    command += ["--require-hashes", "--no-deps", "-r", str(lock)]
    packages = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    noun = "package" if packages == 1 else "packages"
    tell(f"  Installing {packages} {noun} of {lock.name}; this takes a minute or two")
    _run(command, f"install the packages of {lock.name}", values)


def _run(command: list[str], what: str, values: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=values, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-3000:]
        raise SetupError(f"Could not {what}.\n\n{said}\n\nNothing else was changed. Try again.")


def write_stamp(environment: Environment, locks: dict[str, str], *, complete: bool) -> None:
    """Note what is installed."""
    found = environment.packages.glob("*.dist-info/RECORD") if complete else ()
    note = {
        "complete": complete,
        "python": sys.implementation.cache_tag,
        "root": str(ROOT),
        "locks": locks,
        "distributions": sorted(path.parent.name for path in found),
    }
    fresh = environment.stamp.with_suffix(".new")
    fresh.write_text(json.dumps(note, indent=1), encoding="utf-8")
    fresh.replace(environment.stamp)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Let two starts at the same time prepare one after the other."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    with folder.with_name(f"{folder.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def tell(text: str) -> None:
    """Say something to the person who started the script."""
    print(text, file=sys.stderr, flush=True)
