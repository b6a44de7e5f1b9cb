"""What a picture of the Restore page may show: each state, with sample data."""

from dataclasses import replace

from tests.views.restore_samples import NEW, OLD, PENDING, change, plan, ready_state
from workbench.core.progress import Progress
from workbench.core.restore import ChangeKind
from workbench.core.text_diff import BinaryDiff, diff_contents
from workbench.viewmodels.restore_states import (
    CommitPhase,
    CommitState,
    Problem,
    RestorePhase,
    RestoreScope,
    RestoreState,
)


def states() -> dict[str, RestoreState]:
    """Return each state of the page by a short name."""
    ready = ready_state()
    return {
        "ready": ready,
        "nothing": replace(ready, plan=plan(())),
        "loading": RestoreState(121),
        "blocked": replace(
            ready, phase=RestorePhase.BLOCKED, blocked_by="#45", can_cancel_run=True
        ),
        "stale": replace(
            ready,
            phase=RestorePhase.STALE,
            problem=Problem(
                "Your folder changed meanwhile",
                "Files changed after this list of changes was made. Nothing was changed. "
                "Look at the changes again, then restore.",
            ),
        ),
        "restoring": replace(
            ready,
            phase=RestorePhase.RESTORING,
            progress=Progress("restore", 0.66, "Restoring from run #121", "6 of 9 files"),
            current_path="models/ft_transformer.py",
        ),
        "failed": replace(
            ready,
            phase=RestorePhase.FAILED,
            problem=Problem(
                "Restore stopped, nothing was changed",
                "data/train.parquet is open in another program. "
                "Your folder was put back as it was.",
                "PermissionError",
            ),
        ),
        "unavailable": RestoreState(
            121,
            phase=RestorePhase.UNAVAILABLE,
            problem=Problem("The snapshot of #121 isn't on this computer", "Nothing was changed."),
        ),
        "binary": replace(
            ready,
            plan=plan((change("model.pt", ChangeKind.MODIFIED, size=1_200_000),)),
            selected="model.pt",
            content=BinaryDiff(1_204_200, 1_187_004),
        ),
        "notes": replace(
            ready,
            content=diff_contents(OLD.replace("\n", "\r\n").encode(), NEW.encode()),
        ),
    }


def ways() -> dict[str, RestoreState]:
    """Return the page with other choices than the whole folder."""
    ready = ready_state()
    return {
        "files": replace(
            ready, scope=RestoreScope.FILES, checked=frozenset({"train.py", "README.md"})
        ),
        "new-folder": replace(
            ready, scope=RestoreScope.NEW_FOLDER, folder="/home/user/projects/churn-run-121"
        ),
        "new-folder-refused": replace(
            ready,
            scope=RestoreScope.NEW_FOLDER,
            folder="/home/user/projects/churn",
            folder_problem="This folder has files in it. Choose an empty one or a new name.",
        ),
    }


def commit(*, failed: bool) -> RestoreState:
    """Return the page with the dialog of Commit changes first."""
    problem = Problem(
        "Git didn't make the commit", "Nothing was changed.", "black....Failed\n- hook id"
    )
    state = CommitState(CommitPhase.FAILED if failed else CommitPhase.IDLE, None, PENDING)
    return replace(ready_state(), commit=replace(state, problem=problem if failed else None))
