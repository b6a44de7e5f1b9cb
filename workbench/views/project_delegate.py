"""Draws the rows of the Projects page."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from workbench.core.project import FolderState
from workbench.core.run import RunStatus
from workbench.viewmodels.project_table import ROW_ROLE, SECOND_ROLE, Column, Group
from workbench.viewmodels.states import ProjectRow
from workbench.viewmodels.sync_words import sync_icon
from workbench.views.kit.spinner import paint_spinner
from workbench.views.kit.status_chip import status_icon
from workbench.views.theme.theme import theme

ROW, GROUP = 56, 36
_SPARK_WIDTH, _SPARK_HEIGHT, _TILE = 96, 28, 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ProjectDelegate(QStyledItemDelegate):
    """Two lines in a row: name and folder, run and status, metric with its course."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.hover_row = -1
        self._selected = False
        self.icons: dict[str, str] = {}

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a heading or a project."""
        height = GROUP if isinstance(index.data(ROW_ROLE), Group) else ROW
        return QSize(0, theme().px(height))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        # The stubs do not know the members that an option inherits from QStyleOption.
        rect: QRect = getattr(option, "rect")  # noqa: B009
        state = getattr(option, "state")  # noqa: B009
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        if isinstance(row, Group):
            self._paint_group(painter, rect, row)
        elif isinstance(row, ProjectRow):
            selected = bool(state & QStyle.StateFlag.State_Selected)
            self._paint_ground(painter, rect, index.row(), selected=selected)
            self._selected = selected
            self._paint_cell(painter, rect, index, row)
        painter.setPen(theme().color("line"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_group(self, painter: QPainter, rect: QRect, group: Group) -> None:
        look = theme()
        painter.fillRect(rect, look.color("surface"))
        ratio = painter.device().devicePixelRatioF()
        icon = "chevron-right" if group.folded else "chevron-down"
        picture = look.pixmap(icon, "text_2", 14, ratio)
        top = rect.top() + (rect.height() - look.px(14)) // 2
        painter.drawPixmap(rect.left() + look.px(22), top, picture)
        text = rect.adjusted(look.px(44), 0, -look.px(24), 0)
        painter.setFont(look.font("secondary_strong"))
        painter.setPen(look.color("text"))
        painter.drawText(text, int(_LEFT), group.name)
        painter.setFont(look.font("axis"))
        painter.setPen(look.color("text_2"))
        number = f"{group.size} project" + ("s" if group.size != 1 else "")
        painter.drawText(text, int(_RIGHT), number)

    def _paint_ground(self, painter: QPainter, rect: QRect, row: int, *, selected: bool) -> None:
        name = "surface"
        if selected:
            name = "selected" if self._view.hasFocus() else "selected_inactive"
        elif row == self.hover_row:
            name = "hover"
        painter.fillRect(rect, theme().color(name))

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        row: ProjectRow,
    ) -> None:
        column = Column(index.column())
        first, second = str(index.data() or ""), str(index.data(SECOND_ROLE) or "")
        if column is Column.PROJECT:
            self._paint_project(painter, rect, row, (first, second))
        elif column is Column.LAST_RUN:
            self._paint_last_run(painter, rect, row, (first, second))
        elif column is Column.METRIC:
            self._paint_metric(painter, rect, row, (first, second))
        elif column is Column.REPO:
            self._paint_repo(painter, rect, row, (first, second))
        elif column in (Column.RUNS, Column.OPENED):
            flags = _RIGHT if column is Column.RUNS else _LEFT
            pad = theme().px(8)
            self._text(painter, rect.adjusted(pad, 0, -pad, 0), first, "body", "text_2", flags)

    def _paint_project(
        self, painter: QPainter, rect: QRect, row: ProjectRow, texts: tuple[str, str]
    ) -> None:
        look = theme()
        side = look.px(_TILE)
        tile = QRectF(
            rect.left() + look.px(24), rect.top() + (rect.height() - side) / 2, side, side
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("surface" if self._selected else "idle_soft"))
        painter.drawRoundedRect(tile, look.px(6), look.px(6))
        icon = self.icons.get(row.listed.template, "folder")
        tone = "accent_text" if self._selected else "text_2"
        picture = look.pixmap(icon, tone, 16, painter.device().devicePixelRatioF())
        inset = (side - look.px(16)) / 2
        painter.drawPixmap(QPointF(tile.left() + inset, tile.top() + inset), picture)
        self._two_lines(painter, rect.adjusted(look.px(68), 0, -look.px(8), 0), texts, "strong")

    def _paint_last_run(
        self, painter: QPainter, rect: QRect, row: ProjectRow, texts: tuple[str, str]
    ) -> None:
        look = theme()
        missing = row.listed.folder_state is not FolderState.PRESENT
        side = look.px(16)
        square = QRectF(rect.left() + look.px(8), rect.top() + look.px(20), side, side)
        if missing:
            name, tone = "triangle-alert", "warn"
        elif row.recent:
            name, tone = status_icon(row.recent[0].status)
        else:
            name, tone = "minus", "text_3"
        if not missing and row.recent and row.recent[0].status is RunStatus.RUNNING:
            paint_spinner(painter, square, tone)
        else:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(square.topLeft(), look.pixmap(name, tone, 16, ratio))
        # The second line of a missing folder is a real link, laid over the cell.
        lines = (texts[0], " " if missing else texts[1])
        self._two_lines(painter, rect.adjusted(look.px(32), 0, -look.px(8), 0), lines, "body")

    def _paint_repo(
        self, painter: QPainter, rect: QRect, row: ProjectRow, texts: tuple[str, str]
    ) -> None:
        look = theme()
        inner = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        height, side = look.px(20), look.px(14)
        top = rect.top() + (rect.height() - 2 * height) // 2 + look.px(1)
        first = QRect(inner.left(), top, inner.width(), height)
        tone = "text" if row.listed.project.repo else "text_3"
        self._text(painter, first, texts[0], "body", tone, _LEFT)
        second = first.translated(0, look.px(17))
        name, icon_tone = sync_icon(row.sync)
        picture = look.pixmap(name, icon_tone, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(second.left(), second.top() + (height - side) // 2, picture)
        words = second.adjusted(look.px(20), 0, 0, 0)
        self._text(painter, words, texts[1], "secondary", "text_3", _LEFT)

    def _paint_metric(
        self, painter: QPainter, rect: QRect, row: ProjectRow, texts: tuple[str, str]
    ) -> None:
        look = theme()
        width, height = look.px(_SPARK_WIDTH), look.px(_SPARK_HEIGHT)
        top = rect.top() + (rect.height() - height) / 2
        if len(row.metric_values) > 1:
            area = QRectF(rect.left() + look.px(12), top, width, height)
            _paint_sparkline(painter, area, row.metric_values)
        left = width + look.px(24) if rect.width() > width + look.px(80) else look.px(8)
        self._two_lines(painter, rect.adjusted(left, 0, -look.px(8), 0), texts, "medium")

    def _two_lines(self, painter: QPainter, rect: QRect, texts: tuple[str, str], kind: str) -> None:
        if not texts[1]:
            self._text(painter, rect, texts[0], kind, "text_2", _LEFT)
            return
        height = theme().px(20)
        top = rect.top() + (rect.height() - 2 * height) // 2 + theme().px(1)
        first = QRect(rect.left(), top, rect.width(), height)
        self._text(painter, first, texts[0], kind, "text", _LEFT)
        second = first.translated(0, theme().px(17))
        self._text(painter, second, texts[1], "secondary", "text_3", _LEFT)

    @staticmethod
    def _text(
        painter: QPainter,
        rect: QRect,
        text: str,
        kind: str,
        tone: str,
        flags: Qt.AlignmentFlag,
    ) -> None:
        painter.setFont(theme().font(kind))
        painter.setPen(theme().color(tone))
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(flags), cut)


def _paint_sparkline(painter: QPainter, area: QRectF, values: tuple[float, ...]) -> None:
    """Draw the course of a metric with a point at its newest value."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    inner = area.adjusted(3, 3, -3, -3)
    step = inner.width() / (len(values) - 1)
    points = [
        QPointF(inner.left() + i * step, inner.bottom() - (value - low) / span * inner.height())
        for i, value in enumerate(values)
    ]
    color = theme().color("c1")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.5))
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(points[-1], 2.5, 2.5)
