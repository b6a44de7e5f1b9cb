"""The Project page: what the open project is, and where its run history is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.core.progress import Progress
from workbench.core.project import Project, project_name_problem
from workbench.core.wording import count, format_size
from workbench.viewmodels.states import ProjectPageState
from workbench.viewmodels.target_rows import target_rows
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button, MenuButton
from workbench.views.kit.card import Panel
from workbench.views.kit.fields import LabelledEdit, TextArea, at_left
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.progress import ProgressStrip
from workbench.views.project_fields import Editable, Section, Value
from workbench.views.project_holding import HoldingPanel
from workbench.views.repo_section import RepoSection
from workbench.views.share_outputs import ShareOutputs
from workbench.views.target_section import TargetSection
from workbench.views.theme.theme import theme

_ONE_COLUMN = 1100
# A name has at most 64 characters; the field takes more, so that the error is seen.
_NAME_MOST = 128


class ProjectPage(QWidget):
    """Shows a :class:`ProjectPageState`.

    Signals:
        edited: ``("name" or "description", text)`` to save for the project.
        browse_requested: Choose a file that is the project's Python.
        open_folder_requested: Show the project folder in the file manager.
        prepare_requested: Prepare an environment from the project's list of packages.
        operations_requested: Show what restores changed.
        check_requested: Check that every run can be restored.
        check_canceled: Stop the check.
        activity_canceled: Stop preparing it.
        banner_action: Id of the button pressed in the page's banner.

    Attributes:
        repo: The part about the project's Git repo.
        sharing: The switch for logs and outputs.
        targets: The part about where runs take place.
    """

    edited = Signal(str, str)
    browse_requested = Signal()
    open_folder_requested = Signal()
    prepare_requested = Signal()
    operations_requested = Signal()
    check_requested = Signal()
    check_canceled = Signal()
    activity_canceled = Signal()
    banner_action = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("projectPage")
        self._title = ElidedLabel("", "body", "text_2")
        self.open_folder = Button("Open folder", "folder-open")
        self.more = MenuButton("", "ellipsis", name="More actions")
        self.more.setObjectName("projectMore")
        self.more.setProperty("icon_only", True)
        self.banner = Banner()
        self.progress = ProgressStrip()
        self.progress.set_cancel_at_once(at_once=True)
        self._project_id = ""
        name = LabelledEdit("", "Project name")
        name.line.setMaxLength(_NAME_MOST)
        self.name = Editable(name, "Project name", project_name_problem)
        self.description = Editable(TextArea(2), "Description", lambda _text: "")
        self.workspace = Value("workspace", mono=False, copy=False)
        self.template = Value("template", mono=False, copy=False)
        self.folder = Value("folder", mono=True, copy=True)
        self.identity = Value("project ID", mono=True, copy=True)
        self.python = Value("interpreter", mono=False, copy=False)
        self.python_path = Value("interpreter path", mono=True, copy=True)
        self.browse = Button("Browse", "folder", small=True, name="Browse for a Python")
        self.python.add_button(self.browse)
        self.prepare = Button("Prepare environment", "package", small=True)
        self.repo = RepoSection()
        self.branch = Value("branch", mono=True, copy=True)
        self.snapshots = Value("snapshots", mono=False, copy=False)
        self.operations = Button("Operations", "history", small=True)
        self.check = Button("Check history", "shield-check", small=True)
        self.check_result = Label("", "secondary", "text_3", wrap=True)
        self.check_progress = ProgressStrip()
        self.check_progress.set_cancel_at_once(at_once=True)
        self.sharing = ShareOutputs()
        self.targets = TargetSection()
        self.holding = HoldingPanel()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self.name.edited.connect(lambda text: self.edited.emit("name", text))
        self.description.edited.connect(lambda text: self.edited.emit("description", text))
        self.browse.clicked.connect(self.browse_requested)
        self.open_folder.clicked.connect(self.open_folder_requested)
        self.prepare.clicked.connect(self.prepare_requested)
        self.check.clicked.connect(self.check_requested)
        self.check_progress.canceled.connect(self.check_canceled)
        self.operations.clicked.connect(self.operations_requested)
        self.progress.canceled.connect(self.activity_canceled)
        self.banner.action.connect(self.banner_action)

    def render(self, state: ProjectPageState) -> None:  # type: ignore[override]  # a state
        """Show ``state``."""
        project = state.project
        self._title.setText(project.name)
        self._show_details(project)
        self.workspace.set_text(state.workspace)
        self.template.set_text(state.template)
        self.folder.set_text(str(project.folder))
        self.identity.set_text(project.id)
        self._show_python(state)
        self.branch.set_text(project.history_branch)
        self.snapshots.set_text(_history_words(state))
        self._show_check(state)
        self.sharing.show_state(state)
        self.targets.show_rows(target_rows(state), state.targets_problem)
        self.holding.show_choices(state.choices)
        self.holding.show_holding(state.holding, state.holding_problem)

    def show_edit_error(self, field: str, text: str) -> None:
        """Say below ``"name"`` or ``"description"`` why it was not saved; what is typed stays."""
        (self.name if field == "name" else self.description).set_error(text)

    def _show_check(self, state: ProjectPageState) -> None:
        self.check.set_disabled_reason("It is being checked" if state.checking_history else "")
        self.check_result.setText(state.check)
        self.check_result.set_tone("bad" if state.check_is_bad else "text_3")
        self.check_result.setVisible(bool(state.check))

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the environment is prepared; ``None`` when nothing is going on."""
        self.progress.render(progress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use one column when there is little room."""
        super().resizeEvent(event)
        one = self.window().width() < theme().px(_ONE_COLUMN)
        direction = QBoxLayout.Direction.TopToBottom if one else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(direction)
        self._columns.setSpacing(0 if one else theme().px(48))

    def _show_details(self, project: Project) -> None:
        for field, text in ((self.name, project.name), (self.description, project.description)):
            if project.id == self._project_id:
                field.show_value(text)
            else:
                field.replace_value(text)
        self._project_id = project.id

    def _show_python(self, state: ProjectPageState) -> None:
        interpreter = state.interpreter
        label = interpreter.label or interpreter.path if interpreter else "No Python was found"
        self.python.set_text(f"Checking {state.checking}" if state.checking else label)
        self.python_path.set_text(interpreter.path if interpreter else "")
        self.browse.set_disabled_reason("A file is being checked" if state.checking else "")
        reason = "" if state.can_prepare else "This project has no list of packages"
        self.prepare.set_disabled_reason(reason)

    def _build(self) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(Label("Project", "title"))
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.open_folder)
        head.addWidget(self.more)
        general, python = Section("General"), Section("Python")
        general.add("Project name", self.name)
        general.add("Description", self.description)
        general.add("Workspace", self.workspace)
        general.add("Template", self.template)
        general.add("Folder", self.folder)
        general.add("Project ID", self.identity)
        python.add("Interpreter", self.python)
        python.add("Path", self.python_path)
        python.add("Environment", at_left(self.prepare))
        history = Section(
            "Run history",
            "Kept apart from your own branches. Don't use Git commands on this branch.",
        )
        history.add("Branch", self.branch)
        history.add("Snapshots", self.snapshots)
        history.add("Logs, outputs", self.sharing, has_input=True)
        history.add("Restores", at_left(self.operations))
        parts = _stacked(at_left(self.check), self.check_progress, self.check_result)
        # At the height of the button, whatever stands below it.
        history.add("Check", parts, has_input=True).setContentsMargins(0, px(8), 0, px(8))
        holds = Section(
            "What a snapshot holds",
            "What is left out is not saved and not restored. Leave out and Put back change one "
            "line of your .amlignore or .gitignore.",
        )
        holds.add_wide(self.holding)
        for sections in ((general, self.repo, python), (history, self.targets, holds)):
            column = QVBoxLayout()
            column.setSpacing(0)
            for section in sections:
                column.addWidget(section)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        inner = Panel("surface")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(px(24), px(12), px(24), px(24))
        layout.setSpacing(px(12))
        layout.addLayout(head)
        layout.addWidget(self.banner)
        layout.addWidget(self.progress)
        layout.addLayout(self._columns)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)


def _stacked(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, theme().px(4), 0, theme().px(4))
    layout.setSpacing(theme().px(4))
    for widget in widgets:
        layout.addWidget(widget)
    return holder


def _history_words(state: ProjectPageState) -> str:
    if state.snapshots < 0:
        return "–"
    words = f"{count(state.snapshots, 'snapshot')} of {count(state.runs, 'run')}"
    if not state.runs:
        words = "No runs yet"
    if state.history_size >= 0:
        words += f", {format_size(state.history_size)} on disk"
    if state.reclaimed:
        words += f" ({format_size(state.reclaimed)} freed by tidying)"
    return words
