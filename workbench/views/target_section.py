"""Targets on the Project page: this computer with its Pythons, and what only has a file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.viewmodels.target_rows import TargetRow
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel, IconLabel, Label, Rule
from workbench.views.project_fields import Section
from workbench.views.theme.theme import theme

_INDENT = 28


class TargetSection(Section):
    """Shows :class:`TargetRow`.

    Signals:
        python_chosen: Path of the Python to use from now on.
    """

    python_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Targets", "Where runs take place, and with which Python.")
        self.rows: dict[str, TargetLine] = {}
        self.problem = Label("", "secondary", "warn", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._lines)
        column.addWidget(self.problem)
        self.add_wide(holder)
        self.problem.hide()

    def show_rows(self, rows: tuple[TargetRow, ...], problem: str) -> None:
        """Show these; lines that stay keep the focus.

        Args:
            rows: From the top.
            problem: Why a file of a target can't be shown; empty if none.
        """
        for key in self.rows.keys() - {row.key for row in rows}:
            line = self.rows.pop(key)
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        for place, row in enumerate(rows):
            if row.key not in self.rows:
                line = TargetLine(row)
                line.use.clicked.connect(
                    lambda _=False, path=row.interpreter: self.python_chosen.emit(path)
                )
                self.rows[row.key] = line
            line = self.rows[row.key]
            if self._lines.indexOf(line) != place:
                self._lines.insertWidget(place, line)
            line.show_row(row)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


class TargetLine(QWidget):
    """One target or Python.

    Attributes:
        use: Uses the Python of the row.
    """

    def __init__(self, row: TargetRow) -> None:
        super().__init__()
        px = theme().px
        self._icon = IconLabel(row.icon, "text_2", 16)
        self.title = ElidedLabel("", "medium")
        is_python = bool(row.interpreter)
        self.detail = ElidedLabel("", "mono" if is_python else "secondary", "text_3")
        self._word_icon = IconLabel("check", "text_2", 14)
        self.word = Label("", "secondary", "text_2")
        self.use = Button("Use", kind="link", name=f"Use {row.title}")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.detail)
        line = QHBoxLayout()
        line.setContentsMargins(px(_INDENT) if is_python else 0, px(6), px(4), px(6))
        line.setSpacing(px(12))
        line.addWidget(self._icon)
        line.addLayout(names, 1)
        word = QHBoxLayout()
        word.setSpacing(px(6))
        word.addWidget(self._word_icon)
        word.addWidget(self.word)
        line.addLayout(word)
        line.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(Rule())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_row(self, row: TargetRow) -> None:
        """Show what it is and how it is."""
        self.title.setText(row.title)
        self.detail.setText(row.detail)
        self._word_icon.set_icon(row.word_icon or "check", row.tone)
        self._word_icon.setVisible(bool(row.word))
        self.word.setText(row.word)
        self.word.set_tone(row.tone)
        self.word.setVisible(bool(row.word))
        self.word.setToolTip(row.tip)
        self.word.setAccessibleDescription(row.tip)
        self.use.setVisible(row.can_use)
