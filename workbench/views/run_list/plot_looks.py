"""Colours and outlines of runs in a plot."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from workbench.core.run import RunStatus
from workbench.viewmodels.metric_chart import RunPoint
from workbench.views.theme.theme import theme

_SOFT = 0.7
_FILLED = frozenset({RunStatus.COMPLETED, RunStatus.FAILED})


def _tone(point: RunPoint) -> str:
    if point.status is RunStatus.COMPLETED or point.status.is_active:
        return "c1"
    return "idle" if point.status is RunStatus.CANCELED else "bad"


def run_brush(point: RunPoint) -> QColor:
    """Return what fills the dot of a run."""
    if point.status not in _FILLED:
        return theme().color("surface")
    return _soft(point)


def _soft(point: RunPoint) -> QColor:
    color = theme().color(_tone(point))
    color.setAlphaF(_SOFT)
    return color


def run_bar(point: RunPoint, mark: str) -> QColor:
    """Return the colour of a bar; a failed or canceled run keeps its own when it is selected."""
    if not mark:
        return _soft(point)
    return theme().color(mark if _tone(point) == "c1" else _tone(point))


def run_pen(point: RunPoint) -> QPen:
    """Return the outline of the dot of a run."""
    if point.status in _FILLED:
        return QPen(Qt.PenStyle.NoPen)
    return QPen(theme().color(_tone(point)), 1)


def dashed_pen(token: str, dash: tuple[float, ...]) -> QPen:
    """Return a dashed pen in a colour of the theme."""
    pen = QPen(theme().color(token), 1)
    pen.setDashPattern(dash)
    return pen
