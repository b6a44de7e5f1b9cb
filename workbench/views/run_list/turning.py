"""The turning icons of running rows: only these are painted again on each step."""

from typing import Any

from PySide6.QtWidgets import QTableView, QWidget
from shiboken6 import isValid

from workbench.core.run import RunStatus
from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.kit.spinner import spinner_clock


class TurningIcons(QWidget):
    """Stands in for the icons with the clock of all spinners; never shown itself."""

    def __init__(self, view: QTableView, model: RunTableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.hide()

    def set_turning(self, *, turning: bool) -> None:
        """Turn the icons, or let them rest."""
        if turning:
            spinner_clock().add(self)
        else:
            spinner_clock().remove(self)

    def update(self, *_area: Any) -> None:
        """Paint the icons of the running rows in sight."""
        view = self._view
        if not isValid(view):
            return
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        if first < 0:
            return
        if last < 0:
            last = self._model.rowCount() - 1
        number = next(
            place
            for place, column in enumerate(self._model.columns)
            if column.kind is ColumnKind.STATUS
        )
        for row in range(first, last + 1):
            if self._model.run_at(row).status is RunStatus.RUNNING:
                view.viewport().update(view.visualRect(self._model.index(row, number)))
