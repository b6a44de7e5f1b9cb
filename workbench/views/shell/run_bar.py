"""The run bar: project, target, script, interpreter, arguments, Run, Jobs."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from workbench.core.run import Interpreter, InterpreterKind
from workbench.viewmodels.script_words import (
    BROWSE_SCRIPT,
    LOOKING,
    LOOKING_FOR_PYTHON,
    NO_SCRIPT,
    NOT_ALL_SEARCHED,
)
from workbench.viewmodels.states import RunBarState, RunIntent
from workbench.views.commands import CommandTable
from workbench.views.kit.buttons import IconButton, SplitButton
from workbench.views.kit.fields import LabelledCombo, LabelledEdit
from workbench.views.kit.label import Rule
from workbench.views.kit.panel import Panel
from workbench.views.shell.activity_bar import NO_PROJECT
from workbench.views.shell.bar_buttons import JobsButton, SwitcherButton
from workbench.views.theme.theme import theme

# Below this width of the bar the boxes are narrower and the labels shorter.
_NARROW = 1136
_WIDTHS = {False: (152, 160, 184), True: (116, 152, 112)}
# Below this one the only target is not shown at all.
_TIGHT = 940
# Below this one the bar has two rows.
_STACKED = 760
# A box whose text is cut takes what the arguments can spare, up to this width.
_ARGUMENTS, _WIDEST = 264, 320
_EDGE_LEFT, _EDGE_RIGHT, _GAP, _ROW = 8, 12, 8, 48
# Entries of the lists of interpreters and scripts; no paths.
_BROWSE, _NOTE = "<browse>", "<note>"
_RUN_MENU = ("run", "run_with_note", "run_again", "copy_command", "prepare_environment")


def interpreter_text(interpreter: Interpreter) -> str:
    """Return a name that fits into the run bar, for example ``".venv 3.11.7"``."""
    if interpreter.kind is InterpreterKind.PROGRAM and not interpreter.path:
        return interpreter.label or "Run the file itself"
    name = interpreter.label.partition(" (")[0] or PurePath(interpreter.path).name
    version = interpreter.version
    return name if not version or version in name else f"{name} {version}"


def _id_of(state: RunBarState) -> str:
    return state.project.id if state.project is not None else ""


class RunBar(Panel):
    """Shows a :class:`RunBarState` and tells what the user wants.

    Signals:
        project_chosen: Id of a project.
        target_chosen: Name of a compute target.
        script_chosen: Path of a script.
        script_browse_requested: The user wants to choose a file of the project that is a script.
        interpreter_chosen: Path of an interpreter.
        browse_requested: The user wants to choose a file that is a Python.
        arguments_changed: The argument line, while it is typed.
        run_requested: :class:`RunIntent`.
        jobs_toggled: Whether the Jobs panel shall be shown.
    """

    project_chosen = Signal(str)
    target_chosen = Signal(str)
    script_chosen = Signal(str)
    script_browse_requested = Signal()
    interpreter_chosen = Signal(str)
    browse_requested = Signal()
    arguments_changed = Signal(str)
    run_requested = Signal(object)
    jobs_toggled = Signal(bool)

    def __init__(self, commands: CommandTable) -> None:
        super().__init__("chrome", "bottom")
        self._state = RunBarState()
        self._commands = commands
        self.switcher = SwitcherButton()
        self.target = LabelledCombo("Target")
        self.script = LabelledCombo("Script")
        self.interpreter = LabelledCombo("Python")
        self.arguments = LabelledEdit("Arguments", mono=True)
        self.history = IconButton("history", "Earlier arguments", small=True)
        self.run = SplitButton("Run", "play", "Run", "Run options")
        self.jobs = JobsButton()
        self._stacked = False
        self._name_parts()
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def render(self, state: RunBarState) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``state``; the user's typing of arguments for this project is left alone."""
        other = _id_of(state) != _id_of(self._state)
        self._state = state
        self.switcher.set_name(state.project.name if state.project else "")
        self.target.set_items([(name, name) for name in state.targets], state.target)
        self._show_scripts(state)
        self._say_what_is_missing(state)
        interpreters = [(item.path, interpreter_text(item)) for item in state.interpreters]
        self.interpreter.set_items([*interpreters, (_BROWSE, "Browse…")], state.interpreter)
        if not interpreters:
            self.interpreter.combo.setCurrentIndex(-1)
        self._tell_interpreter_paths()
        if other or not self.arguments.line.hasFocus() or not self.arguments.text():
            self.arguments.set_text(state.arguments)
        self.history.set_disabled_reason("" if state.history else "No earlier arguments yet")
        blocked = self.blocked_reason()
        self.run.set_disabled_reason(blocked)
        self.run.button.set_tip(self._run_tip())
        for name in ("run", "run_with_note", "copy_command"):
            self._commands.set_enabled(name, blocked)
        again = "" if state.again else "Nothing was run yet"
        self._commands.set_enabled("run_again", state.blocked or again)
        self._commands["run_again"].setText(
            f"Run again {state.again}" if state.again else "Run again"
        )
        self.jobs.set_counts(state.jobs, state.waiting)
        self._fit_boxes()

    def blocked_reason(self) -> str:
        """Return why nothing can be run now, empty when it can."""
        if self._state.project is None:
            return NO_PROJECT
        if self._state.blocked:
            return self._state.blocked
        if self._state.looking:
            return LOOKING_FOR_PYTHON if self._state.scripts else LOOKING
        if not self._state.scripts:
            return NO_SCRIPT
        return "" if self._state.interpreters else "No Python was found. Choose one in Python."

    def intent(self, note: str = "") -> RunIntent:
        """Return what Run would start now."""
        return RunIntent(
            self.script.current,
            self.arguments.text().strip(),
            self.interpreter.current,
            self.target.current,
            note,
        )

    def request_run(self, note: str = "") -> None:
        """Ask for a run of what is chosen, unless that is not possible now."""
        if not self.blocked_reason():
            self.run_requested.emit(self.intent(note))

    def open_choice(self, which: str) -> None:
        """Open the list of the target or script box."""
        box = self.target if which == "target" else self.script
        box.combo.setFocus(Qt.FocusReason.ShortcutFocusReason)
        box.combo.showPopup()

    def edit_arguments(self) -> None:
        """Put the cursor into the arguments and select them."""
        self.arguments.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.arguments.line.selectAll()

    def set_jobs_shown(self, *, shown: bool) -> None:
        """Show whether the Jobs panel is open."""
        self.jobs.setChecked(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the narrow form when there is little room."""
        super().resizeEvent(event)
        self._restyle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the earlier arguments with the down key."""
        down = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        )
        if down and self.history.isEnabled():
            self._open_history()
            return True
        return super().eventFilter(watched, event)

    def _open_history(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in self._state.history:
            shown = menu.fontMetrics().elidedText(line, Qt.TextElideMode.ElideMiddle, 560)
            action = QAction(shown.replace("&", "&&"), menu)
            action.triggered.connect(lambda _=False, text=line: self._use_arguments(text))
            menu.addAction(action)
        menu.popup(self.arguments.mapToGlobal(QPoint(0, self.arguments.height() + 2)))

    def _use_arguments(self, text: str) -> None:
        self.arguments.line.setText(text)
        self.arguments.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.arguments_changed.emit(text)

    def _show_scripts(self, state: RunBarState) -> None:
        items = [(item.path, item.path) for item in state.scripts]
        more = [] if state.all_searched else [(_NOTE, NOT_ALL_SEARCHED), (_BROWSE, BROWSE_SCRIPT)]
        self.script.set_items([*items, *more], state.script)
        if not items:
            self.script.combo.setCurrentIndex(-1)
        model = self.script.combo.model()
        if more and isinstance(model, QStandardItemModel):
            model.item(len(items)).setEnabled(False)

    def _choose_script(self, path: str) -> None:
        if path != _BROWSE:
            self.script_chosen.emit(path)
            return
        # What is chosen stays so until the file is found to be a script.
        self.script.combo.setCurrentIndex(self.script.combo.findData(self._state.script))
        self.script_browse_requested.emit()

    def _choose_interpreter(self, path: str) -> None:
        if path != _BROWSE:
            self.interpreter_chosen.emit(path)
            return
        # What is chosen stays so until the file is found to be a Python.
        index = self.interpreter.combo.findData(self._state.interpreter)
        self.interpreter.combo.setCurrentIndex(index)
        self.browse_requested.emit()

    def _open_switcher(self) -> None:
        menu = self.switcher.popup
        menu.clear()
        current = self._state.project.id if self._state.project else ""
        for project in self._state.projects:
            action = menu.addAction(project.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(project.id == current)
            action.setToolTip(project.folder)
            action.triggered.connect(
                lambda _=False, identity=project.id: self.project_chosen.emit(identity)
            )
        menu.addSeparator()
        for name in ("new_project", "open_folder", "open_from_repo", "close_project"):
            menu.addAction(self._commands[name])

    def _say_what_is_missing(self, state: RunBarState) -> None:
        """Say none only when that is known, and then what to do."""
        missing = state.known and not state.scripts and state.project is not None
        tip = LOOKING if state.looking and not state.scripts else NO_SCRIPT if missing else ""
        if not state.all_searched:
            tip = f"{NOT_ALL_SEARCHED}. Browse for a script at the end of the list."
        self.script.combo.setToolTip(tip)
        self.script.combo.setAccessibleDescription(tip)
        words = ("No scripts", "None found") if state.known else ("Not known", "Not known")
        if state.looking:
            words = ("Looking…", "Looking…")
        for box, text in zip((self.script, self.interpreter), words, strict=True):
            box.combo.setPlaceholderText(text)

    def _run_tip(self) -> str:
        chosen = self.interpreter.combo.currentText()
        return f"Run {self.script.current} with {chosen} (F5)"

    def _tell_interpreter_paths(self) -> None:
        for index, item in enumerate(self._state.interpreters):
            tip = f"{item.label}\n{item.path}" if item.path else item.label
            self.interpreter.combo.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
            if item.path == self.interpreter.current:
                self.interpreter.combo.setToolTip(tip)

    def _name_parts(self) -> None:
        self.target.combo.setObjectName("target")
        self.script.combo.setObjectName("script")
        self.interpreter.combo.setObjectName("interpreter")
        self.arguments.line.setObjectName("arguments")
        self.history.setObjectName("argumentsHistory")
        self.run.button.setObjectName("runButton")
        self.run.menu_button.setObjectName("runMenu")
        self.run.popup.setToolTipsVisible(True)
        for name in _RUN_MENU:
            self.run.popup.addAction(self._commands[name])

    def _build(self) -> None:
        px = theme().px
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        for row in (self._first, self._second):
            row.setSpacing(px(_GAP))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(_EDGE_LEFT), 0, px(_EDGE_RIGHT), 0)
        column.setSpacing(0)
        column.addLayout(self._first)
        column.addLayout(self._second)
        self.arguments.row.addWidget(self.history)
        self.arguments.row.setContentsMargins(px(10), 0, px(1), 0)
        self._start_rule, self._end_rule = Rule(vertical=True), Rule(vertical=True)
        for widget in (
            self.switcher, self._start_rule, self.target, self.script, self.interpreter
        ):  # fmt: skip
            self._first.addWidget(widget)
        self._put_end(self._first)

    def _put_end(self, row: QHBoxLayout) -> None:
        """Put the arguments, and what comes after them, at the end of a row."""
        for widget in (self.arguments, self.run, self._end_rule, self.jobs):
            row.addWidget(widget, int(widget is self.arguments))

    def _connect(self) -> None:
        self.switcher.popup.aboutToShow.connect(self._open_switcher)
        self.target.chosen.connect(self.target_chosen)
        self.script.chosen.connect(self._choose_script)
        self.interpreter.chosen.connect(self._choose_interpreter)
        self.arguments.line.textEdited.connect(self.arguments_changed)
        self.arguments.line.returnPressed.connect(self.request_run)
        self.arguments.line.installEventFilter(self)
        self.history.clicked.connect(self._open_history)
        self.run.clicked.connect(self.request_run)
        self.jobs.clicked.connect(self.jobs_toggled)

    def _restyle(self) -> None:
        px = theme().px
        narrow = self.width() < px(_NARROW)
        stacked = self.width() < px(_STACKED)
        self.setFixedHeight(px(_ROW * 2 - _GAP) if stacked else px(_ROW))
        if stacked != self._stacked:
            self._stacked = stacked
            self._put_end(self._second if stacked else self._first)
        # Before the widths: with another inset the boxes ask for another one.
        self.interpreter.set_label_visible(visible=not narrow)
        tight = self.width() < px(_TIGHT) and len(self._state.targets) < 2
        self.target.setVisible(not tight)
        self.arguments.set_label("Args" if narrow else "Arguments")
        self.jobs.set_narrow(narrow=narrow)
        self._fit_boxes()

    def _fit_boxes(self) -> None:
        """Give each box its usual width, and more to one whose text is cut if there is room."""
        px = theme().px
        boxes = (self.target, self.script, self.interpreter)
        usual = dict(zip(boxes, _WIDTHS[self.width() < px(_NARROW)], strict=True))
        shown = [box for box in boxes if not box.isHidden()]
        if self._stacked:
            room = self._room((self.switcher, self._start_rule), len(shown))
            for box in boxes:
                box.setFixedWidth(max(px(80), room // len(shown)))
            return
        others = (self.switcher, self._start_rule, self.run, self._end_rule, self.jobs)
        spare = self._room(others, len(shown) + 1) - px(_ARGUMENTS)
        spare -= sum(px(usual[box]) for box in shown)
        for box in (self.script, self.interpreter, self.target):
            width = px(usual[box])
            more = max(0, min(box.full_width(), px(_WIDEST), width + spare) - width)
            spare -= more
            box.setFixedWidth(width + more)

    def _room(self, others: Sequence[QWidget], more: int) -> int:
        """Return what ``others`` leave of a row with ``more`` further parts."""
        px = theme().px
        gaps = px(_GAP) * (len(others) + more - 1)
        taken = sum(widget.sizeHint().width() for widget in others)
        return self.width() - px(_EDGE_LEFT) - px(_EDGE_RIGHT) - gaps - taken
