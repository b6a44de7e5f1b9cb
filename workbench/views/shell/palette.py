"""The palette (Ctrl+K): one list of commands, projects and runs, filtered while typing."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.views.kit.fields import SearchField
from workbench.views.theme.theme import theme

_WIDTH, _HEIGHT, _ROW, _MOST = 560, 400, 36, 60
_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to.

    Attributes:
        kind: ``"command"``, ``"filter"``, ``"project"`` or ``"run"``.
        id: Id within its kind.
        title: Shown and searched.
        detail: Shown at the right and searched.
        icon: Name of its icon.
        reason: Why it can't be chosen now; empty when it can.
    """

    kind: str
    id: str
    title: str
    detail: str = ""
    icon: str = ""
    reason: str = ""


def matches(entry: Entry, words: str) -> bool:
    """Return whether every typed word occurs in the entry, in any order and case."""
    text = f"{entry.title} {entry.detail}".casefold()
    return all(word in text for word in words.casefold().split())


class _EntryDelegate(QStyledItemDelegate):
    """Draws icon, title and detail."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: object) -> QSize:
        """Return the height of a row."""
        return QSize(0, theme().px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        look = theme()
        entry = index.data(_ENTRY)
        # The stubs do not know the members that an option inherits from QStyleOption.
        rect: QRect = getattr(option, "rect")  # noqa: B009
        state = getattr(option, "state")  # noqa: B009
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.color("selected"))
        tone = "text_off" if entry.reason else "text"
        side = look.px(16)
        if entry.icon:
            shade = "text_off" if entry.reason else "text_2"
            picture = look.pixmap(entry.icon, shade, 16, painter.device().devicePixelRatioF())
            top = rect.top() + (rect.height() - side) // 2
            painter.drawPixmap(rect.left() + look.px(12), top, picture)
        room = rect.adjusted(look.px(40), 0, -look.px(12), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3" if not entry.reason else "text_off"))
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignRight), entry.detail)
        used = painter.fontMetrics().horizontalAdvance(entry.detail) + look.px(12)
        painter.setFont(look.font("body"))
        painter.setPen(look.color(tone))
        title = painter.fontMetrics().elidedText(
            entry.title, Qt.TextElideMode.ElideRight, room.width() - used
        )
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), title)
        painter.restore()


class Palette(QDialog):
    """A frameless dialog with a filter line and a list.

    Args:
        parent: The window.
        entries: What can be chosen.
        title: Title of the dialog, and name of the filter line.
        name: What can be chosen, in words.
        hint: What can be typed.

    Signals:
        chosen: ``(kind, id)`` of the entry that the user chose.
    """

    chosen = Signal(str, str)

    def __init__(
        self,
        parent: QWidget,
        entries: list[Entry],
        *,
        title: str = "Go to",
        name: str = "Go to a project, run or command",
        hint: str = "Type a command, a project or a run",
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(title)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = entries
        self._model = QStandardItemModel(self)
        self.field = SearchField(hint, title)
        self.list = QListView()
        self.list.setAccessibleName("Commands, projects and runs")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        px = theme().px
        frame = QFrame()
        frame.setProperty("toast", True)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(px(8), px(8), px(8), px(8))
        inner.addWidget(self.field)
        inner.addWidget(self.list, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.resize(px(_WIDTH), px(_HEIGHT))
        self.field.line.textChanged.connect(self._filter)
        self.field.line.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        self._filter("")

    @property
    def titles(self) -> list[str]:
        """Titles of the entries listed now."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    def place(self, over: QWidget) -> None:
        """Put it below the header of a window, and let it be no larger than that."""
        px = theme().px
        self.resize(self.size().boundedTo(over.size() - QSize(px(24), px(56))))
        left = (over.width() - self.width()) // 2
        self.move(over.mapToGlobal(QPoint(left, theme().px(44))))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and choose while the filter line has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step and self._model.rowCount():
                row = (self.list.currentIndex().row() + step) % self._model.rowCount()
                self.list.setCurrentIndex(self._model.index(row, 0))
                return True
            if event.key() == Qt.Key.Key_Escape:
                # A search field would only be emptied by it.
                self.reject()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)

    def _filter(self, words: str) -> None:
        self._model.clear()
        found = [entry for entry in self._entries if matches(entry, words)]
        # Names that begin with what was typed come first; otherwise the given order holds.
        start = words.casefold().strip()
        found.sort(key=lambda entry: not entry.title.casefold().startswith(start))
        for entry in found[:_MOST]:
            item = QStandardItem(entry.title)
            item.setData(entry, _ENTRY)
            item.setToolTip(entry.reason)
            item.setEnabled(not entry.reason)
            item.setAccessibleText(f"{entry.title}, {entry.detail}".rstrip(", "))
            self._model.appendRow(item)
        if found:
            self.list.setCurrentIndex(self._model.index(0, 0))

    def _choose(self, row: int) -> None:
        item = self._model.item(row) if row >= 0 else None
        if item is None:
            return
        entry = item.data(_ENTRY)
        if entry.reason:
            return
        self.close()
        self.chosen.emit(entry.kind, entry.id)
