"""A comparison as text for other programs and for people: CSV, JSON, Markdown."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from workbench.core.comparison import Cell, Comparison, Row, Section, Tone


def as_csv(comparison: Comparison, *, only_differences: bool = False) -> str:
    """Return a table with the columns Section, Property, and one for each run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["Section", "Property", *_titles(comparison)])
    for section, rows in _shown(comparison, only_differences=only_differences):
        for row in rows:
            writer.writerow([section.title, row.label, *map(_plain, row.cells)])
    return stream.getvalue()


def as_json(comparison: Comparison, *, only_differences: bool = False) -> str:
    """Return everything that is known, with ids of runs and snapshots."""
    sides = [
        {
            "title": side.title,
            "run_id": side.id or None,
            "status": side.run.status.value if side.run else None,
            "snapshot": (side.run.snapshot if side.run else "") or None,
            "files_that_differ": None
            if side.changes is None
            else [
                {"path": change.path, "change": _CHANGES[change.kind.name]}
                for change in side.changes
            ],
        }
        for side in comparison.sides
    ]
    sections = [
        {
            "title": section.title,
            "rows": [
                {"label": row.label, "differs": row.differs, "values": _values(row)} for row in rows
            ],
        }
        for section, rows in _shown(comparison, only_differences=only_differences)
    ]
    content = {"baseline": comparison.base.title, "compared": sides, "sections": sections}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_markdown(comparison: Comparison, *, only_differences: bool = False) -> str:
    """Return a table for each section."""
    titles = _titles(comparison)
    parts = [f"# Compare {', '.join(side.title for side in comparison.sides)}\n"]
    for section, rows in _shown(comparison, only_differences=only_differences):
        if rows:
            lines = [
                f"## {section.title}\n",
                _markdown_row(["", *titles]),
                _markdown_row(["---"] * (len(titles) + 1)),
                *(_markdown_row([row.label, *map(_words, row.cells)]) for row in rows),
            ]
            parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


FORMATS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"csv": as_csv, "json": as_json, "md": as_markdown}
)
_CHANGES = {"ADDED_BACK": "added", "MODIFIED": "modified", "DELETED": "deleted"}


def _titles(comparison: Comparison) -> list[str]:
    return [
        f"{side.title} (baseline)" if place == comparison.baseline else side.title
        for place, side in enumerate(comparison.sides)
    ]


def _shown(
    comparison: Comparison, *, only_differences: bool
) -> list[tuple[Section, tuple[Row, ...]]]:
    return [
        (section, section.shown(only_differences=only_differences))
        for section in comparison.sections
    ]


def _values(row: Row) -> list[dict[str, Any]]:
    return [
        {
            "value": cell.text if cell.known else None,
            "differs": cell.differs,
            **({"delta": cell.delta} if cell.delta else {}),
            **({"better": cell.tone is Tone.BETTER} if cell.tone is not Tone.NEUTRAL else {}),
            **({"best": True} if cell.best else {}),
            **({"note": cell.note} if cell.note else {}),
        }
        for cell in row.cells
    ]


def _plain(cell: Cell) -> str:
    """Return what other programs can count with: the value alone, a note where there is one."""
    text = cell.text.replace("−", "-") if cell.known else ""
    return f"{text} ({cell.note})" if cell.note else text


def _words(cell: Cell) -> str:
    """Return all that the window says about a cell."""
    marks = [cell.delta, "best" if cell.best else "", cell.note]
    said = ", ".join(mark for mark in marks if mark)
    text = f"**{cell.text}**" if cell.best else cell.text
    return f"{text} ({said})" if said else text


def _markdown_row(texts: list[str]) -> str:
    cells = (" ".join(text.replace("|", "\\|").split()) for text in texts)
    return f"| {' | '.join(cells)} |"
