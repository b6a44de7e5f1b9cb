"""Bring the project folder to a stored state: what restore, undo and redo have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.core.errors import RestoreBlockedError, WorkbenchError
from workbench.core.progress import CancelToken, Report
from workbench.core.restore import FileChange, Operation, OperationKind
from workbench.core.snapshot import Snapshot, SnapshotKind, TreeEntry
from workbench.operations.project_context import ProjectContext
from workbench.operations.recover_restore import recover_locked
from workbench.operations.restore_progress import RestoreProgress
from workbench.operations.restore_target import (
    compare_folder,
    open_tree,
    refused_by_system,
    target_before,
    target_of,
)
from workbench.operations.take_snapshot import begin_snapshot, snapshot_message
from workbench.services.folder.memory import differing
from workbench.services.pause_collections import collections_paused
from workbench.services.restore.carry_out import carry_out, finish
from workbench.services.restore.checks import check_space, folders_to_unlock
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
from workbench.services.restore.selection import only_changes
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
        only: The files that may change; ``None`` for all.
    """

    kind: OperationKind
    commit: str
    run_number: int
    title: str
    takes_back: Operation | None = None
    preview: tuple[FileChange, ...] | None = None
    only: frozenset[str] | None = None


@refused_by_system("The restore couldn't begin")
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
        _refuse_other_step(context, wanted)
        back = wanted.takes_back
        target = target_before(context, back) if back else target_of(context, wanted.commit)
        steps, safety, later = _save(context, tree, target, wanted, progress, cancel)
        cancel.check("The restore")
        journal = _begin(context, wanted, safety, steps, later, tree.birth())
        _carry_out(context, tree, journal, progress)
        operation, _ = finish(tree, journal, OperationsLog(context.paths.operations))
        progress.end(len(steps.files))
        return operation


@collections_paused()
def _save(
    context: ProjectContext,
    tree: ProjectTree,
    target: Target,
    wanted: FolderChange,
    progress: RestoreProgress,
    cancel: CancelToken,
) -> tuple[Steps, Snapshot, int]:
    """Look at the folder, and save what was found; decide what to do from the same look.

    Returns:
        What to do, the safety snapshot, and how many files were edited after the operation that is
        taken back.
    """
    only = wanted.only.__contains__ if wanted.only is not None else None
    with begin_snapshot(
        context, SnapshotKind.SAFETY, report=progress.saving, cancel=cancel
    ) as begun:
        difference = compare_folder(context, tree, target, begun.look, only)
        changes = difference.changes
        if wanted.preview is not None:
            _refuse_other_changes(wanted.preview, changes)
        if only is not None:
            target = only_changes(tree, difference, target)
        steps = make_steps(tree, difference, target)
        if wanted.kind is OperationKind.RESTORE and steps.empty:
            raise nothing_to_restore(wanted.run_number, partial=only is not None)
        steps = replace(steps, unlock=folders_to_unlock(tree, steps))
        check_space(tree, steps, context.paths.root)
        safety = begun.store(
            snapshot_message(SnapshotKind.SAFETY),
            # A copy that can't be read any more is stored again while the file is still there.
            verify_paths=tuple(each.path for each in changes if each.before),
        )
        if begun.content is not difference.now:
            _refuse_other_content(begun.content.entries, difference.now.entries)
    begun.keep()
    return steps, safety, _later_edits(context, wanted, changes)


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


def nothing_to_restore(run_number: int, *, partial: bool = False) -> RestoreBlockedError:
    """Return the error for a folder, or for chosen files, that are the target already."""
    what = "These files are" if partial else "Your folder is"
    return RestoreBlockedError(
        "Nothing to restore", f"{what} already the same as in run #{run_number}."
    )


def _refuse_other_step(context: ProjectContext, wanted: FolderChange) -> None:
    """Check that what shall be taken back is still the newest operation that can be."""
    if wanted.takes_back is None:
        return
    stacks = OperationsLog(context.paths.operations).stacks()
    undo = wanted.kind is OperationKind.UNDO
    top = stacks.undo[-1:] if undo else tuple(step for _, step in stacks.redo[-1:])
    if [operation.id for operation in top] != [wanted.takes_back.id]:
        raise another_step()


def another_step() -> RestoreBlockedError:
    """Return the error for an undo or redo of something that is not next any more."""
    return RestoreBlockedError(
        "Your folder changed meanwhile",
        "Another restore or undo was made in this project. Nothing was changed.",
        hint="Look at your folder, then try again.",
        retry=True,
    )


def _later_edits(
    context: ProjectContext, wanted: FolderChange, changes: tuple[FileChange, ...]
) -> int:
    """Return how many files are not as the operation that is taken back left them."""
    if wanted.takes_back is None:
        return 0
    left = context.history.tree_view(wanted.takes_back.after)
    return sum(change.before != left.get(change.path) for change in changes)


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


def _refuse_other_content(
    saved: Mapping[str, TreeEntry], compared: Mapping[str, TreeEntry]
) -> None:
    """Check that the safety snapshot, for which all was looked at again, holds the same."""
    different = differing(saved, compared)
    if different:
        raise RestoreBlockedError(
            "Your folder changed meanwhile",
            f"{min(different)} is changing right now. Nothing was changed.",
            hint="Restore again when it is not being written.",
            retry=True,
        )


def _begin(
    context: ProjectContext,
    wanted: FolderChange,
    safety: Snapshot,
    steps: Steps,
    later_edits: int,
    birth: tuple[int, int, int],
) -> Journal:
    device, inode, born = birth
    head = JournalHead(
        id=new_operation_id(),
        kind=wanted.kind,
        state=JournalState.STAGING,
        run_number=wanted.run_number,
        before=safety.commit,
        after=wanted.commit,
        changed=len(steps.files),
        later_edits=later_edits,
        device=device,
        inode=inode,
        born=born,
        partial=wanted.only is not None,
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
    except BaseException:
        journal.close()
        raise
    return journal


def _carry_out(
    context: ProjectContext, tree: ProjectTree, journal: Journal, progress: RestoreProgress
) -> None:
    total = sum(step.after is not None for step in journal.steps.files)

    def verify() -> None:
        progress.checking()
        _verify(tree, journal)

    carry_out(
        tree,
        journal,
        context.history,
        verify=verify,
        on_file=lambda done: progress.file(done, total),
    )


def _verify(tree: ProjectTree, journal: Journal) -> None:
    """Read again what was changed. All else is as it was when the steps were made, or newer.

    Raises:
        WorkbenchError: If a file is not the target's.
    """
    tree.forget()
    for step in journal.steps.files:
        wanted = None if step.after is None else (step.after.mode, step.after.object_id)
        if tree.identity(step.path) != wanted:
            raise _differs(step.path)


def _differs(path: str) -> WorkbenchError:
    return WorkbenchError(f"{path} is not as it should be", "It may have changed meanwhile.")
