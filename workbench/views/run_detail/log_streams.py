"""Which stream of the log is shown, and whether with times."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.core.log_stretch import LogStretch
from workbench.core.wording import count
from workbench.viewmodels.log_buffer import LogBuffer, LogChange, LogLine
from workbench.viewmodels.log_filter import ALL, LogFilter
from workbench.viewmodels.log_notes import LineKind, LogNotes
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.segments import Segments
from workbench.views.run_detail.log_text import LogText

_KINDS = {"all": ALL, "output": LineKind.OUTPUT, "errors": LineKind.ERRORS}
_STREAMS = (("all", "All"), ("output", "Output"), ("errors", "Errors"))
_NO_STREAMS = "The log of this run doesn't tell output and errors apart"
_NO_TIMES = "The log of this run doesn't tell when its lines came"
_STEP_MS, _STEP_LINES, _STEP_COUNTED = 2, 300, 1_500


class LogStreams(QObject):
    """Hands the lines of a log to its text: all of them as they come, or those of one stream.

    Args:
        buffer: All lines.

    Signals:
        changed: Other lines are shown, or more is known of them.

    Attributes:
        text: Shows the lines.
        segments: Chooses the stream.
        times: Shows when each line came.
    """

    changed = Signal()

    def __init__(self, buffer: LogBuffer, parent: QObject) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._notes = LogNotes()
        self._filter = LogFilter(buffer, self._notes)
        # The next line of the whole log to show; -1 while the text keeps up with what comes.
        self._refill = -1
        self.text = LogText(self)
        self.segments = Segments("Stream", _STREAMS)
        self.segments.setObjectName("logStream")
        self.times = IconButton("clock", "Times", "Show when lines came", checkable=True)
        self.times.setObjectName("logTimes")
        self.times.setChecked(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)
        self.segments.chosen.connect(self.choose)
        self.times.toggled.connect(self._show_times)
        self._show_known()

    @property
    def is_whole(self) -> bool:
        """Whether all lines are shown."""
        return self._filter.is_whole

    @property
    def settled(self) -> bool:
        """Whether everything that is known is shown."""
        return not self._timer.isActive()

    def start(self) -> None:
        """Show an empty log."""
        self._timer.stop()
        self._notes.clear()
        self._filter.choose(ALL)
        self._filter.clear()
        self._refill = -1
        self.segments.set_current("all")
        self.text.clear_lines()
        self._show_known()

    def note(self, stretches: Iterable[LogStretch]) -> None:
        """Take what else is known of the log."""
        self._notes.extend(stretches)
        again = self._filter.learn()
        if again >= 0:
            self._filter.forget_from(again)
        self._show_known()
        self.text.look_again()
        self._go_on()

    def show_change(self, change: LogChange) -> None:
        """Show what came."""
        if not self._filter.is_whole:
            self._filter.forget_from(change.first)
        elif self._refill < 0:
            self.text.replace_from(change.first, change.lines)
        else:
            self._refill = min(self._refill, change.first)
        self._go_on()

    def choose(self, stream: str) -> None:
        """Show ``"all"``, ``"output"`` or ``"errors"``."""
        if _KINDS[stream] is self._filter.kind:
            return
        self.segments.set_current(stream)
        self._filter.choose(_KINDS[stream])
        self.text.clear_lines()
        self._refill = self._buffer.first if self._filter.is_whole else -1
        self._go_on()
        self.changed.emit()

    def choose_next(self) -> None:
        """Show the next stream in the row of choices."""
        names = list(_KINDS)
        self.choose(names[(names.index(self.segments.current) + 1) % len(names)])

    @property
    def stream_reason(self) -> str:
        """Why no stream can be chosen; empty if one can."""
        return "" if self._notes.has_streams else _NO_STREAMS

    @property
    def times_reason(self) -> str:
        """Why no times can be shown; empty if they can."""
        return "" if self._notes.end else _NO_TIMES

    @property
    def words(self) -> str:
        """What a chosen stream leaves out; empty while all lines are shown."""
        if self._filter.is_whole:
            return ""
        shown = f"{count(self.text.end, 'line')} of {self._buffer.end:,} shown"
        return f"{shown}, some of them may be of either stream" if self._filter.mixed else shown

    def line(self, place: int) -> LogLine:
        """Return a line by its place in the text."""
        number = self.number(place)
        there = self._buffer.first <= number < self._buffer.end
        return self._buffer.line(number) if there else LogLine("")

    def number(self, place: int) -> int:
        """Return the number in the log of a line in the text."""
        return self._filter.number(place)

    def clock(self, place: int) -> str:
        """Return when a line of the text came; empty if that is not known."""
        number = self.number(place)
        if not self._buffer.first <= number < self._buffer.end:
            return ""
        return self._notes.clock(self._buffer.bytes_of(number)[0])

    def _go_on(self) -> None:
        waits = self._refill >= 0 or self._filter.waiting
        if waits and not self._timer.isActive():
            self._timer.start()

    def _step(self) -> None:
        """Do a part of what is to be done, so that the window stays quick."""
        if self._refill >= 0:
            self._refill_some()
        elif not self._filter.is_whole:
            change = self._filter.take(_STEP_LINES)
            if change.lines:
                self.text.replace_from(change.first, change.lines)
            else:
                self.text.cut_from(change.first)
        self._filter.count(_STEP_COUNTED)
        self._show_known()
        self.changed.emit()
        self._go_on()

    def _refill_some(self) -> None:
        first = max(self._refill, self._buffer.first)
        end = min(self._buffer.end, first + _STEP_LINES)
        self.text.replace_from(first, [self._buffer.line(number) for number in range(first, end)])
        self._refill = end if end < self._buffer.end else -1

    def _show_times(self) -> None:
        self.text.set_clocks(on=self.times.isChecked() and bool(self._notes.end))
        self.changed.emit()

    def _show_known(self) -> None:
        for stream in ("output", "errors"):
            self.segments.set_disabled_reason(stream, self.stream_reason)
        self.segments.set_count("errors", self._filter.errors or -1)
        self.times.set_disabled_reason(self.times_reason)
        self.text.set_clocks(on=self.times.isChecked() and bool(self._notes.end))
