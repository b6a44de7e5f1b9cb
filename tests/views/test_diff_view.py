"""The difference of a file: both forms, steps between changes, folds, pictures, and the list."""

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.views.restore_samples import NEW, OLD, document
from workbench.core.settings import ThemeMode
from workbench.core.text_diff import BinaryDiff, RowKind, diff_contents
from workbench.views.diff.diff_view import MAX_ROWS, DiffView
from workbench.views.diff.pane_lines import MAX_SHOWN, Tone, shown, side_lines, utf16_spans
from workbench.views.diff.syntax import lexer_for, line_spans, preload
from workbench.views.theme.theme import theme

Key = Qt.Key


@pytest.fixture
def view(qtbot: QtBot) -> DiffView:
    view = DiffView("Now, in your folder", "After restore, as in run #121", "After restore")
    qtbot.addWidget(view)
    view.resize(1000, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def pixel(view: DiffView, index: int) -> str:
    """Return the colour at the right end of a line of the left pane."""
    pane = view.sides.left
    picture = view.grab().toImage()
    corner = pane.viewport().mapTo(view, QPoint(0, 0))
    top = index - pane.verticalScrollBar().value()
    y = top * pane.row_height + pane.row_height // 2
    x = corner.x() + pane.viewport().width() - 3
    return picture.pixelColor(x, corner.y() + y).name().upper()


def test_side_by_side_holds_both_versions_row_by_row(view: DiffView) -> None:
    shown_document = document()
    view.render(shown_document, "train.py")
    left, right = view.sides.left, view.sides.right
    assert left.blockCount() == right.blockCount() == len(shown_document.rows)
    assert "import torch" in left.toPlainText()
    assert "import torch" not in right.toPlainText()
    assert view.header.counts == "+8 −9"
    gaps = [line for line in right.lines if line.tone is Tone.GAP]
    assert len(gaps) == 1


def test_lines_are_painted_in_the_colours_of_the_theme(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    removed = next(i for i, x in enumerate(view.sides.left.lines) if x.tone is Tone.REMOVED)
    assert pixel(view, removed) == theme().tokens.del_bg.upper()
    assert pixel(view, removed + 1) == theme().tokens.surface.upper()
    theme().set_mode(ThemeMode.DARK)
    assert pixel(view, removed) == theme().tokens.del_bg.upper()


def test_rows_have_the_height_of_the_design_and_follow_the_zoom(view: DiffView) -> None:
    view.render(document(), "train.py")
    pane = view.sides.left
    first = pane.document().firstBlock()
    assert pane.blockBoundingGeometry(first).height() == 20
    theme().set_zoom(150)
    assert pane.blockBoundingGeometry(first).height() == 30
    theme().set_zoom(100)


def test_both_panes_scroll_together(view: DiffView) -> None:
    view.resize(800, 200)
    view.render(document("x" * 300 + "\n" + OLD, NEW), "train.py")
    left, right = view.sides.left, view.sides.right
    left.verticalScrollBar().setValue(4)
    assert right.verticalScrollBar().value() == 4
    right.verticalScrollBar().setValue(2)
    assert left.verticalScrollBar().value() == 2
    assert left.horizontalScrollBarPolicy() == right.horizontalScrollBarPolicy()
    assert left.viewport().height() == right.viewport().height()


def test_layout_is_chosen_with_the_segments(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    unified = view.header.layout_choice.button("unified")
    with qtbot.waitSignal(view.layout_chosen) as chosen:
        QTest.mouseClick(unified, Qt.MouseButton.LeftButton)
    assert chosen.args == ["unified"]
    assert view.unified.isVisible()
    assert not view.sides.isVisible()
    text = view.unified.pane.toPlainText()
    assert text.index("import torch") < text.index("import xgboost as xgb")
    unified.setFocus()
    QTest.keyClick(unified, Key.Key_Left)
    assert view.sides.isVisible()


def test_a_narrow_view_is_unified_and_says_why(view: DiffView) -> None:
    view.render(document(), "train.py")
    view.resize(740, 400)
    assert view.unified.isVisible()
    assert view.header.layout_choice.current == "unified"
    assert not view.header.layout_choice.isEnabled()
    assert view.header.layout_choice.toolTip() == "Side by side needs a wider window"
    view.toggle_layout()
    view.resize(1000, 400)
    assert view.sides.isVisible()
    assert view.header.layout_choice.isEnabled()


def test_steps_go_through_all_changes_and_around(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    rows = document().rows
    starts = [
        i
        for i, row in enumerate(rows)
        if row.kind not in {RowKind.EQUAL, RowKind.FOLD}
        and (i == 0 or rows[i - 1].kind in {RowKind.EQUAL, RowKind.FOLD})
    ]
    assert len(starts) == 3
    visited = []
    for _ in range(4):
        QTest.mouseClick(view.header.next, Qt.MouseButton.LeftButton)
        visited.append(view.sides.left.textCursor().blockNumber())
    assert visited == [*starts, starts[0]]
    QTest.mouseClick(view.header.previous, Qt.MouseButton.LeftButton)
    assert view.sides.right.textCursor().blockNumber() == starts[-1]
    view.set_layout("unified")
    view.previous_change()
    last = view.unified.pane.lines[view.unified.pane.textCursor().blockNumber()]
    assert "build_model(args).to" in last.text


def test_a_folded_part_opens_by_mouse_and_by_keyboard(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    pane = view.sides.left
    folds = [i for i, line in enumerate(pane.lines) if line.tone is Tone.FOLD]
    assert pane.lines[folds[1]].text.startswith("def train(args)")
    rows = len(pane.lines)
    hidden = document().rows[folds[1]].hidden
    y = folds[1] * pane.row_height + 5
    QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, y))
    assert len(pane.lines) == rows - 1 + hidden
    for place in ("last", "first"):
        folds = [i for i, line in enumerate(pane.lines) if line.tone is Tone.FOLD]
        pane.go_to(folds[-1 if place == "last" else 0])
        QTest.keyClick(pane, Key.Key_Return)
    assert pane.toPlainText() == "\n".join(row.left.text if row.left else "" for row in _all_rows())


def test_a_folded_part_opens_in_the_unified_form(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    view.set_layout("unified")
    pane = view.unified.pane
    fold = [i for i, line in enumerate(pane.lines) if line.tone is Tone.FOLD][1]
    pane.go_to(fold)
    QTest.keyClick(pane, Key.Key_Return)
    assert "# unchanged" in pane.toPlainText()
    assert "LIMIT = 200" in pane.toPlainText()


def _all_rows() -> tuple:  # type: ignore[type-arg]
    whole = document()
    while any(row.kind is RowKind.FOLD for row in whole.rows):
        index = next(i for i, row in enumerate(whole.rows) if row.kind is RowKind.FOLD)
        whole = whole.unfolded(index)
    return whole.rows


def colors(view: DiffView, text: str) -> set[str]:
    """Return the colours of the line that holds ``text`` in the left pane."""
    pane = view.sides.left
    index = next(i for i, line in enumerate(pane.lines) if text in line.text)
    block = pane.document().findBlockByNumber(index)
    return {x.format.foreground().color().name().upper() for x in block.layout().formats()}


def test_code_is_coloured_by_its_file_name(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "train.py")
    qtbot.waitUntil(lambda: bool(colors(view, "import argparse")))
    assert colors(view, "import argparse") == {theme().tokens.k_key}
    qtbot.waitUntil(lambda: theme().tokens.k_fn in colors(view, "load_split()"))
    theme().set_mode(ThemeMode.DARK)
    qtbot.waitUntil(lambda: theme().tokens.k_key in colors(view, "import argparse"))


def test_plain_text_has_no_colours() -> None:
    preload()
    assert lexer_for("data.unknown") is None
    lexer = lexer_for("a.py")
    assert lexer is not None
    spans = dict(line_spans(lexer, '"""One\ntwo"""\nx = f(1)\n'))
    assert spans[1] == [(0, 6, "k_str")]
    assert (4, 1, "k_fn") in spans[3]
    assert (6, 1, "k_num") in spans[3]


def test_every_line_is_exactly_one_block() -> None:
    hard = "a\rb\u2028c\u2029d\x00e\x0cf"
    assert len(shown(hard)) == len(hard)
    assert shown("tab\tstays") == "tab\tstays"
    long = shown("y" * (MAX_SHOWN + 50))
    assert long.endswith("… 50 more characters")
    assert utf16_spans("😀 a", [(2, 3)]) == ((3, 4),)
    assert utf16_spans("plain", [(1, 2), (MAX_SHOWN, MAX_SHOWN + 9)]) == ((1, 2),)


def test_odd_characters_do_not_shift_rows(view: DiffView) -> None:
    old = "a\rb\u2029c\nsame\nx\n"
    view.render(document(old, "same\ny\n"), "notes.txt")
    assert view.sides.left.blockCount() == len(view.sides.left.lines) == 3


def test_nothing_to_show_is_said(view: DiffView) -> None:
    view.render(document("a\n", "a\n"), "a.txt")
    assert _words(view) == ("No differences", "")
    view.render(document("a\r\n", "a\n"), "a.txt")
    assert _words(view) == ("The lines are the same", "Line endings differ: CRLF and LF.")
    view.render(document("1\n" * 30_000, "".join(f"{i}\n" for i in range(30_000))), "a.txt")
    assert _words(view) == ("Too many changes to show", "More than 20,000 lines differ.")
    empty = diff_contents(None, b"")
    view.render(empty, "a.txt")
    assert _words(view) == ("An empty file", "There is no text in it.")
    assert not view.header.next.isEnabled()
    assert view.header.next.toolTip() == "No changed lines are shown"


def _words(view: DiffView) -> tuple[str, str]:
    return view.empty._title.text(), view.empty._text.text()


def test_a_very_long_difference_is_shown_in_part(view: DiffView) -> None:
    old = [f"line {i}" for i in range(MAX_ROWS + 500)]
    new = [line + " changed" if i % 6 == 0 else line for i, line in enumerate(old)]
    view.render(document("\n".join(old), "\n".join(new)), "a.txt")
    assert len(view.sides.left.lines) == MAX_ROWS
    assert view.header.notes == "The first 10,000 lines are shown"
    view.set_layout("unified")
    assert "line 9998" in view.unified.pane.toPlainText()


def test_remarks_stand_in_the_header(view: DiffView) -> None:
    view.render(document("a\r\nb\r\n", "a\nc\n"), "a.txt")
    assert view.header.notes == "Line endings differ: CRLF and LF"
    view.render(document("a\nb\n", "a\nc\n"), "a.txt")
    assert not view.header.notes


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def test_binary_files_show_sizes_and_pictures(view: DiffView) -> None:
    view.render(BinaryDiff(1_204_200, None), "model.pt")
    assert view.binary.isVisible()
    assert view.binary.left.words == "1.2 MB (1,204,200 bytes)"
    assert view.binary.right.words == "Not there"
    assert view.binary.words == "This is not a text file, so only its size is shown."
    view.render(BinaryDiff(5, None, problem="model.pt can't be shown."), "model.pt")
    assert view.binary.words == "model.pt can't be shown."
    view.render(BinaryDiff(9_000_000, 5, too_large=True), "data.csv")
    assert view.binary.words == "This file is too large to be compared line by line."
    old, new = png(40, 30), png(900, 20)
    view.render(BinaryDiff(len(old), len(new), old, new), "roc.png")
    assert view.binary.left.has_picture
    assert view.binary.right.words.endswith("900 × 20 pixels")


def test_a_broken_picture_is_told_by_its_size(view: DiffView) -> None:
    new = png(900, 20)
    broken = new[:60]
    view.render(BinaryDiff(len(broken), len(new), broken, new), "roc.png")
    assert not view.binary.left.has_picture
    assert view.binary.right.has_picture


def test_reading_shows_a_moving_bar_only_after_a_while(view: DiffView, qtbot: QtBot) -> None:
    view.render(document(), "a.py")
    view.render(None, "b.py")
    assert not view._bar.isVisible()
    qtbot.waitUntil(view._bar.isVisible)
    view.render(document(), "b.py")
    assert not view._bar.isVisible()


def names(interface: QAccessibleInterface) -> list[str]:
    return [interface.child(i).text(QAccessible.Text.Name) for i in range(interface.childCount())]


def test_controls_have_names_for_assistive_tools(view: DiffView) -> None:
    for name, widget in (
        ("Now, in your folder", view.sides.left),
        ("After restore", view.sides.right),
        ("Diff layout", view.header.layout_choice),
        ("Previous change", view.header.previous),
        ("Next change", view.header.next),
    ):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name) == name
    objects = [view.sides.left, view.sides.right, view.header.layout_choice]
    assert [x.objectName() for x in objects] == ["diffNow", "diffAfter", "diffLayout"]


def test_left_and_right_lines_of_a_row_are_level() -> None:
    rows = document().rows
    left, right = side_lines(rows, left=True), side_lines(rows, left=False)
    assert [line.row for line in left] == [line.row for line in right] == list(range(len(rows)))
