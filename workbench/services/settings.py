"""``settings.toml``: the user's settings of the application."""

import dataclasses
import logging
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from workbench.core.account import AccountSettings
from workbench.core.errors import WorkbenchError
from workbench.core.settings import MAX_ZOOM, MIN_ZOOM, LoadedSettings, Settings, ThemeMode
from workbench.services.safe_files import os_error_reason, put_aside_broken, write_atomically

_DEFAULTS = Settings()
_TEXTS = ("projects_folder", "workspace", "last_folder")
_log = logging.getLogger(__name__)


class SettingsFile:
    """Reads and writes the settings; keys and comments that are not ours are kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> LoadedSettings:
        """Return the settings, with defaults for everything that is missing or unusable.

        A file that is not TOML is put aside as ``settings.toml.broken``, so that nothing the user
        wrote is lost, and the warning says so. This never raises.
        """
        try:
            document = self._document()
        except FileNotFoundError:
            return LoadedSettings(_DEFAULTS)
        except OSError as error:
            return LoadedSettings(
                _DEFAULTS,
                f"The settings can't be read because {os_error_reason(error)}. "
                "Workbench uses its defaults.",
            )
        except (TOMLKitError, UnicodeDecodeError):
            return LoadedSettings(_DEFAULTS, self._set_aside())
        return _interpreted(document)

    def save(self, settings: Settings) -> None:
        """Store the settings; keys that still have their default and were never set stay out.

        Raises:
            WorkbenchError: If the file cannot be written; the former one is then still there.
        """
        try:
            document = self._document()
        except (FileNotFoundError, TOMLKitError, UnicodeDecodeError):
            self._set_aside()
            document = tomlkit.document()
        except OSError as error:
            raise self._not_saved(error) from error
        for field in dataclasses.fields(Settings):
            value = getattr(settings, field.name)
            stored = value.value if isinstance(value, ThemeMode) else value
            stored = list(stored) if isinstance(stored, tuple) else stored
            if field.name in document or value != field.default:
                document[field.name] = stored
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, tomlkit.dumps(document).encode("utf-8"))
        except OSError as error:
            raise self._not_saved(error) from error

    def load_account(self) -> AccountSettings:
        """Return the table ``[account]``, with defaults for what is missing or unusable.

        This never raises; what can't be used is in the log.
        """
        try:
            table = self._document().unwrap().get("account", {})
        except (OSError, TOMLKitError, UnicodeDecodeError):
            return AccountSettings()
        return _account(table if isinstance(table, dict) else {})

    def _document(self) -> tomlkit.TOMLDocument:
        return tomlkit.parse(self._path.read_bytes().decode("utf-8-sig"))

    def _set_aside(self) -> str:
        """Move a file that cannot be used out of the way; return the words for the user."""
        aside = put_aside_broken(self._path)
        if aside is None:
            return "The settings file is damaged. Workbench uses its defaults."
        return (
            f"The settings file was damaged. It was kept as {aside.name} and Workbench uses its "
            "defaults."
        )

    def _not_saved(self, error: OSError) -> WorkbenchError:
        return WorkbenchError(
            "The settings weren't saved",
            f"{self._path} can't be written because {os_error_reason(error)}. "
            "Your choice holds until you close Workbench.",
            details=str(error),
            retry=True,
        )


def _interpreted(document: tomlkit.TOMLDocument) -> LoadedSettings:
    """Take what is usable; say which keys are not."""
    values = document.unwrap()
    unusable: list[str] = []
    theme = _DEFAULTS.theme
    if "theme" in values:
        try:
            theme = ThemeMode(values["theme"])
        except ValueError:
            unusable.append("theme")
    zoom = values.get("zoom", _DEFAULTS.zoom)
    number = isinstance(zoom, int | float) and not isinstance(zoom, bool)
    if not number or not MIN_ZOOM <= zoom <= MAX_ZOOM:
        unusable.append("zoom")
        zoom = _DEFAULTS.zoom
    texts = {key: _text(values, key, unusable) for key in _TEXTS}
    hosts = values.get("insecure_hosts", [])
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        unusable.append("insecure_hosts")
        hosts = []
    insecure = tuple(host.lower() for host in hosts)
    follow = values.get("follow_folders", _DEFAULTS.follow_folders)
    if not isinstance(follow, bool):
        unusable.append("follow_folders")
        follow = _DEFAULTS.follow_folders
    settings = Settings(theme, float(zoom), **texts, insecure_hosts=insecure, follow_folders=follow)
    if not unusable:
        return LoadedSettings(settings)
    return LoadedSettings(
        settings, f"Workbench uses its defaults for settings it can't use: {', '.join(unusable)}."
    )


def _text(values: dict[str, object], key: str, unusable: list[str]) -> str:
    value = values.get(key, "")
    if isinstance(value, str):
        return value
    unusable.append(key)
    return ""


def _account(table: dict[str, object]) -> AccountSettings:
    settings = AccountSettings()
    authority, client_id = table.get("authority"), table.get("client_id")
    if isinstance(authority, str) and authority.startswith("https://"):
        settings = dataclasses.replace(settings, authority=authority.rstrip("/"))
    elif authority is not None:
        _log.warning("settings: authority under [account] has to start with https://")
    if isinstance(client_id, str) and client_id:
        settings = dataclasses.replace(settings, client_id=client_id)
    hosts = table.get("azure_hosts", [])
    if isinstance(hosts, list):
        names = tuple(host.lower() for host in hosts if isinstance(host, str))
        settings = dataclasses.replace(settings, azure_hosts=names)
    return settings
