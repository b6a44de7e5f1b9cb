"""Inputs with their label inside the frame, a search field, and a row of a form."""

import re

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.views.kit.combo import ComboBox
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import set_style_property
from workbench.views.theme.theme import theme

_SEARCH_DELAY_MS = 100
# Width that a word below an input may take: a form has room for it at its smallest size.
_WORD_MAX = 300
# Width of a box for what is chosen, where nobody says another one.
_ROOM = 120
_WORDS = re.compile(r"([\s/\\]+)")


class LabelledCombo(QWidget):
    """A combo box with its label at the left inside the outline.

    The label is the box's buddy: that is how assistive tools find the box.

    Args:
        label: Shown text.
        name: Name of the choice where it differs from the label (also the tooltip).
        room: Width of the design that it asks for beside its label, for what is chosen.

    Signals:
        chosen: Id of the entry that the user chose.
    """

    chosen = Signal(str)

    def __init__(
        self, label: str, name: str = "", parent: QWidget | None = None, *, room: int = _ROOM
    ) -> None:
        super().__init__(parent)
        self._room = room
        self._fixed = False
        self.combo = ComboBox(parent=self)
        self.combo.setAccessibleName(name or label)
        self.combo.setToolTip(name if name != label else "")
        self.label = Label(label, "secondary", "text_3", parent=self)
        self.label.setBuddy(self.combo)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.combo.activated.connect(self._on_activated)
        self.setFocusProxy(self.combo)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def current(self) -> str:
        """Id of the chosen entry, empty without entries."""
        data = self.combo.currentData()
        return "" if data is None else str(data)

    def sizeHint(self) -> QSize:
        """Return the room for the label and what is chosen."""
        label = 0 if self.label.isHidden() else self.label.width()
        return QSize(label + theme().px(self._room), theme().px(32))

    def setFixedWidth(self, width: int) -> None:
        """Keep this width; the window scales it with its zoom."""
        self._fixed = True
        super().setFixedWidth(width)

    def full_width(self) -> int:
        """Return the width at which nothing of the text is cut."""
        return self.combo.full_width()

    def set_items(self, items: list[tuple[str, str]], current: str) -> None:
        """Replace the entries ``(id, text)`` without a signal."""
        self.combo.set_items(items, current)

    def set_label(self, text: str) -> None:
        """Change the label, for example to a shorter form."""
        self.label.setText(text)
        self._restyle()

    def set_label_visible(self, *, visible: bool) -> None:
        """Show or hide the label; the box keeps it as its name."""
        if visible == self.label.isHidden():
            self.label.setVisible(visible)
            self._restyle()

    def set_disabled_reason(self, reason: str) -> None:
        """Disable it and say why in its tooltip, or enable it with an empty reason."""
        self.combo.set_disabled_reason(reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the whole widget with the box."""
        super().resizeEvent(event)
        self.combo.setGeometry(self.rect())

    def _on_activated(self) -> None:
        self.chosen.emit(self.current)

    def _restyle(self) -> None:
        look = theme()
        self.setFixedHeight(look.px(32))
        self.label.setFont(look.font("secondary"))
        width = self.label.fontMetrics().horizontalAdvance(self.label.text()) + 2
        self.label.setGeometry(look.px(10), 0, width, look.px(32))
        self.label.raise_()
        self.combo.inset = 0 if self.label.isHidden() else width + look.px(6)
        if not self._fixed:
            self.setMinimumWidth(self.combo.minimumSizeHint().width())
        self.updateGeometry()
        self.combo.update()


class FieldFrame(QFrame):
    """An outline around a line edit without one: ring on focus, red on error."""

    def __init__(self, edit: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = edit
        self._error = False
        self.setProperty("field", True)
        edit.setProperty("bare", True)
        edit.installEventFilter(self)
        self.setFocusProxy(edit)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def set_error(self, *, on: bool) -> None:
        """Show the outline of an error."""
        self._error = on
        self._update_ring()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the focus and the enabled state of the edit."""
        kinds = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.EnabledChange)
        if watched is self.edit and event.type() in kinds:
            self._update_ring(focused=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor into the edit."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _update_ring(self, *, focused: bool | None = None) -> None:
        has_focus = self.edit.hasFocus() if focused is None else focused
        if not self.edit.isEnabled():
            ring = "off"
        elif self._error:
            ring = "error-focus" if has_focus else "error"
        else:
            ring = "focus" if has_focus else ""
        set_style_property(self, "ring", ring)


class LabelledEdit(FieldFrame):
    """A line of text with its label at the left inside the outline.

    Args:
        label: Shown text, empty for none.
        name: Accessible name.
        mono: Whether it holds code.
    """

    def __init__(
        self, label: str, name: str = "", *, mono: bool = False, parent: QWidget | None = None
    ) -> None:
        self.line = QLineEdit()
        super().__init__(self.line, parent)
        self._mono = mono
        self.label = Label(label, "secondary", "text_3")
        self.label.setBuddy(self.line)
        self.line.setAccessibleName(name or label)
        self.row = QHBoxLayout(self)
        self.row.addWidget(self.label)
        self.row.addWidget(self.line, 1)
        self.label.setVisible(bool(label))
        theme().changed.connect(self._restyle_field)
        self._restyle_field()

    def text(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Replace the text without moving the cursor if it is the same."""
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)

    def set_label(self, text: str) -> None:
        """Change the label, for example to a shorter form."""
        self.label.setText(text)

    def set_disabled_reason(self, reason: str) -> None:
        """Disable it and say why in its tooltip, or enable it with an empty reason."""
        self.line.setEnabled(not reason)
        self.setToolTip(reason)

    def _restyle_field(self) -> None:
        look = theme()
        self.setFixedHeight(look.px(32))
        self.row.setContentsMargins(look.px(10), 0, look.px(8), 0)
        self.row.setSpacing(look.px(8))
        self.line.setFont(look.font("mono" if self._mono else "body"))


class SearchField(LabelledEdit):
    """A filter field: tells its text shortly after the last key; Esc empties it.

    Signals:
        searched: The text, 100 ms after the last change.
    """

    searched = Signal(str)

    def __init__(self, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent=parent)
        self.line.setPlaceholderText(placeholder)
        self.line.setClearButtonEnabled(False)
        self._icon = IconLabel("search", "text_3")
        self.row.insertWidget(0, self._icon)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_DELAY_MS)
        self._timer.timeout.connect(lambda: self.searched.emit(self.line.text()))
        self.line.textChanged.connect(lambda _text: self._timer.start())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Empty the field with Esc."""
        escape = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        )
        if escape and self.line.text():
            self.line.clear()
            return True
        return super().eventFilter(watched, event)


class FormRow(QWidget):
    """A label above an input, a hint below it, and an error in the hint's place.

    Args:
        label: Text with an ampersand before its Alt letter.
        field: The input; its buddy label names it.
        optional: Whether "Optional" is shown behind the label.
        beside: A button at the right of the input.
    """

    def __init__(
        self,
        label: str,
        field: QWidget,
        *,
        optional: bool = False,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.field = field
        self._hint = ""
        self._shown = ""
        self._label = Label(label, "secondary_medium")
        inner = field.edit if isinstance(field, FieldFrame) else field
        self._label.setBuddy(inner)
        inner.setAccessibleName(label.replace("&", ""))
        self._optional = Label("Optional", "secondary", "text_3")
        self._icon = IconLabel("circle-alert", "bad", 14)
        self._below = Label("", "secondary", "text_3", wrap=True)
        self._build(beside)
        self._optional.setVisible(optional)
        self.set_error("")

    @property
    def error(self) -> str:
        """The error shown, empty without one."""
        return "" if self._icon.isHidden() else self._shown

    def set_hint(self, text: str) -> None:
        """Set the text that is below while there is no error."""
        self._hint = text
        if self._icon.isHidden():
            self._show_below(text)

    def set_error(self, text: str) -> None:
        """Show an error below and a red outline; an empty text takes both away."""
        self._icon.setVisible(bool(text))
        self._below.set_tone("bad" if text else "text_3")
        self._show_below(text or self._hint)
        if isinstance(self.field, FieldFrame | ComboBox):
            self.field.set_error(on=bool(text))
        inner = self.field.edit if isinstance(self.field, FieldFrame) else self.field
        inner.setAccessibleDescription(text)

    def _show_below(self, text: str) -> None:
        self._shown = text
        fitting = self._fitting(text)
        self._below.setText(fitting)
        self._below.setToolTip(text if fitting != text else "")
        self._below.setVisible(bool(text))

    def _fitting(self, text: str) -> str:
        """Return the text with its longest words cut: a label wraps between words only."""
        metrics, room = self._below.fontMetrics(), theme().px(_WORD_MAX)
        middle = Qt.TextElideMode.ElideMiddle
        words = _WORDS.split(text)
        return "".join(metrics.elidedText(word, middle, room) for word in words)

    def _build(self, beside: QWidget | None) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setSpacing(px(6))
        head.addWidget(self._label)
        head.addWidget(self._optional)
        head.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.field, 1)
        if beside is not None:
            line.addWidget(beside)
        foot = QHBoxLayout()
        foot.setSpacing(px(6))
        foot.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._below, 1)
        self._below.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addLayout(foot)


class TextArea(FieldFrame):
    """Some lines of text in an outline."""

    def __init__(self, lines: int = 2, parent: QWidget | None = None) -> None:
        self.area = QPlainTextEdit()
        super().__init__(self.area, parent)
        self._lines = lines
        self.area.setTabChangesFocus(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.document().setDocumentMargin(0)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.area)
        theme().changed.connect(self._restyle_area)
        self._restyle_area()

    def text(self) -> str:
        """Return what is typed."""
        return self.area.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text if it differs."""
        if text != self.text():
            self.area.setPlainText(text)

    def _restyle_area(self) -> None:
        px = theme().px
        self.area.setFont(theme().font("body"))
        self._layout.setContentsMargins(px(10), px(6), px(8), px(6))
        self.setFixedHeight(self._lines * self.area.fontMetrics().lineSpacing() + px(16))


def at_left(widget: QWidget) -> QWidget:
    """Return a line with a control at its left, no wider than it wants to be."""
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch(1)
    return line
