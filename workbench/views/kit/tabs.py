"""The row of tabs of a page, with count badges."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from workbench.views.theme.theme import theme

_PAD, _GAP, _BADGE_HEIGHT, _BADGE_MIN = 12, 8, 16, 18


class TabBar(QTabBar):
    """Tabs with an underline; arrow keys move between them.

    Signals:
        chosen: Id of the tab that the user chose.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._ids: list[str] = []
        self._counts: dict[str, int] = {}
        self.currentChanged.connect(self._on_current)
        theme().changed.connect(self._restyle)
        self._restyle()

    def add(self, identity: str, text: str, count: int = -1) -> None:
        """Append a tab; a negative ``count`` shows no badge."""
        self._ids.append(identity)
        self._counts[identity] = count
        self.addTab(text)

    def set_count(self, identity: str, count: int) -> None:
        """Change the badge of a tab; a negative number hides it."""
        if self._counts[identity] != count:
            self._counts[identity] = count
            # Asks for the tab's size again.
            index = self._ids.index(identity)
            self.setTabText(index, self.tabText(index))

    @property
    def current(self) -> str:
        """Id of the tab shown, empty without tabs."""
        return self._ids[self.currentIndex()] if self.currentIndex() >= 0 else ""

    def set_current(self, identity: str) -> None:
        """Choose a tab without a signal."""
        self.blockSignals(True)
        self.setCurrentIndex(self._ids.index(identity))
        self.blockSignals(False)
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """Return the room for text and badge."""
        width = self.fontMetrics().horizontalAdvance(self.tabText(index)) + 2 * theme().px(_PAD)
        badge = self._badge_width(index)
        if badge:
            width += badge + theme().px(_GAP)
        return QSize(width, theme().px(40))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the same as the usual size: tabs are never cut."""
        return self.tabSizeHint(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Repaint for the colour under the mouse."""
        super().mouseMoveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all tabs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(self.count()):
            self._paint_tab(painter, index)
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        look = theme()
        rect = self.tabRect(index)
        on = index == self.currentIndex()
        hovered = rect.contains(self.mapFromGlobal(self.cursor().pos())) and self.underMouse()
        painter.setPen(look.color("text" if on or hovered else "text_2"))
        painter.setFont(self.font())
        text = rect.adjusted(look.px(_PAD), 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(text, int(flags), self.tabText(index))
        self._paint_badge(painter, index, rect)
        inner = rect.adjusted(look.px(_PAD), 0, -look.px(_PAD), 0)
        if on:
            bar = QRect(inner.left(), rect.bottom() - look.px(2) + 1, inner.width(), look.px(2))
            painter.fillRect(bar, look.color("c1" if look.dark else "accent"))
            if self.hasFocus():
                painter.setPen(look.color("focus"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                edge = look.px(4)
                painter.drawRoundedRect(rect.adjusted(edge, edge, -edge, -edge), edge, edge)

    def _paint_badge(self, painter: QPainter, index: int, rect: QRect) -> None:
        width = self._badge_width(index)
        if not width:
            return
        look = theme()
        height = look.px(_BADGE_HEIGHT)
        top = rect.center().y() - height // 2 + 1
        badge = QRect(rect.right() - look.px(_PAD) - width + 1, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("idle_soft"))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(look.color("text_2"))
        painter.setFont(look.font("axis_medium"))
        count = self._counts[self._ids[index]]
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), f"{count:,}")

    def _badge_width(self, index: int) -> int:
        count = self._counts[self._ids[index]] if index < len(self._ids) else -1
        if count < 0:
            return 0
        digits = len(f"{count:,}") * theme().px(7) + theme().px(10)
        return max(theme().px(_BADGE_MIN), digits)

    def _on_current(self, index: int) -> None:
        if 0 <= index < len(self._ids):
            self.chosen.emit(self._ids[index])

    def _restyle(self) -> None:
        self.setFont(theme().font("medium"))
        self.setFixedHeight(theme().px(40))
