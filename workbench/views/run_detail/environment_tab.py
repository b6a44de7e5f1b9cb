"""The Environment tab: where a run ran, and which packages were there."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.core.wording import count
from workbench.viewmodels.packages_model import PackagesModel
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.fields import SearchField
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.run_detail.log_tab import keeps_escape
from workbench.views.theme.theme import theme

_LABELS, _PACKAGE = 128, 320
_FACTS = ("Python", "Interpreter", "Operating system", "Computer", "User", "Target")
_MONO = {"Interpreter"}


class _CellDelegate(QStyledItemDelegate):
    """A text with the padding of the header, and a line below."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        look, rect = theme(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, look.color("selected" if selected else "surface"))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text" if index.column() == 0 else "text_2"))
        area = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        text = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, area.width()
        )
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


class EnvironmentTab(QWidget):
    """Facts at the top, packages below.

    Signals:
        offers_changed: Other commands are possible now.
    """

    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, ElidedLabel] = {}
        self.model = PackagesModel(self)
        self.table = QTableView()
        self.search = SearchField("Find package", "Find package")
        self.total = Label("", "secondary", "text_2")
        self.empty = EmptyState("package", "No packages are known")
        self._build()
        self.search.searched.connect(self._filter)
        self.search.line.installEventFilter(self)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_state(self, state: RunDetailState) -> None:
        """Show where a run ran."""
        run = state.run
        environment, interpreter = run.environment, run.request.interpreter
        texts = (
            environment.python or interpreter.version,
            environment.interpreter or interpreter.path,
            environment.os,
            environment.host,
            environment.user,
            run.request.target,
        )
        for name, text in zip(_FACTS, texts, strict=True):
            self.values[name].setText(text or "–")
        self.model.set_packages(environment.packages)
        known = bool(environment.packages)
        self.table.setVisible(known)
        self._tools.setVisible(known)
        self.empty.setVisible(not known)
        if run.status.is_active:
            self.empty.set_text("No packages yet", "They are listed when the script has started.")
        else:
            self.empty.set_text("No packages are known", "The run didn't list its packages.")
        self._show_total()
        self.offers_changed.emit()

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        return {} if self._tools.isHidden() else {"find": Offer(self._focus_search)}

    def _focus_search(self) -> None:
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc empty the search before it leaves the page."""
        if self.search.text() and keeps_escape(event):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._show_total()

    def _show_total(self) -> None:
        shown = self.model.rowCount()
        words = count(self.model.total, "package")
        self.total.setText(words if shown == self.model.total else f"{shown:,} of {words}")

    def _restyle(self) -> None:
        px = theme().px
        self.table.setFont(theme().font("body"))
        self.table.verticalHeader().setDefaultSectionSize(px(32))
        self.table.horizontalHeader().setFixedHeight(px(32))
        self.table.setColumnWidth(0, px(_PACKAGE))

    def _build(self) -> None:
        px = theme().px
        facts = Panel("surface", "bottom")
        grid = QGridLayout(facts)
        grid.setContentsMargins(px(24), px(16), px(24), px(16))
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        grid.setColumnMinimumWidth(0, px(_LABELS))
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(_FACTS):
            kind = "mono" if name in _MONO else "body"
            value = ElidedLabel("–", kind, "text", Qt.TextElideMode.ElideMiddle)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.values[name] = value
            grid.addWidget(Label(name, "body", "text_2"), row, 0)
            grid.addWidget(value, row, 1)
        self._tools = Panel("surface")
        row_of_tools = QHBoxLayout(self._tools)
        row_of_tools.setContentsMargins(px(24), px(8), px(24), px(8))
        row_of_tools.setSpacing(px(12))
        self.search.setFixedWidth(px(264))
        self.search.line.setObjectName("packageFilter")
        row_of_tools.addWidget(self.search)
        row_of_tools.addWidget(self.total)
        row_of_tools.addStretch(1)
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(facts)
        column.addWidget(self._tools)
        # The text of the first column stands below the texts above.
        inner = QVBoxLayout()
        inner.setContentsMargins(px(16), 0, 0, 0)
        inner.addWidget(self.table)
        column.addLayout(inner, 1)
        column.addWidget(self.empty, 1)
        self.setFocusProxy(self.search)

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("packages")
        table.setAccessibleName("Packages")
        table.setModel(self.model)
        table.setItemDelegate(_CellDelegate(table))
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setHighlightSections(False)
