"""Size and place of the window from one session to the next."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from workbench.views.main_window import MainWindow
from workbench.views.shell.placement import fitted, place_window, placement_text

ROOM = QRect(0, 30, 1920, 1050)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (QRect(100, 80, 1440, 900), QRect(100, 80, 1440, 900)),
        (QRect(-50, 0, 1440, 900), QRect(0, 30, 1440, 900)),
        (QRect(900, 700, 1440, 900), QRect(480, 180, 1440, 900)),
        (QRect(5000, 5000, 3000, 2000), ROOM),
    ],
)
def test_a_window_is_never_outside_its_screen(frame: QRect, expected: QRect) -> None:
    assert fitted(frame, ROOM) == expected


def test_the_main_window_stays_where_it_was(qtbot: QtBot) -> None:
    texts = []
    layout = ""
    for _start in range(3):
        window = MainWindow()
        window.setMinimumSize(200, 150)
        if layout:
            window.restore_layout(layout)
        else:
            window.resize(500, 400)
            window.move(37, 53)
        window.show()
        qtbot.waitExposed(window)
        assert (window.pos(), window.size()) == (QPoint(37, 53), QSize(500, 400))
        layout = window.save_layout()
        texts.append(layout)
        window.hide()
    assert len(set(texts)) == 1


def test_a_maximized_window_keeps_its_normal_size(qapp: QApplication) -> None:
    first, second = QWidget(), QWidget()
    first.setGeometry(37, 53, 500, 400)
    first.showMaximized()
    qapp.processEvents()
    place_window(second, placement_text(first))
    assert second.isMaximized()
    assert placement_text(second).endswith(",500,400,1")


@pytest.mark.parametrize("text", ["", "nonsense", "1,2,3", "1,2,3,4,99999999999", "a,b,c,d,e"])
def test_nonsense_is_ignored(qapp: QApplication, text: str) -> None:
    window = QWidget()
    window.setGeometry(37, 53, 500, 400)
    place_window(window, text)
    assert window.geometry() == QRect(37, 53, 500, 400)
