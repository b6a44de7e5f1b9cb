"""A small window with one of each kind of control, to test the driver itself."""

import sys
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """100,000 rows, so that nothing can walk through all of them."""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 100_000

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"{index.row()}/{index.column()}" if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return ("First", "Second")[section] if across else section


class Question(QDialog):
    """Asks for a name and a kind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New thing")
        self.name = QLineEdit()
        self.kind = QComboBox()
        self.kind.addItems(["small", "large"])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        form = QFormLayout(self)
        form.addRow("&Name:", self.name)
        form.addRow("&Kind:", self.kind)
        form.addRow(buttons)


class SampleWindow(QMainWindow):
    """Shows what happened in a label."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Sample")
        self.status = QLabel("Nothing happened")
        self.table = QTableView()
        self.table.setAccessibleName("Rows")
        self.table.setModel(Rows(self))
        self.table.clicked.connect(lambda index: self.status.setText(f"Cell {index.data()}"))
        self.check = QCheckBox("Check")
        self.check.toggled.connect(lambda on: self.status.setText(f"Check {on}"))
        self.ask = QPushButton("Ask")
        self.ask.clicked.connect(self._ask)
        self.menuBar().addMenu("File").addAction("Quit", self.close)
        body = QWidget()
        column = QVBoxLayout(body)
        for widget in (self.status, self.check, self.ask, self.table):
            column.addWidget(widget)
        self.setCentralWidget(body)

    def _ask(self) -> None:
        question = Question(self)
        question.accepted.connect(
            lambda: self.status.setText(f"{question.name.text()} {question.kind.currentText()}")
        )
        question.open()


def main() -> int:
    """Show the window until it is closed."""
    application = QApplication(sys.argv)
    window = SampleWindow()
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
