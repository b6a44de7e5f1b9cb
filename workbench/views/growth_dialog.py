"""Asks what a run shall do with a lot of new content: store it, leave it out, or not run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.core.wording import format_size
from workbench.viewmodels.changed_files import display_path
from workbench.views.kit.buttons import Button
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.theme.theme import theme

_MOST = 8


class GrowthDialog(Dialog):
    """A list of what adds most, and the choice.

    Args:
        parent: The window.
        run: Which run waits, for example ``"#12 train.py"``.
        words: How much it is.
        items: ``(path, bytes)``, the largest first.

    Signals:
        answered: ``("store", "leave out" or "cancel", whether it holds from now on)``.
    """

    answered = Signal(str, bool)

    def __init__(
        self, parent: QWidget, run: str, words: str, items: Sequence[tuple[str, int]]
    ) -> None:
        super().__init__(parent, "A lot of new files")
        self._told = False
        px = theme().px
        self.body.addWidget(Label(f"The snapshot of {run} would add {words}.", "medium", wrap=True))
        self.body.addWidget(
            Label(
                "Stored files can be restored, and take space on this computer. A file over 100 MB "
                "can't be pushed to some Git servers. The run waits; other runs don't.",
                "body",
                "text_2",
                wrap=True,
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(0, 1)
        for row, (path, size) in enumerate(items[:_MOST]):
            middle = Qt.TextElideMode.ElideMiddle
            grid.addWidget(ElidedLabel(display_path(path), "mono", "text", middle), row, 0)
            right = Qt.AlignmentFlag.AlignRight
            grid.addWidget(Label(format_size(size), "secondary", "text_2"), row, 1, right)
        if len(items) > _MOST:
            more = Label(f"and {len(items) - _MOST:,} more", "secondary", "text_3")
            grid.addWidget(more, _MOST, 0)
        self.body.addLayout(grid)
        self.always = CheckBox("Do the same for this project from now on")
        self.body.addWidget(self.always)
        self.cancel = Button("Cancel run")
        self.leave_out = Button("Leave out")
        self.leave_out.set_tip("Adds lines to your ignore file; these files are not saved")
        self.store = Button("Store", kind="primary")
        for button, answer in (
            (self.cancel, "cancel"),
            (self.leave_out, "leave out"),
            (self.store, "store"),
        ):
            button.clicked.connect(lambda _=False, answer=answer: self._tell(answer))
            self.footer.addWidget(button)
        self.store.setDefault(True)
        self.setMinimumWidth(px(520))

    def reject(self) -> None:
        """Treat Esc and closing as Cancel run."""
        self._tell("cancel")

    def withdraw(self) -> None:
        """Close it without an answer: the run is not waiting any more."""
        self._told = True
        self.hide()
        self.deleteLater()

    def _tell(self, answer: str) -> None:
        if not self._told:
            self._told = True
            always = self.always.isChecked() and answer != "cancel"
            self.hide()
            self.deleteLater()
            self.answered.emit(answer, always)
