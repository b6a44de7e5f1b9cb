"""Taking secrets out of texts."""

import pytest

from workbench.core.redaction import HIDDEN, is_secret_name, redacted, secrets_of


@pytest.mark.parametrize(
    "name",
    [
        *("--password", "PASSWD", "DB_PASSWORD", "--api-key", "apiKey", "AWS_SECRET_ACCESS_KEY"),
        *("token", "GITHUB_TOKEN", "--auth", "private_key", "sas", "MY_SAS", "pwd", "--key"),
        *("connectionString", "AccountKey", "Authorization", "session-id", "cookie"),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["--lr", "keys", "monkey", "author", "epochs", "--path", "keyboard", "tok", "sassy"]
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("fetch https://me:s3cr3t-word@example.com/x", "s3cr3t-word"),
        ("https://x.example.com/f?sv=1&sig=abc%2Fdef&se=2", "abc%2Fdef"),
        ("key " + "gh" + "p_" + "a1B2" * 9, "a1B2a1B2"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP"),
        ("Authorization: Bearer abcdef.123456", "abcdef.123456"),
        ("eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0.sig-nature", "zdWIiOiIxIn0"),
        ("AccountKey=abc123==;Endpoint=x", "abc123=="),
        ('{"api_key": "value-of-it", "lr": 3}', "value-of-it"),
        ("password=hunter22 other=1", "hunter22"),
        ("DB_PASSWORD: 'hunter22'", "hunter22"),
        ("-----BEGIN PRIVATE" + " KEY-----\nMIIabc\n-----END PRIVATE" + " KEY-----", "MIIabc"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, secret: str) -> None:
    assert secret not in redacted(text)
    assert HIDDEN in redacted(text)


def test_all_else_stays() -> None:
    text = 'loss=0.25 epoch: 3\nhttps://example.com/a?b=c me@example.com\n{"author": "Ana Lee"}\n'
    assert redacted(text) == text


def test_values_of_secrets_are_found_and_hidden_wherever_they_are() -> None:
    found = secrets_of(
        ("train.py", "--token", "abcd1234", "--key=efgh5678", "--lr", "0.1", "password=ijkl9012"),
        (("API_TOKEN", "mnop3456"), ("COLOR", "blue"), ("TOKEN", "x")),
    )
    assert found == {"abcd1234", "efgh5678", "ijkl9012", "mnop3456"}
    assert redacted("saw abcd1234 and mnop3456", found) == f"saw {HIDDEN} and {HIDDEN}"
