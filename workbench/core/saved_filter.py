"""Filters of the Run List that the user gave a name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workbench.core.errors import InvalidInputError

_MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """What the Run List was set to, under a name.

    Attributes:
        name: Unique in its project, whatever its case.
        text: The filter line, see ``core/run_filter.py``.
        status: The choice of the status filter; empty for all.
        script: The only script whose runs are shown; empty for all.
    """

    name: str
    text: str = ""
    status: str = ""
    script: str = ""

    def shows_like(self, other: "SavedFilter") -> bool:
        """Whether both show the same runs, whatever they are called."""
        return replace(self, name="") == replace(other, name="")


Filters = tuple[SavedFilter, ...]


def filter_named(known: Iterable[SavedFilter], name: str) -> SavedFilter | None:
    """Return the filter of a name, whatever its case and the spaces in it; ``None`` for none."""
    wanted = " ".join(name.split())
    return next((each for each in known if _same(each.name, wanted)), None)


def checked_name(name: str, known: Sequence[SavedFilter], instead_of: str = "") -> str:
    """Return a name for a filter without spaces around it.

    Args:
        name: As typed.
        known: The filters of the project.
        instead_of: Present name of the filter; empty for a new one.

    Raises:
        InvalidInputError: If it is empty, too long, or the name of another filter.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise InvalidInputError("name", "Enter a name")
    if len(wanted) > _MOST_LETTERS:
        raise InvalidInputError("name", f"Use at most {_MOST_LETTERS} letters")
    if any(_same(each.name, wanted) for each in known if not _same(each.name, instead_of)):
        raise InvalidInputError("name", f"There is already a filter {wanted}")
    return wanted


def with_filter(known: Filters, wanted: SavedFilter) -> Filters:
    """Return the filters with a new one, by name; one of that name is replaced."""
    return _by_name((*without_filter(known, wanted.name), wanted))


def renamed_filter(known: Filters, name: str, new: str) -> Filters:
    """Return the filters with another name for one of them."""
    return _by_name(replace(each, name=new) if _same(each.name, name) else each for each in known)


def without_filter(known: Filters, name: str) -> Filters:
    """Return the filters without the one of this name."""
    return tuple(each for each in known if not _same(each.name, name))


def _by_name(filters: Iterable[SavedFilter]) -> Filters:
    return tuple(sorted(filters, key=lambda each: each.name.casefold()))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
