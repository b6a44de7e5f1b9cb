"""Which files of a project can be run.

Files of Python, shell, R and Julia are known by their suffix, other programs by their execute
permission together with a ``#!`` line or the head of a program file. Left out: ``__init__.py``,
everything in hidden folders, environments, caches and the ``outputs`` folder. Python files that
are rarely meant to be run (tests, ``setup.py``, ``conf.py`` and the like) come after the others.
"""

import os
import stat
import sys
from collections import deque
from collections.abc import Iterator
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
MAX_ENTRIES = 20_000
MAX_SECONDS = 2.0


def find_scripts(folder: Path) -> list[Script]:
    """Return what can be run in a project: Python first, then programs, shell, R, Julia.

    Within each of them files nearer to the top come first, then the alphabet decides. The search
    goes from the top down and ends after ``MAX_ENTRIES`` entries, ``MAX_DEPTH`` folders or
    ``MAX_SECONDS`` seconds; folders that cannot be read are skipped.
    """
    scripts = []
    for path, entry in _walk(folder):
        language = _language(entry)
        if language:
            scripts.append(Script(path, language))
    return sorted(scripts, key=_place)


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files of a project, the upper ones first, within the limits."""
    end = monotonic() + MAX_SECONDS
    seen = 0
    waiting = deque([("", 0)])
    while waiting:
        inside, depth = waiting.popleft()
        entries = _entries(folder / inside, top=not inside)
        for entry in sorted(entries, key=lambda each: each.name.casefold()):
            seen += 1
            if seen > MAX_ENTRIES or monotonic() > end:
                return
            path = f"{inside}{entry.name}"
            if not _is_folder(entry):
                yield path, entry
            elif depth < MAX_DEPTH and _is_searched(entry.name, depth):
                waiting.append((f"{path}/", depth + 1))


def _entries(folder: Path, *, top: bool) -> list[os.DirEntry[str]]:
    """Return a folder's entries; none for an environment or one that cannot be read."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except OSError:
        return []
    is_environment = any(entry.name in _ENVIRONMENT_MARKS for entry in entries)
    return [] if is_environment and not top else entries


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


def _language(entry: os.DirEntry[str]) -> str:
    """Return the language of a file that can be run, or an empty string."""
    if entry.name in _LEFT_OUT or entry.name.startswith("."):
        return ""
    try:
        info = entry.stat()
    except OSError:
        return ""
    if not stat.S_ISREG(info.st_mode):
        return ""
    suffix = PurePosixPath(entry.name).suffix.lower()
    if suffix in _LANGUAGES:
        return _LANGUAGES[suffix]
    return "executable" if _is_program(entry, suffix, info.st_mode) else ""


def _is_program(entry: os.DirEntry[str], suffix: str, mode: int) -> bool:
    if sys.platform == "win32":
        return suffix in _WINDOWS_PROGRAMS
    if not mode & stat.S_IXUSR or suffix in {".so", ".dylib"} or ".so." in entry.name:
        return False
    try:
        with open(entry.path, "rb") as file:  # noqa: PTH123 - an entry is no Path
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
