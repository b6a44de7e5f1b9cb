"""Save a copy of a log or an output where the user wants it."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from time import monotonic
from typing import IO

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken, Progress, Report, no_report
from workbench.core.wording import format_size
from workbench.services.safe_files import os_error_reason

_CHUNK = 1 << 20
_REPORT_SECONDS = 0.1


def save_copy(
    source: Path,
    target: Path,
    *,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> None:
    """Copy a file; the target gets the whole copy or stays as it is.

    What is added to the source meanwhile, as to the log of a run that goes on, is not waited for.

    Args:
        source: What to copy.
        target: Where to, in a folder that exists.
        report: Hears how much is copied.
        cancel: Stops it.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the copy could not be saved.
    """
    cancel = cancel or CancelToken()
    try:
        with source.open("rb") as stream:
            _refuse_itself(stream, target)
            _replace(stream, target, report, cancel)
    except OSError as error:
        raise WorkbenchError(
            f"{target.name} wasn't saved",
            f"{error.filename or target} can't be used because {os_error_reason(error)}. "
            "What was there before is unchanged.",
            hint="Choose another folder, or try again.",
            details=str(error),
            retry=True,
        ) from error


def _refuse_itself(stream: IO[bytes], target: Path) -> None:
    try:
        same = os.path.samestat(os.fstat(stream.fileno()), target.stat())
    except FileNotFoundError:
        return
    if same:
        raise WorkbenchError(
            f"{target.name} wasn't saved",
            "This is the file that Workbench keeps itself. It is unchanged.",
            hint="Choose another name or folder.",
        )


def _replace(stream: IO[bytes], target: Path, report: Report, cancel: CancelToken) -> None:
    # A link stays a link: what it leads to is replaced.
    place = target.resolve() if target.is_symlink() else target
    temporary = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as copy:
            _copy(stream, copy, target.name, report, cancel)
            copy.flush()
            os.fsync(copy.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(place.stat().st_mode))
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _copy(
    stream: IO[bytes], copy: IO[bytes], name: str, report: Report, cancel: CancelToken
) -> None:
    size = os.fstat(stream.fileno()).st_size
    done = 0
    told = monotonic()
    while done < size:
        cancel.check(f"Saving {name}")
        data = stream.read(min(_CHUNK, size - done))
        if not data:
            break
        copy.write(data)
        done += len(data)
        if monotonic() - told > _REPORT_SECONDS:
            told = monotonic()
            detail = f"{format_size(done)} of {format_size(size)}"
            report(Progress("copy", done / size, f"Saving {name}", detail))
