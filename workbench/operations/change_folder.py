"""Bring the project folder to a stored state: what restore, undo and redo have in common."""

from dataclasses import dataclass

from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.progress import CancelToken, Report
from workbench.core.restore import FileChange, Operation, OperationKind
from workbench.core.snapshot import Snapshot, SnapshotKind, TreeEntry
from workbench.operations.project_context import ProjectContext
from workbench.operations.recover_restore import recover_locked
from workbench.operations.restore_progress import RestoreProgress
from workbench.operations.restore_target import compare_folder, open_tree, target_before, target_of
from workbench.operations.take_snapshot import describe_folder, take_snapshot
from workbench.services.restore.carry_out import carry_out, finish
from workbench.services.restore.checks import check_space, check_writable
from workbench.services.restore.difference import Target
from workbench.services.restore.journal import (
    Journal,
    JournalHead,
    JournalState,
    new_operation_id,
    restore_lock,
)
from workbench.services.restore.layout import make_steps
from workbench.services.restore.operations_log import OperationsLog
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.restore.steps import Steps
from workbench.services.safe_files import os_error_reason


@dataclass(frozen=True, slots=True)
class FolderChange:
    """What shall be done.

    Attributes:
        kind: What the operation is.
        commit: Snapshot that holds the wanted state.
        run_number: Run that is restored, also for its undo and redo.
        title: Words for the progress.
        takes_back: Operation whose ``before`` this is, if it is an undo or redo.
        preview: What the user was shown; ``None`` if nothing was.
    """

    kind: OperationKind
    commit: str
    run_number: int
    title: str
    takes_back: Operation | None = None
    preview: tuple[FileChange, ...] | None = None


def change_folder(
    context: ProjectContext, wanted: FolderChange, report: Report, cancel: CancelToken
) -> Operation:
    """Save the folder as it is, then make it what is wanted, or leave it as it was.

    Raises:
        RestoreBlockedError: If it may not be done now; nothing was changed.
        SnapshotFailedError: If the folder could not be saved; nothing was changed.
        RestoreFailedError: If it stopped half way and the folder was put back.
        CanceledError: If canceled before the first change.
        WorkbenchError: If something is left that is finished when the project is opened again.
    """
    progress = RestoreProgress(report, wanted.title)
    with restore_lock(context.paths.operations), open_tree(context) as tree:
        _refuse_after_recovery(context)
        refuse_while_used(context)
        back = wanted.takes_back
        target = target_before(context, back) if back else target_of(context, wanted.commit)
        difference = compare_folder(context, tree, target, cancel)
        if wanted.preview is not None:
            _refuse_other_changes(wanted.preview, difference.changes)
        steps = make_steps(tree, difference, target)
        check_writable(tree, steps)
        check_space(tree, steps)
        safety = take_snapshot(
            context,
            SnapshotKind.SAFETY,
            extra_paths=difference.extra_paths,
            report=progress.saving,
            cancel=cancel,
        )
        _refuse_unsaved(context, safety, difference.changes)
        cancel.check("The restore")
        journal = _begin(context, wanted, safety, steps)
        _carry_out(context, tree, journal, target, progress)
        operation, _ = finish(tree, journal, OperationsLog(context.paths.operations))
        progress.end(len(steps.files))
        return operation


def refuse_while_used(context: ProjectContext) -> None:
    """Check that no run of this project is active.

    Raises:
        RestoreBlockedError: If one is.
    """
    active = context.store.active()
    if active:
        raise RestoreBlockedError(
            f"#{active[0].number} is using this folder",
            "Restore when it ends, or restore to a new folder.",
            retry=True,
        )


def _refuse_after_recovery(context: ProjectContext) -> None:
    message = recover_locked(context)
    if message:
        raise RestoreBlockedError(
            "An interrupted restore was finished first",
            message,
            hint="Look at your folder, then try again.",
            retry=True,
        )


def _refuse_other_changes(preview: tuple[FileChange, ...], changes: tuple[FileChange, ...]) -> None:
    if [_essence(change) for change in preview] != [_essence(change) for change in changes]:
        raise RestoreBlockedError(
            "Your folder changed meanwhile",
            "Files changed after this list of changes was made. Nothing was changed.",
            hint="Look at the changes again, then restore.",
            retry=True,
        )


def _essence(change: FileChange) -> tuple[str, TreeEntry | None, TreeEntry | None]:
    return change.path, change.before, change.after


def _refuse_unsaved(
    context: ProjectContext, safety: Snapshot, changes: tuple[FileChange, ...]
) -> None:
    """Check that the safety snapshot holds every file that will be replaced or removed."""
    saved = context.history.tree_entries(safety.commit)
    for change in changes:
        if saved.get(change.path) != change.before:
            raise RestoreBlockedError(
                "Your folder changed meanwhile",
                f"{change.path} is changing right now. Nothing was changed.",
                hint="Restore again when it is not being written.",
                retry=True,
            )


def _begin(
    context: ProjectContext, wanted: FolderChange, safety: Snapshot, steps: Steps
) -> Journal:
    head = JournalHead(
        id=new_operation_id(),
        kind=wanted.kind,
        state=JournalState.STAGING,
        run_number=wanted.run_number,
        before=safety.commit,
        after=wanted.commit,
        changed=len(steps.files),
    )
    try:
        journal = Journal.begin(context.paths.operations, head, steps)
    except OSError as error:
        raise RestoreBlockedError(
            "The restore couldn't begin",
            f"Its journal can't be written, because {os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error
    try:
        # Whoever starts a run looks for a journal after its record is there, so one of us sees
        # the other.
        refuse_while_used(context)
    except RestoreBlockedError:
        journal.close()
        raise
    return journal


def _carry_out(
    context: ProjectContext,
    tree: ProjectTree,
    journal: Journal,
    target: Target,
    progress: RestoreProgress,
) -> None:
    total = sum(step.after is not None for step in journal.steps.files)

    def verify() -> None:
        progress.checking()
        _verify(context, tree, journal.steps, target)

    carry_out(
        tree,
        journal,
        context.history,
        verify=verify,
        on_file=lambda done: progress.file(done, total),
    )


def _verify(context: ProjectContext, tree: ProjectTree, steps: Steps, target: Target) -> None:
    """Read what was changed again, then look at the whole folder.

    Raises:
        WorkbenchError: If the folder is not the target.
    """
    for step in steps.files:
        wanted = (step.after.mode, step.after.object_id) if step.after else None
        if tree.identity(step.path) != wanted:
            raise _differs(step.path)
    found = describe_folder(context).entries
    hidden = [path for path in target.entries if path not in found]
    if hidden:
        found = describe_folder(context, hidden).entries
    for path, entry in target.entries.items():
        if found.get(path) != entry:
            raise _differs(path)


def _differs(path: str) -> WorkbenchError:
    return WorkbenchError(f"{path} is not as it should be", "It may have changed meanwhile.")
