"""Words and icons for where the history stands towards its Git repo."""

from workbench.core.errors import InvalidInputError
from workbench.core.git_address import parse_address
from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.wording import count

# Name of the icon and colour token.
_ICONS: dict[SyncState, tuple[str, str]] = {
    SyncState.NO_REPO: ("hard-drive", "text_2"),
    SyncState.UP_TO_DATE: ("cloud-check", "ok"),
    SyncState.WAITING: ("cloud-upload", "accent_text"),
    SyncState.WORKING: ("cloud-upload", "accent_text"),
    SyncState.OFFLINE: ("cloud-off", "text_2"),
    SyncState.SIGN_IN_NEEDED: ("cloud-alert", "warn"),
    SyncState.NO_PERMISSION: ("cloud-alert", "warn"),
    SyncState.REJECTED: ("cloud-alert", "warn"),
}
_WORDS = {
    SyncState.NO_REPO: "On this computer only",
    SyncState.UP_TO_DATE: "Synced",
    SyncState.OFFLINE: "Offline",
    SyncState.NO_PERMISSION: "No permission",
    SyncState.REJECTED: "Push refused",
}


def sync_icon(status: SyncStatus) -> tuple[str, str]:
    """Return the name of an icon and its colour token."""
    return _ICONS[status.state]


def sync_label(status: SyncStatus) -> str:
    """Return a few words, for example "2 snapshots to push"."""
    match status.state:
        case SyncState.WAITING:
            return _waiting(status)
        case SyncState.WORKING:
            return _working(status)
        case SyncState.SIGN_IN_NEEDED:
            return "Sign in to push" + (f" {status.waiting:,}" if status.waiting else "")
        case SyncState.NO_REPO | SyncState.UP_TO_DATE:
            return _WORDS[status.state]
        case _:
            word = _WORDS[status.state]
            return f"{word}, {status.waiting:,} to push" if status.waiting else word


def sync_sentence(status: SyncStatus) -> str:
    """Return what it means, in a sentence or two."""
    match status.state:
        case SyncState.NO_REPO:
            return "Link a Git repo on the Project page to have the history on other computers."
        case SyncState.UP_TO_DATE:
            return "Every snapshot and every ended run is in the Git repo."
        case SyncState.WAITING | SyncState.WORKING:
            return status.text or "What waits here goes to the Git repo by itself."
        case _:
            return f"{status.title}: {status.text}" if status.text else status.title


def repo_title(repo: str) -> str:
    """Return a short name of a repo, for example "contoso/churn-prediction"; empty for none."""
    try:
        return parse_address(repo).title if repo else ""
    except InvalidInputError:
        return repo


def _waiting(status: SyncStatus) -> str:
    if status.waiting:
        return f"{count(status.waiting, 'snapshot')} to push"
    if status.records:
        return f"{count(status.records, 'run')} to push"
    if status.files:
        return f"Logs of {count(status.files, 'run')} to push"
    return "Not synced yet"


def _working(status: SyncStatus) -> str:
    progress = status.progress
    if progress is None:
        return "Syncing history"
    if progress.fraction is None:
        return progress.title
    return f"{progress.title}, {progress.fraction:.0%}"
