"""Asks for the name of a filter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from workbench.core.errors import InvalidInputError
from workbench.core.saved_filter import Filters, checked_name, filter_named
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme


class FilterNameDialog(Dialog):
    """A new filter, or another name for one.

    Args:
        parent: Its window is dimmed.
        known: The filters of the project.
        words: What the filter asks for.
        name: Present name of the filter; empty for a new one.

    Signals:
        named: The name.
    """

    named = Signal(str)

    def __init__(self, parent: QWidget, known: Filters, words: str, name: str = "") -> None:
        super().__init__(parent, "Rename filter" if name else "Save filter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("filterName")
        self._known = known
        self._name = name
        self.body.addWidget(Label(words, "mono", "text_2", wrap=True))
        field = LabelledEdit("", "Name")
        self.line = field.line
        self.line.setText(name)
        self.line.selectAll()
        self.row = FormRow("&Name", field)
        self.row.setMinimumWidth(theme().px(400))
        self.body.addWidget(self.row)
        cancel = Button("Cancel")
        cancel.clicked.connect(self.reject)
        self.accept_button = Button("Rename" if name else "Save filter", kind="primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self._accept)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.accept_button)
        self.line.textChanged.connect(self._on_typed)
        self._on_typed()
        self.line.setFocus()

    def reject(self) -> None:
        """Close it; nothing is changed."""
        self.hide()
        self.deleteLater()

    def _on_typed(self) -> None:
        """Say in time that the name is taken: a new filter may replace one, a renamed one not."""
        self.row.set_error("")
        try:
            checked_name(self.line.text() or "…", self._known, self._name)
        except InvalidInputError as error:
            if self._name or not self._is_taken():
                self.row.set_error(error.text or error.title)
        taken = not self._name and self._is_taken()
        self.row.set_hint("This replaces the filter of that name." if taken else "")
        if not self._name:
            self.accept_button.set_text("Replace filter" if taken else "Save filter")

    def _is_taken(self) -> bool:
        return filter_named(self._known, self.line.text()) is not None

    def _accept(self) -> None:
        known = self._known if self._name else ()
        try:
            name = checked_name(self.line.text(), known, self._name)
        except InvalidInputError as error:
            self.row.set_error(error.text or error.title)
            self.line.setFocus()
            return
        self.reject()
        self.named.emit(name)
