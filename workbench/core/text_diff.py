"""The difference of two versions of a file, ready to be shown line by line.

Nothing here takes more than about a second, whatever the files hold: call it in a worker thread.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum

from workbench.core.line_match import Budget, Match, match_lines
from workbench.core.restore import FileChange
from workbench.core.snapshot import MODE_EXECUTABLE, MODE_SYMLINK
from workbench.core.text_file import TextSide, read_text
from workbench.core.word_diff import changed_words

MAX_BYTES = 2_000_000
MAX_CHANGED_LINES = 20_000
MAX_LINES = 200_000
CONTEXT = 3

_HEADING = re.compile(
    r"\s*(?:async\s+def|def|class|function|func|fn|struct|interface|impl|module)\b.*\w"
)
_HEADING_SEARCH = 400
_MARK_WORK = 1_500_000
_NO_BREAK = "\0no line break"


class RowKind(Enum):
    """What a row of a diff is. A missing side of a row is a gap."""

    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one version.

    Attributes:
        number: Line number from 1.
        text: The line without its line break.
        marks: ``(start, end)`` of the parts that differ from the line opposite.
    """

    number: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row: both versions side by side, or one line of the unified form.

    Attributes:
        kind: What it is; the unified form has no ``CHANGED``.
        left: The line before; ``None`` is a gap. For a fold the first hidden line.
        right: The line after; ``None`` is a gap. For a fold the first hidden line.
        hidden: For a fold, the number of equal lines that are not shown.
        heading: For a fold, the function or class that the lines after it belong to.
    """

    kind: RowKind
    left: Cell | None
    right: Cell | None
    hidden: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class DiffDocument:
    """The difference of two text files.

    Attributes:
        left: The version before.
        right: The version after.
        rows: Rows of the side-by-side form; empty when nothing differs or there is only a summary.
        added: Number of added lines.
        removed: Number of removed lines.
        summary_only: Whether there are too many changes to show.
        notes: What differs besides the lines, in words.
    """

    left: TextSide
    right: TextSide
    rows: tuple[DiffRow, ...]
    added: int
    removed: int
    summary_only: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the two versions are the same."""
        return not (self.rows or self.notes or self.summary_only)

    def unfolded(self, index: int) -> "DiffDocument":
        """Return this document with the fold at row ``index`` opened."""
        fold = self.rows[index]
        if fold.kind is not RowKind.FOLD or fold.left is None or fold.right is None:
            return self
        opened = _equal_rows(self.left, fold.left.number - 1, fold.right.number - 1, fold.hidden)
        rows = (*self.rows[:index], *opened, *self.rows[index + 1 :])
        return DiffDocument(self.left, self.right, rows, self.added, self.removed, notes=self.notes)


@dataclass(frozen=True, slots=True)
class BinaryDiff:
    """Two versions of a file whose text is not compared.

    Attributes:
        left_size: Bytes before; ``None`` if the file is not there.
        right_size: Bytes after; ``None`` if the file is not there.
        left: Content before, if it is small; for showing a picture.
        right: Content after, if it is small; for showing a picture.
        too_large: Whether size is the reason (else the content is not text).
        problem: Why it can't be read, in one or two sentences; empty if it can.
    """

    left_size: int | None
    right_size: int | None
    left: bytes | None = field(default=None, repr=False)
    right: bytes | None = field(default=None, repr=False)
    too_large: bool = False
    problem: str = ""


def diff_contents(
    before: bytes | None,
    after: bytes | None,
    *,
    before_size: int | None = None,
    after_size: int | None = None,
) -> DiffDocument | BinaryDiff:
    """Compare two versions of a file.

    Args:
        before: Content before; ``None`` if the file is not there or too large to be read.
        after: Content after, likewise.
        before_size: Bytes of the file before, needed when ``before`` was too large to be read.
        after_size: Likewise.
    """
    left_size = before_size if before is None else len(before)
    right_size = after_size if after is None else len(after)
    unread = (before is None and before_size is not None) or (
        after is None and after_size is not None
    )
    if unread or max(left_size or 0, right_size or 0) > MAX_BYTES:
        return BinaryDiff(left_size, right_size, too_large=True)
    left, right = read_text(before), read_text(after)
    if left is None or right is None:
        return BinaryDiff(left_size, right_size, before, after)
    return diff_sides(left, right)


def diff_change(
    change: FileChange, before: bytes | None, after: bytes | None
) -> DiffDocument | BinaryDiff:
    """Compare the contents of a changed file; a changed file mode is told in the notes."""
    content = diff_contents(
        before,
        after,
        before_size=None if change.before is None else change.before.size,
        after_size=None if change.after is None else change.after.size,
    )
    if isinstance(content, BinaryDiff) or change.before is None or change.after is None:
        return content
    return replace(content, notes=(*content.notes, *_mode_notes(change)))


def _mode_notes(change: FileChange) -> tuple[str, ...]:
    old = change.before.mode if change.before else 0
    new = change.after.mode if change.after else 0
    if old == new:
        return ()
    if MODE_SYMLINK in {old, new}:
        return ("Becomes a link" if new == MODE_SYMLINK else "A link becomes a file",)
    return ("Becomes executable" if new == MODE_EXECUTABLE else "No longer executable",)


def diff_sides(left: TextSide, right: TextSide) -> DiffDocument:
    """Compare two texts line by line."""
    notes = _notes(left, right)
    lefts, rights = _keys(left, right), _keys(right, left)
    if _surely_too_many(lefts, rights):
        added, removed = _least_counts(lefts, rights)
        return DiffDocument(left, right, (), added, removed, summary_only=True, notes=notes)
    matches = match_lines(lefts, rights)
    equal = sum(match.size for match in matches)
    added, removed = len(rights) - equal, len(lefts) - equal
    if added + removed > MAX_CHANGED_LINES:
        return DiffDocument(left, right, (), added, removed, summary_only=True, notes=notes)
    rows = _rows(left, right, matches) if added or removed else ()
    return DiffDocument(left, right, rows, added, removed, notes=notes)


def _keys(side: TextSide, other: TextSide) -> list[str]:
    """Return what the lines are compared by: their text, and line breaks where these matter."""
    keys = list(side.lines)
    if side.ending == "CRLF" and other.ending == "mixed":
        keys = [f"{key}\r" for key in keys]
        if keys and not side.final_break:
            keys[-1] = side.lines[-1]
    if keys and not side.final_break and other.final_break:
        keys[-1] += _NO_BREAK
    return keys


def unified_rows(rows: tuple[DiffRow, ...]) -> tuple[DiffRow, ...]:
    """Return side-by-side rows in the unified form: in each change, removed lines come first."""
    result: list[DiffRow] = []
    removed: list[DiffRow] = []
    added: list[DiffRow] = []
    for row in rows:
        if row.kind in {RowKind.EQUAL, RowKind.FOLD}:
            result += [*removed, *added, row]
            removed, added = [], []
            continue
        if row.left is not None:
            removed.append(DiffRow(RowKind.REMOVED, row.left, None))
        if row.right is not None:
            added.append(DiffRow(RowKind.ADDED, None, row.right))
    return (*result, *removed, *added)


def change_starts(rows: tuple[DiffRow, ...]) -> tuple[int, ...]:
    """Return the index of the first row of each change."""
    starts = []
    inside = False
    for index, row in enumerate(rows):
        changed = row.kind not in {RowKind.EQUAL, RowKind.FOLD}
        if changed and not inside:
            starts.append(index)
        inside = changed
    return tuple(starts)


def _surely_too_many(lefts: list[str], rights: list[str]) -> bool:
    """Whether there is too much to compare, found without comparing."""
    if max(len(lefts), len(rights)) > MAX_LINES:
        return lefts != rights
    return sum(_least_counts(lefts, rights)) > MAX_CHANGED_LINES


def _least_counts(lefts: list[str], rights: list[str]) -> tuple[int, int]:
    """Return the fewest added and removed lines there can be, whatever the order of lines."""
    left_counts, right_counts = Counter(lefts), Counter(rights)
    return (right_counts - left_counts).total(), (left_counts - right_counts).total()


def _notes(left: TextSide, right: TextSide) -> tuple[str, ...]:
    notes = []
    for side, other in ((left, right), (right, left)):
        if side.encoding == "Latin-1" and not (side is right and other.encoding == "Latin-1"):
            notes.append("Not UTF-8, shown as Latin-1")
            break
    if not (left.exists and right.exists):
        return tuple(notes)
    if left.encoding != right.encoding:
        notes.append(f"Encoding differs: {left.encoding} and {right.encoding}")
    if left.ending and right.ending and left.ending != right.ending:
        notes.append(f"Line endings differ: {left.ending} and {right.ending}")
    if left.final_break != right.final_break:
        which = "after" if left.final_break else "before"
        notes.append(f"No line break at the end of the file {which} the change")
    return tuple(notes)


def _rows(left: TextSide, right: TextSide, matches: list[Match]) -> tuple[DiffRow, ...]:
    rows: list[DiffRow] = []
    budget = Budget(_MARK_WORK)
    i = j = 0
    end = Match(len(left.lines), len(right.lines), 0)
    for match in [*matches, end]:
        rows += _changed_rows(
            left.lines[i : match.left], right.lines[j : match.right], (i, j), budget
        )
        rows += _folded(left, match, first=match.left == 0 == match.right, last=end)
        i, j = match.left + match.size, match.right + match.size
    return tuple(rows)


def _changed_rows(
    lefts: tuple[str, ...], rights: tuple[str, ...], start: tuple[int, int], budget: Budget
) -> list[DiffRow]:
    """Return the rows of one change: lines in pairs, what is left over against a gap."""
    rows = []
    for index in range(max(len(lefts), len(rights))):
        old = lefts[index] if index < len(lefts) else None
        new = rights[index] if index < len(rights) else None
        left_marks, right_marks = (
            changed_words(old, new, budget) if old is not None and new is not None else ((), ())
        )
        left = None if old is None else Cell(start[0] + index + 1, old, left_marks)
        right = None if new is None else Cell(start[1] + index + 1, new, right_marks)
        kind = (
            RowKind.ADDED if left is None else RowKind.REMOVED if right is None else RowKind.CHANGED
        )
        rows.append(DiffRow(kind, left, right))
    return rows


def _folded(left: TextSide, match: Match, *, first: bool, last: Match) -> list[DiffRow]:
    """Return the rows of an equal run, without those far from any change."""
    at_end = match.left + match.size == last.left and match.right + match.size == last.right
    head = 0 if first else CONTEXT
    tail = 0 if at_end else CONTEXT
    hidden = match.size - head - tail
    if hidden <= 1:
        return _equal_rows(left, match.left, match.right, match.size)
    i, j = match.left + head, match.right + head
    after = match.left + match.size
    fold = DiffRow(
        RowKind.FOLD,
        Cell(i + 1, ""),
        Cell(j + 1, ""),
        hidden,
        "" if at_end else _heading(left.lines, after),
    )
    return [
        *_equal_rows(left, match.left, match.right, head),
        fold,
        *_equal_rows(left, i + hidden, j + hidden, tail),
    ]


def _equal_rows(side: TextSide, left: int, right: int, size: int) -> list[DiffRow]:
    """Return rows of equal lines; their text is taken from the left version."""
    return [
        DiffRow(
            RowKind.EQUAL,
            Cell(left + k + 1, side.lines[left + k]),
            Cell(right + k + 1, side.lines[left + k]),
        )
        for k in range(size)
    ]


def _heading(lines: tuple[str, ...], changed: int) -> str:
    """Return the nearest function or class line above the changed line, without its colon."""
    depth = 1_000
    for line in lines[changed : changed + 1]:
        depth = _indent(line) if line.strip() else depth
    for index in range(min(changed, len(lines)) - 1, max(-1, changed - _HEADING_SEARCH), -1):
        line = lines[index]
        if line.strip() and _indent(line) < max(depth, 1) and _HEADING.match(line):
            return line.strip().rstrip(":{ ")[:120]
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
