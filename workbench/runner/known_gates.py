"""Which interpreters are known to stop at their gate.

An interpreter is known when it did so before, and all places that it takes modules from are as they
were then: each of them could hold something that keeps it from the gate. One that takes modules
from the project itself, or runs lines of ``.pth`` files that nobody knows, is never known: it could
run code of the user before the gate.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from workbench.runner.files import read_json

_MOST = 30
_ENVIRONMENT = "pyvenv.cfg"
_LINES = ("import ", "import\t")
# Written by setuptools, virtualenv, coverage, and pip for projects that are installed to be edited:
# they put finders and packages into place, and import nothing of the user's.
_HARMLESS = ("distutils-precedence.pth", "_virtualenv.pth", "a1_coverage.pth", "__editable__")
_NAMESPACE = "-nspkg.pth"


def is_known(file: Path, interpreter: str) -> bool:
    """Whether an interpreter will stop at its gate.

    Args:
        file: Where known interpreters are listed.
        interpreter: What names it there.
    """
    places = read_json(file).get(interpreter)
    return isinstance(places, dict) and bool(places) and places == _facts(list(places))


def note(file: Path, interpreter: str, places: "list[str]", project: Path) -> None:
    """Note that an interpreter stopped at its gate, unless it could run the user's code before.

    Args:
        file: Where known interpreters are listed.
        interpreter: What names it there.
        places: Where it takes modules from.
        project: The project's folder.
    """
    named = [place for place in places if place]
    if any(_is_of(project, place) or _runs_lines(place) for place in named):
        forget(file, interpreter)
        return
    known = read_json(file)
    facts = _facts(named)
    if known.get(interpreter) != facts:
        known.pop(interpreter, None)
        _write(file, {**dict(list(known.items())[1 - _MOST :]), interpreter: facts})


def forget(file: Path, interpreter: str) -> None:
    """Note that an interpreter did not stop at its gate."""
    known = read_json(file)
    if known.pop(interpreter, None) is not None:
        _write(file, known)


def _is_of(project: Path, place: str) -> bool:
    """Whether a place is in the project, and not in an environment that lies there."""
    try:
        whole, folder = Path(place).resolve(), project.resolve()
    except (OSError, RuntimeError):
        return True
    if whole != folder and folder not in whole.parents:
        return False
    inside = [each for each in (whole, *whole.parents) if folder in each.parents]
    return not any((each / _ENVIRONMENT).is_file() for each in inside)


def _runs_lines(place: str) -> bool:
    """Whether a ``.pth`` file there has Python run something that nobody knows."""
    for name in _path_files(place):
        if name.startswith(_HARMLESS) or name.endswith(_NAMESPACE):
            continue
        try:
            text = Path(place, name).read_text("utf-8", errors="surrogateescape")
        except OSError:
            return True
        if any(line.startswith(_LINES) for line in text.splitlines()):
            return True
    return False


def _path_files(place: str) -> "list[str]":
    try:
        return sorted(name for name in os.listdir(place) if name.endswith(".pth"))  # noqa: PTH208
    except OSError:
        return []


def _facts(places: "list[str]") -> "dict[str, list[int]]":
    return {place: _fact(place) for place in places}


def _fact(place: str) -> "list[int]":
    try:
        found = os.stat(place)  # noqa: PTH116 - for each run, several
        facts = [found.st_ino, found.st_mtime_ns]
        for name in _path_files(place):
            found = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - as above
            facts += [found.st_ino, found.st_size, found.st_mtime_ns]
    except OSError:
        return []
    return facts


def _write(file: Path, known: "dict[str, object]") -> None:
    temporary = file.with_name(f"{file.name}.{os.getpid()}.new")
    with suppress(OSError):  # found out again next time
        temporary.write_text(json.dumps(known), encoding="ascii")
        temporary.replace(file)
