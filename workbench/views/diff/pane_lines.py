"""What stands on each line of a diff pane."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from workbench.core.text_diff import Cell, DiffRow, RowKind

MAX_SHOWN = 2_000
_BREAKING = {0x2028: 0x23CE, 0x2029: 0x23CE, 0xFDD0: 0xFFFD, 0xFDD1: 0xFFFD, 0x7F: 0x2421}
_BREAKING |= {code: 0x2400 + code for code in range(32) if code != 9}
_ODD = re.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f\\u2028\\u2029\\ufdd0\\ufdd1]")
_ASTRAL = 0xFFFF


class Tone(Enum):
    """How a line is painted."""

    PLAIN = "plain"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"
    FOLD = "fold"


class PaneLine(NamedTuple):
    """One line of a pane.

    Attributes:
        text: What is shown; one block of the text document.
        tone: How it is painted.
        numbers: Line numbers for the gutter columns; 0 is blank.
        marks: ``(start, end)`` of changed words in UTF-16 units of ``text``.
        row: Row of the difference that it shows.
    """

    text: str
    tone: Tone
    numbers: tuple[int, ...]
    marks: tuple[tuple[int, int], ...] = ()
    row: int = 0


def shown(text: str) -> str:
    """Return a line that is exactly one block in Qt, character for character, and not too long."""
    if _ODD.search(text):
        text = text.translate(_BREAKING)
    if len(text) > MAX_SHOWN:
        return f"{text[:MAX_SHOWN]} … {len(text) - MAX_SHOWN:,} more characters"
    return text


def utf16_spans(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Turn character positions into the units Qt counts in, without what is not shown."""
    if not spans:
        return ()
    inside = [(start, min(end, MAX_SHOWN)) for start, end in spans if start < MAX_SHOWN]
    if not inside or text.isascii() or max(text) <= chr(_ASTRAL):
        return tuple(inside)

    def units(position: int) -> int:
        return position + sum(ord(character) > _ASTRAL for character in text[:position])

    return tuple((units(start), units(end)) for start, end in inside)


def side_lines(rows: Sequence[DiffRow], *, left: bool) -> list[PaneLine]:
    """Return the lines of one side of the side-by-side form."""
    changed = Tone.REMOVED if left else Tone.ADDED
    result = []
    for index, row in enumerate(rows):
        cell = row.left if left else row.right
        if row.kind is RowKind.FOLD:
            text = _fold_text(row) if left else ""
            result.append(PaneLine(text, Tone.FOLD, (0,), row=index))
        elif cell is None:
            result.append(PaneLine("", Tone.GAP, (0,), row=index))
        else:
            tone = Tone.PLAIN if row.kind is RowKind.EQUAL else changed
            result.append(_line(cell, tone, (cell.number,), index))
    return result


def unified_lines(rows: Sequence[DiffRow]) -> list[PaneLine]:
    """Return the lines of the unified form; ``rows`` have to be in that form already."""
    result = []
    for index, row in enumerate(rows):
        cell = row.left or row.right
        if cell is None:
            continue
        if row.kind is RowKind.FOLD:
            result.append(PaneLine(_fold_text(row), Tone.FOLD, (0, 0), row=index))
            continue
        tones = {RowKind.ADDED: Tone.ADDED, RowKind.REMOVED: Tone.REMOVED}
        numbers = (row.left.number if row.left else 0, row.right.number if row.right else 0)
        result.append(_line(cell, tones.get(row.kind, Tone.PLAIN), numbers, index))
    return result


def _line(cell: Cell, tone: Tone, numbers: tuple[int, ...], row: int) -> PaneLine:
    return PaneLine(shown(cell.text), tone, numbers, utf16_spans(cell.text, cell.marks), row)


def _fold_text(row: DiffRow) -> str:
    lines = f"{row.hidden:,} equal lines"
    return f"{row.heading}   {lines}" if row.heading else lines
