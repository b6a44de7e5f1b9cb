"""The part of msal that Workbench uses."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

class TokenCache:
    class CredentialType:
        ACCESS_TOKEN: str
        REFRESH_TOKEN: str
        ACCOUNT: str
        ID_TOKEN: str

    _lock: threading.RLock
    _cache: dict[str, dict[str, dict[str, Any]]]
    def search(self, *words: Any, **options: Any) -> Iterator[dict[str, Any]]: ...

class SerializableTokenCache(TokenCache):
    def add(self, event: Mapping[str, Any], **options: Any) -> None: ...
    def modify(
        self,
        credential_type: str,
        old_entry: Mapping[str, Any],
        new_key_value_pairs: Mapping[str, Any] | None = ...,
    ) -> None: ...
    def deserialize(self, state: str | None) -> None: ...
    def serialize(self) -> str: ...

class PublicClientApplication:
    def __init__(
        self,
        client_id: str,
        *,
        authority: str = ...,
        token_cache: TokenCache | None = ...,
        http_client: object | None = ...,
    ) -> None: ...
    def get_accounts(self, username: str | None = ...) -> list[dict[str, Any]]: ...
    def initiate_auth_code_flow(
        self,
        scopes: list[str],
        redirect_uri: str | None = ...,
        state: str | None = ...,
        prompt: str | None = ...,
        login_hint: str | None = ...,
        *,
        response_mode: str | None = ...,
    ) -> dict[str, Any]: ...
    def acquire_token_by_auth_code_flow(
        self, auth_code_flow: Mapping[str, Any], auth_response: Mapping[str, str]
    ) -> dict[str, Any]: ...
    def initiate_device_flow(self, scopes: list[str]) -> dict[str, Any]: ...
    def acquire_token_by_device_flow(
        self, flow: Mapping[str, Any], *, exit_condition: Callable[[Mapping[str, Any]], bool]
    ) -> dict[str, Any]: ...
    def acquire_token_silent_with_error(
        self, scopes: list[str], account: Mapping[str, Any], *, force_refresh: bool = ...
    ) -> dict[str, Any] | None: ...
