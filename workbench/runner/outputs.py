"""Captures the files that a run left in ``outputs/``."""

import errno
import filecmp
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from workbench.runner.listing import listing

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from workbench.runner.listing import Signature
    from workbench.runner.neighbors import Neighbor

if sys.platform != "win32":
    import fcntl

_FICLONE = 0x40049409
_CHUNK = 8 * 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MOST_PROBLEMS = 10
_MOST_NAMES = 5


class Capture:
    """Copies new and changed files into the run's folder.

    Attributes:
        count: Number of files copied.
        size: Their bytes.
        problems: Sentences about what could not be copied, and about whose files these are.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target
        self._changed: dict[str, float] = {}
        self.count = 0
        self.size = 0
        self.problems: list[str] = []

    def run(
        self,
        before: "dict[str, Signature]",
        stopped: "Callable[[], bool]",
        own: "frozenset[str]" = frozenset(),
    ) -> None:
        """Copy what differs from a listing.

        Args:
            before: The listing from before the script started.
            stopped: Asked between files.
            own: Files that the script itself put into the run's folder; they are not replaced.
        """
        for path, now in sorted(listing(str(self._source), self._not_saved).items()):
            if before.get(path) == now:
                continue
            if stopped():
                self._problem("Not all outputs were saved: saving them was canceled.")
                return
            if path in own:
                self._keep_own(path)
                continue
            try:
                self._copy(path)
            except OSError as error:
                if error.errno in _FULL:
                    self._problem("Not all outputs were saved: the disk is full.")
                    return
                self._not_saved(path, error)
            else:
                self._changed[path] = now[2] / 1e9

    def tell_neighbors(self, others: "list[Neighbor]") -> None:
        """Note which other runs may have written the files that were copied."""
        doubtful = 0
        names: dict[str, None] = {}
        for moment in self._changed.values():
            found = [other.name for other in others if other.may_have_written(moment)]
            doubtful += bool(found)
            names.update(dict.fromkeys(found))
        if doubtful:
            which = "1 output file" if doubtful == 1 else f"{doubtful} output files"
            self.problems.insert(
                0,
                f"{which} may come from {_listed(list(names))}, which ran in this folder at the "
                "same time. What a script saves in the folder that WORKBENCH_RUN_OUTPUTS names "
                "belongs to its own run for certain.",
            )

    def _keep_own(self, path: str) -> None:
        with suppress(OSError):
            if filecmp.cmp(self._source / path, self._target / path, shallow=False):
                return
        self._problem(
            f"{path} is the file that the script uploaded. "
            "The different one in outputs wasn't saved."
        )

    def _copy(self, path: str) -> None:
        source = self._source / path
        if source.is_symlink() and not _is_inside(source, self._source):
            self._problem(f"{path} wasn't saved: it is a link to a place outside outputs.")
            return
        target = self._target / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{os.getpid()}.{self.count}.tmp")
        try:
            size = _copy_file(source, temporary)
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self.count += 1
        self.size += size

    def _not_saved(self, path: str, error: OSError) -> None:
        self._problem(f"{path} wasn't saved: {error.strerror or error}.")

    def _problem(self, text: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            # A name may hold anything; a sentence is one line.
            self.problems.append(" ".join(text.splitlines()))


def _listed(names: "list[str]") -> str:
    more = len(names) - _MOST_NAMES
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMES])} and {more} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _copy_file(source: Path, target: Path) -> int:
    with source.open("rb", buffering=0) as reader, target.open("xb", buffering=0) as writer:
        found = os.fstat(reader.fileno())
        # At most what it holds now: something may go on appending to it.
        size = _copy_data(reader.fileno(), writer.fileno(), found.st_size)
    with suppress(OSError):
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        target.chmod(stat.S_IMODE(found.st_mode) & 0o777 | stat.S_IRUSR)
    return size


def _copy_data(reader: int, writer: int, size: int) -> int:
    if sys.platform == "linux":
        with suppress(OSError):
            # Shares the blocks where the file system can: no time and no space.
            fcntl.ioctl(writer, _FICLONE, reader)
            return size
    copied = 0
    while copied < size:
        step = _copy_some(reader, writer, min(_CHUNK, size - copied))
        if not step:
            break
        copied += step
    return copied


def _copy_some(reader: int, writer: int, count: int) -> int:
    if sys.platform == "linux" and hasattr(os, "copy_file_range"):
        try:
            step = os.copy_file_range(reader, writer, count)
        except OSError as error:
            if error.errno in _FULL:
                raise
        else:
            if step:
                return step
    data = os.read(reader, count)
    view = memoryview(data)
    while view:
        view = view[os.write(writer, view) :]
    return len(data)
