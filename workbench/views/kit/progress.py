"""Progress in the page that is concerned."""

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from workbench.core.progress import Progress
from workbench.core.wording import format_duration
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.spinner import spinner_clock
from workbench.views.theme.theme import theme

_SHOW_AFTER_MS = 300
_LONG_MS = 10_000


class MovingBar(QWidget):
    """A bar of 2 px that moves: work of unknown length."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme().px(2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track and the moving part."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("pressed"))
        part = self.width() * 0.3
        left = (self.width() + part) * spinner_clock().angle / 360 - part
        color = theme().color("c1" if theme().dark else "accent")
        painter.fillRect(QRectF(left, 0, part, self.height()), color)
        painter.end()

    def showEvent(self, _event: QShowEvent) -> None:
        """Start moving."""
        spinner_clock().add(self)

    def hideEvent(self, _event: QHideEvent) -> None:
        """Stop moving."""
        spinner_clock().remove(self)


class ProgressStrip(QWidget):
    """Words, a bar, and Cancel when it takes long. Appears after 0.3 s.

    Signals:
        canceled: The user pressed Cancel.
    """

    canceled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "medium")
        self._count = ElidedLabel("", "secondary", "text_2")
        self._left = Label("", "secondary", "text_2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._moving = MovingBar()
        self._cancel = Button("Cancel", small=True)
        self._cancel.clicked.connect(self.canceled)
        self._clock = QElapsedTimer()
        self._progress: Progress | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOW_AFTER_MS)
        self._timer.timeout.connect(self._appear)
        self._always_cancel = False
        self._build()
        self.hide()

    @property
    def cancel_button(self) -> Button:
        """The Cancel button."""
        return self._cancel

    def set_cancel_at_once(self, *, at_once: bool) -> None:
        """Offer Cancel from the beginning instead of after 10 s."""
        self._always_cancel = at_once

    def render(self, progress: Progress | None) -> None:  # type: ignore[override]  # a state
        """Show ``progress``; ``None`` hides the strip."""
        if progress is None:
            self._timer.stop()
            self._progress = None
            self.hide()
            return
        if self._progress is None:
            self._clock.start()
            self._timer.start()
        self._progress = progress
        self._title.setText(progress.title)
        self._count.setText(progress.detail)
        known = progress.fraction is not None
        self._bar.setVisible(known)
        self._bar.setAccessibleName(progress.title)
        self._moving.setVisible(not known)
        if progress.fraction is not None:
            self._bar.setValue(round(progress.fraction * 1000))
        long = self._clock.elapsed() > _LONG_MS
        self._cancel.setVisible(long or self._always_cancel)
        self._left.setText(self._time_left(progress.fraction) if long else "")
        self._left.setVisible(bool(self._left.text()))

    def _time_left(self, fraction: float | None) -> str:
        if fraction is None or fraction <= 0.02:
            return ""
        seconds = self._clock.elapsed() / 1000 * (1 - fraction) / fraction
        return f"about {format_duration(max(seconds, 10))} left"

    def _appear(self) -> None:
        if self._progress is not None:
            self.show()

    def _build(self) -> None:
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = QHBoxLayout()
        words.setSpacing(theme().px(12))
        words.addWidget(self._title)
        words.addWidget(self._count, 1)
        words.addWidget(self._left)
        column = QVBoxLayout()
        column.setSpacing(theme().px(4))
        column.addLayout(words)
        column.addWidget(self._bar)
        column.addWidget(self._moving)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(12))
        layout.addLayout(column, 1)
        layout.addWidget(self._cancel)
