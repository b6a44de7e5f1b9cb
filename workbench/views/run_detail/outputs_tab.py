"""The Outputs tab: files that the script left, and a look into them."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.core.run import Output, Run
from workbench.core.wording import count, format_size
from workbench.viewmodels.beside_run import NONE, chosen_item, run_items
from workbench.viewmodels.outputs_model import OutputsModel
from workbench.viewmodels.run_files_words import files_words, left_out_words
from workbench.viewmodels.run_states import RunDetailState, elsewhere
from workbench.views.command_menu import open_menu
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.restyle import announce
from workbench.views.kit.segments import Segments
from workbench.views.run_detail.output_list import OutputList
from workbench.views.run_detail.preview_pair import PreviewPair
from workbench.views.run_detail.run_choice import RunChoice
from workbench.views.theme.theme import theme

_LIST, _LIST_NARROW, _NARROW = 320, 240, 1000
_HEAD = 48
_MENU = ("open_output", "outputs_folder", "copy_path", "save_output")
_NONE = "Files that a script saves in outputs appear here."


class OutputsTab(QStackedWidget):
    """List and preview.

    Signals:
        selected: ``Output`` whose content is wanted.
        save_requested: ``Output`` to save under another name.
        open_requested: ``Output`` to open with the system.
        folder_requested: The folder with all of them is to be opened.
        beside_chosen: ``str``: whose file is to stand beside, see ``BesideState``.
        other_beside_requested: The user wants to choose that run among all runs.
        offers_changed: Other commands are possible now.
    """

    selected = Signal(object)
    save_requested = Signal(object)
    open_requested = Signal(object)
    folder_requested = Signal()
    beside_chosen = Signal(str)
    other_beside_requested = Signal()
    offers_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: Output | None = None
        self._moved = False
        self.model = OutputsModel(self)
        self.list = OutputList(self.model)
        self.total = ElidedLabel("", "body", "text_2")
        self.folder = IconButton("folder-open", "Open the folder of the outputs")
        self.name = ElidedLabel("", "medium", "text", Qt.TextElideMode.ElideMiddle)
        self.size_words = Label("", "secondary", "text_2")
        self.fit = Segments("Size of the picture", (("fit", "Fit"), ("full", "100%")))
        self.open = IconButton("external-link", "Open")
        self.copy = IconButton("copy", "Copy")
        self.save = IconButton("download", "Save as")
        self.pair = PreviewPair()
        self.preview = self.pair.own
        self.beside = RunChoice("Beside", "Beside another run")
        self.notes = Banner()
        self.empty = EmptyState("folder-open", "No output files", _NONE)
        self._build()
        self._connect()

    @property
    def current(self) -> Output | None:
        """The file chosen in the list."""
        return self.model.output_at(self.list.currentIndex())

    def offers(self) -> Offers:
        """Return what can be done with the chosen file, by the id of the command."""
        missing = "" if self._shown is not None else "Select a file"
        return {
            "open_output": Offer(self._open, missing),
            "outputs_folder": Offer(
                self.folder_requested.emit, "" if self.model.rowCount() else "No output files"
            ),
            "copy_path": Offer(self._copy_path, missing),
            "save_output": Offer(self._save, missing),
            "beside_output": Offer(self.beside.open, missing),
        }

    def start(self) -> None:
        """Choose nothing: a new run is shown."""
        self._shown = None
        self.model.set_outputs(())
        self._show_file(None)

    def show_state(self, state: RunDetailState) -> None:
        """Show the output files of a run."""
        outputs = state.outputs
        if outputs is None:
            self.setCurrentWidget(self._blank)
            return
        if outputs != self.model.outputs:
            self.model.set_outputs(outputs)
            total = sum(output.size for output in outputs)
            self.total.setText(f"{count(len(outputs), 'file')}, {format_size(total)} in outputs")
        self._show_beside(state)
        left_out = left_out_words(state.run, state.files)
        self._show_notes("\n".join(filter(None, (*state.run.notes, left_out))))
        if words := files_words(state.run, state.files):
            kept = count(state.run.output_count, "output file")
            none = f"It left none on {elsewhere(state.run) or 'this computer'}."
            comes = state.files is not None and state.files.progress is not None
            self.empty.set_text(
                "Getting the output files" if comes else "No output files here",
                f"It left {kept}. {words}" if state.run.output_count else none,
            )
        self.setCurrentWidget(self._files if outputs else self.empty)
        if outputs and not self.list.currentIndex().isValid() and self.isVisible():
            self._select_first()

    def _show_beside(self, state: RunDetailState) -> None:
        """Show whose file can stand beside, and who it is now."""
        beside = state.beside
        items = [
            (NONE, "None"),
            *run_items(state.run, beside, beside.output_run, beside.previous),
        ]
        chosen = chosen_item(beside.output, beside.output_run, beside.previous)
        self.beside.show_items(items, chosen)
        self.pair.show_runs(state.run, beside.output_run)

    def show_beside(self, run: Run, output: Output, theirs: Output | None, data: bytes) -> None:
        """Show the file of another run, unless another one was chosen meanwhile."""
        if self._shown is not None and output.path == self._shown.path:
            self.pair.show_other(run, output, theirs, data)

    def _show_notes(self, notes: str) -> None:
        """Tell what could not be saved, and which files may be of another run."""
        self.notes.render("warn", "About these files" if notes else "", notes)
        self._notes_frame.setVisible(bool(notes))
        self.empty.set_text("No output files", notes or _NONE)

    def show_preview(self, output: Output, data: bytes) -> None:
        """Show the content of a file, unless another one was chosen meanwhile."""
        if self._shown is not None and output.path == self._shown.path:
            self.preview.show_content(output, data)
            self._show_tools()

    def showEvent(self, event: QShowEvent) -> None:
        """Choose the first file when the tab is opened."""
        super().showEvent(event)
        if self.currentWidget() is self._files and not self.list.currentIndex().isValid():
            self._select_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list less room when the window is narrow."""
        super().resizeEvent(event)
        px = theme().px
        wanted = px(_LIST_NARROW if self.width() < px(_NARROW) else _LIST)
        if not self._moved:
            self._splitter.setSizes([wanted, max(1, self.width() - wanted)])

    def _select_first(self) -> None:
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _on_current(self, index: QModelIndex) -> None:
        output = self.model.output_at(index)
        if output != self._shown:
            self._show_file(output)
            if output is not None:
                self.selected.emit(output)

    def _on_changed(self, first: QModelIndex) -> None:
        """Read a file again that changed while it is shown."""
        if first == self.list.currentIndex():
            self._on_current(first)

    def _show_file(self, output: Output | None) -> None:
        self._shown = output
        self.name.setText(output.path if output else "")
        self.preview.clear(output)
        self.pair.other.clear(None)
        self._show_tools()

    def _show_tools(self) -> None:
        is_picture = self.preview.currentWidget() is self.preview.picture
        self.fit.setVisible(is_picture)
        self.size_words.setText(self.preview.size_text)
        self.copy.setVisible(self.preview.can_copy)
        for button in (self.open, self.save, self.beside):
            button.setVisible(self._shown is not None)
        self.offers_changed.emit()

    def _copy(self) -> None:
        clipboard, shown = QGuiApplication.clipboard(), self.preview.currentWidget()
        if shown is self.preview.picture:
            clipboard.setImage(self.preview.picture.image)
        elif shown is self.preview.text:
            clipboard.setText(self.preview.text.toPlainText())
        elif shown is self.preview.table:
            clipboard.setText(self.preview.model.text())

    def _copy_path(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.path)
            announce(self, "Path copied")

    def _open_menu(self, place: QPoint) -> None:
        open_menu(self, "fileContextMenu", place, _MENU, self.offers())

    def _open(self) -> None:
        if self._shown is not None:
            self.open_requested.emit(self._shown)

    def _save(self) -> None:
        if self._shown is not None:
            self.save_requested.emit(self._shown)

    def _on_moved(self) -> None:
        self._moved = True

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.model.dataChanged.connect(self._on_changed)
        self.list.opened.connect(self._open)
        self.list.menu_requested.connect(self._open_menu)
        self.open.clicked.connect(self._open)
        self.preview.nothing.activated.connect(self._open)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self.folder_requested)
        self.fit.chosen.connect(lambda name: self.pair.set_fit(on=name == "fit"))
        self.beside.picked.connect(self.beside_chosen)
        self.beside.other_requested.connect(self.other_beside_requested)
        self._splitter.splitterMoved.connect(self._on_moved)

    def _build(self) -> None:
        px = theme().px
        self.folder.setObjectName("outputsFolder")
        self.open.setObjectName("outputOpen")
        self.copy.setObjectName("outputCopy")
        self.save.setObjectName("outputSave")
        self.fit.setObjectName("outputFit")
        self.beside.combo.setObjectName("outputBeside")
        left = QWidget()
        left.setMinimumWidth(px(180))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_head(px(24), px(12), [self.total, self.folder]))
        column.addWidget(self.list, 1)
        right = Panel("sunken")
        area = QVBoxLayout(right)
        area.setContentsMargins(0, 0, 0, 0)
        area.setSpacing(0)
        tools: list[QWidget | None] = [
            self.name,
            self.size_words,
            None,
            self.fit,
            self.beside,
            self.open,
            self.copy,
            self.save,
        ]
        area.addWidget(_head(px(16), px(16), tools))
        area.addWidget(self.pair, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._files = self._with_notes(self._splitter)
        self._blank = QWidget()
        for widget in (self._blank, self._files, self.empty):
            self.addWidget(widget)
        self.setFocusProxy(self.list)

    def _with_notes(self, files: QWidget) -> QWidget:
        px = theme().px
        self._notes_frame = Panel("surface", "bottom")
        frame = QVBoxLayout(self._notes_frame)
        frame.setContentsMargins(px(24), px(12), px(24), px(12))
        frame.addWidget(self.notes)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notes_frame)
        column.addWidget(files, 1)
        return whole


def _head(left: int, right: int, widgets: list[QWidget | None]) -> QWidget:
    """Return a bar with widgets; ``None`` is where free room goes."""
    panel = Panel("surface", "bottom")
    panel.setFixedHeight(theme().px(_HEAD))
    row = QHBoxLayout(panel)
    row.setContentsMargins(left, 0, right, 0)
    row.setSpacing(theme().px(8))
    stretched = None in widgets
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 0 if stretched else int(isinstance(widget, ElidedLabel)))
    return panel
