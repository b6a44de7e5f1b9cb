"""The cards of the runs above their columns; they stay in sight while the page scrolls."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.core.comparison import FEWEST, Comparison, Side
from workbench.core.run import Run
from workbench.core.wording import format_moment
from workbench.views.compare.geometry import MARGIN, PAD, Columns
from workbench.views.kit.buttons import IconButton, MenuButton
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.panel import Panel
from workbench.views.kit.status_chip import StatusIcon
from workbench.views.run_detail.chart_markers import Swatch
from workbench.views.run_detail.chart_plot import DASHES, SERIES
from workbench.views.theme.theme import theme

HEIGHT, _WIDE = 64, 330
TOO_FEW = "Two are the fewest to compare"


class RunCard(Panel):
    """Which run a column is, with its menu and the button that removes it.

    Signals:
        asked: ``"open"``, ``"restore"``, ``"baseline"`` or ``"remove"``.
    """

    asked = Signal(str)

    def __init__(self, place: int) -> None:
        super().__init__("surface", "left")
        self._is_baseline = False
        self.swatch = Swatch(SERIES[place], DASHES[place], place)
        self.folder = IconLabel("folder")
        self.number = Label("", "strong")
        self.script = ElidedLabel("", "body")
        self.status = StatusIcon()
        self.badge = Label("Baseline", "secondary", "text_2")
        self.badge.setProperty("badge", "tag")
        self.when = ElidedLabel("", "secondary", "text_2")
        self.more = MenuButton("", "ellipsis", "flat", small=True)
        self.more.setProperty("icon_only", True)
        self.remove = IconButton("x", "", small=True)
        self.remove.setObjectName(f"removeRun{place + 1}")
        self.more.setObjectName(f"compareMore{place + 1}")
        self._actions = {
            name: self.more.popup.addAction(theme().icon(icon), text)
            for name, text, icon in (
                ("open", "Open", "arrow-right"),
                ("restore", "Restore", "rotate-ccw"),
                ("baseline", "Use as baseline", "circle-dot"),
            )
        }
        self._build()
        self.remove.clicked.connect(lambda: self.asked.emit("remove"))
        for name, action in self._actions.items():
            action.triggered.connect(lambda _=False, name=name: self.asked.emit(name))

    def show_side(self, side: Side, now: datetime, *, is_baseline: bool, removable: bool) -> None:
        """Show a run, or the folder."""
        run = side.run
        self.number.setText(side.title)
        self.swatch.setVisible(run is not None)
        self.status.setVisible(run is not None)
        self.folder.setVisible(run is None)
        self.more.setVisible(run is not None)
        self._is_baseline = is_baseline
        self._fit()
        self.script.setText(run.script_name if run else "")
        self.when.setText(_when(run, now) if run else "Files as they are in your folder")
        if run is not None:
            self.status.render_status(run.status)
            self.status.setToolTip(run.status.label)
            self.status.setAccessibleName(run.status.label)
            self._actions["restore"].setEnabled(bool(run.snapshot))
            self._actions["baseline"].setEnabled(not is_baseline)
        self.more.setAccessibleName(f"More actions for {side.title}")
        self.remove.set_tip(f"Remove {side.title} from comparison")
        self.remove.setAccessibleName(f"Remove {side.title} from comparison")
        self.remove.set_disabled_reason("" if removable else TOO_FEW)
        words = [side.title, self.script.text(), run.status.label if run else ""]
        words.append("Baseline" if is_baseline else "")
        self.setAccessibleName(", ".join(word for word in words if word))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what is said elsewhere too, so that the name of the script has room."""
        wide = self.width() >= theme().px(_WIDE)
        self.badge.setVisible(self._is_baseline and wide)
        self._row.setSpacing(theme().px(12 if wide else 8))

    def _build(self) -> None:
        px = theme().px
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(px(8))
        for widget in (self.number, self.script, self.status, self.badge):
            first.addWidget(widget)
        first.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addLayout(first)
        words.addWidget(self.when)
        words.addStretch(1)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(px(PAD), 0, px(12), 0)
        row.addWidget(self.swatch)
        row.addWidget(self.folder)
        row.addLayout(words, 1)
        row.addWidget(self.more)
        row.addWidget(self.remove)


def _when(run: Run, now: datetime) -> str:
    moment = format_moment((run.started or run.created).astimezone(now.tzinfo), now)
    where = run.request.target
    if where == "local":
        where = run.environment.host
    return f"{moment} on {where}" if where else moment


class RunCards(QWidget):
    """All cards, after a cell that says what the others are compared with.

    Signals:
        asked: ``(what, place)`` of a card.
    """

    asked = Signal(str, int)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._inner = Panel("surface", "bottom")
        self._inner.setParent(self)
        self._label = QWidget(self._inner)
        self.base = ElidedLabel("", "body")
        self.cards = [RunCard(place) for place in range(len(SERIES) - 1)]
        self._shown = 0
        column = QVBoxLayout(self._label)
        px = theme().px
        column.setContentsMargins(px(MARGIN), 0, px(8), 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(Label("Differences to", "secondary", "text_2"))
        column.addWidget(self.base)
        column.addStretch(1)
        for place, card in enumerate(self.cards):
            card.setParent(self._inner)
            card.asked.connect(lambda what, place=place: self.asked.emit(what, place))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the height of a card."""
        return QSize(theme().px(640), theme().px(HEIGHT))

    def show_comparison(self, comparison: Comparison) -> None:
        """Show what is compared."""
        sides = comparison.sides
        self._shown = len(sides)
        self.base.setText(f"Baseline {comparison.base.title}")
        runs = len(comparison.runs)
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(sides))
            if place < len(sides):
                last_run = sides[place].run is not None and runs == 1
                card.show_side(
                    sides[place],
                    self._now(),
                    is_baseline=place == comparison.baseline,
                    removable=len(sides) > FEWEST and not last_run,
                )

    def set_columns(self, columns: Columns) -> None:
        """Give the columns their places."""
        height = self.height()
        self._inner.resize(max(columns.total, self.width()), height)
        self._label.setGeometry(0, 0, columns.label, height - 1)
        for place, card in enumerate(self.cards[: len(columns.edges) - 1]):
            card.setGeometry(columns.edges[place], 0, columns.width(place), height - 1)

    def scroll_to(self, x: int) -> None:
        """Follow the page to the side."""
        self._inner.move(-x, 0)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(HEIGHT))
