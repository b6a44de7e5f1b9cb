"""Rows of a label and a value; what is cut is in the tooltip, and every value can be copied."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QToolTip, QWidget

from workbench.views.kit.label import ElidedLabel
from workbench.views.theme.theme import theme

_MIDDLE = Qt.TextElideMode.ElideMiddle
_COPY = QKeySequence.StandardKey.Copy
_NAME_WIDTH, _MONO_NAME_WIDTH = 84, 100
# Room between a value and the ring around it.
_INSIDE, _ABOVE = 4, 2


class Fact(NamedTuple):
    """A row.

    Attributes:
        label: What it is.
        text: The value as shown.
        full: The whole value, for the tooltip and to copy, where it is not the text.
    """

    label: str
    text: str
    full: str = ""


class FactRows(QWidget):
    """Rows of a label and a value that is cut in the middle; widgets are used again.

    All values together are one tab stop; Up and Down go from one to the next.

    Args:
        mono: Whether labels and values are code.
    """

    def __init__(self, *, mono: bool = False) -> None:
        super().__init__()
        self._mono = mono
        self._rows: list[tuple[ElidedLabel, FactValue]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme().px(12 - _INSIDE))
        self._grid.setVerticalSpacing(0 if mono else theme().px(8 - 2 * _ABOVE))
        self._grid.setColumnMinimumWidth(0, self._name_width())
        self._grid.setColumnStretch(1, 1)

    @property
    def texts(self) -> dict[str, str]:
        """Each label shown with its value."""
        return {name.text(): value.text() for name, value in self._rows if not value.isHidden()}

    def value(self, label: str) -> "FactValue":
        """Return the value shown with a label.

        Raises:
            KeyError: If there is none.
        """
        for name, value in self._rows:
            if name.text() == label and not value.isHidden():
                return value
        raise KeyError(label)

    def set_button(self, row: int, button: QWidget) -> None:
        """Put a button behind a value."""
        self._grid.addWidget(button, row, 2)

    def show_rows(self, rows: Sequence[Fact], mono: Sequence[int] = ()) -> None:
        """Show rows; the values of some of them as code."""
        while len(self._rows) < len(rows):
            self._add()
        for number, (name, value) in enumerate(self._rows):
            shown = number < len(rows)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                fact = rows[number]
                if name.text() != fact.label:
                    name.setText(fact.label)
                value.show_value(fact)
                value.set_kind("mono" if self._mono or number in mono else "secondary")
        self._keep_tab_stop()

    def _add(self) -> None:
        kind = "mono" if self._mono else "secondary"
        name = ElidedLabel("", kind, "text_2" if self._mono else "text_3", _MIDDLE)
        value = FactValue(kind)
        above = 0 if self._mono else theme().px(_ABOVE)
        value.setContentsMargins(theme().px(_INSIDE), above, theme().px(_INSIDE), above)
        name.setContentsMargins(0, above, 0, above)
        value.left.connect(lambda step, here=value: self._go(here, step))
        value.entered.connect(lambda here=value: self._keep_tab_stop(here))
        name.setFixedWidth(self._name_width())
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))

    def _go(self, here: "FactValue", step: int) -> None:
        shown = [value for _, value in self._rows if not value.isHidden()]
        place = shown.index(here) + step
        if 0 <= place < len(shown):
            shown[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_tab_stop(self, current: "FactValue | None" = None) -> None:
        """Let Tab reach one value: that which had the keyboard last, else the first one."""
        shown = [value for _, value in self._rows if not value.isHidden()]
        stops = [value for value in shown if value.focusPolicy() & Qt.FocusPolicy.TabFocus]
        chosen = current or next(iter(stops), next(iter(shown), None))
        for _, value in self._rows:
            stop = value is chosen
            value.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)

    def _name_width(self) -> int:
        return theme().px(_MONO_NAME_WIDTH if self._mono else _NAME_WIDTH)


class FactValue(ElidedLabel):
    """A value: Ctrl+C and its context menu copy all of it, also what is cut.

    Signals:
        left: Up (-1) or Down (1) was pressed.
        entered: It has the keyboard now.
    """

    left = Signal(int)
    entered = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__("", kind, "text", _MIDDLE)
        self._full = ""

    @property
    def full(self) -> str:
        """The whole value."""
        return self._full

    def show_value(self, fact: Fact) -> None:
        """Show the value of a row."""
        self._full = fact.full or fact.text or fact.label
        if self.text() != fact.text:
            self.setText(fact.text)
        self.setToolTip(self._full if self._full != fact.text else "")
        self.setAccessibleName(f"{fact.label}: {fact.text}" if fact.text else fact.label)
        self.setAccessibleDescription(self.toolTip())

    def copy(self) -> None:
        """Put the whole value into the clipboard, and say so."""
        QGuiApplication.clipboard().setText(self._full)
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height() // 2)), "Copied", self)

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+C before it becomes a shortcut of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(_COPY)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C; go to another row with Up and Down."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.matches(_COPY):
            self.copy()
        elif event.key() in steps:
            self.left.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy the value, also by the keys for a context menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(theme().icon("copy"), "Copy value")
        action.setShortcut(_COPY)
        action.triggered.connect(self.copy)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring and be the row that Tab comes back to."""
        super().focusInEvent(event)
        self.entered.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, and a ring around it while it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
            painter.end()
