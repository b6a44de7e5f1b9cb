"""Access tokens: which places have one, and keeping one after it was tried."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.core.account import SCOPE_OF_TOKENS
from workbench.core.wording import format_moment
from workbench.viewmodels.account_states import TokenState
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.dialogs import Dialog, ask
from workbench.views.kit.fields import FormRow, LabelledEdit
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.progress import MovingBar
from workbench.views.theme.theme import theme

_WIDTH = 560
_ADDRESS_HINT = "The token is kept for the whole organization, or for this host."
_SCOPE = f"It needs the scope {SCOPE_OF_TOKENS}. It is kept in the keyring and nowhere else."


class AccessTokenDialog(Dialog):
    """Shows a :class:`TokenState`.

    Args:
        parent: Its window is dimmed.

    Signals:
        keep_requested: ``(address, token, untried)``.
        delete_requested: Place whose token shall be removed.
        closed: Nobody waits for an answer any more.
    """

    keep_requested = Signal(str, str, bool)
    delete_requested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Access tokens")
        self.setObjectName("accessTokens")
        self._state = TokenState()
        self.banner = Banner()
        self.address = LabelledEdit("", "Git repo")
        self.address.line.setPlaceholderText("https://")
        self.address_row = FormRow("&Git repo", self.address)
        self.address_row.set_hint(_ADDRESS_HINT)
        self.token = LabelledEdit("", "Access token", mono=True)
        self.token.line.setEchoMode(QLineEdit.EchoMode.Password)
        # Nothing of it goes into a dictionary or a prediction of the desktop.
        self.token.line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.token_row = FormRow("Access &token", self.token)
        self.token_row.set_hint(_SCOPE)
        self.moving = MovingBar()
        self.list_title = Label("Kept tokens", "section")
        self._list = QVBoxLayout()
        self.close_dialog = Button("Close")
        self.untried = Button("Keep it anyway")
        self.keep = Button("Test and keep", "key-round", "primary")
        self._build()
        self.address.line.textChanged.connect(lambda _text: self._check())
        self.token.line.textChanged.connect(lambda _text: self._check())
        self.token.line.returnPressed.connect(self._on_keep)
        self.keep.clicked.connect(self._on_keep)
        self.untried.clicked.connect(lambda: self._ask_to_keep(untried=True))
        self.close_dialog.clicked.connect(self.reject)
        self.banner.action.connect(self._on_banner)
        self.render(self._state)

    def render(self, state: TokenState) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``state``."""
        if state.address and state.address != self._state.address:
            self.address.set_text(state.address)
        if state.saved and state.saved != self._state.saved:
            self.token.line.clear()
        listed = state.tokens != self._state.tokens or not self._list.count()
        self._state = state
        if listed:
            self._show_list()
        self._show_banner()
        self.moving.setVisible(state.is_busy)
        self.untried.setVisible(bool(state.problem) and not state.is_busy)
        self._check()
        self.adjustSize()

    def reject(self) -> None:
        """Close."""
        self.token.line.clear()
        self.closed.emit()
        super().reject()

    def _show_banner(self) -> None:
        state = self._state
        if state.problem:
            actions = [("details", "Details")] if state.details else []
            self.banner.render("bad", "The token wasn't kept", state.problem, actions)
        elif state.saved:
            self.banner.render("ok", f"The token for {state.saved} is kept", state.warning)
        elif state.warning:
            self.banner.render("warn", "The keyring can't be used", state.warning)
        else:
            self.banner.clear()

    def _on_banner(self, _action: str) -> None:
        self.banner.render("bad", "The token wasn't kept", self._state.details)

    def _check(self) -> None:
        reason = ""
        if not self.address.text().strip():
            reason = "Enter the address of a Git repo"
        elif not self.token.text().strip():
            reason = "Enter an access token"
        elif self._state.is_busy:
            reason = "The token is being tried"
        self.keep.set_disabled_reason(reason)
        self.untried.set_disabled_reason(reason)

    def _on_keep(self) -> None:
        if self.keep.isEnabled():
            self._ask_to_keep(untried=False)

    def _ask_to_keep(self, *, untried: bool) -> None:
        self.keep_requested.emit(self.address.text().strip(), self.token.text(), untried)

    def _show_list(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.list_title.setVisible(bool(self._state.tokens))
        for token in self._state.tokens:
            saved = format_moment(token.saved.astimezone(), datetime.now().astimezone())
            self._list.addWidget(self._row(token.place, saved))

    def _row(self, place: str, when: str) -> QWidget:
        px = theme().px
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(IconLabel("key-round", "text_2", 16))
        layout.addWidget(ElidedLabel(place, "medium"))
        layout.addWidget(Label(when, "secondary", "text_3"))
        layout.addStretch(1)
        delete = IconButton("x", "Delete token", f"Delete the token for {place}", small=True)
        delete.clicked.connect(lambda: self._ask_to_delete(place))
        layout.addWidget(delete)
        return row

    def _ask_to_delete(self, place: str) -> None:
        question = ask(
            self,
            f"Delete the token for {place}?",
            "Workbench can't push or fetch there until you sign in or enter another token. The "
            "token itself stays valid on the server.",
            [("keep", "Keep token"), ("delete", "Delete token")],
            danger="delete",
        )

        def answered(answer: str) -> None:
            if answer == "delete":
                self.delete_requested.emit(place)

        question.answered.connect(answered)

    def _build(self) -> None:
        px = theme().px
        self._list.setSpacing(px(4))
        for widget in (self.banner, self.address_row, self.token_row, self.moving, self.list_title):
            self.body.addWidget(widget)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        for button in (self.close_dialog, self.untried, self.keep):
            self.footer.addWidget(button)
        self.setFixedWidth(px(_WIDTH))
        self.address.line.setFocus()
