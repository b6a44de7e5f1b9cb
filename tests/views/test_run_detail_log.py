"""The Log tab of Run Detail: batches, search, Follow, wrap and copy."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run, now
from tests.views import run_detail_samples as sample
from tests.views.page_keys import give_commands
from workbench.core.run import RunStatus
from workbench.viewmodels.log_buffer import LogBuffer, LogChange
from workbench.views.run_detail.log_feed import LogFeed
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.theme.theme import theme

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
Ctrl = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    page = RunDetailPage(now=now)
    qtbot.addWidget(page)
    page.resize(1376, 788)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.render(sample.state())
    page.start_log()
    page.show_tab("log")
    give_commands(page)
    return page


def feed(page: RunDetailPage, qtbot: QtBot, data: bytes, *, final: bool = False) -> None:
    page.append_log(data, final)
    qtbot.waitUntil(lambda: not page.log.feed.pending, timeout=20_000)


def shown(page: RunDetailPage) -> list[str]:
    return page.log.text.toPlainText().split("\n")


def numbered(first: int, end: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, end))


def test_lines_and_summary(page: RunDetailPage, qtbot: QtBot) -> None:
    assert page.log.summary.text() == "0 lines · 0 B"
    assert not page.log.copy.isEnabled()
    feed(page, qtbot, b"one\ntwo")
    assert shown(page) == ["one", "two"]
    assert page.log.summary.text() == "2 lines · 7 B"
    assert page.log_line_count == 2
    feed(page, qtbot, b"!\nthree\n")
    assert shown(page) == ["one", "two!", "three"]
    assert page.log.summary.text().startswith("3 lines")
    page.start_log()
    assert page.log_line_count == 0
    assert shown(page) == [""]


def test_progress_lines_and_cut_characters(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"start\n 10%")
    feed(page, qtbot, b"\r 50%")
    assert shown(page) == ["start", " 50%"]
    feed(page, qtbot, b"\r100%\nend \xc3")
    feed(page, qtbot, b"\xa9 \xc3")
    feed(page, qtbot, b"", final=True)
    assert shown(page) == ["start", "100%", "end é �"]


def test_a_line_that_is_taken_back(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"one\nx")
    feed(page, qtbot, b"\b")
    assert shown(page) == ["one", ""]
    feed(page, qtbot, b"two\n")
    assert shown(page) == ["one", "two"]


def test_colours_follow_the_theme(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"plain\n\x1b[31mred\x1b[0m and \x1b[1;32mgreen\x1b[0m\n")
    block = page.log.text.document().findBlockByNumber(1)
    formats = block.layout().formats()
    assert [(item.start, item.length) for item in formats] == [(0, 3), (8, 5)]
    assert formats[0].format.foreground().color() == theme().color("bad")
    theme().set_mode(theme().mode.DARK)
    formats = page.log.text.document().findBlockByNumber(1).layout().formats()
    assert formats[0].format.foreground().color() == theme().color("bad")


def test_a_long_log_comes_in_small_steps(page: RunDetailPage, qtbot: QtBot) -> None:
    steps: list[int] = []
    page.log.feed.changed.connect(lambda change: steps.append(len(change.lines)))
    feed(page, qtbot, numbered(0, 30_000))
    assert page.log_line_count == 30_000
    assert page.log.summary.text().startswith("30,000 lines · ")
    assert len(steps) > 10
    assert max(steps) <= 700
    assert page.log.text.document().blockCount() == 30_000
    assert shown(page)[-1] == "line 29999"


def test_a_live_log_is_drawn_ten_times_a_second(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"first\n")
    changes: list[LogChange] = []
    page.log.feed.changed.connect(changes.append)
    for number in range(20):
        page.append_log(b"line %d\n" % number)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: page.log_line_count == 21)
    assert len(changes) <= 5


def test_bytes_are_kept_in_order_however_they_come(qtbot: QtBot) -> None:
    data = "".join(f"\x1b[3{n % 8}mzeile {n} ä\x1b[0m\r\n" for n in range(5_000)).encode()
    for size in (1, 977, 8_192, len(data)):
        buffer = LogBuffer()
        feeder = LogFeed(buffer)
        for start in range(0, min(len(data), size * 400), size):
            feeder.append(data[start : start + size])
        while feeder.pending:
            qtbot.wait(5)
        whole = LogBuffer()
        whole.feed(data[: size * 400])
        assert buffer.text() == whole.text()


def test_only_the_newest_lines_are_kept(
    page: RunDetailPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.views.run_detail.log_text.MAX_LINES", 2_000)
    monkeypatch.setattr("workbench.views.run_detail.log_text._DROP_AT_ONCE", 100)
    feed(page, qtbot, numbered(0, 5_000))
    text = page.log.text
    blocks = text.document().blockCount()
    assert 1_900 <= blocks <= 2_000
    assert shown(page)[-1] == "line 4999"
    assert shown(page)[0] == f"line {text.first}"
    assert page.log.summary.text().startswith("5,000 lines · ")
    assert f"the newest {blocks:,} lines are shown" in page.log.summary.text()


def test_follow_stops_when_scrolled_up_and_starts_at_the_end(
    page: RunDetailPage, qtbot: QtBot
) -> None:
    page.render(replace(sample.state(), run=make_run(127, RunStatus.RUNNING)))
    page.start_log()
    assert page.log.follow.isChecked()
    feed(page, qtbot, numbered(0, 200))
    bar = page.log.text.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(10)
    assert not page.log.follow.isChecked()
    feed(page, qtbot, numbered(200, 300))
    assert bar.value() == 10
    bar.setValue(bar.maximum())
    assert page.log.follow.isChecked()
    feed(page, qtbot, numbered(300, 400))
    assert bar.value() == bar.maximum()
    QTest.mouseClick(page.log.follow, LEFT)
    feed(page, qtbot, numbered(400, 500))
    assert bar.value() < bar.maximum()
    QTest.keyClick(page.log.text, Key.Key_End, Ctrl)
    assert page.log.follow.isChecked()
    assert bar.value() == bar.maximum()


def test_a_finished_log_begins_at_its_top(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, numbered(0, 500))
    assert not page.log.follow.isChecked()
    assert page.log.text.verticalScrollBar().value() == 0


def test_search(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"alpha\nbeta ALPHA\ngamma\nalpha end\n")
    line = page.log.search.line
    QTest.keyClick(page.log.text, Key.Key_F, Ctrl)
    assert line.hasFocus()
    QTest.keyClicks(line, "alpha")
    cursor = page.log.text.textCursor

    def at() -> tuple[int, str]:
        return cursor().blockNumber(), cursor().selectedText()

    qtbot.waitUntil(lambda: at() == (0, "alpha"))
    assert len(page.log.text.extraSelections()) == 3
    QTest.keyClick(line, Key.Key_Return)
    assert at() == (1, "ALPHA")
    QTest.keyClick(page.log.text, Key.Key_F3)
    assert at() == (3, "alpha")
    QTest.keyClick(page.log.text, Key.Key_F3)
    assert at() == (0, "alpha")
    QTest.keyClick(page.log.text, Key.Key_F3, Shift)
    assert at() == (3, "alpha")
    QTest.mouseClick(page.log.previous, LEFT)
    assert at() == (1, "ALPHA")
    QTest.mouseClick(page.log.next, LEFT)
    assert at() == (3, "alpha")
    QTest.keyClicks(line, "!")
    qtbot.waitUntil(lambda: page.log.result.text() == "No matches")
    with qtbot.assertNotEmitted(page.back_requested):
        QTest.keyClick(line, Key.Key_Escape)
    assert line.text() == ""
    assert page.log.text.hasFocus()
    qtbot.waitUntil(lambda: page.log.result.text() == "")


def test_find_leads_from_other_tabs_to_the_log(page: RunDetailPage) -> None:
    page.show_tab("metrics")
    page.tabs.setFocus()
    QTest.keyClick(page.tabs, Key.Key_F, Ctrl)
    assert page.tabs.current == "log"
    assert page.log.search.line.hasFocus()


def test_wrap_copy_and_save(page: RunDetailPage, qtbot: QtBot) -> None:
    feed(page, qtbot, b"x" * 5_000 + b"\nend\n")
    bar = page.log.text.horizontalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    first = page.log.text.document().firstBlock()
    QTest.mouseClick(page.log.wrap, LEFT)
    qtbot.waitUntil(lambda: first.layout().lineCount() > 10)
    assert not bar.isVisible()
    page.log.text.setFocus()
    QTest.keyClick(page.log.text, Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(bar.isVisible)
    assert first.layout().lineCount() == 1
    QTest.mouseClick(page.log.copy, LEFT)
    assert QGuiApplication.clipboard().text().endswith("x\nend")
    with qtbot.waitSignal(page.log_save_requested):
        QTest.mouseClick(page.log.save, LEFT)


def test_an_empty_log_says_so(page: RunDetailPage) -> None:
    assert page.log.text.placeholderText() == "The script printed nothing."
    page.render(replace(sample.state(), run=make_run(127, RunStatus.RUNNING)))
    assert page.log.text.placeholderText() == "The script has printed nothing yet."


def test_the_log_survives_another_run_in_the_middle_of_a_long_one(
    page: RunDetailPage, qtbot: QtBot
) -> None:
    page.append_log(numbered(0, 50_000))
    qtbot.waitUntil(lambda: page.log_line_count > 1_000)
    page.start_log()
    feed(page, qtbot, b"other\n")
    qtbot.wait(50)
    assert shown(page) == ["other"]
