"""The list of changed files, and list and difference together."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from tests.views.page_keys import give_commands
from tests.views.restore_samples import CHANGES, COUNTS, change, document
from workbench.core.restore import ChangeKind, FileChange
from workbench.views.diff.changed_files_list import ChangedFilesList
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.page import Offers, Page
from workbench.views.theme.theme import theme

Key = Qt.Key


@pytest.fixture
def files(qtbot: QtBot) -> ChangedFilesList:
    files = ChangedFilesList("Files that will change")
    qtbot.addWidget(files)
    files.resize(368, 500)
    files.set_changes(CHANGES)
    files.show()
    qtbot.waitExposed(files)
    return files


def test_arrows_move_over_headings_and_select(files: ChangedFilesList, qtbot: QtBot) -> None:
    seen: list[FileChange] = []
    files.select("")
    files.file_selected.connect(seen.append)
    for _ in range(3):
        QTest.keyClick(files.view, Key.Key_Down)
    assert [item.path for item in seen] == [
        "notebooks/shap_review.ipynb", "README.md", "config/model.yaml",
    ]  # fmt: skip
    QTest.keyClick(files.view, Key.Key_End)
    assert seen[-1].path == "models/ft_transformer.py"
    QTest.keyClick(files.view, Key.Key_Home)
    assert seen[-1].path == "models/xgb.py"
    QTest.keyClick(files.view, Key.Key_PageDown)
    QTest.keyClick(files.view, Key.Key_PageUp)
    assert seen[-1].path == "models/xgb.py"
    files.select("config/schedule.yaml")
    QTest.keyClick(files.view, Key.Key_Up)
    assert seen[-1].path == "train.py"


def test_a_click_selects_a_file_but_no_heading(files: ChangedFilesList, qtbot: QtBot) -> None:
    seen: list[FileChange] = []
    files.file_selected.connect(seen.append)
    for path_row in (0, files.model.row_of("train.py")):
        place = files.view.visualRect(files.model.index(path_row)).center()
        QTest.mouseClick(files.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [item.path for item in seen] == ["train.py"]


def test_typing_filters_and_esc_steps_back(files: ChangedFilesList, qtbot: QtBot) -> None:
    files.select("train.py")
    files.view.setFocus()
    QTest.keyClicks(files.view, "m")
    assert files.search.isVisible()
    QTest.keyClicks(files.search.line, "odel")
    qtbot.waitUntil(lambda: files.model.filter == "model")
    paths = [x.data() for x in map(files.model.index, range(files.model.rowCount()))]
    assert "config/model.yaml" in paths
    assert "train.py" not in paths
    assert files.current is not None
    assert files.current.path == "models/xgb.py"
    QTest.keyClick(files.search.line, Key.Key_Down)
    assert files.view.hasFocus()
    QTest.keyClicks(files.view, "x")
    assert files.search.text() == "modelx"
    QTest.keyClick(files.search.line, Key.Key_Escape)
    assert (files.search.text(), files.model.filter) == ("", "")
    assert files.search.line.hasFocus()
    qtbot.wait(150)
    assert files.search.isVisible()
    QTest.keyClick(files.search.line, Key.Key_Escape)
    assert not files.search.isVisible()
    assert files.view.hasFocus()


def test_rows_are_drawn_with_badge_and_mark(files: ChangedFilesList) -> None:
    files.set_counts(COUNTS)
    picture = files.view.viewport().grab().toImage()
    row = files.view.visualRect(files.model.index(files.model.row_of("train.py")))
    badge = picture.pixelColor(18, row.center().y() + 7).name().upper()
    assert badge == theme().tokens.accent_soft
    marked = [
        x
        for x in range(row.width())
        for y in range(row.top(), row.bottom())
        if _near(picture.pixelColor(x, y), theme().color("warn"))
    ]
    assert marked
    assert min(marked) > row.width() // 2


def _near(one: QColor, other: QColor) -> bool:
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(a - b) < 40 for a, b in parts)


def test_many_files_stay_fluid(qtbot: QtBot) -> None:
    files = ChangedFilesList("Files that will change")
    qtbot.addWidget(files)
    files.resize(368, 500)
    files.show()
    many = tuple(change(f"data/{i:06}.csv", ChangeKind.MODIFIED) for i in range(100_000))
    files.set_changes(many)
    files.select("data/099999.csv")
    assert files.current == many[-1]
    files.view.viewport().grab()
    assert files.view.uniformItemSizes()


# List and difference together


@pytest.fixture
def changes(qtbot: QtBot) -> ChangesView:
    view = ChangesView("#125", "#126")
    qtbot.addWidget(view)
    view.resize(1300, 600)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_the_first_file_is_asked_for_and_answers_are_shown(
    changes: ChangesView, qtbot: QtBot
) -> None:
    asked: list[str] = []
    changes.file_selected.connect(asked.append)
    assert changes.render(CHANGES, "9 files changed since #125")
    assert asked == ["models/xgb.py"]
    assert changes.title.text() == "9 files changed since #125"
    assert changes.files.model.index(0).data() == "Added"
    changes.show_diff("models/xgb.py", document("", "a\nb\n"))
    assert changes.diff.header.counts == "+2"
    row = changes.files.model.row_of("models/xgb.py")
    assert "2 added" in changes.files.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_late_answer_for_another_file_is_ignored(changes: ChangesView) -> None:
    changes.render(CHANGES, "9 files", selected="train.py")
    changes.show_diff("README.md", document())
    assert changes.diff.header.counts == ""
    assert changes.diff.path == "train.py"


def test_rendering_the_same_files_keeps_the_selection(changes: ChangesView) -> None:
    changes.render(CHANGES, "9 files")
    changes.files.select("train.py")
    assert not changes.render(CHANGES, "9 files")
    assert changes.selected == "train.py"


def test_no_changes_is_said(changes: ChangesView) -> None:
    changes.render((), "", empty_title="No changes since #125")
    assert changes.empty.isVisible()
    assert not changes.files.isVisible()


class _Host(Page):
    """A page around the changes, as Restore and Run Detail are."""

    def __init__(self, changes: ChangesView) -> None:
        super().__init__()
        self._changes = changes
        QVBoxLayout(self).addWidget(changes)
        changes.offers_changed.connect(self.offers_changed)

    def offers(self) -> Offers:
        return self._changes.offers()


def test_function_keys_step_from_anywhere(changes: ChangesView, qtbot: QtBot) -> None:
    host = _Host(changes)
    qtbot.addWidget(host)
    host.resize(1200, 700)
    host.show()
    qtbot.waitExposed(host)
    commands = give_commands(host)
    changes.render(CHANGES, "9 files", selected="train.py")
    changes.show_diff("train.py", document())
    changes.files.view.setFocus()
    pane = changes.diff.sides.left
    qtbot.waitUntil(commands["next_change"].isEnabled)
    QTest.keyClick(changes.files.view, Key.Key_F8)
    first = pane.textCursor().blockNumber()
    QTest.keyClick(changes.files.view, Key.Key_F8)
    assert pane.textCursor().blockNumber() > first
    QTest.keyClick(changes.files.view, Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert pane.textCursor().blockNumber() == first
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(changes.files.view, Key.Key_D, both)
    assert changes.diff.unified.isVisible()
