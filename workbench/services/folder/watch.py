"""Knows beforehand what changed in a folder: the kernel tells while the project is open.

Only a hint, and only as long as there is no doubt: after an overflow or a moved folder, or if a
sign of our own does not come through, everything is looked at as if nothing were known.

Two ways to change a file are not told. A store through a memory map: so files that anybody holds
open for writing are looked at each time (the kernel grants no read lease for those). And a write
through a second name outside the folder: so files with several names are looked at each time.

To ask for a lease a file must be opened, which the kernel tells us too. A sign of our own between
opening and asking tells that apart: whoever opened it before the sign and can still change it keeps
us from getting the lease, and whoever opens it later is told after the sign.
"""

import errno
import os
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
from workbench.services.folder.writers import is_free

if sys.platform == "linux":
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
_OPEN_AT_ONCE = 64
_MOST_SUSPECTS = 5_000


def can_watch(folder: Path) -> bool:
    """Whether changes of this folder can be known beforehand here."""
    return sys.platform == "linux" and is_watchable(folder)


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known at one moment.

    Attributes:
        number: Says which events had come.
        hints: What may have changed since the last look; ``None`` if that is in doubt, or too much.
        is_heard: Whether all that the kernel told until then had come.
    """

    number: int
    hints: Hints | None
    is_heard: bool = False


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
        self._opened: dict[str, int] = {}  # files that others have, or had, opened
        self._writers: set[str] = set()
        self._untested: set[str] = set()
        self._own: frozenset[str] = frozenset()  # files that we have just opened ourselves
        self._failed = False
        self._covered = threading.Event()
        self._again = threading.Event()
        self._stop = threading.Event()
        self._begin()
        self._thread = threading.Thread(target=self._follow, name="folder watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Follow no more; the thread ends soon."""
        self._stop.set()
        self._covered.set()
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
            if self._failed or self._memory is None or not self._is_heard():
                return Moment(number, None)
            if self._memory is not memory or len(self._files) > _MOST_SUSPECTS:
                return Moment(number, None, is_heard=True)
            files = frozenset({*self._files, *self._writers})
            return Moment(number, Hints(frozenset(self._folders), files), is_heard=True)

    def expect(self, memory: Memory) -> None:
        """Begin to follow what an earlier look found; where changes count from is known later."""
        with self._lock:
            if self._memory is None and self._wanted is None:
                self._covered.clear()
                self._wanted = memory
        self._again.set()

    def wait_until_covered(self, seconds: float) -> bool:
        """Wait until all is followed that the last look found; return whether it is."""
        self._covered.wait(seconds)
        return self._memory is not None and not self._stop.is_set()

    def distrust(self) -> None:
        """Believe nothing that was told so far, and begin anew."""
        with self._lock:
            if not self._failed:
                self._doubt()

    def looked(self, memory: Memory, moment: Moment) -> None:
        """Take the result of a look that began at a moment; from now on changes count from it."""
        with self._lock:
            before = {path for path, at in self._opened.items() if at < moment.number}
            self._opened = _since(self._opened, moment)
            self._files = _since(self._files, moment)
            self._folders = _since(self._folders, moment)
            is_sure = moment.is_heard and self._memory is not None
            if is_sure and len(before) <= _AT_ONCE and memory.listed.keys() <= self._known.keys():
                self._test(before | self._writers)
                self._memory = memory
                return
            self._covered.clear()
            self._memory, self._wanted = None, memory
            self._untested |= before
        self._again.set()

    def _begin(self) -> None:
        self._notify = INotify(nonblocking=True)
        self._watched: dict[int, str] = {}
        self._known: dict[str, int] = {}
        self._heard = False
        self._memory = None
        self._files.clear()
        self._folders.clear()
        self._opened.clear()
        self._own = frozenset()
        self._writers.clear()
        self._untested.clear()
        self._signs.mkdir(parents=True, exist_ok=True)
        self._sign_watch = self._notify.add_watch(self._signs, flags.OPEN)

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
                self._covered.set()
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
                if event.name == _SIGN:
                    self._heard = True
                    self._own = frozenset()
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
        path = f"{folder}/{event.name}" if folder else event.name
        if event.mask & flags.OPEN:
            if not is_folder and path not in self._own:
                self._opened[path] = self._files[path] = number
            return
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
        self._heard = False
        try:
            self._make_sign()
            self._drain()
        except OSError:
            return False
        return self._heard

    def _make_sign(self) -> None:
        """Have the kernel tell us something that comes after all that it has to tell by now.

        Nothing is written for that, so that it does not have to wait for the disk. Somebody else's
        sign is as good: ours is told when this returns.
        """
        os.close(os.open(self._signs / _SIGN, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))

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
        ordered = sorted(paths)
        with opened:
            for start in range(0, len(ordered), _OPEN_AT_ONCE):
                with self._lock:
                    self._test_some(opened, ordered[start : start + _OPEN_AT_ONCE])

    def _test_some(self, opened: OpenFolder, paths: list[str]) -> None:
        self._drain()
        if self._failed:
            return
        held: dict[str, int] = {}
        try:
            for path in paths:
                self._open(opened, path, held)
            try:
                self._make_sign()
            except OSError:
                self._doubt()
                return
            self._own = frozenset(held)
            for path, descriptor in held.items():
                self._note_writer(path, _may_change_unseen(descriptor))
        finally:
            for descriptor in held.values():
                os.close(descriptor)
        self._drain()
        if self._own:
            self._doubt()

    def _open(self, opened: OpenFolder, path: str, held: dict[str, int]) -> None:
        try:
            held[path] = opened.open(path)
        except OSError as error:
            gone = isinstance(error, FileNotFoundError | NotADirectoryError)
            # A link or a socket is no file that anybody could map.
            self._note_writer(path, not gone and error.errno not in {errno.ELOOP, errno.ENXIO})

    def _note_writer(self, path: str, may_change: bool) -> None:  # noqa: FBT001 - what was found
        (self._writers.add if may_change else self._writers.discard)(path)


def _since(known: dict[str, int], moment: Moment) -> dict[str, int]:
    return {path: at for path, at in known.items() if at >= moment.number}


def _may_change_unseen(descriptor: int) -> bool:
    facts = os.fstat(descriptor)
    return stat.S_ISREG(facts.st_mode) and (facts.st_nlink > 1 or not is_free(descriptor))
