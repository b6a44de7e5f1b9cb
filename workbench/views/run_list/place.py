"""Keeps selection, current row and scroll place of the Run List across changes of its model."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal
from PySide6.QtWidgets import QTableView

from workbench.viewmodels.run_table import RunTableModel

_FLAG = QItemSelectionModel.SelectionFlag


class PlaceKeeper(QObject):
    """Qt forgets all three when a model is reset, and lets rows inserted above push the rest down.

    A selected run that a filter hides stays remembered until the user selects something else.

    Signals:
        restored: The selection was put back, or rows of it went away.
    """

    restored = Signal()

    def __init__(self, view: QTableView, model: RunTableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.is_restoring = False
        self._selected: dict[str, None] = {}
        self._current = ""
        self._top: tuple[str, int] | None = None
        model.modelAboutToBeReset.connect(self._before_reset)
        model.modelReset.connect(self._after_reset)
        model.rowsAboutToBeInserted.connect(self._note_top)
        model.rowsAboutToBeRemoved.connect(self._note_top)
        model.rowsAboutToBeMoved.connect(self._note_top)
        model.rowsInserted.connect(self._keep_top)
        model.rowsMoved.connect(self._keep_top)
        model.rowsRemoved.connect(self._after_removal)
        model.columnsInserted.connect(self._widen_selection)

    def forget_hidden(self) -> None:
        """Forget selected runs that are not shown: the user selected something else."""
        self._selected.clear()

    def _before_reset(self) -> None:
        model = self._model
        self.is_restoring = True
        for first, last in selected_rows(self._view.selectionModel()):
            for row in range(first, last + 1):
                self._selected[model.run_at(row).id] = None
        current = self._view.currentIndex()
        self._current = model.run_at(current.row()).id if current.isValid() else ""
        self._note_top()

    def _after_reset(self) -> None:
        try:
            self._select_again()
            row = self._model.row_of(self._current) if self._current else -1
            if row >= 0:
                index = self._model.index(row, 1)
                self._view.selectionModel().setCurrentIndex(index, _FLAG.NoUpdate)
            self._keep_top()
        finally:
            self.is_restoring = False
        self.restored.emit()

    def _select_again(self) -> None:
        find = self._model.find
        wanted = {run_id: None for run_id in self._selected if find(run_id) is not None}
        self._selected = wanted
        if not wanted:
            return
        if len(wanted) < 32:
            rows = sorted(row for run_id in wanted if (row := self._model.row_of(run_id)) >= 0)
        else:
            shown = self._model.shown_runs()
            rows = [row for row, run in enumerate(shown) if run.id in wanted]
        selection = QItemSelection()
        last_column = self._model.columnCount() - 1
        for first, last in _blocks(rows):
            top_left = self._model.index(first, 0)
            selection.select(top_left, self._model.index(last, last_column))
        self._view.selectionModel().select(selection, _FLAG.ClearAndSelect)

    def _note_top(self) -> None:
        """Remember the run at the upper edge; at the very top new runs shall come into view."""
        bar = self._view.verticalScrollBar()
        row = self._view.rowAt(0)
        self._top = None
        if bar.value() > 0 and 0 <= row < self._model.rowCount():
            offset = self._view.rowViewportPosition(row)
            self._top = (self._model.run_at(row).id, offset)

    def _keep_top(self) -> None:
        if self._top is None:
            return
        run_id, offset = self._top
        self._top = None
        row = self._model.row_of(run_id)
        if row >= 0:
            height = self._view.verticalHeader().defaultSectionSize()
            self._view.executeDelayedItemsLayout()
            self._view.verticalScrollBar().setValue(row * height - offset)

    def _after_removal(self) -> None:
        self._keep_top()
        self.restored.emit()

    def _widen_selection(self) -> None:
        """Take new columns into selected rows; Qt splits those at the place of the insertion."""
        model = self._view.selectionModel()
        whole = QItemSelection()
        last_column = self._model.columnCount() - 1
        for first, last in selected_rows(model):
            whole.select(self._model.index(first, 0), self._model.index(last, last_column))
        if not whole.isEmpty():
            model.select(whole, _FLAG.ClearAndSelect)


def selected_rows(model: QItemSelectionModel) -> list[tuple[int, int]]:
    """Return the first and last row of each selected block, from the top."""
    selection = model.selection()
    blocks = (selection.at(place) for place in range(selection.count()))
    return sorted((block.top(), block.bottom()) for block in blocks if block.left() == 0)


def _blocks(rows: list[int]) -> list[tuple[int, int]]:
    """Join ascending rows that stand side by side."""
    blocks: list[tuple[int, int]] = []
    for row in rows:
        if blocks and blocks[-1][1] == row - 1:
            blocks[-1] = (blocks[-1][0], row)
        else:
            blocks.append((row, row))
    return blocks
