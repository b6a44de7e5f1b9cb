"""The top line: logo, menus, and the button that opens the palette."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QPushButton, QWidget

from workbench.core.resources import resource_path
from workbench.views.kit.panel import Panel
from workbench.views.theme.theme import theme

NARROW = 1200
MENU_TITLES = ("File", "Edit", "View", "Project", "Run", "Help")
_LOGO, _LOGO_CELL, _SEARCH, _SEARCH_NARROW, _SEARCH_HEIGHT = 22, 64, 400, 360, 28


class Logo(QWidget):
    """The mark of the application."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing = QSvgRenderer(str(resource_path("app-icon.svg")), self)
        theme().changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the middle of its cell."""
        side = theme().px(_LOGO)
        painter = QPainter(self)
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        self._drawing.render(painter, QRectF(left, top, side, side))
        painter.end()

    def _restyle(self) -> None:
        self.setFixedWidth(theme().px(_LOGO_CELL))


class GoToButton(QPushButton):
    """Looks like a search field and opens the palette."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("goTo")
        self.setAccessibleName("Go to a project, run or command")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Go to a project, run or command (Ctrl+K)")

    def sizeHint(self) -> QSize:
        """Return the size of the wide form."""
        return QSize(theme().px(_SEARCH), theme().px(_SEARCH_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw outline, words and shortcut."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        pen_width = 2.0 if focused else 1.0
        pen = painter.pen()
        pen.setColor(look.color("focus" if focused else "line_2"))
        pen.setWidthF(pen_width)
        painter.setPen(pen)
        painter.setBrush(look.color("hover" if self.underMouse() else "surface"))
        half = pen_width / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, look.px(6), look.px(6))
        side = look.px(16)
        icon = look.pixmap("search", "text_3", 16, self.devicePixelRatioF())
        painter.drawPixmap(look.px(8), (self.height() - side) // 2, icon)
        painter.setPen(look.color("text_3"))
        painter.setFont(look.font("secondary"))
        words = self.rect().adjusted(look.px(32), 0, -look.px(60), 0)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(
            "Go to a project, run or command", Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, int(left), text)
        self._paint_keys(painter)
        painter.end()

    def _paint_keys(self, painter: QPainter) -> None:
        look = theme()
        painter.setFont(look.font("axis"))
        width = painter.fontMetrics().horizontalAdvance("Ctrl+K") + look.px(10)
        height = look.px(18)
        top = (self.height() - height) / 2
        keys = QRectF(self.width() - width - look.px(5), top, width, height)
        pen = painter.pen()
        pen.setColor(look.color("line_2"))
        pen.setWidthF(1)
        painter.setPen(pen)
        painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(keys.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(look.color("text_3"))
        painter.drawText(keys, int(Qt.AlignmentFlag.AlignCenter), "Ctrl+K")


class Header(Panel):
    """Logo, menu bar, palette button.

    Attributes:
        menu_by_title: The menus; they are empty until the commands are there.

    Signals:
        go_to: The palette button was pressed.
    """

    go_to = Signal()

    def __init__(self) -> None:
        super().__init__("chrome", "bottom")
        self.menus = QMenuBar()
        self.menus.setAccessibleName("Menus")
        self.menu_by_title = {title: self.menus.addMenu(f"&{title}") for title in MENU_TITLES}
        self.search = GoToButton(self)
        self.search.clicked.connect(self.go_to)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Logo())
        layout.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        theme().changed.connect(self._restyle)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in the middle, or at the right when there is little room."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        px = theme().px
        height = px(_SEARCH_HEIGHT)
        top = (self.height() - height) // 2
        if self.width() >= px(NARROW):
            width = px(_SEARCH)
            left = (self.width() - width) // 2
        else:
            room = self.width() - px(_LOGO_CELL) - self.menus.sizeHint().width() - px(24)
            width = min(px(_SEARCH_NARROW), max(room, px(120)))
            left = self.width() - width - px(12)
        self.search.setGeometry(left, top, width, height)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(40))
        self.menus.setFixedHeight(theme().px(28))
        self.menus.setFont(theme().font("body"))
        self._place()
