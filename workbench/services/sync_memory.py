"""``sync.json``: what the Git repo of a project last answered, so that it is known at once."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.core.history_sync import SyncState, SyncStatus
from workbench.services.safe_files import write_atomically

_log = logging.getLogger(__name__)


def load_sync(path: Path, repo: str) -> SyncStatus | None:
    """Return what was last known about this Git repo; ``None`` if nothing is."""
    try:
        values = json.loads(path.read_bytes())
        return _status(values) if values["repo"] == repo else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        # Only a memory: the next answer of the Git repo replaces it.
        _log.warning("%s can't be read: %s", path, error)
        return None


def save_sync(path: Path, repo: str, status: SyncStatus) -> None:
    """Keep what is known about a Git repo; that it can't be kept is only told in the log."""
    values = {
        "repo": repo,
        "state": status.state.value,
        "waiting": status.waiting,
        "records": status.records,
        "files": status.files,
        "title": status.title,
        "text": status.text,
        "details": status.details,
        "checked": status.checked.isoformat() if status.checked else "",
    }
    try:
        write_atomically(path, json.dumps(values, indent=1).encode())
    except OSError as error:
        _log.warning("%s can't be written: %s", path, error)


def _status(values: dict[str, Any]) -> SyncStatus:
    checked = str(values["checked"])
    return SyncStatus(
        SyncState(values["state"]),
        int(values["waiting"]),
        int(values["records"]),
        str(values["title"]),
        str(values["text"]),
        str(values["details"]),
        datetime.fromisoformat(checked).astimezone(UTC) if checked else None,
        files=int(values.get("files", 0)),
    )
