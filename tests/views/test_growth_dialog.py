"""The question about a lot of new files."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workbench.views.growth_dialog import GrowthDialog
from workbench.views.kit.label import Label

ITEMS = tuple((f"data/part-{number}.bin", 150_000_000 - number) for number in range(10))


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[GrowthDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 700)
    parent.show()
    dialog = GrowthDialog(parent, "#12 train.py", "10 new or changed files with 1.5 GB", ITEMS)
    dialog.open()
    qtbot.waitExposed(dialog)
    yield dialog
    parent.hide()


def test_what_is_said(dialog: GrowthDialog) -> None:
    said = [label.text() for label in dialog.findChildren(Label)]
    assert "The snapshot of #12 train.py would add 10 new or changed files with 1.5 GB." in said
    assert "data/part-0.bin" in said
    assert "150 MB" in said
    assert "and 2 more" in said


@pytest.mark.parametrize(
    ("button", "answer"), [("store", "store"), ("leave_out", "leave out"), ("cancel", "cancel")]
)
def test_answers(dialog: GrowthDialog, button: str, answer: str) -> None:
    seen: list[tuple[str, bool]] = []
    dialog.answered.connect(lambda what, always: seen.append((what, always)))
    QTest.mouseClick(dialog.always, Qt.MouseButton.LeftButton)
    assert dialog.always.isChecked()
    getattr(dialog, button).click()
    dialog.reject()
    assert seen == [(answer, answer != "cancel")]


def test_esc_cancels_the_run_and_withdrawn_says_nothing(dialog: GrowthDialog) -> None:
    seen: list[str] = []
    dialog.answered.connect(lambda what, _always: seen.append(what))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert seen == ["cancel"]
    parent = dialog.parentWidget()
    assert parent is not None
    other = GrowthDialog(parent, "#1", "x", ())
    other.answered.connect(lambda what, _always: seen.append(what))
    other.withdraw()
    other.reject()
    assert seen == ["cancel"]
