"""The two forms of a difference: two linked panes, or one."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.text_diff import DiffDocument, DiffRow
from workbench.views.diff.diff_pane import DiffPane
from workbench.views.diff.pane_lines import PaneLine, Tone, side_lines, unified_lines
from workbench.views.diff.syntax import Job
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel
from workbench.views.theme.theme import theme

_Off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_On = Qt.ScrollBarPolicy.ScrollBarAlwaysOn


def _title_row() -> tuple[Panel, ElidedLabel]:
    panel = Panel("sunken", "top-bottom")
    panel.setFixedHeight(theme().px(28))
    label = ElidedLabel("", "secondary", "text_2")
    row = QHBoxLayout(panel)
    row.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
    row.addWidget(label)
    return panel, label


class SidePanes(QWidget):
    """Before at the left, after at the right; they scroll together.

    Signals:
        fold_opened: Row of a folded part that the user wants to see.
    """

    fold_opened = Signal(int)

    def __init__(self, left: str, right: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left = DiffPane(left)
        self.left.setObjectName("diffNow")
        self.right = DiffPane(right)
        self.right.setObjectName("diffAfter")
        left_head, self._left_title = _title_row()
        right_head, self._right_title = _title_row()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for head, pane in ((left_head, self.left), (right_head, self.right)):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(head)
            column.addWidget(pane, 1)
            if pane is self.right:
                layout.addWidget(_divider())
            layout.addLayout(column, 1)
        self._link()

    def set_titles(self, left: str, right: str) -> None:
        """Name the two versions."""
        self._left_title.setText(left)
        self._right_title.setText(right)

    def show_rows(self, rows: Sequence[DiffRow]) -> None:
        """Show a difference from its top."""
        self.left.set_lines(side_lines(rows, left=True))
        self.right.set_lines(side_lines(rows, left=False))

    def jobs(self, document: DiffDocument) -> list[Job]:
        """Return what is to be coloured."""
        sides = ((self.left, document.left), (self.right, document.right))
        return [Job(side.lines, partial(_places, pane, 0)) for pane, side in sides]

    def _link(self) -> None:
        self.left.setVerticalScrollBarPolicy(_Off)
        for one, other in ((self.left, self.right), (self.right, self.left)):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            one.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)
            one.horizontalScrollBar().rangeChanged.connect(self._level)
            one.fold_opened.connect(self.fold_opened)

    def _level(self) -> None:
        """Give both panes a horizontal scroll bar or none, so that their rows stay level."""
        panes = (self.left, self.right)
        policy = _On if any(pane.horizontalScrollBar().maximum() for pane in panes) else _Off
        for pane in panes:
            if pane.horizontalScrollBarPolicy() != policy:
                pane.setHorizontalScrollBarPolicy(policy)


class UnifiedPane(QWidget):
    """Removed and added lines below each other.

    Signals:
        fold_opened: Row of a folded part that the user wants to see.
    """

    fold_opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = DiffPane("Differences")
        self.pane.setObjectName("diffUnified")
        self.pane.fold_opened.connect(self.fold_opened)
        head, self._title = _title_row()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.pane, 1)

    def set_titles(self, left: str, right: str) -> None:
        """Name the two versions."""
        self._title.setText(f"− {left}     + {right}")

    def show_rows(self, rows: Sequence[DiffRow]) -> None:
        """Show a difference (in the unified form) from its top."""
        self.pane.set_lines(unified_lines(rows))

    def jobs(self, document: DiffDocument) -> list[Job]:
        """Return what is to be coloured: removed lines as before, all others as after."""
        removed = partial(_places, self.pane, 0, {Tone.REMOVED})
        others = partial(_places, self.pane, 1, {Tone.PLAIN, Tone.ADDED})
        return [Job(document.left.lines, removed), Job(document.right.lines, others)]


def _places(
    pane: DiffPane, column: int, tones: set[Tone] | None = None
) -> dict[int, tuple[DiffPane, int]]:
    """Return where each line number of a gutter column is shown."""

    def wanted(line: PaneLine) -> bool:
        return bool(line.numbers[column]) and (tones is None or line.tone in tones)

    return {
        line.numbers[column]: (pane, index) for index, line in enumerate(pane.lines) if wanted(line)
    }


def _divider() -> QWidget:
    line = Panel("surface", "left")
    line.setFixedWidth(1)
    return line
