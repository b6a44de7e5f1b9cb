"""Who gets which secret, and access tokens by organization or host."""

from pathlib import Path

import pytest

from tests.servers.memory_keyring import MemoryKeyring
from workbench.core.account import AccountSettings, Credential
from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.operations.access_tokens import (
    access_token,
    delete_access_token,
    list_access_tokens,
    save_access_token,
)
from workbench.operations.account_context import AccountContext
from workbench.operations.credentials import (
    account_in_use,
    credential_for,
    credential_place,
    may_get_azure_token,
    organization_of,
    use_account,
)
from workbench.services.accounts.secret_store import SecretStore
from workbench.services.app_paths import AppPaths


@pytest.fixture
def context(tmp_path: Path) -> AccountContext:
    return AccountContext(
        SecretStore(tmp_path, MemoryKeyring()), AccountSettings(azure_hosts=("tfs.x",))
    )


@pytest.mark.parametrize(
    ("host", "path", "place"),
    [
        ("dev.azure.com", "/Contoso/P/_git/R", "dev.azure.com/contoso"),
        ("dev.azure.com", "my%20org/_git/R", "dev.azure.com/my org"),
        ("Contoso.VisualStudio.com", "/_git/P", "dev.azure.com/contoso"),
        ("git.example.com:8443", "/team/repo.git", "git.example.com:8443"),
        ("visualstudio.com.evil.example", "/_git/P", "visualstudio.com.evil.example"),
    ],
)
def test_place_of_a_token(host: str, path: str, place: str) -> None:
    assert credential_place(host, path) == place


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("dev.azure.com", True),
        ("contoso.visualstudio.com", True),
        ("tfs.x", True),
        ("tfs.x:8080", True),
        ("github.com", False),
        (".visualstudio.com", False),
        ("dev.azure.com.evil.example", False),
        ("evil-dev.azure.com", False),
        ("dev.azure.com@evil.example", False),
    ],
)
def test_azure_tokens_go_to_azure_devops_only(
    context: AccountContext, host: str, allowed: bool
) -> None:
    assert may_get_azure_token(host, context.settings) is allowed


def test_a_token_is_kept_replaced_listed_and_deleted(context: AccountContext) -> None:
    save_access_token(context, "dev.azure.com/contoso", " first ")
    save_access_token(context, "dev.azure.com/contoso", "second")
    save_access_token(context, "git.example.com", "third", username="me")
    assert [each.place for each in list_access_tokens(context)] == [
        "dev.azure.com/contoso",
        "git.example.com",
    ]
    found = credential_for(context, "contoso.visualstudio.com", "/_git/P")
    assert found == Credential("workbench", "second", place="dev.azure.com/contoso")
    assert access_token(context, "git.example.com") == Credential(
        "me", "third", place="git.example.com"
    )
    delete_access_token(context, "dev.azure.com/contoso")
    delete_access_token(context, "git.example.com")
    delete_access_token(context, "git.example.com")
    assert list_access_tokens(context) == ()
    assert credential_for(context, "contoso.visualstudio.com", "/_git/P") is None


@pytest.mark.parametrize("token", ["", "   ", "two words", "line\nbreak", "bell\a"])
def test_what_cannot_be_a_token_is_refused(context: AccountContext, token: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        save_access_token(context, "git.example.com", token)
    assert caught.value.field == "token"


def test_one_host_never_gets_the_token_of_another(context: AccountContext) -> None:
    save_access_token(context, "git.example.com", "first")
    save_access_token(context, "dev.azure.com/contoso", "second")
    assert credential_for(context, "git.example.org", "/repo") is None
    assert credential_for(context, "dev.azure.com", "/fabrikam/_git/R") is None
    assert credential_for(context, "git.example.com:444", "/repo") is None


def test_a_credential_never_shows_its_secret(context: AccountContext) -> None:
    save_access_token(context, "git.example.com", "s3cret-token")
    found = credential_for(context, "git.example.com", "/repo")
    assert found is not None
    assert found.secret == "s3cret-token"
    assert "s3cret" not in f"{found!r} {found}"


def test_without_an_account_there_is_none_in_use(context: AccountContext) -> None:
    assert organization_of("dev.azure.com", "/Contoso/_git/R") == "contoso"
    assert account_in_use(context, "contoso") is None
    with pytest.raises(NotFoundError):
        use_account(context, "contoso", "nobody")


def test_opening_uses_neither_network_nor_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    root = tmp_path / "new"
    AccountContext.open(AppPaths(root / "data", root / "config", root / "cache", root / "logs"))
    assert not root.exists()
