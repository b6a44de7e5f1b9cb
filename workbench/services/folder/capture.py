"""Finds out what a snapshot of the folder holds, reading only what is not known."""

import os
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from workbench.core.errors import SnapshotFailedError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import FolderContent, NotCaptured, NotCapturedReason
from workbench.core.wording import count
from workbench.services.folder.clock import is_settled
from workbench.services.folder.draft import Draft
from workbench.services.folder.flush import flush_files
from workbench.services.folder.memory import Memory
from workbench.services.folder.memory_file import MemoryFile
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.quick_look import ChangedFiles, Hints, quick_look
from workbench.services.folder.read_file import BlobSink, Content, Outcome
from workbench.services.folder.read_many import read_many
from workbench.services.folder.rules import Rules
from workbench.services.folder.walk import (
    FileFacts,
    FolderWalk,
    FoundFile,
    Unreadable,
    WalkRequest,
)

_NAMED = 10
OnFile = Callable[[int, int], None]
"""Called with the number of files that are done, and of all."""


def _ask_each() -> None:
    return None


class FolderCapture:
    """One look at a whole folder."""

    def __init__(
        self,
        folder: Path,
        known: MemoryFile,
        sink: BlobSink,
        *,
        on_file: OnFile,
        cancel: CancelToken,
    ) -> None:
        """Prepare to look.

        Args:
            folder: The project folder.
            known: What is known from earlier; brought up to date.
            sink: Takes the contents that it lacks.
            on_file: Hears how far it is.
            cancel: Checked between files.
        """
        self._folder = folder
        self._known = known
        self._sink = sink
        self._on_file = on_file
        self._cancel = cancel
        self._started = time.time_ns()
        self._unreadable: list[tuple[str, OSError]] = []
        self._to_do = 0
        self._done = 0
        self._draft = Draft(Memory(), "", 0)

    def run(
        self,
        request: WalkRequest,
        *,
        built_in_rules: bool = True,
        hints: Hints | None = None,
        changed: ChangedFiles = _ask_each,
    ) -> FolderContent:
        """Look at the folder.

        Args:
            request: What is entered.
            built_in_rules: Whether environments, caches and ``node_modules`` are left out.
            hints: What is known to have changed since the look that is remembered.
            changed: A fast way to find known files that may have changed.

        Raises:
            SnapshotFailedError: If files or folders that belong in a snapshot can't be read.
            CanceledError: If canceled.
            OSError: If the folder itself can't be read.
        """
        before = self._known.memory
        # What is asked for by name is not remembered: it is asked for once.
        key = "" if request.extra_paths else f"{built_in_rules:d}{sorted(request.skip)}"
        with OpenFolder(self._folder) as opened:
            rules = Rules.from_folder(self._folder, built_in=built_in_rules)
            walk = FolderWalk(opened, rules, request, self._cancel)
            look = None
            if key and before.key == key:
                look = quick_look(opened, walk, before, hints or Hints(), changed)
            if look is not None:
                self._draft = Draft(before, key, self._started)
                self._draft.take_quick(look, opened)
                files = list(look.files.values())
            else:
                self._draft = Draft(Memory(), key, self._started)
                files = self._look_at_all(walk, opened)
            self._refuse_unreadable()
            self._read(opened, self._take_known(files, before, is_quick=look is not None))
        self._refuse_unreadable()
        return self._finish(before, is_quick=look is not None)

    def _look_at_all(self, walk: FolderWalk, opened: OpenFolder) -> list[FoundFile]:
        listings = list(walk.listings())
        self._draft.take_whole(listings, opened)
        found = [each for listing in listings for each in listing.found]
        self._unreadable = [(e.path, e.error) for e in found if isinstance(e, Unreadable)]
        return [each for each in found if isinstance(each, FoundFile)]

    def _take_known(
        self, files: list[FoundFile], before: Memory, *, is_quick: bool
    ) -> list[FoundFile]:
        """Take what is known and the sink has; return what has to be read."""
        ids = {file.path: before.object_id(file.path, file.facts) for file in files}
        others = self._others(before, ids) if is_quick else []
        asked = [*ids.values(), *(object_id for _, object_id in others)]
        missing = self._sink.missing(object_id for object_id in asked if object_id)
        unknown = []
        for file in files:
            object_id = ids[file.path]
            if not object_id or object_id in missing:
                unknown.append(file)
            else:
                self._draft.take(file.path, file.facts, object_id, before.files[file.path][1])
        unknown += [file for file, object_id in others if object_id in missing]
        self._to_do = len(unknown)
        self._on_file(0, max(self._to_do, 1))
        return unknown

    def _others(self, before: Memory, checked: dict[str, str]) -> list[tuple[FoundFile, str]]:
        """Return unchanged files whose content the sink may lack."""
        paths: Iterable[str] = before.touched
        if not before.commit or not self._sink.holds(before.commit):
            paths = before.files
        known = self._draft.known_files(path for path in paths if path not in checked)
        return [(FoundFile(path, FileFacts(*kept[:5])), kept[5]) for path, kept in known]

    def _read(self, opened: OpenFolder, files: list[FoundFile]) -> None:
        if not files:
            return
        # Files changed a moment ago come last: then there is mostly nothing to wait for.
        files.sort(key=self._is_restless)
        size = sum(file.facts.size for file in files)
        self._sink.expect(len(files), size)
        regular = [file.path for file in files if stat.S_ISREG(file.facts.mode)]
        flush_files(self._folder, opened, regular, self._cancel)
        paths = [file.path for file in files]
        read_many(self._folder, paths, size, self._sink, self._cancel, self._take_read)

    def _is_restless(self, file: FoundFile) -> bool:
        facts = file.facts
        return not is_settled(facts.mtime_ns, facts.ctime_ns, self._started, facts.size)

    def _take_read(self, path: str, found: Content | Outcome | OSError) -> None:
        if isinstance(found, Content):
            self._draft.take(path, found.facts, found.object_id, found.size)
        elif isinstance(found, OSError):
            self._unreadable.append((path, found))
        elif found is Outcome.GONE:
            self._draft.drop(path)
        else:
            changing = found is Outcome.CHANGING
            reason = NotCapturedReason.CHANGING if changing else NotCapturedReason.SPECIAL
            self._draft.drop(path, NotCaptured(path, reason))
        self._done += 1
        self._on_file(self._done, self._to_do)

    def _finish(self, before: Memory, *, is_quick: bool) -> FolderContent:
        draft = self._draft
        if not is_quick:
            memory = draft.finish("", frozenset(), same_beside=False)
            if memory.key:
                self._known.take(memory)
            return memory.content()
        if not (draft.changed or draft.relisted or before.restless or before.changing):
            return before.content()
        memory = draft.finish(before.commit, before.touched, same_beside=before.same_beside)
        self._known.take(memory, draft.changed, draft.relisted)
        return memory.content()

    def _refuse_unreadable(self) -> None:
        unreadable = self._unreadable
        if not unreadable:
            return
        names = ", ".join(_printable(path) for path, _ in unreadable[:3])
        more = f" and {len(unreadable) - 3} more" if len(unreadable) > 3 else ""
        details = [f"{_printable(path)}: {error.strerror}" for path, error in unreadable]
        raise SnapshotFailedError(
            "The snapshot couldn't be saved",
            f"{count(len(unreadable), 'file or folder', 'files or folders')} can't be read: "
            f"{names}{more}. Nothing was changed.",
            hint="Make them readable, or leave them out with a line in .gitignore.",
            details="\n".join(details[: _NAMED * 10]),
            retry=True,
        )


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
