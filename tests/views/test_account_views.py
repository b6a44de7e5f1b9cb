"""The Account item with its menu, signing in, and access tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from workbench.core.account import AccessToken, Account, DeviceCode
from workbench.viewmodels.access_words import access_words, is_azure_repo
from workbench.viewmodels.account_states import AccountState, SignInState, TokenState
from workbench.views.access_token_dialog import AccessTokenDialog
from workbench.views.account_menu import AccountMenu
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.dialogs import AskDialog
from workbench.views.shell.activity_bar import ActivityBar
from workbench.views.sign_in_dialog import SignInDialog

ALICE = Account("1", "alice@contoso.com", "Alice Contoso")
BOB = Account("2", "bob@fabrikam.com", "Bob Builder")
NOW = datetime(2026, 5, 14, tzinfo=UTC)
TOKENS = (AccessToken("dev.azure.com/contoso", NOW), AccessToken("git.example.com", NOW))
AZURE = "https://dev.azure.com/contoso/Lab/_git/Iris"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1000, 700)
    parent.show()
    return parent


def texts(menu: AccountMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_the_item_shows_who_is_signed_in(qtbot: QtBot) -> None:
    bar = ActivityBar()
    qtbot.addWidget(bar)
    assert (bar.account.text(), bar.account.accessibleName()) == ("Sign in", "Sign in")
    bar.show_account(ALICE.initials, ALICE.name)
    assert bar.account.accessibleName() == "Account, Alice Contoso"
    assert not bar.grab().isNull()
    with qtbot.waitSignal(bar.account_requested):
        bar.account.click()
    bar.show_account("", "")
    assert bar.account.text() == "Sign in"


def test_menu_of_nobody(qtbot: QtBot, parent: QWidget) -> None:
    menu = AccountMenu(parent, AccountState(known=True))
    assert texts(menu)[1:] == ["Sign in with Azure AD", "Sign in with a code", "Access tokens"]
    assert texts(menu)[0].startswith("You aren't signed in")
    with qtbot.waitSignals([menu.sign_in_requested, menu.code_requested, menu.tokens_requested]):
        for action in menu.actions()[-3:]:
            action.trigger()


def test_menu_of_somebody_with_another_account(qtbot: QtBot, parent: QWidget) -> None:
    menu = AccountMenu(parent, AccountState((ALICE, BOB), ALICE, "contoso", TOKENS, known=True))
    assert texts(menu) == [
        "Alice Contoso, alice@contoso.com",
        "Use bob@fabrikam.com for contoso",
        "Access tokens\t2",
        "Use another account",
        "Sign out",
    ]
    with qtbot.waitSignal(menu.account_chosen, check_params_cb=lambda chosen: chosen == "2"):
        menu.actions()[2].trigger()
    with qtbot.waitSignal(menu.sign_out_requested, check_params_cb=lambda chosen: chosen == "1"):
        menu.actions()[-1].trigger()


def test_a_sign_in_can_be_given_up_and_done_with_a_code(qtbot: QtBot, parent: QWidget) -> None:
    dialog = SignInDialog(parent)
    dialog.open()
    with qtbot.waitSignal(dialog.code_requested):
        dialog.use_code.click()
    code = DeviceCode("BCDF-GHJK", "https://microsoft.com/devicelogin", NOW + timedelta(minutes=15))
    dialog.render(SignInState(code, offers_code=False))
    assert dialog.code.text() == "BCDF-GHJK"
    assert code.address in dialog.words.text()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "BCDF-GHJK"
    with qtbot.waitSignal(dialog.page_requested, check_params_cb=lambda page: page == code.address):
        dialog.page.click()
    dialog.render(SignInState(problem="The directory can't be reached.", is_waiting=False))
    assert dialog.banner.title == "Nobody was signed in"
    with qtbot.waitSignal(dialog.retry_requested):
        dialog.again.click()
    with qtbot.waitSignal(dialog.canceled):
        dialog.cancel.click()


def test_a_token_is_tried_and_kept(qtbot: QtBot, parent: QWidget) -> None:
    dialog = AccessTokenDialog(parent)
    dialog.open()
    dialog.render(TokenState(AZURE))
    assert dialog.address.text() == AZURE
    assert not dialog.keep.isEnabled()
    assert dialog.token.line.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(dialog.token.line, "abc")
    with qtbot.waitSignal(dialog.keep_requested) as caught:
        dialog.keep.click()
    assert caught.args == [AZURE, "abc", False]
    dialog.render(TokenState(AZURE, is_busy=True))
    assert not dialog.keep.isEnabled()
    dialog.render(TokenState(AZURE, problem="It was not accepted.", details="TF400813"))
    assert dialog.banner.title == "The token wasn't kept"
    with qtbot.waitSignal(dialog.keep_requested) as caught:
        dialog.untried.click()
    assert caught.args == [AZURE, "abc", True]
    dialog.render(TokenState(AZURE, TOKENS, saved="dev.azure.com/contoso"))
    assert dialog.token.text() == ""
    assert dialog.banner.title == "The token for dev.azure.com/contoso is kept"
    with qtbot.waitSignal(dialog.closed):
        dialog.close_dialog.click()


def test_deleting_a_token_is_asked_first(qtbot: QtBot, parent: QWidget) -> None:
    dialog = AccessTokenDialog(parent)
    dialog.open()
    dialog.render(TokenState("", TOKENS))
    buttons = {each.accessibleName(): each for each in dialog.findChildren(IconButton)}
    buttons["Delete the token for git.example.com"].click()
    question = dialog.findChild(AskDialog)
    assert question is not None
    with qtbot.waitSignal(dialog.delete_requested) as caught:
        question.answered.emit("delete")
    assert caught.args == ["git.example.com"]
    question.reject()
    dialog.reject()


def test_words_for_what_a_repo_is_reached_with() -> None:
    state = AccountState((ALICE,), ALICE, "contoso", TOKENS, known=True)
    assert access_words(AZURE, state) == "Access token"
    assert access_words("https://contoso.visualstudio.com/_git/I", state) == "Access token"
    fabrikam = "https://dev.azure.com/fabrikam/_git/I"
    assert access_words(fabrikam, state) == "Azure AD, alice@contoso.com"
    assert access_words("https://github.com/a/b", state) == ""
    assert access_words("git@git.example.com:x", state) == ""
    assert access_words("nonsense", AccountState()) == access_words("", state) == ""
    assert is_azure_repo(fabrikam)
    assert not is_azure_repo("https://github.com/a/b")
