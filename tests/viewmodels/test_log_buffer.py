"""Bytes of a log become the lines that a terminal would show."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.viewmodels.ansi import PLAIN, TextStyle, apply_sgr
from workbench.viewmodels.log_buffer import LogBuffer, LogLine, Span


def lines(data: bytes | str) -> list[str]:
    buffer = LogBuffer()
    buffer.feed(data.encode() if isinstance(data, str) else data, final=True)
    return [line.text for line in buffer.lines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one\ntwo\n", ["one", "two"]),
        ("one\ntwo", ["one", "two"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("\n\n", ["", ""]),
        ("10%\r50%\r100%\ndone\n", ["100%", "done"]),
        ("long text\rshort\n", ["short"]),
        ("100%\r\n", ["100%"]),
        ("100%\r", ["100%"]),
        ("abc\b\bX\n", ["aX"]),
        ("\x1b[31mred\x1b[0m plain\n", ["red plain"]),
        ("\x1b[2K\x1b[1Aup\x1b[?25l\n", ["up"]),
        ("\x1b]0;title\x07text\n", ["text"]),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", ["link"]),
        ("\x1b(Btext\n", ["text"]),
        ("\x1b]never closed\nnext\n", ["", "next"]),
        ("bell\x07 null\x00 tab\tend\n", ["bell null tab\tend"]),
        ("a\u2028b\u2029c\ufdd0d\n", ["a b c\ufffdd"]),
    ],
)
def test_text(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert lines(b"caf\xe9 \xff\n") == ["caf\ufffd \ufffd"]
    assert lines("ü".encode()[:1]) == ["\ufffd"]


def test_a_character_cut_in_two_waits_for_its_end() -> None:
    buffer = LogBuffer()
    euro = "€".encode()
    assert buffer.feed(b"a" + euro[:2]).lines == (LogLine("a"),)
    assert buffer.feed(euro[2:]).lines == (LogLine("a€"),)
    assert buffer.size == 4


def test_colors_become_spans() -> None:
    buffer = LogBuffer()
    buffer.feed(b"\x1b[1;31mbad\x1b[0m ok \x1b[38;5;208mwarm\x1b[39m\n")
    bad = Span(0, 3, TextStyle(foreground="red", bold=True))
    warm = Span(7, 4, TextStyle(foreground="#ff8700"))
    assert buffer.line(0).spans == (bad, warm)


def test_a_color_holds_over_lines_and_pieces() -> None:
    buffer = LogBuffer()
    buffer.feed(b"\x1b[3")
    buffer.feed(b"2mgr")
    buffer.feed(b"een\nstill\x1b[m no")
    green = TextStyle(foreground="green")
    assert buffer.line(0).spans == (Span(0, 5, green),)
    assert buffer.line(1) == LogLine("still no", (Span(0, 5, green),))


def test_spans_are_counted_as_qt_counts() -> None:
    line = LogLine("😀ab", (Span(1, 1, PLAIN), Span(2, 1, PLAIN)))
    assert [(span.start, span.length) for span in line.utf16_spans()] == [(2, 1), (3, 1)]


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("91", TextStyle(foreground="red")),
        ("44", TextStyle(background="blue")),
        ("38;2;1;2;3", TextStyle(foreground="#010203")),
        ("48;5;232", TextStyle(background="#080808")),
        ("1;2;3;4;7", TextStyle("", "", True, True, True, True, True)),
        ("38", PLAIN),
        ("999;x", PLAIN),
    ],
)
def test_styles(codes: str, style: TextStyle) -> None:
    assert apply_sgr(PLAIN, codes) == style


def test_styles_can_be_switched_off_one_by_one() -> None:
    style = apply_sgr(PLAIN, "1;4;31;42")
    assert apply_sgr(style, "22;24;39;49") == PLAIN


def test_changes_say_from_which_line_on() -> None:
    buffer = LogBuffer()
    assert buffer.feed(b"a\nb").first == 0
    change = buffer.feed(b"c\nd\n")
    assert (change.first, [line.text for line in change.lines]) == (1, ["bc", "d"])
    change = buffer.feed(b"")
    assert (change.first, change.lines) == (3, ())


def test_only_the_newest_lines_are_kept_with_their_numbers() -> None:
    buffer = LogBuffer(max_lines=3)
    change = buffer.feed(b"".join(b"%d\n" % number for number in range(10)))
    assert (buffer.first, buffer.end, change.first) == (7, 10, 7)
    assert [line.text for line in change.lines] == ["7", "8", "9"]
    assert buffer.line(8).text == "8"
    with pytest.raises(IndexError):
        buffer.line(6)
    with pytest.raises(IndexError):
        buffer.line(10)


def test_a_very_long_line_is_cut_and_says_so() -> None:
    buffer = LogBuffer(max_length=5)
    buffer.feed(b"12345678\n123456\b\b\n")
    assert [line.text for line in buffer.lines()] == ["12345 … 3 more characters", "1234"]


PIECES = st.lists(
    st.sampled_from(
        [
            b"text",
            b"\n",
            b"\r",
            b"\r\n",
            b"\x1b",
            b"[",
            b"31",
            b"m",
            b";",
            b"\x1b[0m",
            b"K",
            b"\x1b[1;32m",
            b"]",
            b"\x07",
            b"\\",
            b"\b",
            b"\xe2",
            b"\x82",
            b"\xac",
            b"\xff",
            b"(B",
            "😀".encode(),
            b"\t",
            b"\x00",
            b"?25l",
        ]
    ),
    max_size=30,
)


@given(pieces=PIECES, cuts=st.lists(st.integers(0, 120), max_size=12))
def test_the_result_does_not_depend_on_the_pieces(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole = LogBuffer(max_lines=4, max_length=9)
    whole.feed(data)
    cut = LogBuffer(max_lines=4, max_length=9)
    edges = sorted({0, len(data), *(place for place in cuts if place < len(data))})
    for start, end in pairwise(edges):
        cut.feed(data[start:end])
    assert cut.lines() == whole.lines()
    assert (cut.first, cut.end, cut.size) == (whole.first, whole.end, whole.size)


@given(pieces=PIECES, size=st.integers(1, 7))
def test_a_view_that_applies_the_changes_shows_the_buffer(pieces: list[bytes], size: int) -> None:
    data = b"".join(pieces)
    buffer = LogBuffer()
    view: list[LogLine] = []
    for start in range(0, len(data), size):
        change = buffer.feed(data[start : start + size])
        assert change.first <= len(view)
        view[change.first :] = change.lines
    assert view == buffer.lines()
    assert buffer.text() == "\n".join(line.text for line in view)


@given(st.binary(max_size=200))
def test_any_bytes_give_lines_a_document_can_hold(data: bytes) -> None:
    buffer = LogBuffer()
    buffer.feed(data, final=True)
    for line in buffer.lines():
        assert not set(line.text) & set("\n\r\x1b\u2028\u2029\x00")
        assert all(span.start + span.length <= len(line.text) for span in line.spans)
