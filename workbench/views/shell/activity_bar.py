"""The bar at the left that switches between pages."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout

from workbench.views.kit.panel import Panel
from workbench.views.theme.theme import theme

NO_PROJECT = "Open a project first"
_WIDTH, _HEIGHT, _ICON = 64, 56, 20
# At a large zoom a small window has less room for each item.
_LOW = 42
_ACCOUNT_KEYS = "Ctrl+Shift+A"
# (page id, object name, text, icon, shortcut)
_ITEMS = (
    ("projects", "actProjects", "Projects", "layout-grid", "Ctrl+1"),
    ("runs", "actRuns", "Runs", "hourglass", "Ctrl+2"),
    ("project", "actProject", "Project", "folder-cog", "Ctrl+3"),
    ("settings", "actSettings", "Settings", "settings", "Ctrl+,"),
)


class ActivityItem(QAbstractButton):
    """Icon over a word, with a marker at the left while its page is shown."""

    def __init__(self, text: str, icon: str, keys: str) -> None:
        super().__init__()
        self._icon_name = icon
        self._tip = f"{text} ({keys})"
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(self._tip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_disabled_reason(self, reason: str) -> None:
        """Disable it and say why in its tooltip, or enable it with an empty reason."""
        self.setEnabled(not reason)
        self.setToolTip(reason or self._tip)

    def sizeHint(self) -> QSize:
        """Return the size of the cell."""
        return QSize(theme().px(_WIDTH), theme().px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw marker, icon and word."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isEnabled() and self.underMouse() and not self.isChecked():
            painter.fillRect(self.rect(), look.color("hover"))
        tone = "text_2" if self.isEnabled() else "text_off"
        if self.isChecked():
            tone = "accent_text"
            painter.setBrush(look.color("c1" if look.dark else "accent"))
            inset = look.px(8)
            marker = QRectF(-2, inset, look.px(3) + 2, self.height() - 2 * inset)
            painter.drawRoundedRect(marker, 2, 2)
        self.paint_icon(painter, tone)
        painter.setPen(look.color(tone))
        painter.setFont(look.font("axis_strong" if self.isChecked() else "axis"))
        words = QRectF(0, look.px(33) - self.missing, self.width(), look.px(16))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(look.color("focus"))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = QRectF(self.rect()).adjusted(4, 3, -4, -3)
            painter.drawRoundedRect(edge, look.px(6), look.px(6))
        painter.end()

    @property
    def missing(self) -> int:
        """Pixels above icon and word that a low item does not have."""
        return (theme().px(_HEIGHT) - self.height()) // 2

    def paint_icon(self, painter: QPainter, tone: str) -> None:
        """Draw the icon in a colour."""
        side = theme().px(_ICON)
        icon = theme().pixmap(self._icon_name, tone, _ICON, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, theme().px(10) - self.missing, icon)


class AccountItem(ActivityItem):
    """The item of the account: initials of who is signed in, else "Sign in"."""

    def __init__(self) -> None:
        super().__init__("Sign in", "circle-user-round", _ACCOUNT_KEYS)
        self.setObjectName("actAccount")
        self.setCheckable(False)
        self._initials = ""

    def show_account(self, initials: str, name: str) -> None:
        """Show who is signed in; nobody with empty texts."""
        self._initials = initials
        word = "Account" if name else "Sign in"
        self.setText(word)
        self.setAccessibleName(f"Account, {name}" if name else word)
        self.setToolTip(f"{name or word} ({_ACCOUNT_KEYS})")
        self.update()

    def paint_icon(self, painter: QPainter, tone: str) -> None:
        """Draw the initials, or a figure for nobody."""
        if not self._initials:
            super().paint_icon(painter, tone)
            return
        side = theme().px(_ICON + 2)
        area = QRectF((self.width() - side) / 2, theme().px(9) - self.missing, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("accent"))
        painter.drawEllipse(area)
        painter.setPen(theme().color("text_on"))
        painter.setFont(theme().font("axis_strong"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), self._initials)


class ActivityBar(Panel):
    """Projects, Runs, Project, and at the foot Settings and Account.

    Signals:
        chosen: Id of the page that the user chose.
        account_requested: Show who is signed in.
    """

    chosen = Signal(str)
    account_requested = Signal()

    def __init__(self) -> None:
        super().__init__("chrome", "right")
        self._items: dict[str, ActivityItem] = {}
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(0)
        for identity, name, text, icon, keys in _ITEMS:
            if identity == "settings":
                layout.addStretch(1)
            item = ActivityItem(text, icon, keys)
            item.setObjectName(name)
            item.installEventFilter(self)
            item.clicked.connect(lambda _=False, page=identity: self.chosen.emit(page))
            group.addButton(item)
            layout.addWidget(item)
            self._items[identity] = item
        self.account = AccountItem()
        self.account.installEventFilter(self)
        self.account.clicked.connect(self.account_requested)
        layout.addWidget(self.account)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_account(self, initials: str, name: str) -> None:
        """Show who is signed in; nobody with empty texts."""
        self.account.show_account(initials, name)

    def set_current(self, page: str) -> None:
        """Mark the item of the page that is shown."""
        if page in self._items:
            self._items[page].setChecked(True)

    def set_disabled_reason(self, page: str, reason: str) -> None:
        """Disable an item and say why, or enable it with an empty reason."""
        self._items[page].set_disabled_reason(reason)

    def item(self, page: str) -> ActivityItem:
        """Return the item of a page."""
        return self._items[page]

    def focus_first(self) -> None:
        """Put the focus on the item of the page that is shown."""
        chosen = [item for item in self._items.values() if item.isChecked() and item.isEnabled()]
        (chosen or list(self._items.values()))[0].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the focus with the up and down keys."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            every = [*self._items.values(), self.account]
            items = [item for item in every if item.isEnabled()]
            if step and isinstance(watched, ActivityItem):
                target = items[(items.index(watched) + step) % len(items)]
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _restyle(self) -> None:
        self.setFixedWidth(theme().px(_WIDTH))
        for item in (*self._items.values(), self.account):
            item.setMinimumHeight(theme().px(_LOW))
            item.setMaximumHeight(theme().px(_HEIGHT))
            item.update()
