"""The side panel of Run Detail: what was run, with what, from which snapshot, and the note."""

import shlex
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.core.run import Run, RunStatus
from workbench.core.run_arguments import is_number
from workbench.core.snapshot import SHORT_COMMIT
from workbench.core.wording import count, format_duration
from workbench.viewmodels.changed_files import display_path
from workbench.viewmodels.run_columns import capture_words, started_text
from workbench.viewmodels.run_states import RunDetailState, since_words
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.fields import TextArea
from workbench.views.kit.label import Label
from workbench.views.run_detail.fact_rows import Fact, FactRows
from workbench.views.theme.theme import theme

_MOST_ARGUMENTS, _MOST_PATHS, _NOTE_LINES = 60, 30, 5
_SAVE_AFTER_MS = 800
_COMMIT_WORDS = {RunStatus.QUEUED: "Not saved yet", RunStatus.PREPARING: "Being saved"}


class PropertiesPanel(Panel):
    """Sections Run, Arguments, Snapshot and Note.

    Signals:
        note_changed: ``str, str``: id of the run and its new note.
        changes_requested: The tab with the code changes is wanted.
    """

    note_changed = Signal(str, str)
    changes_requested = Signal()

    def __init__(self) -> None:
        super().__init__("chrome", "left")
        self._run: Run | None = None
        self._told = ""
        self._arguments: tuple[str, ...] | None = None
        self._paths: object = None
        self.facts = FactRows()
        self.arguments = FactRows(mono=True)
        self.snapshot = FactRows()
        self.not_captured = FactRows(mono=True)
        self.copy_arguments = IconButton("copy", "Copy arguments", small=True)
        self.copy_commit = IconButton("copy", "Copy snapshot commit", small=True)
        self.no_arguments = Label("No arguments", "secondary", "text_3")
        self.not_captured_title = Label("", "secondary_strong", "warn", wrap=True)
        self.changes = Button("", kind="link", small=True)
        self.left_out_toggle = Button("", "chevron-right", "link", small=True)
        self.left_out_toggle.setCheckable(True)
        self.left_out_toggle.setObjectName("leftOut")
        self.left_out = FactRows(mono=True)
        self.left_out.hide()
        self._left_out: object = None
        self.note = TextArea(_NOTE_LINES)
        self._note_timer = QTimer(self)
        self._note_timer.setSingleShot(True)
        self._note_timer.setInterval(_SAVE_AFTER_MS)
        self._build()
        self._connect()

    def show_state(self, state: RunDetailState, now: datetime) -> None:
        """Show the properties of a run."""
        run = state.run
        if self._run is None or self._run.id != run.id:
            self.save_note()
            self._set_note(run.note)
        elif run.note != self._run.note and not self.note.area.hasFocus():
            self._set_note(run.note)
        self._run = run
        self.facts.show_rows(_run_rows(run, now))
        self._show_arguments(run)
        self._show_snapshot(state)

    def show_duration(self, now: datetime) -> None:
        """Bring the duration of an active run up to date."""
        if self._run is not None:
            self.facts.show_rows(_run_rows(self._run, now))

    def focus_first(self) -> None:
        """Put the focus into the panel."""
        self.note.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_note(self) -> None:
        """Put the cursor into the note."""
        self.note.area.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(self.note)

    def save_note(self) -> None:
        """Tell a note that was changed and not told yet."""
        self._note_timer.stop()
        run, text = self._run, self.note.text()
        if run is not None and text != self._told:
            self._told = text
            self.note_changed.emit(run.id, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the note when the user leaves it."""
        if event.type() == QEvent.Type.FocusOut and watched is self.note.area:
            self.save_note()
        return super().eventFilter(watched, event)

    def _set_note(self, note: str) -> None:
        self._told = note
        self.note.set_text(note)

    def _show_arguments(self, run: Run) -> None:
        arguments = run.request.arguments
        self.copy_arguments.setVisible(bool(arguments))
        self.no_arguments.setVisible(not arguments)
        if arguments != self._arguments:
            self._arguments = arguments
            rows = argument_rows(arguments)
            self.arguments.show_rows(rows[:_MOST_ARGUMENTS])
            hidden = len(rows) - _MOST_ARGUMENTS
            self._more_arguments.setText(f"and {hidden:,} more" if hidden > 0 else "")
            self._more_arguments.setVisible(hidden > 0)

    def _show_snapshot(self, state: RunDetailState) -> None:
        run = state.run
        repository = run.repository
        self.copy_commit.setVisible(bool(run.snapshot))
        waiting = "None" if run.request.without_snapshot else _COMMIT_WORDS.get(run.status, "None")
        rows = [
            Fact("Commit", run.snapshot[:SHORT_COMMIT] or waiting, run.snapshot),
            Fact("Captured", _capture(state)),
            Fact("History", state.history_branch or "–"),
            Fact("Your branch", _branch_words(run)),
        ]
        if repository.commit:
            rows.append(Fact("Its commit", repository.commit[:SHORT_COMMIT], repository.commit))
        if repository.branch and repository.dirty:
            rows.append(Fact("Uncommitted", count(repository.changed_files, "file")))
        codes = {"Commit": bool(run.snapshot), "History": True, "Its commit": True}
        mono = [number for number, row in enumerate(rows) if codes.get(row.label)]
        self.snapshot.show_rows(rows, mono)
        changed = len(state.changes or ())
        self.changes.set_text(f"{count(changed, 'file')} changed {since_words(state)}".rstrip())
        self.changes.setVisible(bool(changed))
        self._show_not_captured(state)
        self._show_left_out(state)

    def _show_left_out(self, state: RunDetailState) -> None:
        items = state.left_out
        self.left_out_toggle.set_text(f"{count(len(items), 'item')} left out by rules")
        self.left_out_toggle.setVisible(bool(items))
        if items is not self._left_out:
            self._left_out = items
            self.left_out_toggle.setChecked(False)
            self.left_out.hide()
            rows = [
                Fact(display_path(item.path), f"{item.rule} ({item.source})", item.path)
                for item in items[:_MOST_PATHS]
            ]
            hidden = len(items) - _MOST_PATHS
            more = [Fact("", f"and {hidden:,} more")] if hidden > 0 else []
            self.left_out.show_rows([*rows, *more])

    def _open_left_out(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self.left_out.setVisible(on)
        self.left_out_toggle.set_icon("chevron-down" if on else "chevron-right")

    def _show_not_captured(self, state: RunDetailState) -> None:
        paths = state.not_captured
        number = max(state.run.not_captured, len(paths))
        verb = "was" if number == 1 else "were"
        self.not_captured_title.setText(f"{count(number, 'file')} {verb} not captured")
        self.not_captured_title.setVisible(bool(number))
        self.not_captured.setVisible(bool(paths))
        if paths is not self._paths:
            self._paths = paths
            shown = [(display_path(item.path), item.reason.value) for item in paths]
            rows = [Fact(path, reason, path) for path, reason in shown[:_MOST_PATHS]]
            hidden = len(paths) - _MOST_PATHS
            more = [Fact("", f"and {hidden:,} more")] if hidden > 0 else []
            self.not_captured.show_rows([*rows, *more])

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _connect(self) -> None:
        area = self.note.area
        area.installEventFilter(self)
        area.textChanged.connect(self._on_note)
        self._note_timer.timeout.connect(self.save_note)
        self.changes.clicked.connect(self.changes_requested)
        self.left_out_toggle.toggled.connect(self._open_left_out)
        self.copy_commit.clicked.connect(
            lambda: self._copy(self._run.snapshot if self._run else "")
        )
        self.copy_arguments.clicked.connect(
            lambda: self._copy(self._run.arguments_text if self._run else "")
        )

    def _on_note(self) -> None:
        if self.note.text() != self._told:
            self._note_timer.start()

    def _build(self) -> None:
        px = theme().px
        self.setObjectName("properties")
        self.setAccessibleName("Properties")
        self.note.area.setObjectName("note")
        self.note.area.setAccessibleName("Note")
        self.note.area.setPlaceholderText("Add a note")
        self.copy_commit.setObjectName("copyCommit")
        self.copy_arguments.setObjectName("copyArguments")
        self.changes.setObjectName("showChanges")
        self._more_arguments = Label("", "secondary", "text_3")
        self.snapshot.set_button(0, self.copy_commit)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for title, button, parts in (
            ("Run", None, (self.facts,)),
            (
                "Arguments",
                self.copy_arguments,
                (self.no_arguments, self.arguments, self._more_arguments),
            ),
            (
                "Snapshot",
                None,
                (
                    self.snapshot,
                    self.changes,
                    self.not_captured_title,
                    self.not_captured,
                    self.left_out_toggle,
                    self.left_out,
                ),
            ),
            ("Note", None, (self.note,)),
        ):
            column.addWidget(_section(title, button, parts, last=title == "Note"))
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1), 0, 0, 0)
        layout.addWidget(self._scroll)


def _section(
    title: str, button: QWidget | None, parts: Sequence[QWidget], *, last: bool
) -> QWidget:
    px = theme().px
    panel = Panel("chrome", "" if last else "bottom")
    head = QHBoxLayout()
    head.addWidget(Label(title, "strong"))
    head.addStretch(1)
    if button is not None:
        head.addWidget(button)
    column = QVBoxLayout(panel)
    column.setContentsMargins(px(16), px(14), px(16), px(14))
    column.setSpacing(px(6))
    column.addLayout(head)
    for part in parts:
        column.addWidget(part)
    return panel


def argument_rows(arguments: Sequence[str]) -> list[Fact]:
    """Return options with their values; an argument that is no option has an empty value."""
    rows: list[Fact] = []
    for argument in arguments:
        is_option = argument.startswith("-") and not is_number(argument)
        if is_option and argument.startswith("--") and "=" in argument:
            name, _, value = argument.partition("=")
            rows.append(Fact(name, value))
        elif not is_option and rows and rows[-1].label.startswith("-") and not rows[-1].text:
            rows[-1] = Fact(rows[-1].label, argument)
        else:
            rows.append(Fact(argument, ""))
    return rows


def _capture(state: RunDetailState) -> str:
    """Return whether the snapshot holds everything, or that it can't be read any more."""
    missing = (state.run.snapshot,) if state.is_snapshot_missing else ()
    if state.run.snapshot and state.changes_problem and not missing:
        return "Can't be read"
    return capture_words(state.run, missing) or "–"


def _branch_words(run: Run) -> str:
    if run.repository.recorded:
        return run.repository.branch or "No repository"
    return "Being read" if run.status in _COMMIT_WORDS else "Not recorded"


def _command(run: Run) -> str:
    """Return the command line of a run; without the program for what is a program itself."""
    request = run.request
    program = [request.interpreter.path] if request.interpreter.path else []
    return shlex.join([*program, request.script, *request.arguments])


def _run_rows(run: Run, now: datetime) -> list[Fact]:
    environment, interpreter = run.environment, run.request.interpreter
    started = run.started.astimezone(now.tzinfo) if run.started else None
    path = environment.interpreter or interpreter.path
    command = display_path(_command(run))
    rows = [
        Fact("Script", display_path(run.request.script)),
        Fact("Command", command),
        Fact("Target", run.request.target),
        Fact("Interpreter", path or "The script itself"),
        Fact("Python", environment.python or interpreter.version or "–"),
        Fact(
            "Started",
            started_text(run, now, seconds=True),
            started.isoformat() if started else "",
        ),
        Fact("Duration", format_duration(run.duration(now))),
    ]
    if run.exit_code is not None:
        rows.append(Fact("Exit code", str(run.exit_code).replace("-", "−")))
    rows.append(Fact("Started by", environment.user or "–"))
    rows.append(Fact("Run ID", run.id))
    return rows
