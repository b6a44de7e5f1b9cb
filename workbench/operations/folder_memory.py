"""What is remembered of a project folder between two looks at it."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.snapshot import FolderContent
from workbench.operations.folder_following import FolderFollowing
from workbench.services.app_paths import ProjectPaths
from workbench.services.folder.capture import FolderCapture
from workbench.services.folder.memory import Memory
from workbench.services.folder.memory_file import Index, MemoryFile
from workbench.services.folder.quick_look import Hints
from workbench.services.folder.walk import WalkRequest
from workbench.services.git.stat_pass import StatPass

if TYPE_CHECKING:
    from workbench.services.folder.watch import Moment


class FolderMemory:
    """The memory of one folder, and all that helps to find out fast what differs from it."""

    def __init__(
        self, paths: ProjectPaths, folder: Path, following: FolderFollowing | None
    ) -> None:
        """Load what is remembered; nothing if that is not of use.

        Args:
            paths: Where the project's data is.
            folder: The project folder.
            following: Follows the folder, if it is open in a window.
        """
        self._watch = following.watch(folder) if following is not None else None
        self._moment: Moment | None = None
        self._stat_pass = StatPass(paths.history, folder, paths.root / "folder.index")
        self._started = time.time_ns()
        self._file = MemoryFile.load(paths.root / "folder.cache", self._make_index)

    @property
    def file(self) -> MemoryFile:
        """The memory itself."""
        return self._file

    def look(
        self,
        capture: FolderCapture,
        request: WalkRequest,
        *,
        built_in_rules: bool,
    ) -> FolderContent:
        """Look at the folder.

        Raises:
            SnapshotFailedError: If files or folders that belong in a snapshot can't be read.
            CanceledError: If canceled.
            OSError: If the folder itself can't be read.
        """
        hints: Hints | None = None
        if self._watch is not None and not request.extra_paths:
            self._moment = self._watch.moment(self._file.memory)
            hints = self._moment.hints
        return capture.run(
            request,
            built_in_rules=built_in_rules,
            hints=hints,
            changed=self._changed,
        )

    def look_at_all(
        self, capture: FolderCapture, request: WalkRequest, *, built_in_rules: bool
    ) -> frozenset[str] | None:
        """Look as if nothing were known beforehand; find out whether that would have been right.

        Returns:
            Files and folders that changed without our being told; ``None`` if it was in doubt.

        Raises:
            SnapshotFailedError: If files or folders that belong in a snapshot can't be read.
            CanceledError: If canceled.
            OSError: If the folder itself can't be read.
        """
        before = self._file.memory
        watch = self._watch
        if watch is None or (moment := watch.moment(before)).hints is None:
            return None
        self._moment = moment
        capture.run(request, built_in_rules=built_in_rules, changed=self._changed)
        hints = watch.moment(before).hints
        if hints is None or hints.files is None or hints.folders is None:
            return None
        return _untold(before, self._file.memory, hints.files, hints.folders)

    def expect(self, seconds: float) -> bool:
        """Follow the folders that are remembered, if there are any; wait until that is so."""
        memory = self._file.memory
        if self._watch is None or not memory.key:
            return False
        self._watch.expect(memory)
        return self._watch.wait_until_covered(seconds)

    def distrust(self) -> None:
        """Believe nothing that was told of the folder so far."""
        if self._watch is not None:
            self._watch.distrust()

    def stored(self, mark: str, touched: frozenset[str]) -> None:
        """Note that all that is remembered is stored now."""
        self._file.stored(mark, touched)

    def keep(self) -> None:
        """Write it down; what can't be written is found out again next time."""
        try:
            self._file.save()
        except OSError:
            return
        if self._watch is not None and self._moment is not None:
            self._watch.looked(self._file.memory, self._moment)

    def _changed(self) -> set[str] | None:
        index = self._file.index
        if index is None:
            return None
        found = self._stat_pass.changed(index.identity)
        return None if found is None else found | index.left

    def _make_index(self, memory: Memory) -> Index:
        return Index(*self._stat_pass.remember(memory.files, self._started))


def _untold(
    before: Memory, after: Memory, files: frozenset[str], folders: frozenset[str]
) -> frozenset[str]:
    """Return what differs between two looks and was not told."""
    paths = before.files.keys() | after.files.keys()
    # In a folder of which was told that names came or went, each file may be another one.
    found = {
        path
        for path in paths
        if before.files.get(path) != after.files.get(path)
        and path not in files
        and path.rpartition("/")[0] not in folders
    }
    found |= {
        path
        for path, now in after.listed.items()
        if path not in folders
        and (old := before.listed.get(path)) is not None
        and (old.files, old.folders) != (now.files, now.folders)
    }
    return frozenset(found)
