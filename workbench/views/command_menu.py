"""Menus made of commands: words, icons and keys come from the one table."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from workbench.views.commands import BY_ID
from workbench.views.kit.page import Offers
from workbench.views.theme.theme import theme

# Stands for a line between two groups.
LINE = ""


def fill_menu(menu: QMenu, names: Iterable[str], offers: Offers) -> None:
    """Replace the lines of a menu.

    Args:
        menu: The menu.
        names: Ids of commands, with :data:`LINE` between groups; what is not offered is left out.
        offers: What the commands do.
    """
    menu.clear()
    menu.setToolTipsVisible(True)
    starts_group = False
    for name in names:
        if name in offers:
            if starts_group and not menu.isEmpty():
                menu.addSeparator()
            starts_group = False
            menu.addAction(_action(menu, name, offers))
        else:
            starts_group |= name == LINE


def open_menu(
    parent: QWidget, name: str, place: QPoint, lines: Iterable[str], offers: Offers
) -> QMenu:
    """Open a context menu of commands at a place on the screen, and return it.

    Args:
        parent: The widget it is about.
        name: Its object name.
        place: Where on the screen.
        lines: Ids of commands, with :data:`LINE` between groups.
        offers: What the commands do.
    """
    menu = QMenu(parent)
    menu.setObjectName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    fill_menu(menu, lines, offers)
    menu.popup(place)
    return menu


def _action(menu: QMenu, name: str, offers: Offers) -> QAction:
    command, offer = BY_ID[name], offers[name]
    action = QAction(offer.text or command.short or command.text, menu)
    if command.icon:
        action.setIcon(theme().icon(command.icon))
    # Shown only: the keys belong to the command of the window.
    action.setShortcuts([QKeySequence(keys) for keys in (*command.keys, *command.hint)])
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setShortcutVisibleInContextMenu(True)
    action.setCheckable(command.checkable)
    action.setChecked(offer.checked)
    action.setEnabled(not offer.reason)
    action.setToolTip(offer.reason)
    # A moment later: the menu is gone then, and what is done may open another one.
    action.triggered.connect(lambda _=False: offer.act())
    return action
