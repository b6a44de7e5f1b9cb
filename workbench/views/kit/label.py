"""Text in the fonts and colours of the design, and text that is cut with an ellipsis."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolTip, QWidget

from workbench.views.kit.restyle import set_style_property
from workbench.views.theme.theme import theme


class Label(QLabel):
    """A text. It has no accessible name of its own: the text is what assistive tools read.

    Args:
        kind: A kind of font, for example ``"title"``, ``"body"``, ``"secondary"``.
        tone: A colour token, for example ``"text"``, ``"text_2"``, ``"bad"``.
        wrap: Whether it may take several lines.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "body",
        tone: str = "text",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("tone", tone)
        theme().changed.connect(self._restyle)
        self._restyle()

    def setText(self, text: str) -> None:
        """Change the text."""
        super().setText(text)
        self._keep_lines()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height of all lines that the text takes at this width."""
        super().resizeEvent(event)
        self._keep_lines()

    def set_tone(self, tone: str) -> None:
        """Change the colour token."""
        set_style_property(self, "tone", tone)

    def set_kind(self, kind: str) -> None:
        """Change the kind of font."""
        self._kind = kind
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(theme().font(self._kind))
        self.setMinimumHeight(theme().line_height(self._kind))
        self._keep_lines()

    def _keep_lines(self) -> None:
        """Let no layout squeeze the lines of a wrapped text: Qt's own least height is one line."""
        if self.wordWrap() and self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            least = max(theme().line_height(self._kind), self.heightForWidth(self.width()))
            if least != self.minimumHeight():
                self.setMinimumHeight(least)


class ElidedLabel(Label):
    """One line that is cut where the room ends; the whole text is then in the tooltip."""

    def __init__(
        self,
        text: str = "",
        kind: str = "body",
        tone: str = "text",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, kind, tone, parent=parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def elided(self) -> bool:
        """Whether a part of the text is not shown now."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def minimumSizeHint(self) -> QSize:
        """Return a small width, so that the text never widens its page."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme().px(24)), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text, cut if needed."""
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, rect.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(rect, int(self.alignment()), text)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Show the whole text as tooltip when a part of it is hidden."""
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.elided:
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)


class IconLabel(QLabel):
    """An icon that follows the theme. It says nothing to assistive tools."""

    def __init__(
        self, name: str, tone: str = "text_2", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = name
        self._tone = tone
        self._size = size
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_icon(self, name: str, tone: str = "text_2") -> None:
        """Show another icon."""
        if (name, tone) != (self._icon, self._tone):
            self._icon, self._tone = name, tone
            self._restyle()

    def _restyle(self) -> None:
        side = theme().px(self._size)
        self.setFixedSize(side, side)
        ratio = self.devicePixelRatioF()
        self.setPixmap(theme().pixmap(self._icon, self._tone, self._size, ratio))


class Rule(QFrame):
    """A line of one pixel."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rule", "vertical" if vertical else "true")
        if vertical:
            self.setFixedHeight(theme().px(24))
