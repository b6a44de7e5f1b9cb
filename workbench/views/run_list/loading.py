"""What the Run List shows while its runs are being read."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.label import Label
from workbench.views.kit.progress import MovingBar
from workbench.views.theme.theme import theme

_SHOW_AFTER_MS = 300
_ROW, _BLOCK, _DOT = 32, 12, 16
# Left edge and width of the blocks of a row; each row is a little different.
_BLOCKS = ((60, 88), (176, 56), (248, 160), (440, 240), (720, 96))


class LoadingRows(QWidget):
    """Rows without words. They appear 0.3 s after :meth:`start`."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOW_AFTER_MS)
        self._content = QWidget()
        self._timer.timeout.connect(self._content.show)
        self._build()
        self._content.hide()

    @property
    def is_shown(self) -> bool:
        """Whether it has appeared."""
        return not self._content.isHidden()

    def start(self) -> None:
        """Begin to wait; nothing happens while it already does."""
        if not self._timer.isActive() and self._content.isHidden():
            self._timer.start()

    def stop(self) -> None:
        """Take it away."""
        self._timer.stop()
        self._content.hide()

    def _build(self) -> None:
        px = theme().px
        words = QHBoxLayout()
        words.setContentsMargins(px(24), 0, px(24), 0)
        words.addWidget(Label("Reading run history", "medium"))
        words.addStretch(1)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(12))
        column.addLayout(words)
        column.addWidget(MovingBar())
        column.addWidget(_Rows(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._content)


class _Rows(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rows of blocks where words will be."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, block = look.px(_ROW), look.px(_BLOCK)
        for row in range(self.height() // height + 1):
            top = row * height
            painter.setPen(look.color("line"))
            painter.drawLine(0, top + height - 1, self.width(), top + height - 1)
            painter.setPen(look.color("idle_soft"))
            painter.setBrush(look.color("idle_soft"))
            dot = look.px(_DOT)
            painter.drawEllipse(look.px(24), top + (height - dot) // 2, dot, dot)
            for left, width in _BLOCKS:
                wide = look.px(width * (0.7 + 0.3 * ((row * 7 + left) % 5) / 4))
                place = top + (height - block) // 2
                painter.drawRoundedRect(look.px(left), place, wide, block, 3, 3)
        painter.end()
