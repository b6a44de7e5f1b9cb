"""Head of the Compare page: where one is, the title, and how the comparison is shown."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from workbench.core.comparison import Comparison
from workbench.viewmodels.compare_states import page_title
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.fields import LabelledCombo
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.panel import Panel
from workbench.views.kit.segments import Segments
from workbench.views.theme.theme import theme

AXES = (("epoch", "Epoch"), ("step", "Step"), ("time", "Time"))
_BASELINE, _BASELINE_NARROW, _NARROW = 148, 92, 800
_NO_EPOCH = "These runs log no metric named epoch"


class CompareHead(Panel):
    """Path row and title row.

    Signals:
        back_requested: Back was pressed.
        list_requested: Run List was pressed.
        compare_requested: Compare was pressed while the files that differ are shown.
    """

    back_requested = Signal()
    list_requested = Signal()
    compare_requested = Signal()

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        self.back = IconButton("chevron-left", "Back (Alt+Left)", "Back", small=True)
        self.to_list = Button("Run List", kind="link")
        self.to_compare = Button("Compare", kind="link")
        self.here = Label("", "body", "text_2")
        self.title = ElidedLabel("Compare runs", "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.only_differences = CheckBox("Only differences")
        self.x_axis = Segments("X axis", AXES)
        self.baseline = LabelledCombo("Baseline")
        self.export = IconButton("download", "Export comparison", kind="default")
        self.axis_label = Label("X axis", "secondary", "text_2")
        self._build()
        self.back.clicked.connect(self.back_requested)
        self.to_list.clicked.connect(self.list_requested)
        self.to_compare.clicked.connect(self.compare_requested)

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show what is compared; ``None`` while that is not known."""
        for widget in (self.only_differences, self.baseline, self.export):
            widget.setVisible(comparison is not None)
        if comparison is None:
            self.title.setText("Compare runs")
            self.set_axis_shown(shown=False)
            return
        self.title.setText(page_title(comparison))
        runs = [(side.id, side.title) for side in comparison.sides if side.run is not None]
        self.baseline.set_items(runs, comparison.base.id)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out a label that has no room."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give the baseline the room of its number, and the title all that is left."""
        text = self.baseline.combo.currentText()
        spare = max(0, self.baseline.fontMetrics().horizontalAdvance(text) - theme().px(36))
        narrow = self.width() < theme().px(_NARROW)
        self.baseline.setFixedWidth(theme().px(_BASELINE_NARROW if narrow else _BASELINE) + spare)
        self.baseline.set_label_visible(visible=not narrow)
        self.axis_label.setVisible(not narrow and not self.x_axis.isHidden())

    def set_axis_shown(self, *, shown: bool) -> None:
        """Show the choice of the X axis while there are charts."""
        self.x_axis.setVisible(shown)
        self.fit()

    def set_epochs_known(self, *, known: bool) -> None:
        """Offer epochs if the runs log them."""
        self.x_axis.set_disabled_reason("epoch", "" if known else _NO_EPOCH)

    def show_place(self, changes: str = "") -> None:
        """Tell that the comparison is shown, or the files that differ between two runs."""
        inside = bool(changes)
        self.to_compare.setVisible(inside)
        self._slash.setVisible(inside)
        self.here.setText("Code changes" if inside else "Compare")
        self._controls.setVisible(not inside)
        if inside:
            self.title.setText(changes)

    def _build(self) -> None:
        px = theme().px
        for widget, name in (
            (self.back, "back"),
            (self.title, "compareTitle"),
            (self.only_differences, "onlyDifferences"),
            (self.x_axis, "xAxis"),
            (self.baseline.combo, "baseline"),
            (self.export, "exportComparison"),
        ):
            widget.setObjectName(name)
        self.only_differences.setChecked(True)
        self.x_axis.set_current("time")
        path = QHBoxLayout()
        path.setContentsMargins(px(20), px(6), px(24), px(6))
        path.setSpacing(px(4))
        self._slash = Label("/", "body", "text_3")
        for item in (
            self.back,
            self.to_list,
            Label("/", "body", "text_3"),
            self.to_compare,
            self._slash,
            self.here,
        ):
            path.addWidget(item)
        self.here.setIndent(px(3))
        path.addStretch(1)
        self._controls = Panel("surface")
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(px(8))
        controls.addWidget(self.only_differences)
        controls.addSpacing(px(4))
        controls.addWidget(self.axis_label)
        for control in (self.x_axis, self.baseline, self.export):
            controls.addWidget(control)
        row = QHBoxLayout()
        row.setContentsMargins(px(24), 0, px(24), px(12))
        row.setSpacing(px(8))
        self.title.setMinimumHeight(px(32))
        self.title.setMinimumWidth(px(96))
        row.addWidget(self.title, 1)
        row.addWidget(self._controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(path)
        layout.addLayout(row)
        self.show_place()
