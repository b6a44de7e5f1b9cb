"""Leave a file or folder out of snapshots, or put it back, by one line of an ignore file."""

from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import LeftOut
from workbench.operations.project_context import ProjectContext
from workbench.services.folder.rule_lines import path_line, with_line, without_line
from workbench.services.folder.rules import AML_IGNORE, BUILT_IN, GIT_IGNORE, Rules
from workbench.services.safe_files import os_error_reason, write_atomically


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of an ignore file that can be taken back.

    Attributes:
        path: What was left out or put back.
        file: The ignore file, relative to the project folder.
        before: Its content before; ``None`` if it was not there.
        after: Its content after.
        line: The line that was added, or taken out.
        added: Whether the line was added.
    """

    path: str
    file: str
    before: bytes | None
    after: bytes
    line: str
    added: bool


def leave_out(context: ProjectContext, path: str) -> RuleChange:
    """Add a line for a path to ``.amlignore`` if there is one, else to ``.gitignore``.

    A line that took the path back in goes instead, if that is enough.

    Args:
        context: The project.
        path: Relative to the project folder; a folder ends with ``/``.

    Raises:
        WorkbenchError: If it can't be done; the file is as it was.
    """
    folder = context.project.folder
    file = AML_IGNORE if _is_file(folder / AML_IGNORE) else GIT_IGNORE
    before = _read(folder, file)
    try:
        line, opposite = path_line(path), path_line(path, back=True)
    except ValueError as error:
        raise _impossible(path, "An ignore file can't name it.") from error
    content = before or b""
    shorter = without_line(content, opposite)
    for after, changed, added in (
        (shorter, opposite, False),
        (with_line(shorter, line), line, True),
    ):
        change = _change(path, file, before, after, changed, added=added)
        if after != content and _try(folder, change, left_out=True):
            return change
    raise _impossible(path, "Another rule keeps it in.")


def put_back(context: ProjectContext, item: LeftOut) -> RuleChange:
    """Take a left-out path back in, in the file whose rule leaves it out.

    A line that names just this path goes; else one with ``!`` is added.

    Raises:
        WorkbenchError: If it can't be done; the file is as it was.
    """
    if item.source == BUILT_IN:
        raise _impossible(item.path, "A built-in rule leaves it out.")
    folder = context.project.folder
    above = item.source.rpartition("/")[0]
    own = item.path[len(above) + 1 :] if above else item.path
    before = _read(folder, item.source)
    try:
        line, opposite = path_line(own, back=True), path_line(own)
    except ValueError as error:
        raise _impossible(item.path, "An ignore file can't name it.") from error
    content = before or b""
    shorter = without_line(content, opposite)
    for after, changed, added in (
        (shorter, opposite, False),
        (with_line(content, line), line, True),
    ):
        change = _change(item.path, item.source, before, after, changed, added=added)
        if after != content and _try(folder, change, left_out=False):
            return change
    raise _impossible(item.path, "Another rule leaves it out, too.")


def undo_rule_change(context: ProjectContext, change: RuleChange) -> None:
    """Put an ignore file back as it was before a change.

    Raises:
        WorkbenchError: If it was changed since; it stays as it is then.
    """
    folder = context.project.folder
    if _read(folder, change.file) != change.after:
        raise WorkbenchError(
            f"{change.file} was changed since", "It stays as it is.", hint="Edit it by hand."
        )
    _write(folder, change.file, change.before)


def _try(folder: Path, change: RuleChange, *, left_out: bool) -> bool:
    """Write a change; take it back if it does not have the effect that is wanted."""
    _write(folder, change.file, change.after)
    path = change.path.rstrip("/")
    found = Rules.from_folder(folder).match(path, is_folder=change.path.endswith("/"))
    if (found is not None) is left_out:
        return True
    _write(folder, change.file, change.before)
    return False


def _change(
    path: str, file: str, before: bytes | None, after: bytes, line: bytes, *, added: bool
) -> RuleChange:
    return RuleChange(path, file, before, after, line.decode("utf-8", "surrogateescape"), added)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _read(folder: Path, file: str) -> bytes | None:
    path = folder / file
    if path.is_symlink():
        raise WorkbenchError(
            f"{file} can't be changed", "It is a link, so its rules don't count. It is unchanged."
        )
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(file, error) from error


def _write(folder: Path, file: str, content: bytes | None) -> None:
    path = folder / file
    try:
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, content)
    except OSError as error:
        raise _unusable(file, error) from error


def _unusable(file: str, error: OSError) -> WorkbenchError:
    return WorkbenchError(
        f"{file} can't be changed",
        f"It is as it was, because {os_error_reason(error)}.",
        details=str(error),
        retry=True,
    )


def _impossible(path: str, reason: str) -> WorkbenchError:
    return WorkbenchError(
        f"The rule for {path} can't be changed", f"{reason} The ignore file is as it was."
    )
