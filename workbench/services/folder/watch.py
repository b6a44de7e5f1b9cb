"""Knows beforehand what changed in a folder: the kernel tells while the project is open.

Only a hint, and only as long as there is no doubt: after an overflow or a moved folder, or if a
sign of our own does not come through, everything is looked at as if nothing were known.

Two ways to change a file are not told. A store through a memory map: so files that anybody holds
open for writing are looked at each time (the kernel grants no read lease for those). And a write
through a second name outside the folder: so files with several names are looked at each time.
"""

import errno
import os
import signal
import stat
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from workbench.services.folder.memory import Memory
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.quick_look import Hints
from workbench.services.folder.watched_disk import is_watchable

if sys.platform == "linux":
    import fcntl

    from inotify_simple import INotify, flags

    _NAMES = flags.CREATE | flags.DELETE | flags.MOVED_FROM | flags.MOVED_TO
    _CONTENT = flags.MODIFY | flags.ATTRIB | flags.CLOSE_WRITE | flags.OPEN
    _ITSELF = flags.DELETE_SELF | flags.MOVE_SELF
    _ASKED = _NAMES | _CONTENT | _ITSELF | flags.ONLYDIR | flags.DONT_FOLLOW
    _DOUBT = flags.Q_OVERFLOW | flags.UNMOUNT | flags.MOVE_SELF
    _MOVED = flags.MOVED_FROM | flags.MOVED_TO
    _SIGN = "sign"
_PAUSE = 0.2  # seconds between two looks at what the kernel tells
_AT_ONCE = 500
_MOST_SUSPECTS = 5_000


def can_watch(folder: Path) -> bool:
    """Whether changes of this folder can be known beforehand here."""
    return sys.platform == "linux" and is_watchable(folder)


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known at one moment.

    Attributes:
        number: Says which events had come.
        hints: What may have changed since the last look; ``None`` if that is in doubt.
    """

    number: int
    hints: Hints | None


class FolderWatch:
    """Follows the changes of one folder. Usable from several threads."""

    def __init__(self, folder: Path, signs: Path) -> None:
        """Begin; nothing is known before the first look has ended.

        Args:
            folder: The folder to follow.
            signs: A folder of our own for signs that show that all was heard.

        Raises:
            OSError: If the kernel can't tell.
        """
        self._folder = folder
        self._signs = signs
        self._lock = threading.RLock()
        self._numbers = count(1)
        self._memory: Memory | None = None  # what the changes are relative to
        self._wanted: Memory | None = None  # a memory whose folders are not all watched yet
        self._files: dict[str, int] = {}
        self._folders: dict[str, int] = {}
        self._writers: set[str] = set()
        self._untested: set[str] = set()
        self._failed = False
        self._again = threading.Event()
        self._stop = threading.Event()
        self._begin()
        self._thread = threading.Thread(target=self._follow, name="folder watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Follow no more; the thread ends soon."""
        self._stop.set()
        self._again.set()

    def close(self) -> None:
        """Follow no more, and wait until all is over."""
        self.end()
        self._thread.join()

    def moment(self, memory: Memory) -> Moment:
        """Return what may have changed since the look that made a memory."""
        with self._lock:
            self._drain()
            number = next(self._numbers)
            if self._failed or self._memory is not memory or not self._is_heard():
                return Moment(number, None)
            files = frozenset({*self._files, *self._writers})
            return Moment(number, Hints(frozenset(self._folders), files))

    def looked(self, memory: Memory, moment: Moment) -> None:
        """Take the result of a look that began at a moment; from now on changes count from it."""
        with self._lock:
            before = {path for path, at in self._files.items() if at < moment.number}
            self._files = {p: at for p, at in self._files.items() if at >= moment.number}
            self._folders = {p: at for p, at in self._folders.items() if at >= moment.number}
            is_sure = moment.hints is not None and self._memory is not None
            if is_sure and len(before) <= _AT_ONCE and memory.listed.keys() <= self._known.keys():
                self._test(before | self._writers)
                self._memory = memory
                return
            self._memory, self._wanted = None, memory
            self._untested |= before
        self._again.set()

    def _begin(self) -> None:
        self._notify = INotify(nonblocking=True)
        self._watched: dict[int, str] = {}
        self._known: dict[str, int] = {}
        self._heard: set[str] = set()
        self._memory = None
        self._files.clear()
        self._folders.clear()
        self._writers.clear()
        self._untested.clear()
        self._signs.mkdir(parents=True, exist_ok=True)
        self._sign_watch = self._notify.add_watch(self._signs, flags.CREATE)

    def _doubt(self) -> None:
        """Believe nothing any more, and begin anew."""
        self._notify.close()
        try:
            self._begin()
        except OSError:
            self._failed = True  # the kernel follows no more; each look asks for everything

    def _follow(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                self._drain()
                wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self._cover(wanted)
            self._again.wait(_PAUSE if wanted is None else 0)
            self._again.clear()
        with self._lock:
            self._failed = True
            self._notify.close()

    def _drain(self) -> None:
        """Take note of what the kernel has told."""
        if self._failed:
            return
        for event in self._notify.read(timeout=0):
            if event.wd == self._sign_watch:
                self._heard.add(event.name)
            elif event.mask & _DOUBT or (event.mask & _MOVED and event.mask & flags.ISDIR):
                self._doubt()
                return
            else:
                self._note(event)

    def _note(self, event: Any) -> None:
        folder = self._watched.get(event.wd)
        if folder is None:
            return
        number = next(self._numbers)
        is_folder = bool(event.mask & flags.ISDIR)
        if event.mask & flags.OPEN and is_folder:
            return
        path = f"{folder}/{event.name}" if folder else event.name
        if not event.name or event.mask & _NAMES or is_folder:
            self._folders[folder] = number
        if event.name and not is_folder:
            self._files[path] = number
        if event.name and is_folder:
            self._folders[path] = number
        if event.mask & flags.IGNORED or (is_folder and event.mask & _NAMES):
            # There may be another folder of this name by now, while somebody keeps this one open.
            self._forget(path if event.name else folder)

    def _forget(self, folder: str) -> None:
        """Follow a folder, and all below it, no more."""
        below = f"{folder}/" if folder else ""
        for path in [each for each in self._known if each == folder or each.startswith(below)]:
            watch = self._known.pop(path)
            self._watched.pop(watch, None)
            with suppress(OSError):
                self._notify.rm_watch(watch)

    def _is_heard(self) -> bool:
        """Whether a sign of our own, made now, comes through after all that came before."""
        name = f"{_SIGN}{os.getpid()}-{next(self._numbers)}"
        sign = self._signs / name
        try:
            sign.touch()
            sign.unlink()
            self._drain()
        except OSError:
            return False
        heard = name in self._heard
        self._heard.clear()
        return heard and len(self._files) < _MOST_SUSPECTS

    def _cover(self, memory: Memory) -> None:
        """Watch all folders of a memory; what was not watched so far has to be looked at again."""
        fresh = [path for path in memory.listed if path not in self._known]
        for path in fresh:
            if self._stop.is_set() or not self._watch(path):
                return
        files = [file for path in fresh for file in memory.listed[path].files]
        with self._lock:
            untested, self._untested = self._untested, set()
        self._test({*files, *untested})
        with self._lock:
            if self._wanted is not None or not memory.listed.keys() <= self._known.keys():
                self._untested.update(files, untested)
                return  # a newer look has ended meanwhile, or we had to begin anew
            number = next(self._numbers)
            self._memory = memory
            self._folders.update(dict.fromkeys(fresh, number))
            self._files.update(dict.fromkeys(files, number))

    def _watch(self, path: str) -> bool:
        with self._lock:
            try:
                watch = self._notify.add_watch(self._folder / path, _ASKED)
            except OSError as error:
                if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
                    return False  # gone: the next look will not know it any more
                self._doubt()  # too many folders, for example
                return False
            self._watched[watch] = path
            self._known[path] = watch
            return True

    def _test(self, paths: set[str]) -> None:
        """Find out which of these files may be changed without our being told."""
        if not paths:
            return
        try:
            opened = OpenFolder(self._folder)
        except OSError:
            self._writers |= paths
            return
        with opened:
            for path in sorted(paths):
                if _may_change_unseen(opened, path):
                    self._writers.add(path)
                else:
                    self._writers.discard(path)


def _may_change_unseen(opened: OpenFolder, path: str) -> bool:
    try:
        descriptor = opened.open(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        return error.errno not in {errno.ELOOP, errno.ENXIO}  # a link, a socket
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            return False
        return facts.st_nlink > 1 or not _is_free(descriptor)
    finally:
        os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    """Whether nobody has a file open for writing, or mapped so that it can be changed."""
    try:
        # Somebody who opens it in this moment has to wait for us; that is told by a signal, which
        # must be one that is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    return True
