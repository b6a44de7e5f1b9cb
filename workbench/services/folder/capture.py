"""Finds out what a snapshot of the folder holds, reading only what is not known."""

import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.errors import SnapshotFailedError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import (
    MODE_EXECUTABLE,
    MODE_FILE,
    MODE_SYMLINK,
    FolderContent,
    LeftOut,
    Manifest,
    NotCaptured,
    NotCapturedReason,
    TreeEntry,
)
from workbench.core.wording import count
from workbench.services.folder.flush import flush_files
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.read_file import BlobSink, Content, Outcome, read_stable
from workbench.services.folder.rules import Rules
from workbench.services.folder.stat_cache import StatCache, is_settled, known
from workbench.services.folder.walk import (
    FileFacts,
    FolderWalk,
    FoundFile,
    FoundFolder,
    Unreadable,
    WalkRequest,
)

_NAMED = 10
OnFile = Callable[[int, int], None]
"""Called with the number of files that are done, and of all."""


@dataclass(slots=True)
class _Findings:
    files: list[FoundFile] = field(default_factory=list)
    folders: list[FoundFolder] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    not_captured: list[NotCaptured] = field(default_factory=list)
    unreadable: list[tuple[str, OSError]] = field(default_factory=list)


class FolderCapture:
    """One look at a whole folder."""

    def __init__(
        self,
        folder: Path,
        cache: StatCache,
        sink: BlobSink,
        *,
        on_file: OnFile,
        cancel: CancelToken,
    ) -> None:
        """Prepare to look.

        Args:
            folder: The project folder.
            cache: What is known from earlier; brought up to date.
            sink: Takes the contents that it lacks.
            on_file: Hears how far it is.
            cancel: Checked between files.
        """
        self._folder = folder
        self._cache = cache
        self._sink = sink
        self._on_file = on_file
        self._cancel = cancel
        self._found = _Findings()
        self._done = 0
        self._started = time.time_ns()
        self._entries: dict[str, TreeEntry] = {}
        self._facts: dict[str, FileFacts] = {}

    def run(self, request: WalkRequest, *, built_in_rules: bool = True) -> FolderContent:
        """Look at the folder.

        Raises:
            SnapshotFailedError: If files or folders that belong in a snapshot can't be read.
            CanceledError: If canceled.
            OSError: If the folder itself can't be read.
        """
        with OpenFolder(self._folder) as opened:
            rules = Rules.from_folder(self._folder, built_in=built_in_rules)
            self._walk(FolderWalk(opened, rules, request, self._cancel))
            self._refuse_unreadable()
            self._read(opened, self._take_known())
        self._refuse_unreadable()
        self._update_cache()
        return self._content()

    def _walk(self, walk: FolderWalk) -> None:
        found = self._found
        for each in walk:
            if isinstance(each, FoundFile):
                found.files.append(each)
            elif isinstance(each, LeftOut):
                found.left_out.append(each)
            elif isinstance(each, NotCaptured):
                found.not_captured.append(each)
            elif isinstance(each, FoundFolder):
                found.folders.append(each)
            elif isinstance(each, Unreadable):
                found.unreadable.append((each.path, each.error))

    def _take_known(self) -> list[FoundFile]:
        """Take what the cache knows and the sink has; return what has to be read."""
        ids = [self._cache.object_id(file.path, file.facts) for file in self._found.files]
        missing = self._sink.missing(object_id for object_id in ids if object_id)
        unknown = []
        for file, object_id in zip(self._found.files, ids, strict=True):
            if not object_id or object_id in missing:
                unknown.append(file)
            else:
                self._take(file.path, Content(object_id, file.facts.size, file.facts))
        return unknown

    def _read(self, opened: OpenFolder, files: list[FoundFile]) -> None:
        # Files changed a moment ago come last: then there is mostly nothing to wait for.
        files.sort(key=lambda file: not is_settled(file.facts, self._started))
        self._sink.expect(len(files), sum(file.facts.size for file in files))
        regular = [file.path for file in files if stat.S_ISREG(file.facts.mode)]
        flush_files(self._folder, opened, regular, self._cancel)
        for file in files:
            try:
                content = read_stable(opened, file.path, self._sink, self._cancel)
            except OSError as exc:
                self._found.unreadable.append((file.path, exc))
                continue
            if isinstance(content, Content):
                self._take(file.path, content)
                continue
            self._done += 1
            if content is not Outcome.GONE:
                changing = content is Outcome.CHANGING
                reason = NotCapturedReason.CHANGING if changing else NotCapturedReason.SPECIAL
                self._found.not_captured.append(NotCaptured(file.path, reason))

    def _take(self, path: str, content: Content) -> None:
        mode = content.facts.mode
        kind = MODE_EXECUTABLE if mode & stat.S_IXUSR else MODE_FILE
        kind = MODE_SYMLINK if stat.S_ISLNK(mode) else kind
        self._entries[path] = TreeEntry(path, kind, content.object_id, content.size)
        self._facts[path] = content.facts
        self._done += 1
        self._on_file(self._done, len(self._found.files))

    def _update_cache(self) -> None:
        self._cache.replace(
            {
                path: known(facts, self._entries[path].object_id)
                for path, facts in self._facts.items()
                if is_settled(facts, self._started)
            }
        )

    def _content(self) -> FolderContent:
        return FolderContent(
            self._entries,
            tuple(sorted(self._found.left_out, key=lambda each: each.path)),
            tuple(sorted(self._found.not_captured, key=lambda each: each.path)),
            self._manifest(),
        )

    def _manifest(self) -> Manifest:
        modes = {
            f"{folder.path}/": folder.mode for folder in self._found.folders if folder.mode != 0o755
        }
        for path, entry in self._entries.items():
            if entry.mode == MODE_SYMLINK:
                continue
            mode = stat.S_IMODE(self._facts[path].mode)
            if mode != (0o755 if entry.mode == MODE_EXECUTABLE else 0o644):
                modes[path] = mode
        mtimes = {path: facts.mtime_ns for path, facts in self._facts.items()}
        empty = sorted(folder.path for folder in self._found.folders if folder.is_empty)
        return Manifest(tuple(empty), modes, mtimes)

    def _refuse_unreadable(self) -> None:
        unreadable = self._found.unreadable
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
