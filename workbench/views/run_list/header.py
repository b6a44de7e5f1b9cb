"""The header of the Run List: titles, sort arrow, and a check box for all rows."""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from workbench.viewmodels.run_columns import ColumnKind
from workbench.viewmodels.run_table import RunTableModel
from workbench.views.run_list.columns import MARGIN, PAD
from workbench.views.run_list.delegate import paint_check
from workbench.views.theme.theme import theme

_HEIGHT, _ARROW = 32, 14
_DESCENDING_FIRST = frozenset(
    {ColumnKind.RUN, ColumnKind.STARTED, ColumnKind.DURATION, ColumnKind.METRIC}
)


class RunHeader(QHeaderView):
    """Draws the titles; the table tells it how many rows are selected.

    Attributes:
        check: What the check box of all rows shows: ``"on"``, ``"part"`` or empty.
        last_column: Column at the right end, which keeps the margin of the page.
    """

    def __init__(self, model: RunTableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._runs = model
        self.check = ""
        self.last_column = -1
        self._hover = -1
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setMinimumSectionSize(theme().px(40))
        self.setStretchLastSection(False)

    def set_check(self, check: str) -> None:
        """Change the check box of all rows."""
        if check != self.check:
            self.check = check
            self.viewport().update()

    def next_order(self, column: int) -> Qt.SortOrder:
        """Return the direction in which a press on a title sorts."""
        sorted_by, order = self._runs.sort_state
        descending = Qt.SortOrder.DescendingOrder
        if column == sorted_by:
            return Qt.SortOrder.AscendingOrder if order == descending else descending
        first = self._runs.columns[column].kind in _DESCENDING_FIRST
        return descending if first else Qt.SortOrder.AscendingOrder

    def sizeHint(self) -> QSize:
        """Return the height of the design."""
        return QSize(super().sizeHint().width(), theme().px(_HEIGHT))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the hover colour."""
        super().mouseMoveEvent(event)
        self._set_hover(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover colour away."""
        super().leaveEvent(event)
        self._set_hover(-1)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw one title."""
        look = theme()
        painter.save()
        name = "hover" if logicalIndex == self._hover else "sunken"
        painter.fillRect(rect, look.color(name))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.topLeft(), rect.topRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        column = self._runs.columns[logicalIndex]
        if column.kind is ColumnKind.SELECT:
            paint_check(painter, rect, self.check)
        else:
            self._paint_title(painter, rect, logicalIndex)
        painter.restore()

    def _paint_title(self, painter: QPainter, rect: QRect, number: int) -> None:
        look = theme()
        column = self._runs.columns[number]
        sorted_by, order = self._runs.sort_state
        is_sorted = number == sorted_by
        painter.setFont(look.font("secondary_strong" if is_sorted else "secondary_medium"))
        painter.setPen(look.color("text" if is_sorted else "text_2"))
        right = look.px(MARGIN if number == self.last_column else PAD)
        room = rect.adjusted(look.px(PAD), 0, -right, 0)
        arrow = look.px(_ARROW + 2) if is_sorted else 0
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            column.title, Qt.TextElideMode.ElideRight, max(0, room.width() - arrow)
        )
        words = metrics.horizontalAdvance(text)
        left = room.left()
        if column.kind.is_number:
            left = room.right() + 1 - words - arrow
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRect(left, rect.top(), words + 2, rect.height()), middle, text)
        if is_sorted:
            down = order == Qt.SortOrder.DescendingOrder
            ratio = painter.device().devicePixelRatioF()
            picture = look.pixmap("arrow-down" if down else "arrow-up", "text", _ARROW, ratio)
            top = rect.top() + (rect.height() - look.px(_ARROW)) / 2
            painter.drawPixmap(QPointF(left + words + look.px(2), top), picture)

    def _set_hover(self, number: int) -> None:
        if number != self._hover:
            self._hover = number
            self.viewport().update()
