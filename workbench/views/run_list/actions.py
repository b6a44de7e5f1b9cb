"""What can be done with the selected runs, and why something can't be done now."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from workbench.core.run import Run
from workbench.viewmodels.compare_states import compare_reason
from workbench.viewmodels.run_columns import Column, cell_text
from workbench.viewmodels.run_states import RunListState, again_problem
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.command_menu import LINE
from workbench.views.compare.offers import compare_offers
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.restyle import announce
from workbench.views.run_list.table import RunTableView

ONE_RUN = "Select one run"
SOME_RUN = "Select a run"
MORE_MENU = (
    "run_again", "edit_note", LINE,
    "copy_run_id", "copy_commit", "copy_arguments", LINE,
    "archive_runs", "delete_runs", LINE,
    "cancel_run",
)  # fmt: skip
CONTEXT_MENU = (
    "cancel_run", LINE,
    "open_run", "run_again", "compare", "compare_with_best", "restore", LINE,
    "copy_arguments", "copy_run_id", "copy_commit", "edit_note", LINE,
    "archive_runs", "delete_runs",
)  # fmt: skip


def restore_reason(number: int, first: Run | None, state: RunListState) -> str:
    """Return why nothing can be restored, empty when it can."""
    if number != 1 or first is None:
        return ONE_RUN
    if not first.snapshot:
        return "This run has no snapshot"
    return state.restore_blocked


def lines_of(runs: list[Run], what: Callable[[Run], str]) -> str:
    """Return one line for each run that has something to say."""
    return "\n".join(line for run in runs if (line := what(run)))


def rows_as_text(runs: list[Run], columns: list[Column], model: RunTableModel) -> str:
    """Return rows with their header, separated by tabs, for a spreadsheet."""
    now = model.clock()
    lines = ["\t".join(column.title for column in columns)]
    lines.extend("\t".join(cell_text(run, column, now) for column in columns) for run in runs)
    return "\n".join(lines)


class RunActions(QObject):
    """Asks for what the user wants to do with the runs selected in a table.

    Signals:
        open_requested: Id of a run to open.
        restore_requested: Id of a run whose snapshot to restore.
        run_again_requested: Id of a run to run again.
        cancel_requested: Id of an active run to cancel.
        note_requested: Id of a run whose note to edit.
        compare_requested: What the selected runs are to be compared with: each other (``""``),
            or the only one with the ``"previous"``, the ``"best"`` or an ``"other"`` run or with
            the ``"folder"``.
        aside_requested: ``"archive"``, ``"unarchive"`` or ``"delete"``, and the selected runs.
    """

    open_requested = Signal(str)
    restore_requested = Signal(str)
    run_again_requested = Signal(str)
    cancel_requested = Signal(str)
    note_requested = Signal(str)
    compare_requested = Signal(str)
    aside_requested = Signal(str, object)

    def __init__(self, table: RunTableView, model: RunTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self.state = RunListState(loading=True)

    def offers(self) -> Offers:
        """Return what is possible with the selection, by the id of the command."""
        number = self._table.selected_count
        runs = self._table.first_selected(1)
        first = runs[0] if runs else None
        one, some = "" if number == 1 else ONE_RUN, "" if number else SOME_RUN
        run_id = first.id if first is not None else ""
        again = again_problem(first, self.state.run_blocked) if first is not None else ""
        offers = {
            "open_run": Offer(lambda: self.open_requested.emit(run_id), one),
            "restore": Offer(
                lambda: self.restore_requested.emit(run_id),
                restore_reason(number, first, self.state),
            ),
            "run_again": Offer(lambda: self.run_again_requested.emit(run_id), one or again),
            "edit_note": Offer(lambda: self.note_requested.emit(run_id), one),
            "compare": Offer(lambda: self.compare_requested.emit(""), compare_reason(number)),
            "copy_run_id": Offer(self._copy_ids, some),
            "copy_commit": Offer(self._copy_commits, some),
            "copy_arguments": Offer(self._copy_arguments, some),
        }
        offers |= self._aside_offers(first, some)
        offers |= compare_offers(first, self.compare_requested.emit, one)
        if number == 1 and first is not None and first.status.is_active:
            offers["cancel_run"] = Offer(lambda: self.cancel_requested.emit(run_id))
        return offers

    def _aside_offers(self, first: Run | None, some: str) -> Offers:
        # Those of one list: archived runs are shown alone.
        back = first is not None and first.archived
        what = "unarchive" if back else "archive"
        words = "Unarchive" if back else ""
        return {
            "archive_runs": Offer(lambda: self._put_aside(what), some, text=words),
            "delete_runs": Offer(lambda: self._put_aside("delete"), some),
        }

    def _put_aside(self, what: str) -> None:
        self.aside_requested.emit(what, self._table.selected_runs())

    def copy_rows(self) -> None:
        """Put the selected rows into the clipboard, with the columns shown."""
        runs = self._table.selected_runs()
        columns = [
            column
            for number, column in enumerate(self._model.columns)
            if column.title and self._table.columns.is_shown(number)
        ]
        if runs:
            self._copy(rows_as_text(runs, columns, self._model), "Rows copied")

    def _copy(self, text: str, said: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            announce(self._table, said)

    def _copy_ids(self) -> None:
        self._copy(lines_of(self._table.selected_runs(), lambda run: run.id), "Run ID copied")

    def _copy_commits(self) -> None:
        text = lines_of(self._table.selected_runs(), lambda run: run.snapshot)
        self._copy(text, "Snapshot commit copied")

    def _copy_arguments(self) -> None:
        text = lines_of(self._table.selected_runs(), lambda run: run.arguments_text)
        self._copy(text, "Arguments copied")
