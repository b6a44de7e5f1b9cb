"""Push buttons of the design: default, primary, flat, danger, link, and icon only."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from workbench.views.kit.restyle import set_style_property
from workbench.views.theme.theme import theme

_ICON_TOKEN = {"primary": "text_on", "danger": "bad", "link": "accent_text"}
_ICON_GAP = 4


class Button(QPushButton):
    """A button with a text.

    Args:
        text: A verb, or what it opens.
        icon: Name of an icon, empty for none.
        kind: ``"default"``, ``"primary"``, ``"flat"``, ``"danger"`` or ``"link"``.
        name: Accessible name if it differs from the text.
        small: The 28 px form.
    """

    def __init__(
        self,
        text: str,
        icon: str = "",
        kind: str = "default",
        name: str = "",
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self._icon_name = icon
        self._tip = ""
        self._small = small
        self.setProperty("kind", kind)
        self.setProperty("small", small)
        # A click does not move the focus, so the ring shows for the keyboard only.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        if name:
            self.setAccessibleName(name)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def kind(self) -> str:
        """Which form it has."""
        return str(self.property("kind"))

    def set_kind(self, kind: str) -> None:
        """Change the form."""
        set_style_property(self, "kind", kind)
        self._restyle()

    def set_icon(self, icon: str) -> None:
        """Change the icon."""
        if icon != self._icon_name:
            self._icon_name = icon
            self._restyle()

    def set_text(self, text: str) -> None:
        """Change the text; an ampersand is shown as it is."""
        self.setText(text.replace("&", "&&"))

    def set_tip(self, text: str) -> None:
        """Set the tooltip for when it can be used."""
        self._tip = text
        if self.isEnabled():
            self.setToolTip(text)

    def set_disabled_reason(self, reason: str) -> None:
        """Disable it and say why in its tooltip, or enable it with an empty reason."""
        self.setEnabled(not reason)
        self.setToolTip(reason or self._tip)
        self.setAccessibleDescription(reason)

    def _restyle(self) -> None:
        scale = theme()
        self.setFont(scale.font("secondary_medium" if self._small else "medium"))
        if not self._icon_name:
            self.setIcon(QIcon())
            return
        side = scale.px(14 if self._small else 16)
        pad = scale.px(_ICON_GAP) if self.text() else 0
        token = _ICON_TOKEN.get(self.kind, "text" if self.kind == "default" else "text_2")
        icon = scale.icon(self._icon_name, token, on_token="accent_text", pad=pad)  # noqa: S106
        self.setIconSize(QSize(side + pad, side))
        self.setIcon(icon)


class IconButton(Button):
    """A button that shows only an icon; its tooltip is its accessible name.

    Args:
        icon: Name of an icon.
        tooltip: What it does, with the shortcut in brackets if it has one.
        name: Accessible name if it differs from the tooltip.
        kind: ``"flat"`` or ``"default"``.
        checkable: Whether it stays pressed.
    """

    def __init__(
        self,
        icon: str,
        tooltip: str,
        name: str = "",
        *,
        kind: str = "flat",
        small: bool = False,
        checkable: bool = False,
    ) -> None:
        super().__init__("", icon, kind, name or tooltip, small=small)
        self.setProperty("icon_only", True)
        self.setCheckable(checkable)
        self.set_tip(tooltip)

    def _restyle(self) -> None:
        super()._restyle()
        if not self._small:
            side = theme().px(16)
            self.setIconSize(QSize(side, side))


class MenuButton(Button):
    """A button that opens a menu under it."""

    def __init__(
        self,
        text: str,
        icon: str = "",
        kind: str = "default",
        name: str = "",
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, icon, kind, name, small=small, parent=parent)
        self._menu = QMenu(self)
        self.clicked.connect(self.open_menu)

    @property
    def popup(self) -> QMenu:
        """The menu; fill it before it is opened."""
        return self._menu

    def open_menu(self) -> None:
        """Open the menu; the call returns at once."""
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


class SplitButton(QWidget):
    """A filled button with a menu at its right side, in one outline."""

    clicked = Signal()

    def __init__(self, text: str, icon: str, name: str, menu_name: str) -> None:
        super().__init__()
        self.button = Button(text, icon, "primary", name, parent=self)
        self.menu_button = IconButton("chevron-down", menu_name, kind="primary")
        self.button.setProperty("side", "left")
        self.menu_button.setProperty("side", "right")
        self.popup = QMenu(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.button)
        layout.addWidget(self.menu_button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.clicked)
        self.menu_button.clicked.connect(self._open_menu)

    def set_disabled_reason(self, reason: str) -> None:
        """Disable the left part; the menu stays reachable and shows its own disabled entries."""
        self.button.set_disabled_reason(reason)

    def _open_menu(self) -> None:
        self.popup.popup(self.mapToGlobal(self.rect().bottomLeft()))
