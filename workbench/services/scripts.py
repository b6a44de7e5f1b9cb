"""Which files of a project can be run.

Files of Python, shell, R and Julia are known by their suffix, other programs by their execute
permission together with a ``#!`` line or the head of a program file. Left out: ``__init__.py``,
everything in hidden folders, environments, caches and the ``outputs`` folder. Python files that
are rarely meant to be run (tests, ``setup.py``, ``conf.py`` and the like) come after the others.

A folder of many thousand data files costs little: nothing but its names is read, and only so many
of one folder that the others get their turn.
"""

import os
import stat
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from time import monotonic

from workbench.core.run import Script

_LANGUAGES = {
    ".py": "python",
    ".sh": "shell",
    ".bash": "shell",
    ".r": "r",
    ".jl": "julia",
}
_ORDER = ("python", "executable", "shell", "r", "julia")
_WINDOWS_PROGRAMS = frozenset({".exe", ".bat", ".cmd"})
_PROGRAM_HEADS = (
    b"#!",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_LEFT_OUT = frozenset({"__init__.py"})
_RARELY_RUN = frozenset({"setup.py", "conf.py", "conftest.py", "noxfile.py", "__main__.py"})
_TEST_FOLDERS = frozenset({"test", "tests"})
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages", "azureml-logs"})
_SKIPPED_AT_TOP = frozenset({"outputs"})
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})

MAX_DEPTH = 8
MAX_IN_FOLDER = 50_000
MAX_SUBFOLDERS = 1_000
# Programs hardly have a suffix; so many files with an unknown one are looked at for that.
MAX_LOOKS_IN_FOLDER = 1_000
MAX_ENTRIES = 500_000
MAX_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class FoundScripts:
    """What can be run in a project.

    Attributes:
        scripts: Python first, then programs, shell, R, Julia.
        complete: Whether every folder was searched to its end.
    """

    scripts: tuple[Script, ...] = ()
    complete: bool = True


def find_scripts(folder: Path, *, known: str = "") -> FoundScripts:
    """Return what can be run in a project: Python first, then programs, shell, R, Julia.

    Within each of them files nearer to the top come first, then the alphabet decides. The search
    goes from the top down and ends after ``MAX_ENTRIES`` entries or ``MAX_SECONDS`` seconds. It
    goes ``MAX_DEPTH`` folders deep, and in one folder as far as ``MAX_IN_FOLDER`` entries and
    ``MAX_SUBFOLDERS`` folders; folders that cannot be read are skipped.

    Args:
        folder: The project folder.
        known: A script that was chosen before; it is listed if it is there, wherever it is.
    """
    search = _Search(folder)
    scripts = {script.path: script for script in search.scripts()}
    chosen = script_at(folder, known) if known and known not in scripts else None
    if chosen is not None:
        scripts[known] = chosen
    return FoundScripts(tuple(sorted(scripts.values(), key=_place)), search.complete)


def has_script(folder: Path) -> bool:
    """Return whether there is anything in a project that can be run."""
    return next(_Search(folder).scripts(), None) is not None


def script_at(folder: Path, path: str) -> Script | None:
    """Return one file of a project if it can be run.

    Args:
        folder: The project folder.
        path: Relative to it, with ``/``.
    """
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts or not inside.parts:
        return None
    language = _language(str(folder / inside), inside.name)
    return Script(inside.as_posix(), language) if language else None


class _Search:
    """One search through a project, the upper folders first, within the limits.

    Attributes:
        complete: Whether no limit was reached so far.
    """

    def __init__(self, folder: Path) -> None:
        self.complete = True
        self._folder = folder
        self._seen = 0
        self._end = monotonic() + MAX_SECONDS
        self._waiting = deque([("", 0)])

    def scripts(self) -> Iterator[Script]:
        """Yield what can be run, in no useful order within a folder."""
        while self._waiting:
            if self._is_over():
                self.complete = False
                return
            inside, depth = self._waiting.popleft()
            names, folders = self._read(inside)
            yield from self._scripts_in(inside, names)
            self._wait_for(inside, folders, depth)

    def _read(self, inside: str) -> tuple[list[str], list[str]]:
        """Return names of files and folders; none for an environment or what cannot be read."""
        names: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(self._folder / inside) as listing:
                for count, entry in enumerate(listing):
                    if count >= MAX_IN_FOLDER or self._is_over():
                        self.complete = False
                        break
                    self._seen += 1
                    (folders if _is_folder(entry) else names).append(entry.name)
        except OSError:
            return [], []
        if inside and not _ENVIRONMENT_MARKS.isdisjoint((*names, *folders)):
            return [], []
        return names, folders

    def _scripts_in(self, inside: str, names: list[str]) -> Iterator[Script]:
        looks = 0
        for name in names:
            suffix = _suffix(name)
            if suffix not in _LANGUAGES:
                looks += bool(suffix)
                if suffix and looks > MAX_LOOKS_IN_FOLDER:
                    continue
                if self._is_over():
                    self.complete = False
                    continue
            path = f"{inside}{name}"
            language = _language(f"{self._folder}{os.sep}{path}", name)
            if language:
                yield Script(path, language)

    def _wait_for(self, inside: str, folders: list[str], depth: int) -> None:
        searched = sorted((n for n in folders if _is_searched(n, depth)), key=str.casefold)
        room = MAX_SUBFOLDERS if depth < MAX_DEPTH else 0
        if len(searched) > room:
            self.complete = False
        self._waiting.extend((f"{inside}{name}/", depth + 1) for name in searched[:room])

    def _is_over(self) -> bool:
        return self._seen >= MAX_ENTRIES or monotonic() > self._end


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether to go into an entry; links to folders are not followed."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_searched(name: str, depth: int) -> bool:
    if name.startswith(".") or name in _SKIPPED_FOLDERS:
        return False
    return depth > 0 or name not in _SKIPPED_AT_TOP


def _suffix(name: str) -> str:
    stem, _, last = name.rpartition(".")
    return f".{last}".lower() if stem else ""


def _language(path: str, name: str) -> str:
    """Return the language of a file that can be run, or an empty string."""
    if name in _LEFT_OUT or name.startswith("."):
        return ""
    try:
        info = os.stat(path)  # noqa: PTH116 - for each of many thousand files
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(info.st_mode):
        return ""
    suffix = _suffix(name)
    if suffix in _LANGUAGES:
        return _LANGUAGES[suffix]
    return "executable" if _is_program(path, name, suffix, info.st_mode) else ""


def _is_program(path: str, name: str, suffix: str, mode: int) -> bool:
    if sys.platform == "win32":
        return suffix in _WINDOWS_PROGRAMS
    if not mode & stat.S_IXUSR or suffix in {".so", ".dylib"} or ".so." in name:
        return False
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - for each of many thousand files
            return file.read(4).startswith(_PROGRAM_HEADS)
    except OSError:
        return False


def _place(script: Script) -> tuple[int, bool, int, str, str]:
    path = PurePosixPath(script.path)
    rarely = script.language == "python" and (
        path.name in _RARELY_RUN
        or path.name.startswith("test_")
        or path.stem.endswith("_test")
        or not _TEST_FOLDERS.isdisjoint(path.parts[:-1])
    )
    return (
        _ORDER.index(script.language),
        rarely,
        len(path.parts),
        script.path.casefold(),
        script.path,
    )
