"""What is said about the history of a project."""

from workbench.core.snapshot import CheckedHistory
from workbench.core.wording import count

_MOST = 5


def check_words(found: CheckedHistory) -> str:
    """Return what a check of the history found."""
    if not found.runs:
        return "No run has a snapshot yet"
    if not found.damaged:
        each = "The run" if found.runs == 1 else f"All {found.runs:,} runs"
        return f"{each} can be restored: {count(found.snapshots, 'snapshot')} read, none damaged"
    named = [f"#{each.number}: {_start_low(each.reason)}" for each in found.damaged[:_MOST]]
    more = len(found.damaged) - _MOST
    if more > 0:
        named.append(f"and {more:,} more")
    return f"{len(found.damaged):,} of {count(found.runs, 'run')} can't be restored. " + "; ".join(
        named
    )


def _start_low(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"
