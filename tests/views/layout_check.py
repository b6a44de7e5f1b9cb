"""Finds what is cut or overlaps in a window: texts without room, and parts over other parts."""

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel, QLayout, QWidget

from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel

# A rounded pixel is nothing that one sees.
_SLACK = 2


def problems(window: QWidget) -> list[str]:
    """Return what is wrong with what a window shows now."""
    found: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.isVisibleTo(window) and widget.size().isValid():
            found += _cut_texts(widget)
            layout = widget.layout()
            if layout is not None:
                found += _misplaced(widget, layout)
    return found


def _cut_texts(widget: QWidget) -> Iterator[str]:
    name = f"{type(widget).__name__} {widget.objectName()}".strip()
    if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel) and widget.text():
        if widget.wordWrap():
            needed, there = widget.heightForWidth(widget.width()), widget.height()
        else:
            needed, there = widget.minimumSizeHint().width(), widget.width()
        if needed > there + _SLACK:
            yield f"{name} is cut: {widget.text()!r} needs {needed} of {there}"
    if isinstance(widget, Button) and widget.width() + _SLACK < widget.minimumSizeHint().width():
        yield f"{name} is cut: {widget.text()!r}"


def _misplaced(owner: QWidget, layout: QLayout) -> Iterator[str]:
    """Yield parts of a layout that lie over each other or reach out of their owner."""
    shown = list(_shown(layout))
    room = owner.rect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
    for index, (name, rect) in enumerate(shown):
        if not room.contains(rect):
            yield f"{name} reaches out of {type(owner).__name__}: {rect} in {owner.rect()}"
        for other, place in shown[index + 1 :]:
            common = rect.intersected(place)
            if common.width() > _SLACK and common.height() > _SLACK:
                yield f"{name} lies over {other}"


def _shown(layout: QLayout) -> Iterator[tuple[str, QRect]]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if inner is not None:
            yield from _shown(inner)
        elif widget is not None and not widget.isHidden() and widget.width() and widget.height():
            yield f"{type(widget).__name__} {widget.objectName()}".strip(), widget.geometry()
