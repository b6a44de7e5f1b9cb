"""A file of a run, and beside it the file of that name of another run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QSplitter, QVBoxLayout, QWidget

from workbench.core.run import Output, Run
from workbench.viewmodels.run_states import elsewhere
from workbench.views.kit.label import ElidedLabel
from workbench.views.kit.panel import Panel
from workbench.views.run_detail.output_preview import OutputPreview
from workbench.views.theme.theme import theme

_CAPTION = 32


class PreviewPair(QSplitter):
    """One preview, or two side by side that scroll together.

    Attributes:
        own: The file of the run.
        other: The file of the other run.
    """

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.own, self.other = OutputPreview(), OutputPreview(can_open=False)
        self.other.setObjectName("outputPreviewBeside")
        self._own_name, self._other_name = (ElidedLabel("", "secondary", "text_2") for _ in "12")
        self._own_head, own = _captioned(self._own_name, self.own)
        _head, self._right = _captioned(self._other_name, self.other)
        for pane in (own, self._right):
            self.addWidget(pane)
            pane.setMinimumWidth(theme().px(120))
        self._link(self.own.picture, self.other.picture)
        self._link(self.own.text, self.other.text)
        self._link(self.own.table, self.other.table)
        self.show_runs(None, None)

    @property
    def is_split(self) -> bool:
        """Whether two previews are shown."""
        return not self._right.isHidden()

    def show_runs(self, own: Run | None, other: Run | None) -> None:
        """Show one preview, or two with these runs above them."""
        was_split = self.is_split
        self._own_head.setVisible(other is not None)
        self._right.setVisible(other is not None)
        if own is not None and other is not None:
            self._own_name.setText(f"#{own.number}, this run")
            self._other_name.setText(f"#{other.number} {other.script_name}")
            if not was_split:
                self.setSizes([1_000, 1_000])

    def show_other(self, run: Run, output: Output, theirs: Output | None, data: bytes) -> None:
        """Show the file of the other run.

        Args:
            run: That run.
            output: The file of this run.
            theirs: The file of that one; ``None`` if it has none of that name.
            data: Its content.
        """
        if theirs is not None:
            self.other.clear(theirs)
            self.other.show_content(theirs, data)
        elif place := elsewhere(run):
            self.other.show_words("Not here", f"The output files of #{run.number} are on {place}.")
        else:
            self.other.show_words(
                f"No such file in #{run.number}", f"It saved no {output.path} in outputs."
            )
        self.other.setAccessibleName(f"Preview of {output.path} of #{run.number}")

    def set_fit(self, *, on: bool) -> None:
        """Fit pictures into the view, or show them pixel by pixel."""
        for preview in (self.own, self.other):
            preview.picture.set_fit(on=on)

    def _link(self, one: QAbstractScrollArea, other: QAbstractScrollArea) -> None:
        for first, second in (
            (one.verticalScrollBar(), other.verticalScrollBar()),
            (one.horizontalScrollBar(), other.horizontalScrollBar()),
        ):
            first.valueChanged.connect(lambda value, bar=second: self._follow(bar, value))
            second.valueChanged.connect(lambda value, bar=first: self._follow(bar, value))

    def _follow(self, bar: QScrollBar, value: int) -> None:
        # A shorter file ends where it ends, and does not pull the longer one back.
        if self.is_split and value <= bar.maximum():
            bar.setValue(value)


def _captioned(caption: ElidedLabel, preview: OutputPreview) -> tuple[Panel, QWidget]:
    head = Panel("sunken", "bottom")
    head.setFixedHeight(theme().px(_CAPTION))
    row = QVBoxLayout(head)
    row.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
    row.addWidget(caption)
    pane = QWidget()
    column = QVBoxLayout(pane)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(head)
    column.addWidget(preview, 1)
    return head, pane
