"""Follow the changes of a project folder while its project is open in a window."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.services.folder.watch import FolderWatch


class FolderFollowing:
    """Whether a folder is followed, and by what. Usable from several threads."""

    def __init__(self, signs: Path, *, on: bool = True) -> None:
        """Follow nothing yet.

        Args:
            signs: A folder of our own for signs that show that all was heard.
            on: Whether to follow at all.
        """
        self._signs = signs
        self._on = on
        self._lock = threading.Lock()
        self._watch: FolderWatch | None = None
        self._folder: Path | None = None

    def switch(self, *, on: bool) -> None:
        """Follow from now on, or no more."""
        with self._lock:
            if self._watch is not None and not on:
                self._watch.end()
            if on != self._on:
                self._on, self._watch, self._folder = on, None, None

    def watch(self, folder: Path) -> "FolderWatch | None":
        """Return what follows a folder; ``None`` if that is switched off or not possible here."""
        with self._lock:
            if self._folder != folder:
                self._end()
                self._folder = folder
                self._watch = self._begin(folder) if self._on else None
            return self._watch

    def close(self) -> None:
        """End."""
        with self._lock:
            self._on = False
            self._end()

    def _begin(self, folder: Path) -> "FolderWatch | None":
        from workbench.services.folder.watch import (  # noqa: PLC0415 - not needed to open a window
            FolderWatch,
            can_watch,
        )

        try:
            return FolderWatch(folder, self._signs) if can_watch(folder) else None
        except OSError:
            return None  # the kernel follows no more folders: each look asks for everything

    def _end(self) -> None:
        self._folder = None
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
