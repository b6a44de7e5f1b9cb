"""A list whose rows are an icon and words, separated by lines."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_ICON, _LEFT, _WORDS = 16, 24, 48
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class RowDelegate(QStyledItemDelegate):
    """Draws the ground of a row, its line and its focus; a kind of list draws what is in it.

    Args:
        view: The list.
        height: Height of a row in design pixels.
    """

    def __init__(self, view: QListView, height: int) -> None:
        super().__init__(view)
        self._height = height

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(0, theme().px(self._height))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        look, rect = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.fillRect(rect, look.color(row_ground(state)))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        ring = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
        if state & ring == ring:
            painter.setPen(look.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        selected = bool(state & QStyle.StateFlag.State_Selected)
        self.paint_row(painter, rect, index, selected=selected)
        painter.restore()

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
    ) -> None:
        """Draw what is in a row."""

    @staticmethod
    def paint_icon(painter: QPainter, rect: QRect, top: int, name: str, token: str) -> QRect:
        """Draw the icon of a row.

        Args:
            painter: Where to draw.
            rect: The row.
            top: Distance of the icon from its top in design pixels.
            name: The icon.
            token: Its colour.

        Returns:
            The room for the words beside it.
        """
        look = theme()
        side = look.px(_ICON)
        place = QRect(rect.left() + look.px(_LEFT), rect.top() + look.px(top), side, side)
        paint_icon(painter, place.toRectF(), name, look.color(token))
        return rect.adjusted(look.px(_WORDS), 0, -look.px(_ICON), 0)


class RowList(QListView):
    """A list of rows of one height.

    Args:
        name: Name for assistive software.
        model: The rows.
    """

    def __init__(self, name: str, model: QAbstractItemModel) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme().changed.connect(self.doItemsLayout)


def row_ground(state: QStyle.StateFlag) -> str:
    """Return the colour token of the ground of a row in a state."""
    if state & QStyle.StateFlag.State_Selected:
        active = bool(state & QStyle.StateFlag.State_Active)
        return "selected" if active else "selected_inactive"
    return "hover" if state & QStyle.StateFlag.State_MouseOver else "surface"
