"""What a snapshot holds: sizes by folder, the largest files, and what is left out by which rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.growth import GrowthChoice
from workbench.core.snapshot import FolderHolding, LeftOutItem
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.core.wording import count, format_size
from workbench.viewmodels.changed_files import display_path
from workbench.views.kit.buttons import Button
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.fields import LabelledCombo
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.progress import ProgressStrip
from workbench.views.theme.theme import theme

_MOST_FOLDERS, _MOST_FILES, _MOST_LEFT_OUT = 6, 5, 30
_BUILT_IN = "built-in"
_GROWTH = {
    GrowthChoice.ASK.value: "Ask",
    GrowthChoice.STORE.value: "Store",
    GrowthChoice.LEAVE_OUT.value: "Leave out",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: a path, what is known about it, and a button."""

    path: str
    detail: str
    action: str = ""
    name: str = ""
    act: Callable[[], None] | None = None


class HoldingPanel(QWidget):
    """Shows a :class:`FolderHolding`.

    Signals:
        leave_out_requested: ``str``: leave this file or folder out from now on.
        put_back_requested: ``LeftOut``: take this back in.
        built_in_toggled: ``bool``: whether the built-in rules shall hold.
        growth_chosen: ``str``: value of the ``GrowthChoice`` from now on.
        canceled: Stop looking.
    """

    leave_out_requested = Signal(str)
    put_back_requested = Signal(object)
    built_in_toggled = Signal(bool)
    growth_chosen = Signal(str)
    canceled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("snapshotHolding")
        self.setAccessibleName("What a snapshot holds")
        self.total = Label("", "body", wrap=True)
        self.problem = Label("", "secondary", "bad", wrap=True)
        self.strip = ProgressStrip()
        self.built_in = CheckBox("Leave out environments, caches and node_modules")
        self.growth = LabelledCombo("When a run adds a lot", "What is done when a run adds a lot")
        self._shown: object = self
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(4))
        layout.addWidget(self.strip)
        layout.addWidget(self.total)
        layout.addWidget(self.problem)
        layout.addWidget(self.built_in)
        layout.addWidget(self.growth)
        layout.addLayout(self._rows)
        self.strip.canceled.connect(self.canceled)
        self.built_in.clicked.connect(self.built_in_toggled)
        self.growth.chosen.connect(self.growth_chosen)
        self.show_holding(None, "")

    def show_holding(self, holding: FolderHolding | None, problem: str) -> None:
        """Show what a snapshot would hold now; ``None`` while that is not known."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if holding is self._shown:
            return
        self._shown = holding
        self._clear()
        if holding is None:
            self.total.setText("–")
            return
        self.total.setText(f"{count(holding.files, 'file')}, {format_size(holding.size)}")
        self._add("By folder", self._folder_rows(holding), len(holding.folders) - _MOST_FOLDERS)
        self._add("Largest files", self._file_rows(holding), 0)
        self._add(
            "Left out",
            [self._left_out_row(item) for item in holding.left_out[:_MOST_LEFT_OUT]],
            len(holding.left_out) - _MOST_LEFT_OUT,
            "Nothing is left out.",
        )
        if holding.not_captured:
            rows = [
                _Row(item.path, item.reason.value) for item in holding.not_captured[:_MOST_LEFT_OUT]
            ]
            self._add("Not captured", rows, len(holding.not_captured) - _MOST_LEFT_OUT)

    def show_choices(self, choices: SnapshotChoices) -> None:
        """Show what was decided."""
        self.built_in.setChecked(choices.built_in_rules)
        self.growth.set_items(list(_GROWTH.items()), choices.growth.value)

    def _folder_rows(self, holding: FolderHolding) -> list[_Row]:
        rows = []
        for share in holding.folders[:_MOST_FOLDERS]:
            detail = f"{count(share.files, 'file')}, {format_size(share.size)}"
            if share.path:
                rows.append(self._kept_row(share.path, detail))
            else:
                rows.append(_Row("In the project folder itself", detail))
        return rows

    def _file_rows(self, holding: FolderHolding) -> list[_Row]:
        return [
            self._kept_row(path, format_size(size)) for path, size in holding.largest[:_MOST_FILES]
        ]

    def _kept_row(self, path: str, detail: str) -> _Row:
        return _Row(
            path,
            detail,
            "Leave out",
            f"Leave out {display_path(path)}",
            lambda: self.leave_out_requested.emit(path),
        )

    def _left_out_row(self, found: LeftOutItem) -> _Row:
        item = found.item
        if item.source == _BUILT_IN:
            return _Row(item.path, f"{item.rule} (built-in)")
        where = f"{item.source}:{found.line}" if found.line else item.source
        return _Row(
            item.path,
            f"{item.rule} ({where})",
            "Put back",
            f"Put back {display_path(item.path)}",
            lambda: self.put_back_requested.emit(item),
        )

    def _add(self, title: str, rows: Sequence[_Row], more: int, none: str = "") -> None:
        if not rows and not none:
            return
        head = Label(title, "secondary_strong", "text_2")
        head.setContentsMargins(0, theme().px(8), 0, theme().px(2))
        self._rows.addWidget(head)
        for row in rows:
            self._rows.addWidget(_line(row))
        if not rows:
            self._rows.addWidget(Label(none, "secondary", "text_3"))
        if more > 0:
            self._rows.addWidget(Label(f"and {more:,} more", "secondary", "text_3"))

    def _clear(self) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _line(row: _Row) -> QWidget:
    px = theme().px
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(12))
    line.setFixedHeight(px(26))
    path = ElidedLabel(display_path(row.path), "mono", "text", Qt.TextElideMode.ElideMiddle)
    detail = ElidedLabel(row.detail, "secondary", "text_3", Qt.TextElideMode.ElideMiddle)
    detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    layout.addWidget(path, 3)
    layout.addWidget(detail, 2)
    button = Button(row.action, kind="link", small=True, name=row.name)
    button.setFixedWidth(px(64))
    layout.addWidget(button)
    if row.act is None:
        # It keeps its place, so that all details end at one line.
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.hide()
    else:
        button.clicked.connect(row.act)
    return line
