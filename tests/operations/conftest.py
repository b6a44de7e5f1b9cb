"""What tests of operations that reach a Git repo have in common."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keyring_library import keyring_library
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.openid_provider import OpenIdProvider
from workbench.operations.library import Library


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def provider(certificates: Certificates) -> Iterator[OpenIdProvider]:
    with OpenIdProvider(certificates) as running:
        yield running


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = keyring_library(tmp_path)
    yield library
    library.close()
