"""About: versions, and the licence of every part that others wrote."""

import platform
from collections.abc import Iterator

import PySide6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit, QWidget

import workbench
from workbench.core.parts import Part, parts
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme


class AboutDialog(Dialog):
    """Versions and licences; parts are listed one by one, so that the window stays quick."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "About Workbench")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts: list[Part] = []
        self._coming: Iterator[Part] = parts()
        self.versions = (
            f"Workbench {workbench.__version__}\n"
            f"Python {platform.python_version()}, Qt for Python {PySide6.__version__}\n"
            f"{platform.platform()}"
        )
        self.names = QListWidget()
        self.names.setAccessibleName("Parts with a licence")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence")
        self.text.setFont(theme().font("mono"))
        self.text.setTabChangesFocus(True)
        self.copy = Button("Copy versions", "copy")
        self.copy.clicked.connect(self._copy)
        self._build()
        self.names.currentRowChanged.connect(self._show)
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._add_part)
        self._next.start()

    def reject(self) -> None:
        """Close it."""
        self._next.stop()
        self.hide()
        self.deleteLater()

    def _add_part(self) -> None:
        part = next(self._coming, None)
        if part is None:
            self._next.stop()
            return
        self._parts.append(part)
        self.names.addItem(f"{part.name} {part.version}".strip())
        if self.names.currentRow() < 0:
            self.names.setCurrentRow(0)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._parts):
            part = self._parts[row]
            self.text.setPlainText(f"{part.name}: {part.licence}\n\n{part.text()}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.versions)
        self.copy.set_text("Copied")

    def _build(self) -> None:
        px = theme().px
        words = Label(self.versions, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(words)
        self.body.addWidget(Label("Licences", "section"))
        self.names.setFixedWidth(px(220))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.names)
        line.addWidget(self.text, 1)
        self.body.addLayout(line, 1)
        close = Button("Close", kind="primary")
        close.clicked.connect(self.reject)
        close.setDefault(True)
        self.footer.addWidget(self.copy)
        self.footer.addWidget(close)
        self.resize(px(800), px(520))
