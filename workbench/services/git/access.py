"""How this user reaches Git repos."""

from collections.abc import Collection
from dataclasses import dataclass

from workbench.core.account import Credential
from workbench.core.git_address import GitAddress, parse_address
from workbench.services.git.credential_broker import CredentialSource
from workbench.services.git.remote_git import SILENCE, RemoteGit


class NoCredentials:
    """A source of user names and passwords that has none."""

    def find(self, _host: str, _path: str, /) -> Credential | None:
        """Return nothing."""
        return None

    def refused(self, _host: str, _path: str, _credential: Credential, /) -> bool:
        """Nothing was given that could be refused."""
        return False


@dataclass(frozen=True, slots=True)
class Access:
    """What this user has to reach Git repos with.

    Attributes:
        source: Where user names and passwords come from.
        insecure_hosts: Hosts that may be reached by ``http://``.
        silence: Seconds without a sign of life after which git is ended.
    """

    source: CredentialSource
    insecure_hosts: Collection[str] = ()
    silence: int = SILENCE

    def address(self, text: str) -> GitAddress:
        """Return the address that somebody typed.

        Raises:
            InvalidInputError: If it cannot be used.
        """
        return parse_address(text, insecure_hosts=self.insecure_hosts)

    def open(self, text: str) -> RemoteGit:
        """Return the repo at an address; nobody is asked yet.

        Raises:
            InvalidInputError: If the address cannot be used.
        """
        return RemoteGit(self.address(text), self.source, silence=self.silence)
