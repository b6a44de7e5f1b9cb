"""Arguments of a run read as names and values."""

import re

_NUMBER = re.compile(r"-\.?\d")
_ASSIGNMENT = re.compile(r"([A-Za-z_+][\w.+-]*)=(.*)", re.DOTALL)


def argument_pairs(arguments: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return arguments as ``(name, value)``, in order.

    ``--lr 3e-4``, ``--lr=3e-4`` and ``lr=3e-4`` give a name with a value, ``--fast`` a name with an
    empty value, anything else an empty name with the argument as value. The name keeps its dashes.
    """
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(arguments):
        current = arguments[position]
        position += 1
        if _is_option(current):
            name, equals, value = current.partition("=")
            if not equals and position < len(arguments) and not _is_option(arguments[position]):
                value = arguments[position]
                position += 1
            pairs.append((name, value))
        elif assignment := _ASSIGNMENT.fullmatch(current):
            pairs.append((assignment[1], assignment[2]))
        else:
            pairs.append(("", current))
    return tuple(pairs)


def argument_key(name: str) -> str:
    """Return the name of an argument as one compares it: no leading dashes, lower case, ``_``."""
    return name.lstrip("-+").replace("-", "_").lower()


def is_number(text: str) -> bool:
    """Return whether an argument is a number as Python reads it: ``-1``, ``3e-4``, ``inf``."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_option(argument: str) -> bool:
    return argument.startswith("-") and argument.strip("-") != "" and not _NUMBER.match(argument)
