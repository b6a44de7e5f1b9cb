"""The streams and times of the log in Run Detail."""

from datetime import datetime

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.views import run_detail_samples as sample
from tests.views.run_detail_driver import open_page
from workbench.core.log_stretch import LogStream, LogStretch
from workbench.viewmodels.log_buffer import LogBuffer
from workbench.viewmodels.log_filter import LogFilter
from workbench.viewmodels.log_notes import LineKind, LogNotes
from workbench.views.run_detail.page import RunDetailPage

LEFT = Qt.MouseButton.LeftButton
OUT, ERR, EITHER = LogStream.OUTPUT, LogStream.ERRORS, LogStream.EITHER
T = 1_715_686_271.0


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    page = open_page(qtbot)
    page.start_log()
    page.show_tab("log")
    return page


class Writer:
    """Writes into the log as a script does, and notes it as its supervisor does."""

    def __init__(self, page: RunDetailPage, qtbot: QtBot) -> None:
        self._page, self._qtbot = page, qtbot
        self._end = 0
        self._notes: list[LogStretch] = []

    def write(self, text: str, stream: LogStream, *, noted: bool = True) -> None:
        data = text.encode()
        self._end += len(data)
        self._notes.append(LogStretch(self._end, stream, T + self._end))
        self._page.append_log(data)
        self._qtbot.waitUntil(lambda: not self._page.log.feed.pending)
        if noted:
            self.note()

    def note(self) -> None:
        self._page.note_log(self._notes)
        self._notes = []
        self.settle()

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self._page.log.streams.settled, timeout=20_000)

    def choose(self, stream: str) -> None:
        QTest.mouseClick(self._page.log.streams.segments.button(stream), LEFT)
        self.settle()


@pytest.fixture
def writer(page: RunDetailPage, qtbot: QtBot) -> Writer:
    return Writer(page, qtbot)


def shown(page: RunDetailPage) -> list[str]:
    return page.log.text.toPlainText().split("\n")


def clock(seconds: float) -> str:
    """Return a moment as the clock of the test shows it."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")


def numbers(page: RunDetailPage) -> list[int]:
    return [page.log.streams.number(place) + 1 for place in range(page.log.text.end)]


def test_only_errors_or_only_output(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write("warning\n", ERR)
    writer.write("two\nthree\n", OUT)
    writer.write("it broke\n", ERR)
    assert page.log.streams.segments.button("errors").text() == "Errors  2"
    writer.choose("errors")
    assert shown(page) == ["warning", "it broke"]
    # They keep the numbers that they have in the whole log.
    assert numbers(page) == [2, 5]
    assert page.log.summary.text() == "5 lines · 31 B · 2 lines of 5 shown"
    page.offers()["copy_log"].act()
    assert QGuiApplication.clipboard().text() == "warning\nit broke"
    writer.choose("output")
    assert shown(page) == ["one", "two", "three"]
    writer.choose("all")
    assert shown(page) == ["one", "warning", "two", "three", "it broke"]
    assert page.log.summary.text() == "5 lines · 31 B"


def test_lines_that_come_later_are_told_apart(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write("warning\n", ERR)
    writer.choose("errors")
    writer.write("two\n", OUT)
    assert shown(page) == ["warning"]
    # Until it is known of which stream a line is, it may be an error.
    writer.write("three\nfour\n", OUT, noted=False)
    writer.settle()
    assert shown(page) == ["warning", "three", "four"]
    assert page.log.summary.text().endswith(
        "3 lines of 5 shown, some of them may be of either stream"
    )
    writer.note()
    assert shown(page) == ["warning"]
    writer.write("half of ", ERR)
    assert shown(page) == ["warning", "half of "]
    writer.write("a line\n", OUT)
    # It is of both, so it is shown with each of them.
    assert shown(page) == ["warning", "half of a line"]
    writer.choose("output")
    assert shown(page)[-1] == "half of a line"


def test_what_both_wrote_at_once_is_shown_with_each(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write("either\n", EITHER)
    writer.write("error\n", ERR)
    writer.choose("errors")
    assert shown(page) == ["either", "error"]
    assert page.log.streams.segments.button("errors").text() == "Errors  1"
    writer.choose("output")
    assert shown(page) == ["one", "either"]


def test_times_stand_beside_the_numbers(page: RunDetailPage, writer: Writer) -> None:
    streams = page.log.streams
    narrow = page.log.text.gutter_width
    assert not streams.times.isEnabled()
    writer.write("one\n", OUT)
    writer.write("two\n", ERR)
    assert streams.times.isEnabled()
    assert page.log.text.gutter_width > narrow
    assert [streams.clock(place) for place in range(2)] == [
        clock(T + 4), clock(T + 8),
    ]  # fmt: skip
    writer.write("not known yet\n", OUT, noted=False)
    assert streams.clock(2) == ""
    writer.choose("errors")
    assert streams.clock(0) == clock(T + 8)
    writer.choose("all")
    page.offers()["log_times"].act()
    assert page.log.text.gutter_width == narrow
    assert not page.offers()["log_times"].checked
    # It stays so for the next run.
    page.start_log()
    writer._end = 0
    writer.write("three\n", OUT)
    assert page.log.text.gutter_width == narrow


def test_a_log_without_notes_says_why(page: RunDetailPage, qtbot: QtBot) -> None:
    page.append_log(b"one\n", final=True)
    qtbot.waitUntil(lambda: not page.log.feed.pending)
    button = page.log.streams.segments.button("errors")
    assert not button.isEnabled()
    assert button.toolTip() == "The log of this run doesn't tell output and errors apart"
    offers = page.offers()
    assert offers["log_stream"].reason == button.toolTip()
    assert offers["log_times"].reason == "The log of this run doesn't tell when its lines came"
    # Windows tells times alone.
    page.note_log([LogStretch(4, EITHER, T)])
    assert not button.isEnabled()
    assert page.log.streams.times.isEnabled()


def test_streams_are_chosen_with_the_keyboard(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write("two\n", ERR)
    for wanted in (["one"], ["two"], ["one", "two"]):
        page.offers()["log_stream"].act()
        writer.settle()
        assert shown(page) == wanted
    segments = page.log.streams.segments
    assert segments.accessibleName() == "Stream"
    QTest.keyClick(segments.button("all"), Qt.Key.Key_Right)
    writer.settle()
    assert shown(page) == ["one"]


def test_show_in_log_leads_to_the_whole_log(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write(f"{sample.FAILURE}\n", ERR)
    writer.choose("output")
    page.log.show_line(sample.FAILURE)
    writer.settle()
    assert shown(page) == ["one", sample.FAILURE]
    assert page.log.text.textCursor().selectedText() == sample.FAILURE


def test_another_run_begins_with_its_whole_log(page: RunDetailPage, writer: Writer) -> None:
    writer.write("one\n", OUT)
    writer.write("two\n", ERR)
    writer.choose("errors")
    page.start_log()
    assert page.log.streams.segments.current == "all"
    assert page.log.streams.segments.button("errors").text() == "Errors"
    page.append_log(b"three\n")
    writer.settle()


def test_the_gutter_is_drawn_with_times(page: RunDetailPage, writer: Writer) -> None:
    for number in range(30):
        writer.write(f"line {number}\n", OUT, noted=False)
    writer.note()
    text = page.log.text
    picture = text.gutter.grab().toImage()
    page.offers()["log_times"].act()
    narrow = text.gutter.grab().toImage()
    assert picture.width() > narrow.width()
    right = picture.copy(QRect(narrow.width(), 0, picture.width() - narrow.width(), 100))
    colors = {right.pixel(x, y) for x in range(right.width()) for y in range(right.height())}
    assert len(colors) > 2


def test_a_long_log_is_filtered_in_steps(page: RunDetailPage, qtbot: QtBot) -> None:
    data = b"".join(b"line %d\n" % number for number in range(20_000))
    notes, end = [], 0
    for number, line in enumerate(data.splitlines(keepends=True)):
        end += len(line)
        notes.append(LogStretch(end, ERR if number % 100 == 0 else OUT, T + number))
    page.note_log(notes)
    page.append_log(data, final=True)
    qtbot.waitUntil(lambda: not page.log.feed.pending, timeout=30_000)
    errors = page.log.streams.segments.button("errors")
    qtbot.waitUntil(lambda: errors.text() == "Errors  200", timeout=30_000)
    page.log.streams.choose("errors")
    assert not page.log.streams.settled
    qtbot.waitUntil(lambda: page.log.streams.settled, timeout=30_000)
    assert shown(page)[1] == "line 100"
    assert page.log.text.end == 200
    page.log.streams.choose("all")
    qtbot.waitUntil(lambda: page.log.streams.settled, timeout=30_000)
    assert page.log.text.end == 20_000
    assert page.log.text.toPlainText().encode() == data.rstrip()


def test_lines_no_longer_kept_are_not_looked_at() -> None:
    buffer, notes = LogBuffer(max_lines=3), LogNotes()
    notes.extend([LogStretch(10, ERR, T)])
    chosen = LogFilter(buffer, notes)
    chosen.choose(LineKind.ERRORS)
    buffer.feed(b"a\nb\nc\nd\ne\n")
    assert [line.text for line in chosen.take(10).lines] == ["c", "d", "e"]
    assert [chosen.number(place) for place in range(3)] == [2, 3, 4]
    chosen.count(10)
    assert chosen.errors == 3
    assert not chosen.waiting


def test_the_bytes_of_a_line_do_not_depend_on_how_they_come() -> None:
    data = "ä\r\nzwei\n\x1b[31mdrei\x1b[0m\nhalf".encode()
    buffer = LogBuffer()
    for step in (1, 3, len(data)):
        buffer.clear()
        for start in range(0, len(data), step):
            buffer.feed(data[start : start + step])
        places = [buffer.bytes_of(number) for number in range(buffer.end)]
        assert [data[start:end] for start, end in places] == data.splitlines(keepends=True)
    with pytest.raises(IndexError):
        buffer.bytes_of(9)
