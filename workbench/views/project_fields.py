"""Parts of the Project page: sections, values to copy, and values to edit in place."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.views.kit.buttons import IconButton
from workbench.views.kit.fields import LabelledEdit, TextArea
from workbench.views.kit.label import ElidedLabel, IconLabel, Label, Rule
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

_LABELS = 152
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Value(QWidget):
    """A value with a button that copies it."""

    def __init__(self, what: str, *, mono: bool, copy: bool) -> None:
        super().__init__()
        kind = "mono" if mono else "body"
        self.words = ElidedLabel("", kind, "text", Qt.TextElideMode.ElideMiddle)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = IconButton("copy", f"Copy {what}", small=True)
        self.copy.clicked.connect(self._copy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(8))
        layout.addWidget(self.words)
        layout.addWidget(self.copy)
        layout.addStretch(1)
        self._can_copy = copy
        self.copy.setVisible(copy)

    def set_text(self, text: str) -> None:
        """Show a value; the dash stands for none."""
        self.words.setText(text or "–")
        self.copy.setVisible(self._can_copy and bool(text))

    def add_button(self, button: QWidget) -> None:
        """Put a button behind the value."""
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.insertWidget(2, button)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.words.text())


class Editable(QWidget):
    """A value that is saved when the user leaves it or presses Enter; Esc puts it back.

    Args:
        field: The input.
        name: What the value is called.
        check: Returns what is wrong with a text, empty if nothing is.

    Signals:
        edited: A text to save that passed the check.
    """

    edited = Signal(str)

    def __init__(
        self, field: LabelledEdit | TextArea, name: str, check: Callable[[str], str]
    ) -> None:
        super().__init__()
        self.field = field
        self._name = name
        self._check = check
        self._saved = ""
        self._saving: str | None = None
        self._icon = IconLabel("circle-alert", "bad", 14)
        self._below = Label("", "secondary", "text_3", wrap=True)
        self.setFocusProxy(field)
        field.edit.setAccessibleName(name)
        field.edit.installEventFilter(self)
        typed = (
            field.line.textChanged if isinstance(field, LabelledEdit) else field.area.textChanged
        )
        typed.connect(self._on_typed)
        self._build()

    @property
    def error(self) -> str:
        """The error shown, empty without one."""
        return "" if self._icon.isHidden() else self._below.text()

    def show_value(self, text: str) -> None:
        """Show what is saved now; what the user types meanwhile stays."""
        untouched = self.field.text() in (self._saved, self._saving)
        was_saved = self._saving is not None and text == self._saving
        self._saved = text
        if was_saved:
            self._saving = None
            announce(self, f"{self._name} saved")
        if untouched:
            self._show(text)
            self._tell("")

    def replace_value(self, text: str) -> None:
        """Show the value of another project."""
        self._saved, self._saving = text, None
        self._show(text)
        self._tell("")

    def set_error(self, text: str) -> None:
        """Show why the text was not saved; the text stays."""
        self._saving = None
        self._tell(text, bad=True)
        if text:
            announce(self, text)

    def save(self) -> None:
        """Ask to save what is typed, if it differs from what is saved."""
        text = self.field.text().strip()
        if text == self._saving:
            return
        problem = "" if text == self._saved else self._check(text)
        self._tell(problem, bad=True)
        if problem:
            return
        self._show(text)
        if text != self._saved:
            self._saving = text
            self.edited.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Save with Enter or when the focus goes, put back with Esc."""
        if event.type() == QEvent.Type.FocusOut and self.field.text() != self._saved:
            self.save()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            many = isinstance(self.field, TextArea)
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() in _ENTER and (control or not many):
                self.save()
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text() != self._saved:
                self._show(self._saved)
                self._tell("")
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, *_text: str) -> None:
        text = self.field.text()
        if text == self._saved:
            self._tell("")
        elif text != self._saving:
            keys = "Ctrl+Enter" if isinstance(self.field, TextArea) else "Enter"
            self._tell(f"{keys} saves it, Esc puts back what was saved")

    def _show(self, text: str) -> None:
        self.field.set_text(text)

    def _tell(self, text: str, *, bad: bool = False) -> None:
        bad = bad and bool(text)
        self._icon.setVisible(bad)
        self._below.set_tone("bad" if bad else "text_3")
        self._below.setText(text)
        self._below.setVisible(bool(text))
        self.field.set_error(on=bad)
        self.field.edit.setAccessibleDescription(text if bad else "")

    def _build(self) -> None:
        px = theme().px
        foot = QHBoxLayout()
        foot.setSpacing(px(6))
        foot.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._below, 1)
        self._below.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(4), 0, px(4))
        layout.setSpacing(px(4))
        layout.addWidget(self.field)
        layout.addLayout(foot)
        self._tell("")


class Section(QWidget):
    """A heading with a grid of labels and values."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__()
        px = theme().px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Rule())
        layout.addSpacing(px(16))
        layout.addWidget(Label(title, "section"))
        if hint:
            layout.addWidget(Label(hint, "secondary", "text_3", wrap=True))
        layout.addSpacing(px(8))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(px(16))
        self.grid.setVerticalSpacing(px(4))
        self.grid.setColumnMinimumWidth(0, px(_LABELS))
        self.grid.setColumnStretch(1, 1)
        layout.addLayout(self.grid)
        layout.addSpacing(px(16))

    def add_wide(self, widget: QWidget) -> None:
        """Append something that needs no label."""
        self.grid.addWidget(widget, self.grid.rowCount(), 0, 1, 2)

    def show_row(self, label: Label, *, shown: bool) -> None:
        """Show or hide a row, by the label that :meth:`add` returned."""
        place = self.grid.indexOf(label)
        row = self.grid.getItemPosition(place)[0]  # type: ignore[index]  # a tuple
        self.grid.setRowMinimumHeight(row, theme().px(36) if shown else 0)
        for item in (self.grid.itemAtPosition(row, column) for column in (0, 1)):
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(shown)

    def add(self, label: str, widget: QWidget, *, has_input: bool = False) -> Label:
        """Append a row; return its label.

        Args:
            label: What it is.
            widget: The value.
            has_input: Whether its first line is an input or has buttons, as if it were one.
        """
        has_input |= isinstance(widget, Editable)
        row = self.grid.rowCount()
        name = Label(label, "body", "text_2")
        name.setBuddy(widget.field.edit if isinstance(widget, Editable) else widget)
        pad = theme().px(8)
        high = has_input or isinstance(widget, Label)
        # An input has its text lower than a label has.
        top = pad + theme().px(4) if has_input else pad
        name.setContentsMargins(0, top, 0, pad)
        if isinstance(widget, Label):
            widget.setContentsMargins(0, pad, 0, pad)
        self.grid.setRowMinimumHeight(row, theme().px(36))
        place = Qt.AlignmentFlag.AlignTop if high else Qt.AlignmentFlag.AlignVCenter
        self.grid.addWidget(name, row, 0, place)
        if isinstance(widget, Label):
            self.grid.addWidget(widget, row, 1, place)
        else:
            self.grid.addWidget(widget, row, 1)
        return name
