"""Draws the rows of the list of changed files."""

from pathlib import PurePosixPath

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.core.restore import ChangeKind, FileChange
from workbench.viewmodels.changed_files import ChangedFilesRole, display_path
from workbench.views.kit.check_box import paint_box
from workbench.views.kit.row_list import row_ground
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.theme import theme

_BADGES = {
    ChangeKind.ADDED_BACK: ("A", "ok", "ok_soft"),
    ChangeKind.MODIFIED: ("M", "accent_text", "accent_soft"),
    ChangeKind.DELETED: ("D", "bad", "bad_soft"),
}
_ROW, _HEADING = 32, 28
_MARGIN, _CHECK, _CHECK_GAP = 16, 16, 8
_STATES = {Qt.CheckState.Checked: "on", Qt.CheckState.PartiallyChecked: "part"}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignRight

NOT_COMMITTED_ICON = "circle-dot"


def split_path(path: str) -> tuple[str, str]:
    """Return the folder part with its slash, and the name."""
    pure = PurePosixPath(path)
    folder = str(pure.parent)
    return ("" if folder == "." else f"{folder}/"), pure.name


class FileDelegate(QStyledItemDelegate):
    """Badge, path, mark for "not committed", and counts or size; headings on a soft ground.

    Where the model has check boxes, they come first.
    """

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row; headings are a little lower."""
        heading = index.data(ChangedFilesRole.GROUP) is not None
        return QSize(0, theme().px(_HEADING if heading else _ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        rect: QRect = option.rect
        painter.save()
        group = index.data(ChangedFilesRole.GROUP)
        if group is not None:
            painter.fillRect(rect, theme().color("sunken"))
            self._paint_ring(painter, option, rect)
        else:
            self._paint_ground(painter, option, rect)
        selected = group is None and bool(option.state & QStyle.StateFlag.State_Selected)
        rest = self._paint_check(painter, rect, index, selected=selected)
        if group is not None:
            self._paint_heading(painter, rest, *group)
        else:
            self._paint_file(painter, rest, index)
        painter.setPen(theme().color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Turn a check box on or off, by a click on it or with Space."""
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None or not self._is_toggle(event, option.rect):
            return False
        on = Qt.CheckState(state) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)

    @staticmethod
    def _is_toggle(event: QEvent, rect: QRect) -> bool:
        if isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            room = theme().px(_MARGIN + _CHECK + _CHECK_GAP // 2)
            left = event.position().x() - rect.left()
            return event.button() == Qt.MouseButton.LeftButton and left < room
        return False

    def _paint_check(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
    ) -> QRect:
        """Draw the check box of a row if it has one; return what is left of the row."""
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return rect
        px = theme().px
        side = px(_CHECK)
        top = rect.top() + (rect.height() - side) / 2
        box = QRectF(rect.left() + px(_MARGIN), top, side, side)
        paint_box(painter, box, _STATES.get(Qt.CheckState(state), ""), selected=selected)
        return rect.adjusted(px(_CHECK + _CHECK_GAP), 0, 0, 0)

    def _paint_heading(self, painter: QPainter, rect: QRect, title: str, size: int) -> None:
        look = theme()
        painter.setFont(look.font("secondary_medium"))
        painter.setPen(look.color("text_2"))
        text = rect.adjusted(look.px(16), 0, 0, 0)
        painter.drawText(text, int(_MIDDLE), title)
        text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(title) + look.px(8))
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        painter.drawText(text, int(_MIDDLE), f"{size:,}")

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        painter.fillRect(rect, theme().color(row_ground(option.state)))
        self._paint_ring(painter, option, rect)

    def _paint_ring(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        state: QStyle.StateFlag = option.state
        ring = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
        if state & ring == ring:
            painter.setPen(theme().color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
            painter.drawRect(rect.adjusted(1, 1, -2, -3))

    def _paint_file(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        change = index.data(ChangedFilesRole.CHANGE)
        if not isinstance(change, FileChange):
            return
        px = theme().px
        self._paint_badge(painter, rect, change.kind)
        right = rect.right() - px(16)
        right -= self._paint_numbers(painter, rect.adjusted(0, 0, -px(16), 0), index)
        if change.uncommitted:
            side = px(16)
            top = rect.center().y() - side // 2
            right = min(right, rect.right() - px(16) - px(52)) - px(8) - side
            place = QRectF(right, top, side, side)
            paint_icon(painter, place, NOT_COMMITTED_ICON, theme().color("warn"))
        left = rect.left() + px(42)
        self._paint_path(
            painter, QRect(left, rect.top(), right - px(8) - left, rect.height()), change
        )

    def _paint_badge(self, painter: QPainter, rect: QRect, kind: ChangeKind) -> None:
        letter, token, ground = _BADGES[kind]
        side = theme().px(18)
        box = QRect(rect.left() + theme().px(16), rect.center().y() - side // 2 + 1, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(ground))
        painter.drawRoundedRect(box, theme().px(4), theme().px(4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(theme().font("axis_strong"))
        painter.setPen(theme().color(token))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letter)

    def _paint_numbers(
        self, painter: QPainter, area: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> int:
        """Draw the counts or the size right-aligned; return their width."""
        counts = index.data(ChangedFilesRole.COUNTS)
        if counts is None:
            text = str(index.data(ChangedFilesRole.SIZE) or "")
        else:
            signed = zip(("+", "−"), counts, strict=True)
            text = " ".join(f"{sign}{number:,}" for sign, number in signed if number)
        painter.setFont(theme().font("secondary"))
        painter.setPen(theme().color("text_2"))
        painter.drawText(area, int(_RIGHT), text)
        return painter.fontMetrics().horizontalAdvance(text)

    def _paint_path(self, painter: QPainter, area: QRect, change: FileChange) -> None:
        """Draw the folder in grey and the name; what does not fit is cut in the folder first."""
        folder, name = split_path(display_path(change.path))
        font: QFont = theme().font("body")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        middle = Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(name, middle, area.width())
        room = area.width() - metrics.horizontalAdvance(name)
        folder = metrics.elidedText(folder, middle, room) if room > theme().px(16) else ""
        painter.setPen(theme().color("text_3"))
        painter.drawText(area, int(_MIDDLE), folder)
        area.setLeft(area.left() + metrics.horizontalAdvance(folder))
        painter.setPen(theme().color("text"))
        painter.drawText(area, int(_MIDDLE), name)
