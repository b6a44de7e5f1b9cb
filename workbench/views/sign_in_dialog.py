"""Signing in: waiting for the browser, or showing a code for another device."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.viewmodels.account_states import SignInState
from workbench.views.kit.banner import Banner
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.label import Label
from workbench.views.kit.progress import MovingBar
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

_WIDTH = 480
_BROWSER = "Finish signing in in your browser. This window follows by itself."
_GETTING = "Getting a code…"
_CODE = "Open the page on this or another device, enter the code and sign in."


class SignInDialog(Dialog):
    """Shows a :class:`SignInState`; closes when somebody is signed in.

    Args:
        parent: Its window is dimmed.

    Signals:
        canceled: The user gave up; the wait has to end at once.
        code_requested: Sign in with a code instead.
        retry_requested: Begin again with the browser.
        page_requested: Address of the page to open.
    """

    canceled = Signal()
    code_requested = Signal()
    retry_requested = Signal()
    page_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Sign in with Azure AD")
        self.setObjectName("signIn")
        self._state = SignInState()
        px = theme().px
        self.words = Label(_BROWSER, "body", "text", wrap=True)
        self.code = Label("", "title")
        self.code.setObjectName("deviceCode")
        self.copy = Button("Copy code", "copy")
        self.page = Button("Open page", "external-link")
        self.banner = Banner()
        self.moving = MovingBar()
        self.use_code = Button("Use a code instead")
        self.again = Button("Try again", kind="primary")
        self.cancel = Button("Cancel")
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, px(4), 0, px(4))
        row.setSpacing(px(8))
        row.addWidget(self.code)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.page)
        for widget in (self.banner, self.words, self._row, self.moving):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        for button in (self.use_code, self.cancel, self.again):
            self.footer.addWidget(button)
        self.copy.clicked.connect(self._copy)
        self.page.clicked.connect(self._open_page)
        self.use_code.clicked.connect(self.code_requested)
        self.again.clicked.connect(self.retry_requested)
        self.cancel.clicked.connect(self.reject)
        self.setFixedWidth(px(_WIDTH))
        self.cancel.setFocus()
        self.render(self._state)

    def render(self, state: SignInState) -> None:  # type: ignore[override]  # a state, no painter
        """Show how far it is."""
        self._state = state
        code = state.code
        if state.problem:
            self.banner.render("warn", "Nobody was signed in", state.problem)
        else:
            self.banner.clear()
        self.words.setVisible(state.is_waiting)
        words = _BROWSER if state.offers_code else _GETTING
        if code is not None:
            words = f"{_CODE}\n{code.address}"
            announce(self, f"The code is {code.code}")
        self.words.setText(words)
        self.code.setText(code.code if code is not None else "")
        self._row.setVisible(code is not None)
        self.moving.setVisible(state.is_waiting)
        self.use_code.setVisible(state.offers_code or not state.is_waiting)
        self.again.setVisible(not state.is_waiting)
        self.cancel.set_text("Cancel" if state.is_waiting else "Close")
        self.adjustSize()

    def reject(self) -> None:
        """Give up, and close."""
        self.canceled.emit()
        super().reject()

    def _copy(self) -> None:
        if self._state.code is not None:
            QGuiApplication.clipboard().setText(self._state.code.code)
            announce(self, "Code copied")

    def _open_page(self) -> None:
        if self._state.code is not None:
            self.page_requested.emit(self._state.code.address)
