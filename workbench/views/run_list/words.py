"""Texts that are ready to be drawn: to shape a text takes most of the time of drawing it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText, QTransform

from workbench.views.theme.theme import theme

_MOST = 4_000


@dataclass(frozen=True, slots=True)
class Words:
    """A text in its font, cut to its room.

    Attributes:
        text: What is drawn.
        font: Its font.
        width: Its width in pixels.
        height: Height of a line in pixels.
    """

    text: QStaticText
    font: QFont
    width: float
    height: int


class WordCache:
    """Keeps the texts that were drawn last, thousands of them."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str, int], Words] = {}
        self._fonts: dict[str, tuple[QFont, QFontMetrics]] = {}

    def clear(self) -> None:
        """Forget everything: fonts have changed."""
        self._words.clear()
        self._fonts.clear()

    def get(self, text: str, kind: str, width: int) -> Words:
        """Return a text in a kind of font; one that has no room is cut, code in its middle."""
        key = (text, kind, width)
        words = self._words.get(key)
        if words is None:
            if len(self._words) >= _MOST:
                self._words.clear()
            words = self._words[key] = self._make(text, kind, width)
        return words

    def _make(self, text: str, kind: str, width: int) -> Words:
        if kind not in self._fonts:
            font = theme().font(kind)
            self._fonts[kind] = (font, QFontMetrics(font))
        font, metrics = self._fonts[kind]
        mode = Qt.TextElideMode.ElideMiddle if kind == "mono" else Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(text, mode, width)
        static = QStaticText(shown)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(QTransform(), font)
        return Words(static, font, static.size().width(), metrics.height())
