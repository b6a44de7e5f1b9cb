"""The menu of saved filters, and what can be done with them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from workbench.core.saved_filter import Filters, SavedFilter, filter_named
from workbench.views.command_menu import LINE, fill_menu
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_list.filter_dialog import FilterNameDialog
from workbench.views.run_list.filters import FilterRow

_MENU = ("save_filter", LINE, "rename_filter", "delete_filter")
_NOTHING = "Filter the runs first"
_NONE_IN_USE = "Choose a saved filter first"


class SavedFilters(QObject):
    """Filters with names, in a menu beside the filter.

    Args:
        row: What a filter is taken from, and applied to.

    Signals:
        save_requested: ``SavedFilter`` to keep.
        rename_requested: ``(SavedFilter, str)``: a filter, and its new name.
        delete_requested: ``SavedFilter`` to forget.
        changed: There are other filters.
    """

    save_requested = Signal(object)
    rename_requested = Signal(object, str)
    delete_requested = Signal(object)
    changed = Signal()

    def __init__(self, row: FilterRow) -> None:
        super().__init__(row)
        self._row = row
        self._filters: Filters = ()
        self._blocked = ""
        self.button: IconButton = row.saved_button
        self.menu = QMenu(self.button)
        self.menu.setObjectName("savedFiltersMenu")
        self.button.clicked.connect(self.open_menu)
        self.menu.aboutToShow.connect(self._fill)

    def set_filters(self, filters: Filters) -> None:
        """Offer these filters."""
        self._filters = filters
        self.changed.emit()

    @property
    def in_use(self) -> SavedFilter | None:
        """The saved filter that shows what is shown now."""
        now = self._row.filter_now()
        return next((each for each in self._filters if each.shows_like(now)), None)

    def apply(self, name: str) -> None:
        """Show what a saved filter asks for."""
        wanted = filter_named(self._filters, name)
        if wanted is not None:
            self._row.apply(wanted)

    def offers(self, blocked: str) -> Offers:
        """Return what can be done now, by the id of the command.

        Args:
            blocked: Why nothing can be filtered; empty when it can.
        """
        self._blocked = blocked
        used = self.in_use
        nothing = "" if self._row.is_filtered else _NOTHING
        name = f" “{used.name}”" if used is not None else ""
        return {
            "saved_filters": Offer(self.open_menu, blocked),
            "save_filter": Offer(self.ask_name, blocked or nothing),
            "rename_filter": Offer(
                self._ask_other_name,
                blocked or ("" if used else _NONE_IN_USE),
                text=f"Rename filter{name}…" if name else "",
            ),
            "delete_filter": Offer(
                self._delete,
                blocked or ("" if used else _NONE_IN_USE),
                text=f"Delete filter{name}" if name else "",
            ),
        }

    def open_menu(self) -> None:
        """Open the menu below its button."""
        self.menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def ask_name(self) -> None:
        """Ask for a name, and keep the present filter under it."""
        now = self._row.filter_now()
        dialog = FilterNameDialog(self._row.window(), self._filters, self._row.words())
        dialog.named.connect(lambda name: self.save_requested.emit(replace(now, name=name)))
        dialog.open()

    def _ask_other_name(self) -> None:
        used = self.in_use
        if used is not None:
            dialog = FilterNameDialog(
                self._row.window(), self._filters, self._row.words(), used.name
            )
            dialog.named.connect(lambda name: self.rename_requested.emit(used, name))
            dialog.open()

    def _delete(self) -> None:
        used = self.in_use
        if used is not None:
            self.delete_requested.emit(used)

    def _fill(self) -> None:
        fill_menu(self.menu, _MENU, self.offers(self._blocked))
        first, used = self.menu.actions()[0], self.in_use
        for each in self._filters:
            action = QAction(each.name.replace("&", "&&"), self.menu)
            action.setCheckable(True)
            action.setChecked(each is used)
            action.triggered.connect(self._applier(each.name))
            self.menu.insertAction(first, action)
        if self._filters:
            self.menu.insertSeparator(first)

    def _applier(self, name: str) -> Callable[[], None]:
        return lambda: self.apply(name)
