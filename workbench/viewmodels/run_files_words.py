"""Where the log and the outputs of a run are, in words."""

from dataclasses import dataclass

from workbench.core.progress import Progress
from workbench.core.run import Run
from workbench.core.run_files import (
    LARGEST_FILE,
    FilesToShare,
    NotShared,
    NotSharedReason,
    RunFilesPlace,
    place_words,
)
from workbench.core.wording import count, format_size

NOTHING_WAITS = f"Nothing waits. Files above {format_size(LARGEST_FILE)} stay on this computer."
_LOG, _OUTPUTS = "log.txt", "outputs/"
_MOST = 5


@dataclass(frozen=True, slots=True)
class RunFilesState:
    """Where the log and the outputs of the run on screen are.

    Attributes:
        place: Where they are.
        progress: How far they are downloaded; ``None`` when they are not.
        problem: Why they could not be downloaded; empty if nothing is wrong.
    """

    place: RunFilesPlace
    progress: Progress | None = None
    problem: str = ""


def files_words(run: Run, files: RunFilesState | None) -> str:
    """Return where log and outputs are that are not here; empty if they are, or nobody knows yet.

    Args:
        run: The run.
        files: Where they are, as far as it is known.
    """
    if files is None or files.place.is_here:
        return ""
    shared = files.place.shared
    if files.progress is not None and shared is not None:
        done = files.progress.fraction
        far = f", {done:.0%}" if done else ""
        size = f"{count(shared.count, 'file')}, {format_size(shared.size)}"
        return f"Log and outputs come from the Git repo ({size}{far})."
    where = place_words(run.environment.host or "another computer", files.place)
    problem = f" {files.problem}" if files.problem else ""
    return f"Log and outputs are {where}.{problem}"


def left_out_words(run: Run, files: RunFilesState | None) -> str:
    """Return which files of a run of another computer are there only; empty if none is."""
    shared = files.place.shared if files is not None and run.machine else None
    if shared is None or not shared.left_out:
        return ""
    named = [_left_out(each) for each in shared.left_out[:_MOST]]
    more = len(shared.left_out) - _MOST
    named += [f"{more:,} more"] if more > 0 else []
    computer = run.environment.host or "another computer"
    return f"On {computer} only: {', '.join(named)}."


def log_words(run: Run, files: RunFilesState | None) -> str:
    """Return where the log is if it is not here; it may have been too large for the Git repo."""
    return files_words(run, files) or _missing_log(run, files)


def _missing_log(run: Run, files: RunFilesState | None) -> str:
    shared = files.place.shared if files is not None and run.machine else None
    found = [each for each in shared.left_out if each.name == _LOG] if shared is not None else []
    if not found:
        return ""
    return f"On {run.environment.host or 'another computer'} only: {_left_out(found[0])}."


def sharing_words(found: FilesToShare | None, *, on: bool, has_repo: bool) -> str:
    """Return what a project does with logs and outputs, and how much that would be.

    Args:
        found: What is not in the Git repo; ``None`` while that is not known.
        on: Whether they go there.
        has_repo: Whether the project has one.
    """
    if not has_repo:
        return "Link a Git repo to have them on other computers."
    if found is None:
        return "Looking how much that is."
    size = f"{count(found.count, 'file')} of {count(found.runs, 'run')}, {format_size(found.size)}"
    large = ""
    if found.left_out:
        stays = "stays" if found.left_out == 1 else "stay"
        large = f" {count(found.left_out, 'file')} above {format_size(LARGEST_FILE)} {stays} here."
    if on:
        words = f"Still to push: {size}." if found.runs else NOTHING_WAITS
    else:
        words = "They stay on this computer."
        words += f" Now that would be {size}." if found.runs else ""
    return words + large


def _left_out(item: NotShared) -> str:
    name = item.name.removeprefix(_OUTPUTS)
    if item.reason is NotSharedReason.UNREADABLE:
        return f"{name} (it couldn't be read)"
    return f"{name} ({format_size(item.size)}, above {format_size(LARGEST_FILE)})"
