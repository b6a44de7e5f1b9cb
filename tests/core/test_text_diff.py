"""The line diff: right for any two texts, pretty for ordinary ones, quick for all of them."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.core.line_match import Budget, match_lines
from workbench.core.restore import ChangeKind, FileChange
from workbench.core.snapshot import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, TreeEntry
from workbench.core.text_diff import (
    MAX_BYTES,
    BinaryDiff,
    DiffDocument,
    DiffRow,
    RowKind,
    change_starts,
    diff_change,
    diff_contents,
    unified_rows,
)
from workbench.core.text_file import join_text, read_text
from workbench.core.word_diff import changed_words

LINES = st.lists(
    st.sampled_from(["", "a", "b", "    return x", "def f(x):", "x = 1", "é€😀", "\ttab"])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), max_size=8),
    max_size=40,
)
ENDINGS = st.sampled_from(["\n", "\r\n"])


def diff(before: str | None, after: str | None) -> DiffDocument:
    document = diff_contents(
        None if before is None else before.encode(), None if after is None else after.encode()
    )
    assert isinstance(document, DiffDocument)
    return document


def opened(document: DiffDocument) -> DiffDocument:
    while True:
        folds = [i for i, row in enumerate(document.rows) if row.kind is RowKind.FOLD]
        if not folds:
            return document
        document = document.unfolded(folds[-1])


@given(LINES, LINES, ENDINGS, ENDINGS, st.booleans(), st.booleans())
def test_rows_hold_both_texts_exactly(
    before: list[str], after: list[str], end1: str, end2: str, last1: bool, last2: bool
) -> None:
    old = end1.join(before) + (end1 if last1 and before else "")
    new = end2.join(after) + (end2 if last2 and after else "")
    document = diff(old, new)
    assert join_text(document.left) == old
    assert join_text(document.right) == new
    rows = opened(document).rows
    if not rows:
        assert document.left.lines == document.right.lines
        return
    lefts = [row.left for row in rows if row.left]
    rights = [row.right for row in rows if row.right]
    assert tuple(cell.text for cell in lefts) == document.left.lines
    assert tuple(cell.text for cell in rights) == document.right.lines
    assert [cell.number for cell in lefts] == list(range(1, len(lefts) + 1))
    assert [cell.number for cell in rights] == list(range(1, len(rights) + 1))


@given(LINES, LINES)
def test_kinds_counts_and_marks_are_consistent(before: list[str], after: list[str]) -> None:
    document = diff("\n".join([*before, ""]), "\n".join([*after, ""]))
    rows = opened(document).rows
    for row in rows:
        if row.kind is RowKind.EQUAL:
            assert row.left
            assert row.right
            assert row.left.text == row.right.text
        elif row.kind is RowKind.CHANGED:
            assert row.left
            assert row.right
            assert row.left.text != row.right.text
        else:
            assert (row.left is None) == (row.kind is RowKind.ADDED)
            assert (row.right is None) == (row.kind is RowKind.REMOVED)
        for cell in (row.left, row.right):
            for start, end in cell.marks if cell else ():
                assert 0 <= start < end <= len(cell.text if cell else "")
    unified = unified_rows(rows)
    assert sum(row.kind is RowKind.ADDED for row in unified) == document.added
    assert sum(row.kind is RowKind.REMOVED for row in unified) == document.removed
    assert all(row.kind is not RowKind.CHANGED for row in unified)


@given(LINES, LINES)
def test_unified_form_applied_gives_the_new_text(before: list[str], after: list[str]) -> None:
    document = opened(diff("\n".join([*before, ""]), "\n".join([*after, ""])))
    if not document.rows:
        assert before == after
        return
    unified = unified_rows(document.rows)
    assert [row.left.text for row in unified if row.left] == before
    assert [row.right.text for row in unified if row.right] == after


@given(
    st.lists(st.sampled_from("abcde"), max_size=60), st.lists(st.sampled_from("abcde"), max_size=60)
)
def test_matches_are_equal_lines_in_rising_order(left: list[str], right: list[str]) -> None:
    i = j = 0
    for match in match_lines(left, right):
        assert match.size > 0
        assert match.left >= i
        assert match.right >= j
        i, j = match.left + match.size, match.right + match.size
        assert left[match.left : i] == right[match.right : j]


@given(st.text(max_size=60), st.text(max_size=60))
def test_changed_words_leave_the_same_rest(left: str, right: str) -> None:
    left_marks, right_marks = changed_words(left, right, Budget(100_000))

    def rest(text: str, marks: tuple[tuple[int, int], ...]) -> str:
        kept = [c for i, c in enumerate(text) if not any(a <= i < b for a, b in marks)]
        return "".join("".join(kept).split())

    if left_marks or right_marks:
        assert rest(left, left_marks) == rest(right, right_marks)


@given(st.binary(max_size=400), st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_give_a_diff(before: bytes, after: bytes) -> None:
    content = diff_contents(before, after)
    if isinstance(content, BinaryDiff):
        assert (content.left_size, content.right_size) == (len(before), len(after))
    elif before == after:
        assert not content.rows


OLD = """import torch
from models.ft_transformer import build_model

run_logger = get_azureml_logger()

def helper():
    pass

SEED = 1
LIMIT = 2
OTHER = 3

def train(args):
    x, y = load_split()
    model = build_model(args).to("cuda")
    opt = torch.optim.AdamW(model.parameters(), args.lr)
    return model
"""
NEW = (
    OLD.replace("import torch\n", "import xgboost as xgb\n")
    .replace("ft_transformer", "xgb")
    .replace('.to("cuda")', "")
    .replace("    opt = torch.optim.AdamW(model.parameters(), args.lr)\n", "")
)


def row_text(row: DiffRow) -> tuple[str, str | None, str | None]:
    return (
        row.kind.value,
        row.left.text if row.left else None,
        row.right.text if row.right else None,
    )


def marked(row: DiffRow) -> tuple[list[str], list[str]]:
    sides = []
    for cell in (row.left, row.right):
        assert cell
        sides.append([cell.text[start:end] for start, end in cell.marks])
    return sides[0], sides[1]


def test_changed_words_of_a_python_file_are_marked() -> None:
    document = diff(OLD, NEW)
    assert (document.added, document.removed) == (3, 4)
    changed = [row for row in document.rows if row.kind is RowKind.CHANGED]
    assert marked(changed[0]) == (["torch"], ["xgboost as xgb"])
    assert marked(changed[1]) == (["ft_transformer"], ["xgb"])
    assert marked(changed[2]) == (['.to("cuda")'], [])


def test_equal_parts_are_folded_under_the_function_that_follows() -> None:
    document = diff(OLD, NEW)
    (fold,) = [row for row in document.rows if row.kind is RowKind.FOLD]
    assert fold.heading == "def train(args)"
    assert fold.hidden == 6
    index = document.rows.index(fold)
    before, after = document.rows[index - 1], document.rows[index + 1]
    assert before.left is not None
    assert after.left is not None
    assert after.left.number - before.left.number == fold.hidden + 1
    whole = document.unfolded(index)
    assert [row.left.text for row in whole.rows if row.left] == OLD.splitlines()
    assert document.unfolded(0) == document


def test_a_line_that_only_moves_right_is_not_marked() -> None:
    document = diff("a\n    auc = evaluate(model)\n", "a\nauc = evaluate(model)\n")
    assert document.rows[1].kind is RowKind.CHANGED
    assert marked(document.rows[1]) == ([], [])


def test_change_starts_are_the_first_rows_of_each_change() -> None:
    document = diff("a\nb\nc\nd\ne\n", "A\nB\nc\nd\n")
    assert [row.kind.value for row in document.rows] == [
        "changed", "changed", "equal", "equal", "removed",
    ]  # fmt: skip
    assert change_starts(document.rows) == (0, 4)


def test_a_new_file_and_a_deleted_file() -> None:
    new, gone = diff(None, "a\nb\n"), diff("a\nb\n", None)
    assert [row_text(row) for row in new.rows] == [("added", None, "a"), ("added", None, "b")]
    assert [row_text(row) for row in gone.rows] == [("removed", "a", None), ("removed", "b", None)]
    assert not new.notes
    assert not diff(None, "").rows


def test_equal_texts_have_no_rows() -> None:
    document = diff("a\nb\n", "a\nb\n")
    assert document.is_empty


def test_line_endings_are_told_not_shown_as_changed_lines() -> None:
    document = diff("a\r\nb\r\n", "a\nb\n")
    assert not document.rows
    assert not document.is_empty
    assert document.notes == ("Line endings differ: CRLF and LF",)


def test_mixed_line_endings_show_the_lines_that_differ() -> None:
    document = diff("a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n")
    assert (document.added, document.removed) == (1, 1)
    assert document.notes == ("Line endings differ: mixed and CRLF",)


def test_a_missing_last_line_break_is_a_change() -> None:
    document = diff("a\nb", "a\nb\n")
    assert (document.added, document.removed) == (1, 1)
    assert document.notes == ("No line break at the end of the file before the change",)
    assert diff("a\nb\n", "a\nb").notes == (
        "No line break at the end of the file after the change",
    )


def test_encodings() -> None:
    bom = diff_contents(b"\xef\xbb\xbfa\n", b"a\n")
    assert isinstance(bom, DiffDocument)
    assert bom.notes == ("Encoding differs: UTF-8 with BOM and UTF-8",)
    latin = diff_contents("größe\n".encode("latin-1"), "größer\n".encode("latin-1"))
    assert isinstance(latin, DiffDocument)
    assert latin.notes == ("Not UTF-8, shown as Latin-1",)
    assert latin.left.lines == ("größe",)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfea\0b\0", bytes(range(1, 256)) * 4]
)
def test_binary_files_are_recognised(data: bytes) -> None:
    assert read_text(data) is None
    content = diff_contents(data, b"text\n")
    assert isinstance(content, BinaryDiff)
    assert (content.left_size, content.right_size) == (len(data), 5)
    assert content.left == data
    assert not content.too_large


def test_large_files_give_sizes_only() -> None:
    content = diff_contents(b"a" * (MAX_BYTES + 1), b"a")
    assert content == BinaryDiff(MAX_BYTES + 1, 1, too_large=True)
    unread = diff_contents(None, b"a", before_size=9_000_000)
    assert unread == BinaryDiff(9_000_000, 1, too_large=True)


def entry(mode: int, size: int = 2) -> TreeEntry:
    return TreeEntry("run.sh", mode, "0" * 40, size)


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (MODE_FILE, MODE_EXECUTABLE, "Becomes executable"),
        (MODE_EXECUTABLE, MODE_FILE, "No longer executable"),
        (MODE_FILE, MODE_SYMLINK, "Becomes a link"),
        (MODE_SYMLINK, MODE_FILE, "A link becomes a file"),
    ],
)
def test_a_changed_mode_is_told(before: int, after: int, note: str) -> None:
    change = FileChange("run.sh", ChangeKind.MODIFIED, entry(before), entry(after))
    content = diff_change(change, b"a\n", b"a\n")
    assert isinstance(content, DiffDocument)
    assert content.notes == (note,)


def test_contents_that_were_not_read_are_told_by_their_stored_size() -> None:
    change = FileChange("d.csv", ChangeKind.ADDED_BACK, None, entry(MODE_FILE, 7_000_000))
    assert diff_change(change, None, None) == BinaryDiff(None, 7_000_000, too_large=True)


def test_too_many_changes_give_a_summary() -> None:
    old = "".join(f"{i}\n" for i in range(15_000))
    new = "".join(f"new {i}\n" for i in range(15_000))
    document = diff(old, new)
    assert document.summary_only
    assert not document.rows
    assert not document.is_empty
    assert (document.added, document.removed) == (15_000, 15_000)


def _hard_cases() -> list[tuple[str, list[str], list[str]]]:
    source = random.Random(7)

    def pick(letters: str, size: int) -> list[str]:
        return [source.choice(letters) for _ in range(size)]

    unique = [f"line {i} {source.random()}" for i in range(9_000)]
    anchored: tuple[list[str], list[str]] = ([], [])
    for k in range(150):
        for side in anchored:
            side += [f"anchor {k}", *pick("ab", 100)]
    wide = [[" ".join(pick("abcdefgh", 190)) for _ in range(4_500)] for _ in range(2)]
    numbers = [str(i) for i in range(180_000)]
    return [
        ("every other line", unique, [x + "!" if i % 2 else x for i, x in enumerate(unique)]),
        ("shuffled", unique, source.sample(unique, len(unique))),
        ("two lines only", pick("ab", 9_000), pick("ab", 9_000)),
        ("repetitive between anchors", *anchored),
        ("wide lines", wide[0], wide[1]),
        ("moved half", numbers, numbers[90_000:] + numbers[:90_000]),
        ("blank lines", [""] * 190_000, [""] * 180_000),
        ("one long line", ["x y " * 400_000], ["x z " * 400_000]),
    ]


@pytest.mark.parametrize("case", _hard_cases(), ids=lambda case: case[0])
def test_no_text_takes_long(case: tuple[str, list[str], list[str]]) -> None:
    _, old, new = case
    start = time.process_time()
    content = diff_contents("\n".join(old).encode(), "\n".join(new).encode())
    # About a second is allowed; a quadratic comparison of these takes from ten seconds to hours.
    assert time.process_time() - start < 4
    assert isinstance(content, DiffDocument)
    assert not content.is_empty
