"""Let logs, metrics and captured outputs of runs go to the Git repo, if the user wants that."""

from collections.abc import Iterator

from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.run_files import LARGEST_FILE, FilesToShare, SharedFiles
from workbench.core.wording import count
from workbench.operations.project_context import ProjectContext
from workbench.services.git.files_branch import FilesBranch, FileToShare, files_ref
from workbench.services.git.remote_git import RemoteGit
from workbench.services.run_folder import RunFolder
from workbench.services.shared_files import (
    count_unshared,
    is_sharing,
    note_shared,
    set_sharing,
    unshared,
)

_KIND = "share files"
# So much is pushed at once: what is there stays there if the connection breaks after it.
_MOST_BYTES, _MOST_RUNS = 64_000_000, 50


def shares_files(context: ProjectContext) -> bool:
    """Whether logs and outputs of this computer go to the Git repo with the history.

    Raises:
        WorkbenchError: If the run records can't be read.
    """
    return is_sharing(context.store)


def share_files_from_now_on(context: ProjectContext, *, on: bool) -> None:
    """Decide whether logs and outputs of this computer go to the Git repo with the history.

    What is there already stays there.

    Raises:
        WorkbenchError: If the run records can't be written.
    """
    set_sharing(context.store, on=on)


def files_to_share(context: ProjectContext, *, cancel: CancelToken | None = None) -> FilesToShare:
    """Return what of ended runs is on this computer only, and could go to the Git repo.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the run records can't be read.
    """
    runs = files = size = left_out = 0
    for run_id in unshared(context.store):
        if cancel is not None:
            cancel.check("Looking at logs and outputs")
        found = _files(context, run_id) or []
        taken = [file.size for file in found if file.size <= LARGEST_FILE]
        runs += bool(found)
        files += len(taken)
        size += sum(taken)
        left_out += len(found) - len(taken)
    return FilesToShare(runs, files, size, left_out)


def runs_to_share(context: ProjectContext) -> int:
    """Return how many runs wait for their files to go to the Git repo.

    Raises:
        WorkbenchError: If the run records can't be read.
    """
    return count_unshared(context.store) if is_sharing(context.store) else 0


def share_files(
    context: ProjectContext,
    remote: RemoteGit,
    there: dict[str, str],
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> bool:
    """Push the files of runs that are not in the Git repo; of deleted runs none go there.

    It may be killed at any instant: what was pushed and not noted is found there the next time.

    Args:
        context: The project.
        remote: The Git repo.
        there: The tips of its branches, by full name.
        report: Hears how far it is.
        cancel: Stops it; what was pushed stays.

    Returns:
        Whether all of them are there; if not, a copy of this computer pushed meanwhile.

    Raises:
        RemoteError: If the Git repo does not take them.
        CanceledError: If canceled.
        WorkbenchError: If something on this computer can't be used.
        OSError: If something on this computer can't be written.
    """
    wanted = unshared(context.store) if is_sharing(context.store) else []
    found = {run_id: _files(context, run_id) for run_id in wanted}
    waiting = {run_id: files for run_id, files in found.items() if files is not None}
    without = dict.fromkeys(run_id for run_id in wanted if run_id not in waiting)
    if without:
        note_shared(context.store, without)
    if not waiting:
        return True
    tip = there.get(files_ref(context.project.id, context.machine), "")
    with FilesBranch(context.paths.outgoing_files, context.project.id, context.machine) as branch:
        known = branch.begin(remote, tip, cancel)
        pushed = {run_id: known[run_id] for run_id in waiting if run_id in known}
        note_shared(context.store, dict(pushed))
        left = {run_id: files for run_id, files in waiting.items() if run_id not in pushed}
        for number, batch in _batches(left):
            told = _part(report, number, len(left))
            # A run may have been deleted meanwhile.
            present = frozenset(unshared(context.store))
            added: dict[str, SharedFiles | None] = {
                run_id: branch.add(run_id, left[run_id], cancel)
                for run_id in batch
                if run_id in present
            }
            if not is_sharing(context.store):
                # The user switched it off.
                return True
            if added and not branch.push(remote, report=told, cancel=cancel):
                return False
            note_shared(context.store, added)
    return True


def _files(context: ProjectContext, run_id: str) -> list[FileToShare] | None:
    """Return what a run left behind, which may be nothing; ``None`` if its folder is gone."""
    folder = RunFolder(context.paths.runs / run_id)
    if not folder.path.is_dir():
        return None
    return [FileToShare(name, path, size) for name, path, size in folder.files_to_keep()]


def _batches(waiting: dict[str, list[FileToShare]]) -> Iterator[tuple[int, list[str]]]:
    """Yield how many came before, and runs that are pushed together."""
    batch: list[str] = []
    size = done = 0
    for run_id, files in waiting.items():
        weight = sum(file.size for file in files if file.size <= LARGEST_FILE)
        if batch and (size + weight > _MOST_BYTES or len(batch) >= _MOST_RUNS):
            yield done, batch
            done += len(batch)
            batch, size = [], 0
        batch.append(run_id)
        size += weight
    if batch:
        yield done, batch


def _part(report: Report, number: int, total: int) -> Report:
    def tell(progress: Progress) -> None:
        detail = f"{count(number, 'run')} of {total:,}" if number else progress.detail
        report(Progress(_KIND, progress.fraction, "Pushing logs and outputs", detail))

    return tell
