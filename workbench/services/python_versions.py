"""Whether a Python has the version that a package list asks for."""

import operator
import re
from collections.abc import Callable

_Version = tuple[int, ...]
_COMPARISONS: dict[str, Callable[[_Version, _Version], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_PART = re.compile(r"(>=|<=|==|!=|~=|>|<|=)?\s*([0-9]+(?:\.[0-9]+)*)(?:\.\*)?")


def python_matches(version: str, wanted: str) -> bool:
    """Return whether a version such as ``3.11.7`` is one of ``3.11``, ``3.11.*`` or ``>=3.9,<4``.

    A wanted patch release, as in ``3.5.2``, is met by every release of ``3.5``. Nothing wanted,
    or words that cannot be understood, are met by every version.
    """
    have = _numbers(version)
    for part in wanted.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            continue
        compare, number = match[1] or "=", _numbers(match[2])
        if compare in _COMPARISONS:
            if not _COMPARISONS[compare](have[: max(len(number), 3)], number):
                return False
        elif compare == "~=":
            if have < number or have[: len(number) - 1] != number[:-1]:
                return False
        elif (have[: len(number[:2])] == number[:2]) == (compare == "!="):
            return False
    return True


def _numbers(text: str) -> _Version:
    return tuple(int(number) for number in re.findall(r"[0-9]+", text)[:3])
