"""Widths of the columns, the same in every part of the page."""

from dataclasses import dataclass

from workbench.views.theme.theme import theme

PAD, MARGIN = 16, 24
_LABEL, _LABEL_NARROW, _LEAST = 168, 136, 260
# The window is 64 px wider than its pages.
_NARROW_BELOW = 1136


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns are.

    Attributes:
        label: Width of the column with the names.
        edges: Left edge of the column of each run, and the right edge of the last one.
    """

    label: int
    edges: tuple[int, ...]

    @property
    def total(self) -> int:
        """Width of all columns."""
        return self.edges[-1]

    def width(self, place: int) -> int:
        """Return the width of the column of a run."""
        return self.edges[place + 1] - self.edges[place]


def columns_in(width: int, number: int) -> Columns:
    """Return the columns of some runs for a width; they are wider than it if they have to."""
    px = theme().px
    label = px(_LABEL if width >= px(_NARROW_BELOW) else _LABEL_NARROW)
    room = max(width - label, number * px(_LEAST))
    edges = tuple(label + room * place // number for place in range(number + 1))
    return Columns(label, edges)
