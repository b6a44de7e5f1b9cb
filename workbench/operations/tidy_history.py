"""Keep the history of a project small: done when nobody waits for anything."""

from dataclasses import dataclass

from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.operations.project_context import ProjectContext
from workbench.services.folder_size import folder_size
from workbench.services.git.tidy import Limits, needs_tidying, tidy


@dataclass(frozen=True, slots=True)
class Tidied:
    """What tidying the history gave.

    Attributes:
        before: Bytes of the history repository before it.
        after: Bytes after it.
    """

    before: int
    after: int

    @property
    def reclaimed(self) -> int:
        """Bytes that are free again."""
        return max(0, self.before - self.after)


def tidy_history(
    context: ProjectContext,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
    limits: Limits | None = None,
) -> Tidied | None:
    """Put the many small files of the history together, if there are many.

    It may be killed or canceled at any instant; nothing is lost.

    Returns:
        What it gave; ``None`` if there was nothing to do, or a run is active.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the history cannot be read.
        OSError: If files cannot be removed.
    """
    folder = context.history.git_dir
    if context.store.active() or not needs_tidying(folder, limits):
        return None
    report(Progress("tidy", None, "Tidying the history"))
    before = folder_size(folder)
    done = tidy(folder, context.history.commands, cancel or CancelToken(), limits)
    return Tidied(before, folder_size(folder)) if done else None
