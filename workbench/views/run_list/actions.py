"""What can be done with the selected runs, and why something can't be done now."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu

from workbench.core.run import Run
from workbench.viewmodels.run_columns import Column, cell_text
from workbench.viewmodels.run_states import RunListState
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.theme.theme import theme

ONE_RUN = "Select one run"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a menu.

    Attributes:
        text: Its words.
        icon: Name of its icon.
        act: What it does.
        reason: Why it is disabled; empty when it is not.
        starts_group: Whether a line is drawn above it.
    """

    text: str
    icon: str
    act: Callable[[], object]
    reason: str = ""
    starts_group: bool = False


def fill_menu(menu: QMenu, entries: list[Entry]) -> None:
    """Replace the lines of a menu."""
    menu.clear()
    menu.setToolTipsVisible(True)
    for entry in entries:
        if entry.starts_group:
            menu.addSeparator()
        action = menu.addAction(theme().icon(entry.icon), entry.text)
        action.setEnabled(not entry.reason)
        action.setToolTip(entry.reason)
        action.triggered.connect(lambda _=False, act=entry.act: act())


def open_reason(number: int) -> str:
    """Return why nothing can be opened, empty when it can; ``number`` runs are selected."""
    return "" if number == 1 else ONE_RUN


def restore_reason(number: int, first: Run | None, state: RunListState) -> str:
    """Return why nothing can be restored, empty when it can."""
    if number != 1 or first is None:
        return ONE_RUN
    if not first.snapshot:
        return "This run has no snapshot"
    return state.restore_blocked


def run_again_reason(number: int, state: RunListState) -> str:
    """Return why nothing can be run again, empty when it can."""
    return ONE_RUN if number != 1 else state.run_blocked


def lines_of(runs: list[Run], what: Callable[[Run], str]) -> str:
    """Return one line for each run that has something to say."""
    return "\n".join(line for run in runs if (line := what(run)))


def rows_as_text(runs: list[Run], columns: list[Column], model: RunTableModel) -> str:
    """Return rows with their header, separated by tabs, for a spreadsheet."""
    now = model.clock()
    lines = ["\t".join(column.title for column in columns)]
    lines.extend("\t".join(cell_text(run, column, now) for column in columns) for run in runs)
    return "\n".join(lines)
