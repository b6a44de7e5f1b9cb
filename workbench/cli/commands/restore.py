"""Restores, their undo, and what would change."""

import os
from pathlib import Path

from workbench.cli.answer import Answer, lines
from workbench.cli.opening import Opened, current_folder, opened_project
from workbench.cli.records import change_record, operation_record
from workbench.cli.terminal import cancelled, confirm, working
from workbench.core.errors import InvalidInputError
from workbench.core.restore import ChangeKind, Operation, RestorePlan
from workbench.core.run import Run
from workbench.core.wording import count, format_size
from workbench.operations.apply_restore import restore_or_mend
from workbench.operations.bring_snapshot import bring_snapshot
from workbench.operations.find_run import find_run
from workbench.operations.plan_restore import plan_restore
from workbench.operations.restore_to_folder import restore_to_folder
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state

_WORDS = {
    ChangeKind.ADDED_BACK: "added back",
    ChangeKind.MODIFIED: "overwritten",
    ChangeKind.DELETED: "deleted",
}
_LETTERS = {ChangeKind.ADDED_BACK: "A", ChangeKind.MODIFIED: "M", ChangeKind.DELETED: "D"}


def restore_run(
    run: str,
    *,
    project: str | None = None,
    dry_run: bool = False,
    path: list[str] | None = None,
    to: str | None = None,
    yes: bool = False,
) -> Answer:
    """Put the project folder back to the snapshot of a run."""
    if to is not None and (path or dry_run):
        raise InvalidInputError("to", "--to can't be used together with --path or --dry-run")
    with opened_project(project, recover=True) as opened:
        found = find_run(opened.context, run)
        with working() as (report, cancel):
            access = opened.library.access()
            bring_snapshot(opened.context, found.id, access, report=report, cancel=cancel)
        if to is not None:
            return _restore_elsewhere(opened, found, current_folder() / Path(to).expanduser())
        names = _from_project(opened.project.folder, path or [])
        with working() as (report, cancel):
            plan = plan_restore(opened.context, found.id, paths=names, report=report, cancel=cancel)
        if dry_run:
            data = {"run_number": plan.run_number, "changes": _changes(plan)}
            return Answer(data, _plan_text(plan) + lines("Nothing was changed: a dry run."))
        return _apply(opened, plan, yes=yes)


def undo_last_restore(*, project: str | None = None, yes: bool = False) -> Answer:
    """Take the last restore back."""
    with opened_project(project, recover=True) as opened:
        state = undo_state(opened.context)
        if state.undo and not confirm(_question(state.undo, "Undo"), yes=yes):
            raise cancelled()
        expected = state.undo.id if state.undo else ""
        with working() as (report, _cancel):
            operation = undo_restore(opened.context, expected=expected, report=report)
    text = lines(
        f"Took back the restore from run #{operation.run_number}: {_files(operation)}.",
        "Do it again with: wb project redo-restore",
    )
    return Answer(operation_record(operation), text)


def redo_last_restore(*, project: str | None = None, yes: bool = False) -> Answer:
    """Do again what was undone."""
    with opened_project(project, recover=True) as opened:
        state = undo_state(opened.context)
        if state.redo and not confirm(_question(state.redo, "Redo"), yes=yes):
            raise cancelled()
        expected = state.redo.id if state.redo else ""
        with working() as (report, _cancel):
            operation = redo_restore(opened.context, expected=expected, report=report)
    return Answer(operation_record(operation), _done_text(operation))


def _apply(opened: Opened, plan: RestorePlan, *, yes: bool) -> Answer:
    plan_text = _plan_text(plan)
    if plan.changes or plan.other_changes:
        _ask(plan, plan_text, yes=yes)
    with working() as (report, cancel):
        access = opened.library.access()
        operation = restore_or_mend(opened.context, plan, access, report=report, cancel=cancel)
    data = {**operation_record(operation), "changes": _changes(plan)}
    return Answer(data, (plan_text if yes else "") + _done_text(operation))


def _ask(plan: RestorePlan, plan_text: str, *, yes: bool) -> None:
    question = f"Restore {count(len(plan.changes), 'file')} from run #{plan.run_number}?"
    if not confirm(question, yes=yes, before=plan_text):
        raise cancelled()


def _restore_elsewhere(opened: Opened, run: Run, folder: Path) -> Answer:
    with working() as (report, cancel):
        made = restore_to_folder(opened.context, run.id, folder, report=report, cancel=cancel)
    data = {"path": str(made.folder), "run_number": made.run_number, "files": made.files}
    text = f"Run #{made.run_number} is in {made.folder}: {count(made.files, 'file')}."
    return Answer(data, lines(text, "The project is as it was."))


def _from_project(folder: Path, names: list[str]) -> list[str]:
    """Return paths typed in the current folder as paths in the project."""
    here = current_folder()
    base = here if here.is_relative_to(folder) else folder
    found = []
    for name in names:
        whole = Path(os.path.abspath(base / name))  # noqa: PTH100 - links stay as typed
        if not whole.is_relative_to(folder):
            raise InvalidInputError("path", f"{name} isn't in the project folder")
        found.append(whole.relative_to(folder).as_posix())
    return found


def _changes(plan: RestorePlan) -> list[dict[str, object]]:
    return [{**change_record(change), "uncommitted": change.uncommitted} for change in plan.changes]


def _plan_text(plan: RestorePlan) -> str:
    found = [f"Run #{plan.run_number}, snapshot {plan.snapshot[:10]}:"]
    for change in plan.changes:
        note = "  (not committed)" if change.uncommitted else ""
        found.append(f"  {_LETTERS[change.kind]} {change.path}{note}")
    kinds = [change.kind for change in plan.changes]
    parts = [f"{kinds.count(kind)} {word}" for kind, word in _WORDS.items() if kind in kinds]
    if plan.other_changes:
        parts.append(f"{plan.other_changes} empty folders or permissions")
    if not parts:
        parts.append("nothing to do")
    written = f", {format_size(plan.bytes_to_write)} to write" if plan.bytes_to_write else ""
    found.append(f"{', '.join(parts)}{written}; {count(plan.unchanged, 'file')} stay as they are.")
    return lines(*found)


def _done_text(operation: Operation) -> str:
    return lines(
        f"Restored from run #{operation.run_number}: {_files(operation)}. Safety snapshot "
        f"{operation.before[:10]} holds what was there.",
        "Take it back with: wb project undo-restore",
    )


def _question(operation: Operation, verb: str) -> str:
    return f"{verb} the restore from run #{operation.run_number} ({_files(operation)})?"


def _files(operation: Operation) -> str:
    return count(operation.changed, "file")
