"""Tiles with the last value of each metric and how it differs from the previous run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.metric import format_delta, format_metric
from workbench.viewmodels.metric_chart import Tile
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.theme.theme import theme

_MOST = 40
_HEIGHT = 86
_TOOLTIP_ITEMS, _TOOLTIP_TEXT = 50, 2_000


class MetricTile(QWidget):
    """Name, value, and the difference from another run."""

    def __init__(self) -> None:
        super().__init__()
        px = theme().px
        self.name = ElidedLabel("", "secondary", "text_2")
        self.value = ElidedLabel("", "title")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.delta = Label("", "secondary")
        self.base = ElidedLabel("", "secondary", "text_2")
        self._icon = IconLabel("arrow-up", "ok", 14)
        line = QHBoxLayout()
        line.setSpacing(px(4))
        line.addWidget(self._icon)
        line.addWidget(self.delta)
        line.addSpacing(px(4))
        line.addWidget(self.base, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(10), px(12), px(10))
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.value)
        column.addLayout(line)
        column.addStretch(1)

    def show_tile(self, tile: Tile, base: str) -> None:
        """Show a metric; ``base`` names the run it is compared with, for example ``"#125"``."""
        self.name.setText(tile.name)
        self.value.setText(format_metric(tile.value))
        self.value.setToolTip(_exact(tile))
        known = tile.delta is not None and bool(base)
        self._icon.setVisible(known and tile.delta != 0)
        self.delta.setVisible(known)
        self.base.setVisible(known)
        if tile.delta is None or not base:
            return
        self.base.setText(f"vs {base}")
        if tile.delta == 0:
            self.delta.setText("No change")
            self.delta.set_tone("text_2")
            return
        tone = "ok" if tile.is_better else "bad"
        self.delta.setText(delta_text(tile))
        self.delta.set_tone(tone)
        self._icon.set_icon("arrow-up" if tile.delta > 0 else "arrow-down", tone)


class MetricTiles(QFrame):
    """All tiles in a frame, three to five side by side.

    Signals:
        resized: The number of rows changed.
    """

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._tiles: list[MetricTile] = []
        self._content: list[Tile] = []
        self._base = ""
        self._columns = 0
        self._all = False
        self.more = Button("", kind="link", small=True)
        self.more.setObjectName("moreTiles")
        self.more.clicked.connect(self._show_all)
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._grid)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme().px(14), 0, 0, 0)
        foot.addWidget(self.more)
        foot.addStretch(1)
        column.addLayout(foot)

    @property
    def tiles(self) -> list[MetricTile]:
        """The tiles shown."""
        return [tile for tile in self._tiles if not tile.isHidden()]

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return self._columns

    def show_tiles(self, tiles: Sequence[Tile], base: str) -> None:
        """Show these metrics."""
        if list(tiles) == self._content and base == self._base:
            return
        rows_before = self._rows()
        self._content, self._base = list(tiles), base
        shown = self._content if self._all else self._content[:_MOST]
        while len(self._tiles) < len(shown):
            tile = MetricTile()
            tile.setFixedHeight(theme().px(_HEIGHT))
            place = len(self._tiles)
            self._tiles.append(tile)
            if self._columns:
                self._grid.addWidget(tile, *divmod(place, self._columns))
        for place, tile in enumerate(self._tiles):
            tile.setVisible(place < len(shown))
            if place < len(shown):
                tile.show_tile(shown[place], base)
        hidden = len(self._content) - len(shown)
        self.more.set_text(f"Show {hidden:,} more")
        self.more.setVisible(hidden > 0)
        self.setVisible(bool(shown))
        if rows_before != self._rows():
            self.resized.emit()

    def reset(self) -> None:
        """Show only the first tiles of a long list again."""
        self._all = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many tiles side by side as have room."""
        super().resizeEvent(event)
        px = theme().px
        width = self.width()
        columns = 5 if width >= px(960) else 4 if width >= px(720) else 3
        if columns != self._columns:
            for column in range(max(columns, self._columns)):
                self._grid.setColumnStretch(column, 1 if column < columns else 0)
            self._columns = columns
            for place, tile in enumerate(self._tiles):
                self._grid.addWidget(tile, *divmod(place, columns))
            self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines between the tiles."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().color("line"))
        for place, tile in enumerate(self.tiles):
            area = tile.geometry()
            if self._columns and place % self._columns:
                painter.drawLine(area.topLeft(), area.bottomLeft())
            if place and self._columns and not place % self._columns:
                painter.drawLine(1, area.top(), self.width() - 2, area.top())
        painter.end()

    def _rows(self) -> int:
        shown = len(self._content) if self._all else min(len(self._content), _MOST)
        return -(-shown // max(1, self._columns))

    def _show_all(self) -> None:
        self._all = True
        content, self._content = self._content, []
        self.show_tiles(content, self._base)


def delta_text(tile: Tile) -> str:
    """Return the difference with its sign and the decimals that the value is shown with."""
    return "" if tile.delta is None else format_delta(tile.delta, tile.value)


def _exact(tile: Tile) -> str:
    """Return the value with all its digits or elements."""
    if isinstance(tile.value, tuple):
        items = ", ".join(str(item) for item in tile.value[:_TOOLTIP_ITEMS])
        more = " …" if len(tile.value) > _TOOLTIP_ITEMS else ""
        return f"{tile.name}: {items}{more}"[:_TOOLTIP_TEXT]
    return f"{tile.name}: {tile.value}"[:_TOOLTIP_TEXT]
