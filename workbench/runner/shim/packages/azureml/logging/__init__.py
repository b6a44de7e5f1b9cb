"""Logs metrics of a run: ``get_azureml_logger().log(name, value)``. Python 3.6 and newer.

Needs nothing but the standard library. Outside a run it does nothing, silently. Nothing here ever
raises because a value or a disk is unusual: an experiment must not end because of its metrics.

Each call adds one line to the file named by WORKBENCH_RUN_METRICS:
``{"name": "loss", "value": 0.5, "time": 1715675336.25}``. Numbers that JSON does not have are
written as NaN, Infinity and -Infinity.
"""

import atexit
import bisect
import contextlib
import errno
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable


_FLUSH_SECONDS = 0.3
_RETRY_SECONDS = 2.0
_WRITE_BYTES = 1 << 20
_KEPT_BYTES = 64 << 20
_LARGEST_INTEGER = 1 << 63
# About a second, then a process that holds the file is taken for stopped.
_LOCK_TRIES, _LOCK_SECONDS = 400, 0.0025

__all__ = ["get_azureml_logger"]


class _Writer:
    """Collects lines and appends them to the file, whole lines at a time.

    What can't be written is kept and tried again, so that a full disk loses nothing.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.reset()
        atexit.register(self.flush_at_end)

    def reset(self) -> None:
        """Forget what a parent process collected: it writes that itself."""
        self.process = os.getpid()
        # Reentrant: a signal handler may log while this thread is logging.
        self.lock = threading.RLock()
        self.lines: list[bytes] = []
        self.size = 0
        self.lost = 0
        self.flushed = 0.0
        self.waiting = False
        self.failing = False
        self.torn = False
        self.told = False
        self.problem = ""

    def add(self, name: str, value: object) -> None:
        """Take one value; it is in the file within the flush interval."""
        if self.process != os.getpid():
            self.reset()
            _flush_at_end_of_worker(self)
        now = time.time()
        line = (json.dumps({"name": name, "value": value, "time": now}) + "\n").encode("ascii")
        with self.lock:
            # Slow loggers lose nothing however they end; fast ones do not wait for the disk.
            due = now - self.flushed >= _FLUSH_SECONDS or now < self.flushed
            full = self.size + len(line) > _KEPT_BYTES
            if full and (due or not self.failing):
                self.flush()
                full = self.failing
            if full:
                self._drop()
                return
            self.lines.append(line)
            self.size += len(line)
            if due or not self._flush_later(_FLUSH_SECONDS):
                self.flush()

    def _drop(self) -> None:
        if not self.lost:
            _say(
                f"The metrics that wait to be written take {_KEPT_BYTES >> 20} MB. "
                "Newer ones are dropped until they can be written."
            )
        self.lost += 1

    def _flush_later(self, seconds: float) -> bool:
        if self.waiting:
            return True
        # Lives only while something waits: a process with threads is harder to fork.
        thread = threading.Thread(target=self._wait_and_flush, args=(seconds,), name="metrics")
        thread.daemon = True
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending
            return False
        self.waiting = True
        return True

    def _wait_and_flush(self, seconds: float) -> None:
        threading.Event().wait(seconds)
        self.waiting = False
        self.flush()

    def flush(self) -> None:
        """Write all lines taken so far; what can't be written waits for the next time."""
        if self.process != os.getpid():
            return
        with self.lock:
            lines, self.lines = self.lines, []
            self.flushed = time.time()
            try:
                self._write(lines)
                if self.failing:
                    self._tell("They were kept in memory and are written now.")
                self.failing = False
            except OSError as error:
                self.failing = True
                self.problem = error.strerror or str(error)
                self._tell("They are kept in memory and written as soon as that is possible.")
            finally:
                # In front of what a signal handler logged meanwhile.
                self.lines[:0] = lines
                self.size = sum(map(len, self.lines))
            if self.failing:
                self._flush_later(_RETRY_SECONDS)

    def flush_at_end(self) -> None:
        """Write all lines, or tell how many are lost: there is no next time."""
        self.flush()
        lost = self.lost + len(self.lines)
        if lost and self.process == os.getpid():
            _say(f"{lost} logged metric values were lost: they couldn't be written.")

    def _tell(self, what_follows: str) -> None:
        # The log may be on the same full disk: it is tried until it was said once.
        if not self.told:
            self.told = _say(f"Metrics couldn't be written: {self.problem}. {what_follows}")

    def _write(self, lines: "list[bytes]") -> None:
        """Write lines and remove those that are in the file."""
        if not lines:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o644)
        try:
            _begin_alone(descriptor)
            while lines:
                self._write_some(descriptor, lines)
        finally:
            _end_alone(descriptor)
            os.close(descriptor)

    def _write_some(self, descriptor: int, lines: "list[bytes]") -> None:
        ends = []
        size = 0
        for line in lines:
            size += len(line)
            ends.append(size)
            if size >= _WRITE_BYTES:
                break
        if self.torn:
            os.write(descriptor, b"\n")
            self.torn = False
        # One call for whole lines: other processes append to the same file.
        written = os.write(descriptor, b"".join(lines[: len(ends)]))
        whole = bisect.bisect_right(ends, written)
        del lines[:whole]
        fragment = written - (ends[whole - 1] if whole else 0)
        if fragment:
            self._take_back(descriptor, fragment)
        if not whole:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _take_back(self, descriptor: int, size: int) -> None:
        """Remove the beginning of a line whose end found no room."""
        try:
            end = os.lseek(descriptor, 0, os.SEEK_CUR)
            if os.fstat(descriptor).st_size == end:
                os.ftruncate(descriptor, end - size)
                return
        except (OSError, AttributeError):
            pass
        # Something follows it already. The line is written again, on a line of its own.
        self.torn = True


def _begin_alone(descriptor: int) -> None:
    """Wait a moment until no other process writes.

    Where a full disk takes half a line, nothing of another process may follow before it is taken
    back. One that was stopped in the middle is not waited for.
    """
    if sys.platform == "win32":
        return
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            threading.Event().wait(_LOCK_SECONDS)
        except OSError:  # not on every network drive
            return
        else:
            return


def _end_alone(descriptor: int) -> None:
    # Also for a copy of the descriptor in a process that was forked meanwhile.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _say(text: str) -> bool:
    """Write a line to the run's log; returns whether it took it."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # also a full disk, or closed
        return False
    return True


def _flush_at_end_of_worker(writer: "_Writer") -> None:
    # Workers of multiprocessing end without atexit, but run these.
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.Finalize(None, writer.flush_at_end, exitpriority=0)


def _plain(value: object) -> object:
    """Return a value as JSON has it: a number, a text, or a flat list of them."""
    if isinstance(value, (bool, float, str)):
        # Exactly these types: a subclass may print itself in a way that is no number.
        return value if type(value) in (bool, float, str) else _plain(_base(value))
    if isinstance(value, int):
        value = int(value)
        return value if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else _large(value)
    for convert in (_from_array, _from_sequence, _from_number):
        plain = _tried(convert, value)
        if plain is not None:
            return plain
    return _text(value)


def _tried(convert: "Callable[[object], object]", value: object) -> object:
    try:
        return convert(value)
    except Exception:  # noqa: BLE001 - code of any library may run here
        return None


def _base(value: object) -> object:
    return float(value) if isinstance(value, float) else str.__str__(str(value))


def _large(value: int) -> object:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _from_array(value: object) -> object:
    # Arrays and scalars of numpy, series of pandas, tensors.
    to_list = getattr(value, "tolist", None)
    if to_list is None or isinstance(value, type):
        return None
    return _plain(to_list())


def _from_sequence(value: Any) -> object:
    if isinstance(value, (dict, bytes, bytearray)) or not hasattr(value, "__iter__"):
        return None
    flat: list[object] = []
    for item in value:
        plain = _plain(item)
        if isinstance(plain, list):
            flat.extend(plain)
        else:
            flat.append(plain)
    return flat


def _from_number(value: Any) -> object:
    return float(value) if hasattr(value, "__float__") else None


def _text(value: object) -> str:
    text = _tried(str, value)
    return text if isinstance(text, str) else f"<{type(value).__name__}>"


class _Pending:
    """What a call returns; the value may still be on its way to the file."""

    def __init__(self, writer: "_Writer | None") -> None:
        self._writer = writer

    def wait(self, *_timeout: object) -> None:
        """Write the value to the file now, if the disk takes it; needs no time worth a limit."""
        if self._writer is not None:
            self._writer.flush()


class _Logger:
    """Logs metrics and keeps files with the run."""

    def log(self, name: object, value: object = None) -> "_Pending":
        """Log a number, a text, or a list of them under a name."""
        writer = _writer()
        if writer is not None:
            writer.add(name if type(name) is str else _text(name), _plain(value))
        return _Pending(writer)

    def upload(self, path: object, content: object) -> "_Pending":
        """Keep a text, bytes, or what an open file holds as an output of the run.

        Raises:
            ValueError: If the path leads out of the outputs.
        """
        folder = os.environ.get("WORKBENCH_RUN_OUTPUTS")
        if folder:
            _keep(folder, _text(path), content)
        return _Pending(None)


def _keep(folder: str, path: str, content: Any) -> None:
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    if parts[:1] == ["outputs"]:
        parts = parts[1:]
    target = Path(folder, *parts)
    if not parts or ".." in parts or Path(path).is_absolute():
        raise ValueError(f"not a path inside outputs: {path}")
    if hasattr(content, "read"):
        content = content.read()
    data = content if isinstance(content, (bytes, bytearray)) else _text(content).encode("utf-8")
    temporary = target.parent / f".{os.getpid()}.{threading.get_ident()}.tmp"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(target)
    except OSError as error:
        _say(f"{path} was not kept with the run: {error}")
        if temporary.exists():
            temporary.unlink()


_LOGGER = _Logger()
_WRITERS: "dict[str, _Writer]" = {}


def _writer() -> "_Writer | None":
    path = os.environ.get("WORKBENCH_RUN_METRICS")
    if not path:
        return None
    writer = _WRITERS.get(path)
    return writer if writer is not None else _WRITERS.setdefault(path, _Writer(path))


def get_azureml_logger(*_arguments: object, **_options: object) -> "_Logger":
    """Return the logger of this run."""
    return _LOGGER
