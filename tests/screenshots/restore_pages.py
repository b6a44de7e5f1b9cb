"""Pictures of the Restore page with sample data: ``restore_pages.py FOLDER``.

Draws each state in both themes at 1440x900 and 1024x640 (without header, activity bar and run bar).
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.views.restore_samples import NEW, OLD, PENDING, change, plan, ready_state
from workbench.core.progress import Progress
from workbench.core.restore import ChangeKind
from workbench.core.settings import ThemeMode
from workbench.core.text_diff import BinaryDiff, diff_contents
from workbench.viewmodels.restore_states import (
    CommitPhase,
    CommitState,
    Problem,
    RestorePhase,
    RestoreScope,
    RestoreState,
)
from workbench.views.restore_page import RestorePage
from workbench.views.theme.theme import theme

SIZES = {"1440x900": (1376, 788), "1024x640": (960, 528)}


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


def wait(milliseconds: int) -> None:
    """Let the window draw itself for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def shoot(widget: QWidget, path: Path) -> None:
    """Save a picture of a widget."""
    widget.grab().save(str(path))
    sys.stdout.write(f"{path}\n")


def main(folder: Path) -> None:
    """Draw all states."""
    application = QApplication([])
    theme().install(application)
    folder.mkdir(parents=True, exist_ok=True)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for size_name, size in SIZES.items():
            for name, state in (states() | ways()).items():
                page = RestorePage()
                page.resize(*size)
                page.show()
                page.render(state)
                wait(400)
                shoot(page, folder / f"restore-{name}-{mode.value}-{size_name}.png")
                page.deleteLater()
        _dialog(folder / f"restore-commit-{mode.value}.png", failed=False)
        _dialog(folder / f"restore-commit-failed-{mode.value}.png", failed=True)


def _dialog(path: Path, *, failed: bool) -> None:
    page = RestorePage()
    page.resize(*SIZES["1440x900"])
    page.show()
    page.render(ready_state())
    page.warning.action.emit("commit")
    problem = Problem(
        "Git didn't make the commit", "Nothing was changed.", "black....Failed\n- hook id"
    )
    state = CommitState(CommitPhase.FAILED if failed else CommitPhase.IDLE, None, PENDING)
    page.render(replace(ready_state(), commit=replace(state, problem=problem if failed else None)))
    dialog = page.commit_dialog
    if dialog is not None:
        dialog.details.setVisible(failed)
        wait(300)
        shoot(dialog, path)
        dialog.reject()
    page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
