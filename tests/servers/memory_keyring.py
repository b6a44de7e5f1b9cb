"""A keyring in memory that tests can look into."""


class MemoryKeyring:
    """Keeps entries by service, like the keyring of Windows."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service]
