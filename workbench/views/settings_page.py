"""The Settings page: theme, zoom, where new projects go, and how snapshots are taken."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.settings import ThemeMode
from workbench.viewmodels.states import SettingsState
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.check_box import CheckBox
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.folder_choice import choose_folder
from workbench.views.kit.label import Label, Rule
from workbench.views.kit.segments import Segments
from workbench.views.theme.theme import ZOOM_MAX, ZOOM_MIN, ZOOM_STEP, theme

_WIDTH = 640
_FOLLOW_HINT = (
    "Runs start sooner, because Workbench knows which files changed. Without it, and whenever it "
    "is in doubt, each snapshot looks at the whole folder."
)


class SettingsPage(QWidget):
    """Shows a :class:`SettingsState`; every change counts at once.

    Signals:
        theme_chosen: :class:`ThemeMode`.
        zoom_chosen: Percent.
        projects_folder_chosen: Path of a folder as text.
        following_chosen: Whether folders of open projects are followed.
    """

    theme_chosen = Signal(object)
    zoom_chosen = Signal(int)
    projects_folder_chosen = Signal(str)
    following_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self._zoom = 100
        self.mode = Segments(
            "Theme",
            [(mode.value, mode.value.capitalize()) for mode in ThemeMode],
        )
        self.smaller = IconButton("minus", "Zoom out", kind="default")
        self.larger = IconButton("plus", "Zoom in", kind="default")
        self._percent = Label("100 %", "body")
        self.reset = Button("Reset zoom", kind="flat")
        folder = LabelledEdit("", "Folder for new projects")
        self.folder = folder.line
        self.folder.setObjectName("projectsFolder")
        self.browse = Button("Browse", "folder")
        self.folder_row = FormRow("Folder for new projects", folder, beside=self.browse)
        self._data = Label("", "mono", "text_2", wrap=True)
        self._data.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.follow = CheckBox("Follow changes in the folders of open projects")
        self._build()
        self._connect()

    def render(self, state: SettingsState) -> None:  # type: ignore[override]  # a state
        """Show ``state``."""
        self.mode.set_current(state.theme.value)
        self._zoom = state.zoom
        self._percent.setText(f"{state.zoom} %")
        self.smaller.set_disabled_reason(
            "This is the smallest zoom" if state.zoom <= ZOOM_MIN else ""
        )
        self.larger.set_disabled_reason(
            "This is the largest zoom" if state.zoom >= ZOOM_MAX else ""
        )
        if not self.folder.hasFocus():
            self.folder.setText(state.projects_folder)
        self._data.setText(state.data_folder)
        self.follow.setChecked(state.follow_folders)

    def show_folder_error(self, text: str) -> None:
        """Show what is wrong with the folder; an empty text takes it away."""
        self.folder_row.set_error(text)

    def _connect(self) -> None:
        self.mode.chosen.connect(lambda value: self.theme_chosen.emit(ThemeMode(value)))
        self.smaller.clicked.connect(lambda: self.zoom_chosen.emit(self._zoom - ZOOM_STEP))
        self.larger.clicked.connect(lambda: self.zoom_chosen.emit(self._zoom + ZOOM_STEP))
        self.reset.clicked.connect(lambda: self.zoom_chosen.emit(100))
        self.follow.clicked.connect(self.following_chosen)
        self.folder.editingFinished.connect(self._on_folder)
        self.browse.clicked.connect(self._browse)

    def _on_folder(self) -> None:
        self.folder_row.set_error("")
        self.projects_folder_chosen.emit(self.folder.text().strip())

    def _browse(self) -> None:
        title = "Choose a folder for new projects"
        choose_folder(self, title, self.folder.text(), self._use_folder)

    def _use_folder(self, folder: str) -> None:
        self.folder.setText(folder)
        self._on_folder()

    def _build(self) -> None:
        px = theme().px
        size = QHBoxLayout()
        size.setSpacing(px(8))
        for widget in (self.smaller, self._percent, self.larger, self.reset):
            size.addWidget(widget)
        size.addStretch(1)
        main = Panel("surface")
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        title = Label("Settings", "title")
        title.setFixedHeight(px(32))
        column.addWidget(title)
        column.addSpacing(px(4))
        column.addWidget(Rule())
        column.addSpacing(px(8))
        column.addWidget(Label("Appearance", "section"))
        column.addWidget(Label("Theme", "secondary_medium"))
        column.addWidget(self.mode)
        column.addWidget(Label("Zoom", "secondary_medium"))
        column.addLayout(size)
        column.addSpacing(px(16))
        column.addWidget(Rule())
        column.addSpacing(px(8))
        column.addWidget(Label("Folders", "section"))
        column.addWidget(self.folder_row)
        column.addWidget(Label("Runs and snapshots are in", "secondary_medium"))
        column.addWidget(self._data)
        column.addSpacing(px(16))
        column.addWidget(Rule())
        column.addSpacing(px(8))
        column.addWidget(Label("Snapshots", "section"))
        column.addWidget(self.follow)
        column.addWidget(Label(_FOLLOW_HINT, "secondary", "text_2", wrap=True))
        column.addStretch(1)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(px(_WIDTH))
        row = QHBoxLayout(main)
        row.setContentsMargins(px(24), px(12), px(24), px(24))
        row.addWidget(holder, 1)
        row.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(main)
