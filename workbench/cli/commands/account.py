"""What ``wb account`` does: signing in and out, and choosing among several accounts."""

import os
import sys
import webbrowser

from workbench.cli.answer import Answer, Record, facts, lines
from workbench.cli.errors import InterruptedByUserError, UsageError
from workbench.cli.keyring import kept_in_keyring
from workbench.cli.opening import opened_library
from workbench.core.account import Account, DeviceCode, NoBrowserError
from workbench.core.errors import NotFoundError
from workbench.operations.account_context import AccountContext
from workbench.operations.credentials import chosen_accounts, use_account
from workbench.operations.sign_in import list_accounts, sign_in, sign_in_with_code, sign_out

_NOBODY = "Nobody is signed in"


def log_in(*, device_code: bool = False, username: str = "") -> Answer:
    """Sign somebody in."""
    with opened_library() as library, kept_in_keyring(library) as accounts:
        # Before a person takes the trouble.
        accounts.secrets.check()
        try:
            account = _signed_in(accounts, username, device_code=device_code)
        except KeyboardInterrupt as error:
            # Whatever is waited for: a person, the directory, or the network.
            raise InterruptedByUserError("Nobody was signed in") from error
    return Answer(_record(account), lines(f"Signed in as {_titled(account)}."))


def log_out(*, username: str = "", everybody: bool = False) -> Answer:
    """Forget one account, or all."""
    with opened_library() as library, kept_in_keyring(library) as accounts:
        known = list_accounts(accounts)
        chosen = known if everybody else (_chosen(known, username),)
        for account in chosen:
            sign_out(accounts, account.id)
    names = [account.username for account in chosen]
    said = f"Signed out: {', '.join(names)}." if names else f"{_NOBODY}."
    return Answer({"signedOut": names}, lines(said))


def show() -> Answer:
    """Show who is signed in."""
    with opened_library() as library:
        known = list_accounts(library.accounts)
        chosen = chosen_accounts(library.accounts)
    records = []
    for account in known:
        used = sorted(name for name, identity in chosen.items() if identity == account.id)
        records.append({**_record(account), "organizations": used})
    if not known:
        return Answer({"accounts": []}, lines(f"{_NOBODY}. Sign in: wb account login"))
    shown = facts(
        {
            _titled(account): ", ".join(record["organizations"]) or "wherever no other is chosen"
            for account, record in zip(known, records, strict=True)
        }
    )
    return Answer({"accounts": records}, shown)


def use(username: str, organization: str) -> Answer:
    """Choose the account for an organization."""
    with opened_library() as library, kept_in_keyring(library) as accounts:
        account = _chosen(list_accounts(accounts), username)
        use_account(accounts, organization, account.id)
    said = f"{account.username} is used for {organization}."
    return Answer({**_record(account), "organization": organization}, lines(said))


def _signed_in(accounts: AccountContext, username: str, *, device_code: bool) -> Account:
    if not device_code:
        try:
            return sign_in(accounts, _open_browser, hint=username)
        except NoBrowserError:
            _tell("No browser can be opened here, so this needs a code.")
    return sign_in_with_code(accounts, _show_code)


def _open_browser(address: str) -> bool:
    """Open a page where a person can see it; one of text can't show the directory's pages."""
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False
    if not webbrowser.open(address):
        return False
    _tell("A page was opened in the browser. Waiting until you have signed in; Ctrl-C ends it.")
    return True


def _show_code(code: DeviceCode) -> None:
    _tell(f"Open {code.address} on any device and enter the code {code.code}.")
    _tell(f"It holds until {code.expires.astimezone():%H:%M}. Ctrl-C ends the wait.")


def _tell(words: str) -> None:
    """Say something while the command goes on; the answer on standard output stays clean."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def _chosen(known: tuple[Account, ...], username: str) -> Account:
    """Return the account that is meant.

    Raises:
        NotFoundError: If it is not signed in.
        UsageError: If it could be one of several.
    """
    found = [a for a in known if not username or a.username.lower() == username.lower()]
    if not found:
        text = f"{username} isn't signed in" if username else _NOBODY
        raise NotFoundError(text, hint="See wb account show.")
    if len(found) > 1:
        names = ", ".join(account.username for account in found)
        raise UsageError("Several accounts are signed in", names, hint="Name one with --username.")
    return found[0]


def _titled(account: Account) -> str:
    return f"{account.username} ({account.name})" if account.name else account.username


def _record(account: Account) -> Record:
    return {"id": account.id, "username": account.username, "name": account.name or None}
