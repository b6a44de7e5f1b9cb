"""The stack of pages, which scrolls where a page needs more room than there is."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QStackedWidget, QWidget


class PageScroll(QAbstractScrollArea):
    """Gives the current page all the room, and at least what it asks for.

    Usually a page fits and scrolls inside. In a small window at a large zoom it would be cut.

    Args:
        pages: The stack; it is placed by this area from now on.
    """

    def __init__(self, pages: QStackedWidget) -> None:
        super().__init__()
        self._pages = pages
        self._placing = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        # What is inside takes the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        pages.setParent(self.viewport())
        pages.currentChanged.connect(self._on_page)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._move)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the pages again."""
        super().resizeEvent(event)
        self.place()

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow what the page asks for."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().viewportEvent(event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Do nothing: the pages follow the scroll bars."""

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's own signature
        """Bring what gets the focus into view."""
        moved = super().focusNextPrevChild(next)
        widget = self._pages.focusWidget()
        if moved and widget is not None:
            self.reveal(widget)
        return moved

    def reveal(self, widget: QWidget) -> None:
        """Scroll so far that a part of the page can be seen, at least its beginning."""
        corner = widget.mapTo(self._pages, QPoint(0, 0))
        for bar, start, length, room in (
            (self.horizontalScrollBar(), corner.x(), widget.width(), self.viewport().width()),
            (self.verticalScrollBar(), corner.y(), widget.height(), self.viewport().height()),
        ):
            if start < bar.value() or length > room:
                bar.setValue(start)
            elif start + length > bar.value() + room:
                bar.setValue(start + length - room)

    def place(self) -> None:
        """Give the pages their room, and show a scroll bar where that is more than there is."""
        if self._placing:
            # A scroll bar that appears changes the room.
            return
        self._placing = True
        try:
            self._place()
        finally:
            self._placing = False

    def _place(self) -> None:
        page = self._pages.currentWidget()
        need = QSize(0, 0) if page is None else page.minimumSizeHint()
        room, thick = self.size(), self.verticalScrollBar().sizeHint().width()
        tall = need.height() > room.height()
        wide = need.width() > room.width() - (thick if tall else 0)
        tall = need.height() > room.height() - (thick if wide else 0)
        on, off = Qt.ScrollBarPolicy.ScrollBarAlwaysOn, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(on if tall else off)
        self.setHorizontalScrollBarPolicy(on if wide else off)
        inner = QSize(room.width() - thick * tall, room.height() - thick * wide)
        size = inner.expandedTo(need)
        for bar, length, part in (
            (self.horizontalScrollBar(), size.width(), inner.width()),
            (self.verticalScrollBar(), size.height(), inner.height()),
        ):
            bar.setRange(0, length - part)
            bar.setPageStep(part)
            bar.setSingleStep(max(1, part // 10))
        self._pages.resize(size)
        self._move()

    def _move(self) -> None:
        self._pages.move(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def _on_page(self) -> None:
        self.horizontalScrollBar().setValue(0)
        self.verticalScrollBar().setValue(0)
        self.place()
