"""What a command has to say, and the exit codes of ``wb``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Record = dict[str, Any]


class ExitCode(IntEnum):
    """Exit codes; a script's own code takes their place in ``experiment submit``."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a command that has words of its own for people.

    A command that only has data returns that instead.

    Attributes:
        data: What ``--output`` and ``--query`` work on.
        text: What is written without them; ends with a line break unless empty.
        exit_code: The exit code of the process.
    """

    data: Record | list[Record] = field(default_factory=dict)
    text: str = ""
    exit_code: int = ExitCode.OK


def lines(*parts: str) -> str:
    """Return lines of text; ``None`` and empty parts at the end are left out."""
    return "".join(f"{part}\n" for part in parts)


def facts(values: Mapping[str, object]) -> str:
    """Return names and values in two columns, without those that are empty."""
    shown = {name: str(value) for name, value in values.items() if value not in (None, "")}
    width = max(map(len, shown), default=0)
    return "".join(f"{name:{width}} : {value}\n" for name, value in shown.items())
