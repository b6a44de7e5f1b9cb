"""The token cache of msal, kept in the keyring and shared by processes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msal

from workbench.services.accounts.secret_store import SecretStore

NAME = "azure-accounts"


class KeyringTokenCache(msal.SerializableTokenCache):
    """Reads what other processes wrote before it looks, and writes each change at once.

    Args:
        store: Keeps the cache as one secret.
    """

    def __init__(self, store: SecretStore) -> None:
        super().__init__()
        self._store = store
        self._depth = 0
        self._text: str | None = None

    def add(self, event: Mapping[str, Any], **options: Any) -> None:
        """Keep what the directory answered."""
        self._change(lambda: super(KeyringTokenCache, self).add(event, **options))

    def modify(
        self,
        credential_type: str,
        old_entry: Mapping[str, Any],
        new_key_value_pairs: Mapping[str, Any] | None = None,
    ) -> None:
        """Change or remove one entry."""
        self._change(
            lambda: super(KeyringTokenCache, self).modify(
                credential_type, old_entry, new_key_value_pairs
            )
        )

    def search(self, *words: Any, **options: Any) -> Iterator[dict[str, Any]]:
        """Find entries, also those that another process has just written."""
        with self._lock:
            if not self._depth:
                self._take(self._store.load(NAME))
            return iter(list(super().search(*words, **options)))

    def forget(self, account_id: str) -> None:
        """Remove all that is known of an account, also what nobody can use any more."""

        def leave_out() -> None:
            for entries in self._cache.values():
                for key in [key for key, entry in entries.items() if _owner(entry) == account_id]:
                    del entries[key]

        self._change(leave_out)

    def _change(self, act: Callable[[], None]) -> None:
        # The lock of msal's cache comes first everywhere: msal itself holds it when it calls.
        with self._lock:
            if self._depth:
                act()
                return

            def change(text: str | None) -> str | None:
                self._take(text)
                self._depth += 1
                try:
                    act()
                finally:
                    self._depth -= 1
                # An account that was signed out leaves nothing behind.
                empty = not self._cache.get("Account") and not self._cache.get("RefreshToken")
                return None if empty else self.serialize()

            self._text = self._store.change(NAME, change)

    def _take(self, text: str | None) -> None:
        if text != self._text or text is None:
            self.deserialize(text)
            self._text = text


def _owner(entry: Mapping[str, Any]) -> str:
    return str(entry.get("home_account_id") or "")
