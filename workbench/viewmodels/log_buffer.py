"""Turns the bytes of a log into lines as a terminal would show them.

The result does not depend on how the bytes are cut into pieces.
"""

import codecs
import re
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from workbench.core.wording import count
from workbench.viewmodels.ansi import PLAIN, TextStyle, apply_sgr

MAX_LINES = 200_000
MAX_LENGTH = 10_000
_MAX_PARAMETERS = 64
# Control characters except tab, and what a text document would take for a mark of its own.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0\ufdd1\ufffc]")
_REPLACED = {
    "\u2028": " ",
    "\u2029": " ",
    "\ufdd0": "\ufffd",
    "\ufdd1": "\ufffd",
    "\ufffc": "\ufffd",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line that does not look as usual.

    Attributes:
        start: First character, from 0.
        length: Number of characters.
        style: How it looks.
    """

    start: int
    length: int
    style: TextStyle


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line to show: its text without escape sequences, and its coloured parts."""

    text: str
    spans: tuple[Span, ...] = ()

    def utf16_spans(self) -> tuple[Span, ...]:
        """Return the spans counted in UTF-16 units, as Qt counts text."""
        if not self.spans or max(self.text, default="") <= "\uffff":
            return self.spans
        return tuple(
            Span(_units(self.text[: span.start]), _units(self._part(span)), span.style)
            for span in self.spans
        )

    def _part(self, span: Span) -> str:
        return self.text[span.start : span.start + span.length]


@dataclass(frozen=True, slots=True)
class LogChange:
    """What a piece of log changed: all lines from ``first`` on are new or different.

    Attributes:
        first: Number of the first of them, from 0 for the very first line of the log.
        lines: The lines from there to the end.
    """

    first: int
    lines: tuple[LogLine, ...]


# A finished line, and its spans as numbers: start, length, style. There are hundreds of thousands,
# and of these types Python's search for garbage does not look at a single one.
_Kept = str | tuple[str, bytes]
_SPAN_NUMBERS = 3


class _State(Enum):
    TEXT = 0
    ESCAPE = 1
    CONTROL = 2
    STRING = 3
    STRING_ESCAPE = 4
    CHARSET = 5


class LogBuffer:
    """Decodes UTF-8, styles and progress lines; keeps the newest lines.

    ``\\r`` starts a line anew (so a progress bar takes one line), a backspace takes a character
    back, colours become spans, all other escape sequences are dropped. A sequence that is not
    complete at the end of its line ends there.

    Args:
        max_lines: How many lines are kept.
        max_length: How many characters of a line are kept; the rest is counted.
    """

    def __init__(self, max_lines: int = MAX_LINES, max_length: int = MAX_LENGTH) -> None:
        self._max_lines = max_lines
        self._max_length = max_length
        self._text = ""
        self._length = 0
        self._spans: list[Span] = []
        self._return = False
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lines: deque[_Kept] = deque(maxlen=self._max_lines)
        # Where each of them begins in the bytes of the log.
        self._starts: deque[int] = deque(maxlen=self._max_lines)
        self._begin = 0
        self._fresh: list[LogLine] = []
        self._styles: list[TextStyle] = []
        self._style_numbers: dict[TextStyle, int] = {}
        self._finished = 0
        self._size = 0
        self._state = _State.TEXT
        self._parameters = ""
        self._style = PLAIN
        self._start_line()

    @property
    def first(self) -> int:
        """Number of the oldest line kept."""
        return self._finished - len(self._lines)

    @property
    def end(self) -> int:
        """Number of lines so far, with those no longer kept."""
        return self._finished + bool(self._length)

    @property
    def finished(self) -> int:
        """Number of lines that ended."""
        return self._finished

    @property
    def size(self) -> int:
        """Number of bytes so far."""
        return self._size

    def line(self, number: int) -> LogLine:
        """Return a line by its number.

        Raises:
            IndexError: If it is not kept, or not there yet.
        """
        if number == self._finished and self._length:
            return self._current()
        if not self.first <= number < self._finished:
            raise IndexError(number)
        return self._opened(self._lines[number - self.first])

    def bytes_of(self, number: int) -> tuple[int, int]:
        """Return where a line begins in the bytes of the log, and where it ends.

        Raises:
            IndexError: If it is not kept, or not there yet.
        """
        if number == self._finished and self._length:
            return self._begin, self._size
        if not self.first <= number < self._finished:
            raise IndexError(number)
        place = number - self.first
        last = place + 1 == len(self._starts)
        return self._starts[place], self._begin if last else self._starts[place + 1]

    def lines(self) -> list[LogLine]:
        """Return all lines kept, with the unfinished last one."""
        lines = [self._opened(kept) for kept in self._lines]
        return [*lines, self._current()] if self._length else lines

    def text(self) -> str:
        """Return the text of all lines kept."""
        texts = [kept if isinstance(kept, str) else kept[0] for kept in self._lines]
        return "\n".join([*texts, self._current().text] if self._length else texts)

    def feed(self, data: bytes, *, final: bool = False) -> LogChange:
        """Take the next piece of the log.

        Args:
            data: Its bytes.
            final: Whether nothing follows; a character that is cut then becomes ``U+FFFD``.
        """
        before = self._finished
        ends = _line_ends(data, self._size)
        self._size += len(data)
        text = self._decoder.decode(data, final)
        pieces = text.split("\n")
        for piece in pieces[:-1]:
            self._take(piece)
            self._end_line()
            self._starts.append(self._begin)
            self._begin = next(ends)
        self._take(pieces[-1])
        first = max(before, self.first)
        fresh, self._fresh = self._fresh, []
        lines = fresh[len(fresh) - (self._finished - first) :]
        if self._length:
            lines.append(self._current())
        return LogChange(first, tuple(lines))

    def _kept(self, line: LogLine) -> _Kept:
        if not line.spans:
            return line.text
        numbers = array("I")
        for span in line.spans:
            number = self._style_numbers.setdefault(span.style, len(self._styles))
            if number == len(self._styles):
                self._styles.append(span.style)
            numbers.extend((span.start, span.length, number))
        return line.text, numbers.tobytes()

    def _opened(self, kept: _Kept) -> LogLine:
        if isinstance(kept, str):
            return LogLine(kept)
        text, numbers = kept[0], array("I", kept[1])
        return LogLine(
            text,
            tuple(
                Span(numbers[place], numbers[place + 1], self._styles[numbers[place + 2]])
                for place in range(0, len(numbers), _SPAN_NUMBERS)
            ),
        )

    def _take(self, piece: str) -> None:
        position = 0
        while position < len(piece):
            if self._state is not _State.TEXT:
                self._step(piece[position])
                position += 1
                continue
            special = _SPECIAL.search(piece, position)
            end = special.start() if special else len(piece)
            if end > position:
                self._write(piece[position:end])
            if special:
                self._control(special[0])
            position = end + 1

    def _control(self, character: str) -> None:
        match character:
            case "\x1b":
                self._state = _State.ESCAPE
            case "\r":
                self._return = True
            case "\b":
                self._take_back()
            case _ if character in _REPLACED:
                self._write(_REPLACED[character])
            case _:
                pass

    def _step(self, character: str) -> None:
        """Go on inside an escape sequence."""
        match self._state:
            case _State.ESCAPE:
                self._state = _after_escape(character)
                self._parameters = ""
            case _State.CONTROL:
                self._step_control(character)
            case _State.STRING:
                if character == "\a":
                    self._state = _State.TEXT
                elif character == "\x1b":
                    self._state = _State.STRING_ESCAPE
            case _State.STRING_ESCAPE:
                self._state = _State.TEXT if character == "\\" else _State.STRING
            case _:
                self._state = _State.TEXT

    def _step_control(self, character: str) -> None:
        if "@" <= character <= "~":
            if character == "m":
                self._style = apply_sgr(self._style, self._parameters)
            self._state = _State.TEXT
        elif character == "\x1b":
            self._state = _State.ESCAPE
        elif character < " ":
            self._state = _State.TEXT
            self._control(character)
        elif len(self._parameters) < _MAX_PARAMETERS:
            self._parameters += character

    def _write(self, text: str) -> None:
        if self._return:
            self._start_line()
        room = self._max_length - self._length
        self._length += len(text)
        if room <= 0:
            return
        kept = text[:room]
        if self._style != PLAIN:
            start = len(self._text)
            last = self._spans[-1] if self._spans else None
            if last and last.style == self._style and last.start + last.length == start:
                self._spans[-1] = Span(last.start, last.length + len(kept), last.style)
            else:
                self._spans.append(Span(start, len(kept), self._style))
        self._text += kept

    def _take_back(self) -> None:
        if self._return or not self._length:
            return
        self._length -= 1
        if self._length >= len(self._text):
            return
        self._text = self._text[:-1]
        if self._spans and self._spans[-1].start + self._spans[-1].length > len(self._text):
            last = self._spans.pop()
            if last.length > 1:
                self._spans.append(Span(last.start, last.length - 1, last.style))

    def _start_line(self) -> None:
        self._text = ""
        self._length = 0
        self._spans = []
        self._return = False

    def _end_line(self) -> None:
        self._state = _State.TEXT
        line = self._current()
        self._fresh.append(line)
        self._lines.append(self._kept(line))
        self._finished += 1
        self._start_line()

    def _current(self) -> LogLine:
        hidden = self._length - len(self._text)
        text = self._text
        if hidden:
            text += f" … {count(hidden, 'more character')}"
        return LogLine(text, tuple(self._spans))


def _line_ends(data: bytes, offset: int) -> Iterator[int]:
    """Yield the place after each line break."""
    place = data.find(b"\n")
    while place >= 0:
        yield offset + place + 1
        place = data.find(b"\n", place + 1)


def _after_escape(character: str) -> _State:
    if character == "[":
        return _State.CONTROL
    if character in "]PX^_":
        return _State.STRING
    if character in "()*+-./#% ":
        return _State.CHARSET
    if character == "\x1b":
        return _State.ESCAPE
    return _State.TEXT


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
