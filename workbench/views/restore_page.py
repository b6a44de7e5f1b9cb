"""The Restore page: what would change, file by file, before anything does."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.core.restore import FileChange, RestorePlan
from workbench.core.wording import count
from workbench.viewmodels.changed_files import RESTORE_GROUPS
from workbench.viewmodels.restore_states import RestorePhase, RestoreScope, RestoreState
from workbench.views.commit_dialog import CommitDialog
from workbench.views.diff.changes_view import ChangesView
from workbench.views.kit.banner import Banner
from workbench.views.kit.card import Panel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.kit.progress import MovingBar
from workbench.views.restore_parts import ActionBar, KeptPanel, RestoreHead, RestoreProgress
from workbench.views.restore_scope import FolderPanel, ScopePanel
from workbench.views.theme.theme import theme

_SHOW_AFTER_MS = 300
# Height of the window below which the list of files needs each line.
_LOW = 700
_NOW = "Now, in your folder"


class RestorePage(Page):
    """Preview of a restore, with the button that does it.

    Signals:
        back_requested: Back to Run Detail (also Cancel and Esc).
        list_requested: Back to Run List.
        restore_requested: ``RestorePlan``: do what is previewed.
        cancel_requested: Cancel was pressed; nothing was changed.
        commit_preview_requested: The dialog opened: look at what would be committed.
        commit_requested: ``str``: commit the user's changes with this message.
        file_selected: ``FileChange`` whose difference is wanted.
        refresh_requested: Compare the folder again.
        cancel_progress_requested: Stop the restore that is going on.
        scope_chosen: ``RestoreScope``: what shall be restored.
        check_asked: ``frozenset[str]``: paths of the files that shall be selected.
        folder_changed: ``str``: where the new folder shall be.
        folder_requested: ``str``: make the new folder there.
        file_requested: ``RestorePlan``: restore only one file, and stay here.
        cancel_run_requested: Cancel the run that is in the way.
    """

    back_requested = Signal()
    list_requested = Signal()
    restore_requested = Signal(object)
    cancel_requested = Signal()
    commit_preview_requested = Signal()
    commit_requested = Signal(str)
    file_selected = Signal(object)
    refresh_requested = Signal()
    cancel_progress_requested = Signal()
    scope_chosen = Signal(object)
    check_asked = Signal(object)
    folder_changed = Signal(str)
    folder_requested = Signal(str)
    file_requested = Signal(object)
    cancel_run_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RestoreState(0)
        self._dialog: CommitDialog | None = None
        self.head = RestoreHead()
        self.progress = RestoreProgress()
        self.warning = Banner()
        self.warning.setObjectName("restoreWarning")
        self.problem = Banner()
        self.problem.setObjectName("restoreProblem")
        self.details = QPlainTextEdit()
        self.changes = ChangesView(
            _NOW,
            "After restore",
            list_name="Files that will change",
            groups=RESTORE_GROUPS,
            list_width=368,
            after_name="After restore",
        )
        self.changes.keep_list()
        self.scope = ScopePanel()
        self.folder = FolderPanel()
        self.changes.files.view.setObjectName("restoreFiles")
        self.kept = KeptPanel()
        self.empty = EmptyState("folder", "")
        self.bar = ActionBar()
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_SHOW_AFTER_MS)
        self._build()
        self._connect()
        self.setFocusProxy(self.changes.files)
        self.render(self._state)

    @property
    def state(self) -> RestoreState:
        """What is shown."""
        return self._state

    @property
    def commit_dialog(self) -> CommitDialog | None:
        """The open dialog of Commit changes first."""
        return self._dialog

    def render(self, state: RestoreState) -> None:  # type: ignore[override]  # a state, no painter
        """Show a state of the restore."""
        self._state = state
        self.head.show_state(state)
        self.bar.show_state(state)
        self.scope.show_state(state)
        self.folder.show_state(state)
        self.progress.show_state(state)
        self._show_problem(state)
        self._show_warning(state)
        self._show_place(state)
        if self._dialog is not None:
            self._dialog.render(state.commit)
        if state.plan is not None:
            self._show_plan(state, state.plan)
        else:
            # Nothing of another run while this one is looked at.
            self.changes.render((), "")
        self.offers_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave more room for the files where there is little."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low = self.window().height() < theme().px(_LOW)
        self.head.set_compact(compact=low)
        self.scope.set_compact(compact=low)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        able = self.bar.restore.isEnabled()
        reason = "" if able else self._state.restore_problem or self.bar.restore.toolTip()
        offers = {
            "back": Offer(self._escape),
            "restore_now": Offer(self._confirm, reason),
        }
        if self.changes.right.currentWidget() is self.changes.diff:
            offers |= self.changes.offers()
        return offers

    def _show_plan(self, state: RestoreState, plan: RestorePlan) -> None:
        self.kept.show_plan(plan.unchanged, plan.kept)
        where = "In the new folder" if state.to_new_folder else "After restore"
        self.changes.diff.set_titles(_NOW, f"{where}, as in run #{state.run_number}")
        # Selecting a file asks for its difference, and the answer may render this page again.
        is_new = self.changes.render(plan.changes, state.list_title, selected=state.selected)
        if is_new and self.isAncestorOf(QApplication.focusWidget() or self):
            self.changes.files.setFocus(Qt.FocusReason.OtherFocusReason)
        if state is self._state:
            checked = state.checked if state.scope is RestoreScope.FILES else None
            self.changes.files.model.set_checked(checked)
            self.changes.files.set_counts(state.counts)
            self.changes.show_diff(state.selected, state.content)

    def _show_place(self, state: RestoreState) -> None:
        """Choose between preview, loading, and the pages without a preview."""
        loading = state.phase is RestorePhase.LOADING and state.plan is None
        if loading and not self._waiting.isActive() and self._loading_words.isHidden():
            self._waiting.start()
        if not loading:
            self._waiting.stop()
            self._loading_words.hide()
            self._bar_loading.hide()
        right = self.changes.right
        self.kept.setVisible(state.plan is not None and not state.to_new_folder)
        if state.plan is None:
            blank = loading or state.problem is not None
            right.setCurrentWidget(self._blank if blank else self.empty)
            self.empty.set_text("There is no preview", "")
        elif state.nothing_to_do:
            title = f"Your folder is already the same as in run #{state.run_number}"
            self.empty.set_text(title, "There is nothing to restore.")
            self.empty.set_icon("folder-open")
            right.setCurrentWidget(self.empty)
        elif not state.plan.changes:
            differ = count(state.plan.other_changes, "difference")
            self.empty.set_text(
                "All files are already the same",
                f"Restore puts back empty folders and permissions: {differ}.",
            )
            self.empty.set_icon("folder-open")
            right.setCurrentWidget(self.empty)
        else:
            right.setCurrentWidget(self.changes.diff)

    def _show_warning(self, state: RestoreState) -> None:
        plan = state.chosen_plan
        quiet = state.phase in {RestorePhase.RESTORING, RestorePhase.STALE}
        if plan is None or not plan.uncommitted or quiet:
            self._render_banner(self.warning, ("warn", "", "", ()))
            return
        where = f" to {plan.branch}" if plan.branch else ""
        if plan.uncommitted == 1:
            text = f"1 of these files has changes that are not committed{where}."
        else:
            number = f"{plan.uncommitted:,}"
            text = f"{number} of these files have changes that are not committed{where}."
        actions = (("commit", "Commit changes first"),) if plan.branch else ()
        title = "Your current changes will be overwritten"
        self._render_banner(self.warning, ("warn", title, text, actions))
        button = self.warning.button("commit")
        if button is not None:
            button.setObjectName("commitFirst")
            button.set_icon("git-commit-horizontal")

    def _show_problem(self, state: RestoreState) -> None:
        self._render_banner(self.problem, _problem_banner(state))
        self.details.setPlainText(state.problem.details if state.problem else "")
        if state.problem is None:
            self.details.hide()

    def _render_banner(
        self, banner: Banner, content: tuple[str, str, str, tuple[tuple[str, str], ...]]
    ) -> None:
        """Render a banner only if it changes, so that its buttons keep the focus."""
        if banner.property("shown") != str(content):
            banner.setProperty("shown", str(content))
            banner.render(*content)
        frame = banner.parentWidget()
        if frame is not None:
            frame.setVisible(bool(content[1]))

    def _on_warning(self, action: str) -> None:
        plan = self._state.plan
        if action != "commit" or plan is None or self._dialog is not None:
            return
        message = f"Changes before restoring run #{plan.run_number}"
        dialog = CommitDialog(self, plan.uncommitted, message)
        dialog.commit_requested.connect(self.commit_requested)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()
        self.commit_preview_requested.emit()

    def _forget_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_problem(self, action: str) -> None:
        if action == "details":
            self.details.setVisible(self.details.isHidden())
        elif action == "again":
            self._act()
        elif action == "folder":
            self.scope_chosen.emit(RestoreScope.NEW_FOLDER)
        elif action == "cancel":
            self.cancel_run_requested.emit()
        elif action == "look":
            self.refresh_requested.emit()

    def _confirm(self) -> None:
        if self.bar.restore.isEnabled() and self._dialog is None:
            self._act()

    def _act(self) -> None:
        plan = self._state.chosen_plan
        if self._state.to_new_folder:
            self.folder_requested.emit(self._state.folder)
        elif plan is not None:
            self.restore_requested.emit(plan)

    def _open_file_menu(self, change: FileChange, position: QPoint) -> None:
        plan = self._state.plan
        if plan is None:
            return
        problem = replace(self._state, scope=RestoreScope.FOLDER).restore_problem
        menu = QMenu(self)
        menu.setObjectName("fileMenu")
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        only = menu.addAction(theme().icon("rotate-ccw"), "Restore only this file")
        only.setEnabled(not problem)
        only.setToolTip(problem)
        only.triggered.connect(lambda: self.file_requested.emit(plan.selecting([change.path])))
        copy = menu.addAction(theme().icon("copy"), "Copy path")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(change.path))
        menu.popup(position)

    def _cancel(self) -> None:
        if self._state.phase is RestorePhase.RESTORING:
            self.cancel_progress_requested.emit()
        else:
            self.cancel_requested.emit()

    def _escape(self) -> None:
        if self._state.phase is not RestorePhase.RESTORING and self._dialog is None:
            self.back_requested.emit()

    def _show_waiting(self) -> None:
        self._loading_words.show()
        self._bar_loading.show()

    def _connect(self) -> None:
        self.head.detail_requested.connect(self.back_requested)
        self.head.list_requested.connect(self.list_requested)
        self.bar.canceled.connect(self._cancel)
        self.bar.confirmed.connect(self._confirm)
        self.progress.strip.canceled.connect(self.cancel_progress_requested)
        self.warning.action.connect(self._on_warning)
        self.problem.action.connect(self._on_problem)
        self.changes.change_selected.connect(self.file_selected)
        self.changes.files.menu_requested.connect(self._open_file_menu)
        self.changes.files.model.check_asked.connect(self.check_asked)
        self.scope.chosen.connect(self.scope_chosen)
        self.folder.changed.connect(self.folder_changed)
        self.changes.offers_changed.connect(self.offers_changed)
        self._waiting.timeout.connect(self._show_waiting)
        theme().changed.connect(self._fit)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            ("Ctrl+Return", self._confirm),
            ("Ctrl+Enter", self._confirm),
            ("Esc", self._escape),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(inside)
            shortcut.activated.connect(act)

    def _build(self) -> None:
        px = theme().px
        self.details.setObjectName("restoreDetails")
        self.details.setAccessibleName("Details")
        self.details.setReadOnly(True)
        self.details.setFont(theme().font("mono"))
        self.details.setFixedHeight(px(120))
        self.details.hide()
        self.changes.list_head.addWidget(self.scope)
        self.changes.notices.addWidget(_framed(self.warning))
        self.changes.notices.addWidget(self.folder)
        self.changes.list_foot.addWidget(self.kept)
        self._blank = QWidget()
        self._bar_loading = MovingBar()
        self._loading_words = Label("Comparing the folder with the snapshot", "body", "text_2")
        blank = QVBoxLayout(self._blank)
        blank.setContentsMargins(0, 0, 0, 0)
        blank.addWidget(self._bar_loading)
        blank.addStretch(1)
        blank.addWidget(self._loading_words, 0, Qt.AlignmentFlag.AlignHCenter)
        blank.addStretch(2)
        self._bar_loading.hide()
        self._loading_words.hide()
        for page in (self._blank, self.empty):
            self.changes.right.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.progress)
        layout.addWidget(_framed(self.problem, self.details))
        layout.addWidget(self.changes, 1)
        layout.addWidget(self.bar)


def _framed(banner: Banner, below: QWidget | None = None) -> QWidget:
    """Return a widget with the page's margins around a banner; both hide together."""
    px = theme().px
    frame = Panel("surface", "bottom")
    column = QVBoxLayout(frame)
    column.setContentsMargins(px(16), px(12), px(16), px(12))
    column.setSpacing(px(8))
    column.addWidget(banner)
    if below is not None:
        column.addWidget(below)
    frame.hide()
    return frame


def _problem_banner(state: RestoreState) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """Return kind, title, text and buttons of what stands in the way; no title for nothing."""
    problem = state.problem
    details = (("details", "Details"),) if problem is not None and problem.details else ()
    match state.phase:
        case RestorePhase.BLOCKED:
            who = state.blocked_by or "A run"
            if state.to_new_folder:
                return "bad", "", "", ()
            text = "Restore when it ends, or restore to a new folder."
            ways = [("folder", "To a new folder")]
            ways += [("cancel", "Cancel run")] if state.can_cancel_run else []
            return "warn", f"{who} is using this folder", text, tuple(ways)
        case RestorePhase.STALE if problem is not None:
            return "warn", problem.title, problem.text, (("look", "Look again"), *details)
        case RestorePhase.FAILED if problem is not None:
            return "bad", problem.title, problem.text, (("again", "Try again"), *details)
        case RestorePhase.UNAVAILABLE if problem is not None:
            return "bad", problem.title, problem.text, (("look", "Try again"), *details)
        case _:
            return "bad", "", "", ()
