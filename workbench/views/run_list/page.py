"""The Run List: every run of the project, and what can be done with the selected ones."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from workbench.core.run import Run
from workbench.viewmodels.run_states import RunListState
from workbench.viewmodels.run_table import RunTableModel


class RunListPage(QWidget):
    """Shows the runs of :attr:`model` and a :class:`RunListState` around them.

    Signals:
        open_requested: Id of a run to open.
        restore_requested: Id of a run whose snapshot to restore.
        run_again_requested: Id of a run to run again.
        run_requested: The user wants to run the script chosen above.
        cancel_requested: Id of an active run to cancel.
    """

    open_requested = Signal(str)
    restore_requested = Signal(str)
    run_again_requested = Signal(str)
    run_requested = Signal()
    cancel_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("runListPage")
        self.model = RunTableModel(self)
        self._state = RunListState(loading=True)

    def render(self, state: RunListState) -> None:  # type: ignore[override]  # a state
        """Show ``state``; selection, scroll place and filter stay."""
        self._state = state

    def selected_runs(self) -> list[Run]:
        """Return the selected runs in the order shown."""
        return []
