"""The menu of the Account item: who is signed in, access tokens, signing in and out."""

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget, QWidgetAction

from workbench.core.account import Account
from workbench.viewmodels.account_states import AccountState
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

_AVATAR, _WORDS = 36, 260
_SIGNED_OUT = (
    "You aren't signed in",
    "Runs, snapshots and Restore work without it. Sign in to push history to Azure DevOps.",
)


class Avatar(QWidget):
    """A circle with initials."""

    def __init__(self, initials: str, size: int = _AVATAR) -> None:
        super().__init__()
        self._initials = initials
        self._size = size
        self.setFixedSize(theme().px(size), theme().px(size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_avatar(painter, QRectF(self.rect()), self._initials, "medium")
        painter.end()


def paint_avatar(painter: QPainter, area: QRectF, initials: str, kind: str) -> None:
    """Draw a circle with initials."""
    look = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent"))
    painter.drawEllipse(area)
    painter.setPen(look.color("text_on"))
    painter.setFont(look.font(kind))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), initials)


class AccountMenu(QMenu):
    """Shows an :class:`AccountState` and what can be done about it.

    Args:
        parent: Its window.
        state: What is known.

    Signals:
        sign_in_requested: Sign in with the browser.
        code_requested: Sign in with a device code.
        tokens_requested: Show the access tokens.
        account_chosen: Id of the account to use from now on.
        sign_out_requested: Id of the account to forget.
    """

    sign_in_requested = Signal()
    code_requested = Signal()
    tokens_requested = Signal()
    account_chosen = Signal(str)
    sign_out_requested = Signal(str)

    def __init__(self, parent: QWidget, state: AccountState) -> None:
        super().__init__(parent)
        self.setObjectName("accountMenu")
        self.setAccessibleName("Account")
        self.setToolTipsVisible(True)
        self.aboutToHide.connect(self.deleteLater)
        self._add_head(state)
        self.addSeparator()
        self._add_others(state)
        if state.active is None:
            self._add("Sign in with Azure AD", "log-in").triggered.connect(self.sign_in_requested)
            self._add("Sign in with a code", "hash").triggered.connect(self.code_requested)
        count = f"\t{len(state.tokens)}" if state.tokens else ""
        tokens = self._add(f"Access tokens{count}", "key-round")
        tokens.triggered.connect(self.tokens_requested)
        if state.active is not None:
            other = self._add("Use another account", "circle-user-round")
            other.triggered.connect(self.sign_in_requested)
            self._add_sign_out(state.active)

    def open_beside(self, item: QWidget) -> None:
        """Open at the right of an item at the foot of the window; the call returns at once."""
        corner = item.mapToGlobal(item.rect().bottomRight())
        self.popup(corner - QPoint(0, self.sizeHint().height()))

    def _add(self, text: str, icon: str) -> QAction:
        action = self.addAction(theme().icon(icon), text)
        action.setObjectName(text.partition("\t")[0])
        return action

    def _add_sign_out(self, account: Account) -> None:
        leave = self._add("Sign out", "log-out")
        leave.setToolTip(f"Forget {account.username} on this computer")
        leave.triggered.connect(lambda: self.sign_out_requested.emit(account.id))

    def _add_others(self, state: AccountState) -> None:
        """Offer the other accounts for the organization of the open project's repo."""
        others = [each for each in state.accounts if each != state.active]
        if state.active is None or not state.organization or not others:
            return
        for account in others:
            use = self._add(f"Use {account.username} for {state.organization}", "arrow-right")
            use.triggered.connect(
                lambda _=False, chosen=account.id: self.account_chosen.emit(chosen)
            )
        self.addSeparator()

    def _add_head(self, state: AccountState) -> None:
        px = theme().px
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(px(16), px(12), px(16), px(12))
        row.setSpacing(px(12))
        if state.active is not None:
            row.addWidget(Avatar(state.active.initials))
        words = QVBoxLayout()
        words.setSpacing(0)
        first, second = _SIGNED_OUT
        if state.active is not None:
            first, second = state.active.name or state.active.username, state.active.username
        if state.problem:
            second = state.problem
        words.addWidget(Label(first, "medium"))
        text = Label(second, "secondary", "text_3", wrap=bool(state.problem) or not state.active)
        if text.wordWrap():
            text.setFixedWidth(px(_WORDS))
        words.addWidget(text)
        row.addLayout(words, 1)
        action = QWidgetAction(self)
        action.setDefaultWidget(head)
        action.setEnabled(False)
        action.setText(f"{first}, {second}")
        self.addAction(action)
