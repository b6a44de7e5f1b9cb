"""The middle of the window: the stack of pages, and the Jobs panel at or over its right side."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.views.shell.page_scroll import PageScroll
from workbench.views.theme.theme import theme

PANEL_MIN, PANEL_MAX, PANEL_DEFAULT = 280, 480, 320
OVERLAY_BELOW = 1240
_GRIP = 6


class _Grip(QWidget):
    """The edge of the panel that changes its width.

    Signals:
        moved: Pixels that the edge was dragged to the left.
        reset: It was double-clicked.
    """

    moved = Signal(int)
    reset = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._from: QPoint | None = None
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell how far it was dragged."""
        if self._from is not None:
            here = event.globalPosition().toPoint()
            self.moved.emit(self._from.x() - here.x())
            self._from = here

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._from = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Go back to the usual width."""
        self.reset.emit()


class ContentArea(QWidget):
    """Places pages and panel. In a narrow window the panel lies over the pages.

    Signals:
        panel_closed: Esc was pressed in the panel while it lay over the page.
    """

    panel_closed = Signal()

    def __init__(self, pages: QStackedWidget, panel: QWidget) -> None:
        super().__init__()
        self._pages = PageScroll(pages)
        self._panel = panel
        self._shown = False
        self._width = PANEL_DEFAULT
        self._pages.setParent(self)
        panel.setParent(self)
        panel.hide()
        panel.installEventFilter(self)
        self._grip = _Grip(self)
        self._grip.hide()
        self._grip.moved.connect(lambda pixels: self.set_panel_width(self._width + pixels))
        self._grip.reset.connect(lambda: self.set_panel_width(PANEL_DEFAULT))
        theme().changed.connect(self._place)

    @property
    def panel_shown(self) -> bool:
        """Whether the panel is open."""
        return self._shown

    @property
    def panel_width(self) -> int:
        """Width of the panel before zoom."""
        return self._width

    @property
    def overlay(self) -> bool:
        """Whether the panel lies over the pages at the present width of the window."""
        return self.window().width() < theme().px(OVERLAY_BELOW)

    def show_panel(self, *, shown: bool) -> None:
        """Open or close the panel."""
        self._shown = shown
        self._panel.setVisible(shown)
        self._grip.setVisible(shown)
        self._place()

    def set_panel_width(self, width: int) -> None:
        """Change the width of the panel within its limits."""
        self._width = max(PANEL_MIN, min(PANEL_MAX, width))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place both again."""
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close the panel with Esc while it lies over the page."""
        escape = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        )
        if escape and self._shown and self.overlay:
            self.panel_closed.emit()
            return True
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = min(theme().px(self._width), self.width()) if self._shown else 0
        pages = self.width() if self.overlay else self.width() - width
        self._pages.setGeometry(0, 0, pages, self.height())
        if self._shown:
            left = self.width() - width
            self._panel.setGeometry(left, 0, width, self.height())
            self._panel.raise_()
            self._grip.setGeometry(left - _GRIP // 2, 0, _GRIP, self.height())
            self._grip.raise_()
