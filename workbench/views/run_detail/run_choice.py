"""A box that chooses another run."""

from PySide6.QtCore import Signal

from workbench.viewmodels.beside_run import OTHER
from workbench.views.kit.fields import LabelledCombo


class RunChoice(LabelledCombo):
    """A few runs to choose from, and a way to all others.

    Args:
        label: Shown text.
        name: Name of the choice where it differs from the label.
        room: Width of the design for what is chosen.

    Signals:
        picked: The id of a run, or another choice of ``viewmodels/beside_run.py``.
        other_requested: The user wants to choose among all runs.
    """

    picked = Signal(str)
    other_requested = Signal()

    def __init__(self, label: str, name: str = "", room: int = 92) -> None:
        super().__init__(label, name, room=room)
        self._shown = ""
        self.chosen.connect(self._on_chosen)

    def show_items(self, items: list[tuple[str, str]], current: str) -> None:
        """Show these entries with this one chosen."""
        self._shown = current
        self.set_items(items, current)

    def open(self) -> None:
        """Open the list."""
        self.combo.setFocus()
        self.combo.showPopup()

    def _on_chosen(self, choice: str) -> None:
        if choice != OTHER:
            self._shown = choice
            self.picked.emit(choice)
            return
        # What is shown changes when a run was chosen.
        self.combo.setCurrentIndex(max(0, self.combo.findData(self._shown)))
        self.other_requested.emit()
