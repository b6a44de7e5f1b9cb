"""The New project dialog: a template, a name, a folder, a workspace, a Git repo."""

import os
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.progress import Progress
from workbench.core.project import (
    BLANK,
    NewProject,
    project_name_problem,
    workspace_name_problem,
)
from workbench.viewmodels.states import NewProjectState
from workbench.views.kit.buttons import Button
from workbench.views.kit.card import Panel
from workbench.views.kit.combo import ComboBox
from workbench.views.kit.fields import FormRow, LabelledEdit, TextArea
from workbench.views.kit.folder_choice import choose_folder
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.work_dialog import WorkDialog
from workbench.views.new_project_repo import NewProjectRepo
from workbench.views.template_cards import TemplateCards
from workbench.views.theme.theme import theme

_SIZE, _MINIMUM, _TEMPLATES, _FORM_LEAST = (912, 596), (848, 480), 384, 320
_CLONED = "Blank adds run settings in aml_config to the files of the repo."
# A name has at most 64 characters; the field takes more, so that the error is seen.
_NAME_LONG, _NAME_MOST = 64, 128


class NewProjectDialog(WorkDialog):
    """Asks for what a new project needs.

    Signals:
        create_requested: :class:`NewProject`.
        open_instead_requested: The folder has files; the user wants to open it as a project.
        folder_chosen: ``Path`` of the folder that was chosen with Browse.

    Attributes:
        repo: The Git repo that it begins with.
    """

    create_requested = Signal(object)
    open_instead_requested = Signal(object)
    folder_chosen = Signal(object)

    def __init__(self, parent: QWidget, state: NewProjectState) -> None:
        act = Button("Create project", "", "primary")
        super().__init__(parent, "New project", act)
        self.setObjectName("newProjectDialog")
        px = theme().px
        self.cards = TemplateCards(state.templates, state.template)
        self._note = Label("", "secondary", "text_2", wrap=True)
        name = LabelledEdit("", "Project name")
        self.name = name.line
        folder = LabelledEdit("", "Folder")
        self.folder = folder.line
        self.folder.setText(str(state.folder))
        self.browse = Button("Browse", "folder")
        self.description = TextArea(2)
        self.workspace = ComboBox(editable=True)
        self.workspace.addItems(list(state.workspaces))
        self.workspace.setEditText(state.workspace)
        self.name_row = FormRow("Project &name", name)
        self.folder_row = FormRow("&Folder", folder, beside=self.browse)
        self.description_row = FormRow("&Description", self.description, optional=True)
        self.workspace_row = FormRow("&Workspace", self.workspace)
        self.repo = NewProjectRepo()
        self.create_button = act
        self._touched = False
        self._name_parts()
        self._build()
        self._connect()
        self.resize(px(_SIZE[0]), px(_SIZE[1]))
        self.setMinimumSize(px(_MINIMUM[0]), px(_MINIMUM[1]))
        self._on_template()
        self._show_target()
        self.name.setFocus()

    def value(self) -> NewProject:
        """Return what is entered."""
        return NewProject(
            name=self.name.text().strip(),
            parent=Path(self.folder.text().strip()),
            template=self.cards.current.id,
            description=self.description.text().strip(),
            workspace=self.workspace.currentText().strip(),
            repo=self.repo.text(),
            replaces_files=self.repo.replaces_files,
        )

    def show_error(self, error: WorkbenchError) -> None:
        """Show why the project was not created and let the user go on."""
        self.set_busy(busy=False)
        if self.repo.show_error(error):
            self._show_widget(self.repo)
            return
        rows = {
            "name": self.name_row,
            "parent": self.folder_row,
            "folder": self.folder_row,
            "description": self.description_row,
            "workspace": self.workspace_row,
        }
        row = rows.get(error.field) if isinstance(error, InvalidInputError) else None
        if row is None:
            self.show_failure(error)
            self._show_widget(self.banner)
            return
        hint = f" {error.hint}" if error.hint else ""
        row.set_error(f"{error.title}{hint}")
        row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._open_instead.setVisible(row is self.folder_row and "files in it" in error.title)

    def _submit(self) -> None:
        if self._busy or not self._check():
            return
        self.set_busy(busy=True)
        self.create_requested.emit(self.value())

    def _check(self) -> bool:
        """Show what is wrong with the entries; return whether all is well."""
        value = self.value()
        self._touched = True
        self.banner.clear()
        problems = (
            (self.workspace_row, workspace_name_problem(value.workspace)),
            (self.folder_row, _folder_problem(self.folder.text().strip())),
            (self.name_row, project_name_problem(value.name)),
        )
        for row, problem in problems:
            row.set_error(problem)
            if problem:
                row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if any(problem for _row, problem in problems):
            return False
        complete = self.repo.is_complete()
        if not complete:
            self._show_widget(self.repo)
        return complete

    def _show_widget(self, widget: QWidget) -> None:
        """Scroll to a part of the form, once it has its new size."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(widget))

    def set_busy(self, *, busy: bool) -> None:
        """Show that the project is being created, or not any more."""
        super().set_busy(busy=busy)
        for widget in (self.cards, self._form):
            widget.setEnabled(not busy)
        self.create_button.set_disabled_reason("The project is being created" if busy else "")
        self.progress.render(Progress("create", None, "Creating project") if busy else None)
        self._foot_note.setVisible(not busy)

    def _on_name(self) -> None:
        self._show_target()
        name = self.name.text().strip()
        told = self._touched or len(name) > _NAME_LONG
        self.name_row.set_error(project_name_problem(name) if told else "")

    def _show_target(self) -> None:
        self.folder_row.set_error("")
        self._open_instead.hide()
        name = self.name.text().strip()
        parent = self.folder.text().strip()
        if parent and not project_name_problem(name):
            self.folder_row.set_hint(f"The project will be in {Path(parent) / name}")
        else:
            self.folder_row.set_hint("The project gets a folder of its own in here.")

    def _on_template(self) -> None:
        self.repo.set_blank(blank=self.cards.current.id == BLANK)

    def _show_note(self) -> None:
        self._note.setText(_CLONED if self.repo.begins_with_files else self.cards.current.note)

    def _on_repo(self) -> None:
        self._show_note()
        if self.repo.line.hasFocus():
            # What was found out may be below what is seen of the form.
            self._show_widget(self.repo)

    def _begin_blank(self) -> None:
        self.cards.card(BLANK).click()
        self.repo.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_replacing(self, replacing: bool) -> None:  # noqa: FBT001 - connected to a signal
        self.create_button.set_kind("danger" if replacing else "primary")
        self.create_button.set_text("Replace and create" if replacing else "Create project")

    def _browse(self) -> None:
        title = "Choose a folder for the project"
        choose_folder(self, title, self.folder.text(), self._use_folder)

    def _use_folder(self, folder: str) -> None:
        self.folder.setText(folder)
        self.folder_chosen.emit(Path(folder))

    def _connect(self) -> None:
        self.cards.chosen.connect(lambda _name: self._on_template())
        self.name.textChanged.connect(lambda _text: self._on_name())
        self.folder.textChanged.connect(lambda _text: self._show_target())
        self.workspace.editTextChanged.connect(lambda _text: self.workspace_row.set_error(""))
        self.browse.clicked.connect(self._browse)
        self.repo.changed.connect(self._on_repo)
        self.repo.blank_chosen.connect(self._begin_blank)
        self.repo.replacing_changed.connect(self._on_replacing)
        self.create_button.clicked.connect(self._submit)
        self._open_instead.clicked.connect(
            lambda: self.open_instead_requested.emit(self.value().parent / self.value().name)
        )
        for edited in (
            self.name.textChanged,
            self.folder.textChanged,
            self.description.area.textChanged,
            self.workspace.editTextChanged,
            self.cards.chosen,
            self.repo.line.textChanged,
        ):
            edited.connect(self.banner.clear)

    def _name_parts(self) -> None:
        self.name.setObjectName("projectName")
        self.name.setMaxLength(_NAME_MOST)
        self.folder.setObjectName("folder")
        self.browse.setObjectName("browse")
        self.description.area.setObjectName("description")
        self.workspace.setObjectName("workspace")
        self.create_button.setObjectName("createProject")

    def _build(self) -> None:
        px = theme().px
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        left = Panel("sunken", "right")
        left.setFixedWidth(px(_TEMPLATES))
        column = QVBoxLayout(left)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(Label("Template", "section"))
        column.addWidget(self.cards)
        note = QHBoxLayout()
        note.setSpacing(px(8))
        note.addWidget(IconLabel("info", "text_3"), 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        column.addSpacing(px(4))
        column.addLayout(note)
        column.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(left)
        columns.addWidget(self._build_form(), 1)
        self.body.addLayout(columns, 1)
        self._build_footer()

    def _build_form(self) -> QScrollArea:
        px = theme().px
        self._form = Panel("surface")
        self._open_instead = Button("Open folder", "folder-open", small=True)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(px(24), px(20), px(24), px(20))
        form.setSpacing(px(12))
        form.addWidget(self.banner)
        form.addWidget(self.name_row)
        form.addWidget(self.folder_row)
        form.addWidget(self._open_instead)
        form.addWidget(self.description_row)
        form.addWidget(self.workspace_row)
        form.addWidget(self.repo)
        form.addStretch(1)
        self._open_instead.hide()
        self.workspace_row.set_hint("A name that is not in the list makes a new workspace.")
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._form)
        area.setMinimumWidth(px(_FORM_LEAST))
        return area

    def _build_footer(self) -> None:
        px = theme().px
        self._foot_note = QWidget()
        line = QHBoxLayout(self._foot_note)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(8))
        line.addWidget(IconLabel("history", "text_2"))
        line.addWidget(Label("Run history starts with the first run", "secondary", "text_2"))
        self.footer.insertWidget(0, self._foot_note)
        self.footer.insertWidget(1, self.progress, 1)
        self.footer.addWidget(self.cancel_button)
        self.footer.addWidget(self.create_button)


def _folder_problem(folder: str) -> str:
    if not folder:
        return "Choose a folder"
    # It would depend on where Workbench was started from.
    return "" if folder.startswith("~") or os.path.isabs(folder) else "Enter the whole path"  # noqa: PTH117
