"""Colours of code by file name, worked out in small steps so that the window stays fluid."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, Generic, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound
from PySide6.QtCore import QObject, QTimer, Signal

from workbench.views.diff.diff_pane import DiffPane, Span
from workbench.views.diff.pane_lines import MAX_SHOWN, utf16_spans

MAX_CHARACTERS = 200_000
_STEP_SECONDS = 0.006

_TOKENS = {
    Comment: "k_com",
    Keyword: "k_key",
    Name.Class: "k_fn",
    Name.Function: "k_fn",
    Name.Decorator: "k_fn",
    Name.Tag: "k_fn",
    Name.Attribute: "k_fn",
    Name.Builtin.Pseudo: "k_key",
    Generic.Heading: "k_key",
    Generic.Subheading: "k_key",
    Number: "k_num",
    Keyword.Constant: "k_num",
    String: "k_str",
}


@dataclass(frozen=True, slots=True)
class Job:
    """A text to colour.

    Attributes:
        lines: All lines of one version of the file.
        places: Returns for each line number (from 1) the pane and its line that shows it.
    """

    lines: Sequence[str]
    places: Callable[[], dict[int, tuple[DiffPane, int]]]


def lexer_for(path: str) -> Lexer | None:
    """Return the lexer for a file name, ``None`` if there is none."""
    try:
        return get_lexer_for_filename(path, stripnl=False, stripall=False, ensurenl=False)
    except ClassNotFound:
        return None


def preload() -> None:
    """Load what colouring Python needs; may be called in any thread, for example when idle."""
    lexer = lexer_for("warm.py")
    if lexer is not None:
        list(line_spans(lexer, "x = 1\n"))


def line_spans(lexer: Lexer, text: str) -> Iterator[tuple[int, list[Span]]]:
    """Yield ``(line number, spans)`` of each line of a text that has coloured parts."""
    number, line_start = 1, 0
    spans: list[Span] = []
    for start, kind, value in _with_calls(lexer, text):
        token = _token(kind)
        position = start
        for part in value.splitlines(keepends=True):
            body = part.rstrip("\n")
            if token and body:
                spans.append((position - line_start, len(body), token))
            position += len(part)
            if part.endswith("\n"):
                if spans:
                    yield number, spans
                number, line_start, spans = number + 1, position, []
    if spans:
        yield number, spans


def _with_calls(lexer: Lexer, text: str) -> Iterator[tuple[int, _TokenType, str]]:
    """Yield the parts of a text; a name before an opening bracket is a function."""
    held: tuple[int, _TokenType, str] | None = None
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        if held is not None:
            yield (held[0], Name.Function, held[2]) if value.startswith("(") else held
            held = None
        if kind is Name or kind is Name.Builtin:
            held = (start, kind, value)
        else:
            yield start, kind, value
    if held is not None:
        yield held


def _token(kind: _TokenType) -> str:
    """Return the colour token of a kind of text, empty for none."""
    found: _TokenType | None = kind
    while found is not None:
        if found in _TOKENS:
            return _TOKENS[found]
        found = found.parent
    return ""


class SyntaxColorer(QObject):
    """Colours panes piece by piece, a few milliseconds at a time.

    Signals:
        finished: All texts are coloured.
    """

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """Whether something is still to be coloured."""
        return self._timer.isActive()

    def start(self, path: str, jobs: Sequence[Job]) -> None:
        """Colour other texts; what was being done is dropped."""
        self._steps = self._work(path, jobs)
        self._timer.start()

    def stop(self) -> None:
        """Drop what is being done."""
        self._timer.stop()
        self._steps = None

    def _step(self) -> None:
        end = perf_counter() + _STEP_SECONDS
        while perf_counter() < end:
            if self._steps is None or next(self._steps, self) is self:
                self.stop()
                self.finished.emit()
                return

    def _work(self, path: str, jobs: Sequence[Job]) -> Iterator[None]:
        lexer = lexer_for(path)
        yield
        for job in jobs:
            if lexer is None or sum(map(len, job.lines)) > MAX_CHARACTERS:
                continue
            text = "\n".join(job.lines)
            places = job.places()
            for number, spans in line_spans(lexer, text):
                if number in places:
                    pane, index = places[number]
                    pane.set_colors(index, _in_qt_units(job.lines[number - 1], spans))
                yield


def _in_qt_units(line: str, spans: Sequence[Span]) -> list[Span]:
    shown = [span for span in spans if span[0] < MAX_SHOWN]
    places = utf16_spans(line, [(start, start + length) for start, length, _ in shown])
    return [
        (start, end - start, token)
        for (start, end), (_, _, token) in zip(places, shown, strict=True)
    ]
