"""Which interpreters are known to stop at their gate.

An interpreter is known when it did so before, and all places that it takes modules from are as they
were then: each of them could hold something that keeps it from the gate.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from workbench.runner.files import read_json

_MOST = 30


def is_known(file: Path, interpreter: str) -> bool:
    """Whether an interpreter will stop at its gate.

    Args:
        file: Where known interpreters are listed.
        interpreter: What names it there.
    """
    places = read_json(file).get(interpreter)
    return isinstance(places, dict) and bool(places) and places == _facts(list(places))


def note(file: Path, interpreter: str, places: "list[str]") -> None:
    """Note that an interpreter stopped at its gate.

    Args:
        file: Where known interpreters are listed.
        interpreter: What names it there.
        places: Where it takes modules from.
    """
    known = read_json(file)
    facts = _facts([place for place in places if place])
    if known.get(interpreter) != facts:
        known.pop(interpreter, None)
        _write(file, {**dict(list(known.items())[1 - _MOST :]), interpreter: facts})


def forget(file: Path, interpreter: str) -> None:
    """Note that an interpreter did not stop at its gate."""
    known = read_json(file)
    if known.pop(interpreter, None) is not None:
        _write(file, known)


def _facts(places: "list[str]") -> "dict[str, list[int]]":
    return {place: _fact(place) for place in places}


def _fact(place: str) -> "list[int]":
    try:
        found = os.stat(place)  # noqa: PTH116 - for each run, several
    except OSError:
        return []
    return [found.st_ino, found.st_mtime_ns]


def _write(file: Path, known: "dict[str, object]") -> None:
    temporary = file.with_name(f"{file.name}.{os.getpid()}.new")
    with suppress(OSError):  # found out again next time
        temporary.write_text(json.dumps(known), encoding="ascii")
        temporary.replace(file)
