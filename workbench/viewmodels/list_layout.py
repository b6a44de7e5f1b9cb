"""How the user arranged the Run List: columns, their order and width, and the charts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LEAST, _MOST = 16, 2_000


@dataclass(frozen=True, slots=True)
class ListLayout:
    """An arrangement, as it is kept for a project.

    Attributes:
        shown: Whether a column is shown, by its key; only those that the user decided on.
        order: Keys of the columns from the left; empty for the usual order.
        widths: Width of a column in pixels of the design, by its key.
        charts: Whether the charts are shown.
    """

    shown: Mapping[str, bool] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    charts: bool = True

    def text(self) -> str:
        """Return it as text that :func:`layout_of` reads."""
        return json.dumps(
            {
                "shown": dict(self.shown),
                "order": list(self.order),
                "widths": dict(self.widths),
                "charts": self.charts,
            },
            ensure_ascii=False,
        )


def layout_of(text: str) -> ListLayout:
    """Read an arrangement; what can't be understood is left out."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        return ListLayout()
    shown, order, widths = (found.get(name) for name in ("shown", "order", "widths"))
    return ListLayout(
        {key: value is True for key, value in shown.items()} if isinstance(shown, dict) else {},
        tuple(key for key in order if isinstance(key, str)) if isinstance(order, list) else (),
        {
            key: value
            for key, value in (widths.items() if isinstance(widths, dict) else ())
            if isinstance(value, int) and _LEAST <= value <= _MOST
        },
        found.get("charts") is not False,
    )


def arranged(keys: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return keys in a kept order; one that is not in it stays behind the key it follows."""
    kept = [key for key in order if key in keys]
    result = list(kept)
    for place, key in enumerate(keys):
        if key not in kept:
            before = keys[place - 1] if place else ""
            result.insert(result.index(before) + 1 if before in result else 0, key)
    return result
