"""Check that every run can be restored: its snapshot is here, and every file in it can be read."""

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.run import Run
from workbench.core.snapshot import CheckedHistory, DamagedRun
from workbench.core.wording import count
from workbench.operations.project_context import ProjectContext

_TITLE = "Checking the history"
_EVERY = 50


def check_history(
    context: ProjectContext, *, report: Report = no_report, cancel: CancelToken | None = None
) -> CheckedHistory:
    """Read every file of every run's snapshot. Nothing is changed.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the run records can't be read, or git can't be started.
    """
    cancel = cancel or CancelToken()
    cancel.check(_TITLE)
    runs = [run for run in context.store.list_runs() if run.snapshot]
    files: dict[str, dict[str, str]] = {}
    problems: dict[str, str] = {}
    report(Progress("check", None, _TITLE, "Looking for the snapshots"))
    for commit in dict.fromkeys(run.snapshot for run in runs):
        cancel.check(_TITLE)
        try:
            entries = context.history.tree_entries(commit)
            files[commit] = {path: entry.object_id for path, entry in entries.items()}
        except WorkbenchError as error:
            problems[commit] = error.title
    ids = list(dict.fromkeys(each for entries in files.values() for each in entries.values()))
    unsound = _unsound(context, ids, report, cancel)
    damaged = tuple(
        found for run in runs if (found := _damage(run, files, problems, unsound)) is not None
    )
    report(Progress("check", 1.0, _TITLE, count(len(runs), "run")))
    return CheckedHistory(len(runs), len(files) + len(problems), damaged)


def _unsound(
    context: ProjectContext, ids: list[str], report: Report, cancel: CancelToken
) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), _EVERY):
        cancel.check(_TITLE)
        found |= context.history.damaged(ids[start : start + _EVERY])
        detail = f"{start:,} of {count(len(ids), 'file')}"
        report(Progress("check", start / len(ids), _TITLE, detail))
    return found


def _damage(
    run: Run, files: dict[str, dict[str, str]], problems: dict[str, str], unsound: set[str]
) -> DamagedRun | None:
    if run.snapshot in problems:
        return DamagedRun(run.number, problems[run.snapshot])
    paths = tuple(path for path, each in files[run.snapshot].items() if each in unsound)
    if not paths:
        return None
    return DamagedRun(run.number, f"{count(len(paths), 'file')} can't be read", paths)
