"""What shall be restored, and where to: the choices above the list, and the box for a folder."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from workbench.core.wording import count
from workbench.viewmodels.restore_states import RestorePhase, RestoreScope, RestoreState
from workbench.views.kit.buttons import Button
from workbench.views.kit.card import Panel
from workbench.views.kit.check_box import Choice
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.folder_choice import choose_folder
from workbench.views.theme.theme import theme

_MEANINGS = {
    RestoreScope.FOLDER: "The folder becomes exactly as in the snapshot",
    RestoreScope.FILES: "Only the files that you check below",
    RestoreScope.NEW_FOLDER: "Leaves this project as it is",
}


class ScopePanel(Panel):
    """Three choices, one of which is on.

    Signals:
        chosen: ``RestoreScope`` that the user chose.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        px = theme().px
        self.setObjectName("restoreScope")
        self.setAccessibleName("What to restore")
        self._group = QButtonGroup(self)
        self.choices: dict[RestoreScope, Choice] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(10), px(16), px(10))
        layout.setSpacing(px(4))
        for number, scope in enumerate(RestoreScope):
            choice = Choice(scope.value, _MEANINGS[scope])
            choice.setObjectName(f"restoreScope{number + 1}")
            self._group.addButton(choice, number)
            self.choices[scope] = choice
            layout.addWidget(choice)
        self._group.idClicked.connect(lambda number: self.chosen.emit(tuple(RestoreScope)[number]))

    def set_compact(self, *, compact: bool) -> None:
        """Give each choice one line."""
        for choice in self.choices.values():
            choice.set_compact(compact=compact)

    def show_state(self, state: RestoreState) -> None:
        """Show which choice is on; while something is written it can't be changed."""
        self.choices[state.scope].setChecked(True)
        for choice in self.choices.values():
            choice.setEnabled(state.phase is not RestorePhase.RESTORING)


class FolderPanel(Panel):
    """Asks for the new folder, and says what will be in it.

    Signals:
        changed: ``str`` that the user typed or chose.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__("surface", "bottom")
        px = theme().px
        self.edit = LabelledEdit("")
        self.edit.line.setObjectName("newFolder")
        self.browse = Button("Browse")
        self.browse.setObjectName("browseNewFolder")
        self.row = FormRow("Folder", self.edit, beside=self.browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.addWidget(self.row)
        self.edit.line.textEdited.connect(self.changed)
        self.browse.clicked.connect(self._browse)
        self.hide()

    def show_state(self, state: RestoreState) -> None:
        """Show the folder, or what is wrong with it."""
        self.setVisible(state.to_new_folder)
        self.edit.set_text(state.folder)
        self.row.set_error(state.folder_problem)
        files = count(state.files_in_snapshot, "file") if state.files_in_snapshot else "Everything"
        verb = "goes" if files in {"Everything", "1 file"} else "go"
        self.row.set_hint(
            f"{files} {verb} there, as in run #{state.run_number}. "
            "The folder has to be empty or new, and outside the project."
        )
        busy = "The folder is being created" if state.phase is RestorePhase.RESTORING else ""
        self.edit.set_disabled_reason(busy)
        self.browse.set_disabled_reason(busy)

    def _browse(self) -> None:
        parent = Path(self.edit.text()).parent
        choose_folder(self, "Choose an empty folder", parent, self.changed.emit)
