"""Zoom of what was laid out before: margins, gaps and fixed sizes of all widgets of a window.

Widgets that set their own sizes when the theme changes do so afterwards and win.
"""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QWidget

_NO_LIMIT = 16_777_215
_HAIRLINE = 2
_EXACT = "_exact_sizes"


class _Scaler:
    """Scales the numbers of one object without adding up rounding errors.

    The exact value is kept with the rounded one that was set. It is used again only while the
    rounded one is still in place, so sizes that were changed meanwhile are scaled as they are.
    """

    def __init__(self, owner: QObject, factor: float) -> None:
        self._owner = owner
        self._factor = factor
        known = owner.property(_EXACT)
        self._known: dict[str, tuple[int, float]] = known if isinstance(known, dict) else {}

    def scale(self, name: str, value: int) -> int:
        """Return the new value; lines of one or two pixels and "none" stay."""
        if abs(value) <= _HAIRLINE or value >= _NO_LIMIT:
            return value
        rounded, exact = self._known.get(name, (value, float(value)))
        exact = (exact if rounded == value else float(value)) * self._factor
        self._known[name] = (round(exact), exact)
        return round(exact)

    def keep(self) -> None:
        """Remember the exact values with their owner."""
        self._owner.setProperty(_EXACT, self._known)


def rescale(root: QWidget, factor: float) -> None:
    """Multiply the sizes of everything in a window by ``factor``; the window's own stay."""
    for widget in root.findChildren(QWidget):
        if not widget.isWindow():
            _scale_widget(widget, factor)
        layout = widget.layout()
        if layout is not None:
            _scale_layout(layout, factor)
    layout = root.layout()
    if layout is not None:
        _scale_layout(layout, factor)


def _scale_widget(widget: QWidget, factor: float) -> None:
    scaler = _Scaler(widget, factor)
    least, most = widget.minimumSize(), widget.maximumSize()
    widget.setMinimumSize(
        scaler.scale("min-width", least.width()), scaler.scale("min-height", least.height())
    )
    widget.setMaximumSize(
        scaler.scale("max-width", most.width()), scaler.scale("max-height", most.height())
    )
    scaler.keep()


def _scale_layout(layout: QLayout, factor: float) -> None:
    scaler = _Scaler(layout, factor)
    edge = layout.contentsMargins()
    layout.setContentsMargins(
        scaler.scale("left", edge.left()),
        scaler.scale("top", edge.top()),
        scaler.scale("right", edge.right()),
        scaler.scale("bottom", edge.bottom()),
    )
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(scaler.scale("x", layout.horizontalSpacing()))
        layout.setVerticalSpacing(scaler.scale("y", layout.verticalSpacing()))
        for row in range(layout.rowCount()):
            height = layout.rowMinimumHeight(row)
            layout.setRowMinimumHeight(row, scaler.scale(f"row{row}", height))
        for column in range(layout.columnCount()):
            width = layout.columnMinimumWidth(column)
            layout.setColumnMinimumWidth(column, scaler.scale(f"column{column}", width))
    else:
        layout.setSpacing(scaler.scale("gap", layout.spacing()))
    for index in range(layout.count()):
        _scale_item(layout, index, scaler, factor)
    scaler.keep()
    layout.invalidate()


def _scale_item(layout: QLayout, index: int, scaler: _Scaler, factor: float) -> None:
    item = layout.itemAt(index)
    inner = item.layout() if item is not None else None
    spacer = item.spacerItem() if item is not None else None
    if inner is not None:
        _scale_layout(inner, factor)
    elif spacer is not None and isinstance(layout, QBoxLayout):
        size, policy = spacer.sizeHint(), spacer.sizePolicy()
        spacer.changeSize(
            scaler.scale(f"space-x{index}", size.width()),
            scaler.scale(f"space-y{index}", size.height()),
            policy.horizontalPolicy(),
            policy.verticalPolicy(),
        )
