"""The switch on the Project page that lets logs and outputs go to the Git repo."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.viewmodels.run_files_words import sharing_words
from workbench.viewmodels.states import ProjectPageState
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.fields import at_left
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

_NO_REPO = "This project has no Git repo"
_TIP = "For the runs on this computer. Whoever clones the repo with plain Git gets them, too."


class ShareOutputs(QWidget):
    """A box to check, and below it how much that is.

    Signals:
        chosen: ``bool``: whether they shall go there.
    """

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.box = CheckBox("Push to the Git repo, too")
        self.box.setObjectName("shareOutputs")
        self.words = Label("", "secondary", "text_3", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme().px(4), 0, theme().px(4))
        layout.setSpacing(0)
        layout.addWidget(at_left(self.box))
        layout.addWidget(self.words)
        layout.addStretch(1)
        self.setFocusProxy(self.box)
        self.box.clicked.connect(self.chosen)

    def show_state(self, state: ProjectPageState) -> None:
        """Show whether they go there, and how much that is."""
        has_repo = bool(state.project.repo)
        self.box.setEnabled(has_repo)
        self.box.setChecked(state.shares_files)
        self.box.setToolTip(_TIP if has_repo else _NO_REPO)
        words = sharing_words(state.to_share, on=state.shares_files, has_repo=has_repo)
        self.box.setAccessibleDescription(words)
        self.words.setText(words)
