"""A part of the comparison that can be folded: a head, a table, and what belongs to it."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from workbench.core.comparison import Comparison
from workbench.viewmodels.compare_states import section_words
from workbench.viewmodels.compare_table import CompareTableModel
from workbench.views.compare.cell_delegate import ROW
from workbench.views.compare.geometry import MARGIN, Columns
from workbench.views.compare.table import CompareTable
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

_HEIGHT, _ICON = 32, 14
_NOTHING = {
    "arguments": "No run was given arguments",
    "outputs": "No run left output files",
}


class SectionHead(QAbstractButton):
    """Chevron, title, and how much differs. It is checked while the section is open."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._words = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _open: self._tell())
        theme().changed.connect(self._restyle)
        self._restyle()
        self._tell()

    @property
    def words(self) -> str:
        """What stands behind the title."""
        return self._words

    def set_words(self, words: str) -> None:
        """Set what stands behind the title."""
        if words != self._words:
            self._words = words
            self._tell()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row of this kind."""
        return QSize(theme().px(160), theme().px(_HEIGHT))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw everything."""
        look, rect = theme(), self.rect()
        painter = QPainter(self)
        painter.fillRect(rect, look.color("hover" if self.underMouse() else "sunken"))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        side = look.px(_ICON)
        icon = "chevron-down" if self.isChecked() else "chevron-right"
        ratio = self.devicePixelRatioF()
        place = QRectF(look.px(MARGIN - 10), (rect.height() - side) / 2, side, side)
        painter.drawPixmap(place.topLeft(), look.pixmap(icon, "text_2", _ICON, ratio))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        left = look.px(MARGIN + 12)
        painter.setFont(look.font("secondary_strong"))
        painter.setPen(look.color("text"))
        painter.drawText(QRect(left, 0, rect.width(), rect.height()), flags, self._title)
        left += painter.fontMetrics().horizontalAdvance(self._title) + look.px(8)
        painter.setFont(look.font("axis"))
        painter.setPen(look.color("text_3"))
        painter.drawText(QRect(left, 0, rect.width(), rect.height()), flags, self._words)
        if self.hasFocus():
            painter.setPen(QPen(look.color("focus"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))
        painter.end()

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._title}, {self._words}" if self._words else self._title)
        self.setAccessibleDescription("Open" if self.isChecked() else "Folded")

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HEIGHT))
        self.update()


class CompareSection(QWidget):
    """One section of the comparison.

    Args:
        identity: Its name in code.
        title: Its name for the user.
        extra: What is shown below the table while there is something in it.
    """

    def __init__(self, identity: str, title: str, extra: QWidget | None = None) -> None:
        super().__init__()
        self.identity = identity
        self.model = CompareTableModel(self)
        self.head = SectionHead(title)
        self.table = CompareTable(self.model, title)
        self.nothing = Label("", "secondary", "text_3")
        self._body = QWidget()
        self.head.setObjectName(f"{identity}Section")
        self.table.setObjectName(f"{identity}Table")
        self._build(extra)
        self.head.toggled.connect(self._body.setVisible)

    def show_comparison(self, comparison: Comparison, *, only_differences: bool) -> None:
        """Show the rows."""
        section = comparison.section(self.identity)
        rows = section.shown(only_differences=only_differences)
        titles = [side.title for side in comparison.sides]
        self.model.show(rows, titles, comparison.base.title)
        self.head.set_words(section_words(section))
        self.nothing.setText(
            "No differences" if section.rows else _NOTHING.get(self.identity, "Nothing is known")
        )
        self.table.setVisible(bool(rows))
        self._line.setVisible(not rows)

    def set_columns(self, columns: Columns) -> None:
        """Give the columns their widths."""
        self.table.set_columns(columns)

    def _build(self, extra: QWidget | None) -> None:
        px = theme().px
        self._line = QWidget()
        self._line.setFixedHeight(px(ROW))
        line = QVBoxLayout(self._line)
        line.setContentsMargins(px(MARGIN), 0, px(MARGIN), 0)
        line.addWidget(self.nothing)
        self._line.hide()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.table)
        body.addWidget(self._line)
        if extra is not None:
            body.addWidget(extra)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._body)
