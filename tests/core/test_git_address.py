"""Which addresses of Git repos can be used, and what is said about the others."""

import pytest

from workbench.core.errors import InvalidInputError
from workbench.core.git_address import (
    AddressKind,
    SecretInAddressError,
    address_problem,
    is_azure_host,
    is_same_repo,
    parse_address,
)

AZURE = "dev.azure.com/contoso/_git/I"


@pytest.mark.parametrize(
    ("text", "organization", "project", "repo"),
    [
        ("https://contoso.visualstudio.com/_git/Iris", "contoso", "Iris", "Iris"),
        ("https://contoso.visualstudio.com/DefaultCollection/_git/Iris", "contoso", "Iris", "Iris"),
        ("https://contoso.visualstudio.com/Lab/_git/Iris", "contoso", "Lab", "Iris"),
        (
            "https://contoso.visualstudio.com/DefaultCollection/Lab/_git/Iris/",
            "contoso",
            "Lab",
            "Iris",
        ),
        ("https://dev.azure.com/contoso/Lab/_git/Iris", "contoso", "Lab", "Iris"),
        ("https://contoso@dev.azure.com/contoso/Lab/_git/Iris", "contoso", "Lab", "Iris"),
        ("https://dev.azure.com/contoso/_git/Iris", "contoso", "Iris", "Iris"),
        (
            "https://dev.azure.com/contoso/Data%20Lab/_git/My%20Iris",
            "contoso",
            "Data Lab",
            "My Iris",
        ),
        ("HTTPS://Dev.Azure.com/contoso/Lab/_git/Iris", "contoso", "Lab", "Iris"),
        ("https://contoso@contoso.visualstudio.com/_git/Iris", "contoso", "Iris", "Iris"),
    ],
)
def test_every_form_of_azure_devops_is_understood(
    text: str, organization: str, project: str, repo: str
) -> None:
    address = parse_address(text)
    assert (address.organization, address.project, address.repo) == (organization, project, repo)
    assert address.is_azure_devops
    assert address.title == f"{organization}/{repo}"
    assert "@" not in address.url


@pytest.mark.parametrize(
    ("text", "kind", "host", "repo"),
    [
        ("https://git.example.com/team/iris.git", AddressKind.HTTPS, "git.example.com", "iris"),
        ("https://git.example.com:8443/iris", AddressKind.HTTPS, "git.example.com:8443", "iris"),
        (
            "ssh://git@git.example.com:22/team/iris.git",
            AddressKind.SSH,
            "git.example.com:22",
            "iris",
        ),
        ("git@git.example.com:team/iris.git", AddressKind.SSH, "git.example.com", "iris"),
        ("git@ssh.dev.azure.com:v3/contoso/Lab/Iris", AddressKind.SSH, "ssh.dev.azure.com", "Iris"),
        ("/srv/git/iris.git", AddressKind.LOCAL, "", "iris"),
        ("file:///srv/git/my%20iris.git", AddressKind.LOCAL, "", "my iris"),
        ("C:\\git\\iris", AddressKind.LOCAL, "", "iris"),
    ],
)
def test_any_other_repo_is_understood(text: str, kind: AddressKind, host: str, repo: str) -> None:
    address = parse_address(f"  {text} ")
    assert (address.kind, address.host, address.repo) == (kind, host, repo)
    assert not address.is_azure_devops


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Enter the address"),
        ("iris", "starts with https://"),
        ("../iris", "starts with https://"),
        ("http://git.example.com/iris", "starts with https://"),
        ("git://git.example.com/iris", "starts with https://"),
        ("ftp://git.example.com/iris", "starts with https://"),
        ("ext::sh -c 'touch x'", "start programs"),
        ("fd::17/iris", "start programs"),
        ("transport::https://git.example.com/iris", "start programs"),
        ("--upload-pack=touch x", "hyphen"),
        ("git@host:-oProxyCommand=x", "hyphen"),
        ("ssh://-oProxyCommand=x/iris", "complete"),
        ("https://git.example.com/iris\nx", "control characters"),
        ("https://git.example.com", "names a server"),
        ("https:///iris", "complete"),
        ("https://git.example.com:port/iris", "complete"),
        ("https://git.example.com/iris?version=GBmaster", "a page"),
        ("https://dev.azure.com/contoso", "Azure DevOps"),
        ("https://dev.azure.com/contoso/Lab/_build", "Azure DevOps"),
        ("https://contoso.visualstudio.com/a/b/c/_git/d", "Azure DevOps"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(text: str, word: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_address(text)
    assert caught.value.field == "repo"
    assert word in address_problem(text)


@pytest.mark.parametrize(
    ("text", "clean", "secret"),
    [
        ("https://alice:s3cret@git.example.com/iris", "https://git.example.com/iris", "s3cret"),
        ("https://s3cret@git.example.com/iris", "https://git.example.com/iris", "s3cret"),
        (f"https://contoso:s3%40t@{AZURE}", f"https://{AZURE}", "s3@t"),
        (f"https://s3cret@{AZURE}", f"https://{AZURE}", "s3cret"),
        ("ssh://git:s3cret@git.example.com/iris", "ssh://git@git.example.com/iris", "s3cret"),
    ],
)
def test_a_secret_in_an_address_is_taken_out_and_named_nowhere(
    text: str, clean: str, secret: str
) -> None:
    with pytest.raises(SecretInAddressError) as caught:
        parse_address(text)
    error = caught.value
    assert (error.clean, error.secret) == (clean, secret)
    assert secret not in f"{error} {error!r} {error.title} {error.text} {error.hint}"
    assert clean in address_problem(text)


def test_http_is_used_for_a_host_that_was_named() -> None:
    hosts = {"git.example.com:8080"}
    address = parse_address("http://git.example.com:8080/iris", insecure_hosts=hosts)
    assert (address.kind, address.url) == (AddressKind.HTTP, "http://git.example.com:8080/iris")
    assert address_problem("http://git.example.com/iris", insecure_hosts=hosts)


def test_only_hosts_of_azure_devops_count_as_such() -> None:
    assert is_azure_host("dev.azure.com")
    assert is_azure_host("Contoso.VisualStudio.com:443")
    assert not is_azure_host("dev.azure.com.example.com")
    assert not is_azure_host("visualstudio.com")
    assert not is_azure_host("evilvisualstudio.com")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "https://contoso.visualstudio.com/_git/Iris",
            "https://dev.azure.com/contoso/Iris/_git/Iris",
            True,
        ),
        (
            "https://dev.azure.com/contoso/Lab/_git/Iris",
            "https://dev.azure.com/Contoso/lab/_git/iris/",
            True,
        ),
        (
            "https://dev.azure.com/contoso/Lab/_git/Iris",
            "https://dev.azure.com/contoso/Lab/_git/Rose",
            False,
        ),
        ("https://git.example.com/iris", "https://git.example.com/iris.git", True),
        ("https://git.example.com/iris", "https://git.example.org/iris", False),
        ("nonsense", "nonsense", True),
    ],
)
def test_one_repo_is_known_under_several_addresses(one: str, other: str, same: bool) -> None:
    assert is_same_repo(one, other) is same
