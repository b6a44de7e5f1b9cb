"""Which files of a project a snapshot leaves out.

The ``.gitignore`` files of every level say so, as for git: deeper files win, ``!`` takes a pattern
back, a left-out folder is not entered. A ``.amlignore`` in the project folder replaces them all.
Some folders are left out by built-in rules, whatever the files say: environments, caches and
``node_modules``.

The same rules can be made from a stored tree: a restore has to ask those of its target too.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from workbench.core.snapshot import LeftOut
from workbench.services.folder.patterns import PatternList, as_text, parse_patterns

AML_IGNORE = ".amlignore"
GIT_IGNORE = ".gitignore"
BUILT_IN = "built-in"
ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")
_BUILT_IN_FOLDERS = frozenset({"__pycache__", ".ipynb_checkpoints", "node_modules"})

Scope = tuple[tuple[str, PatternList], ...]
"""Rule files that hold for a folder, the deepest first: (folder they stand in, patterns)."""


class RuleSource(Protocol):
    """Where rule files are read from."""

    def read(self, path: str) -> bytes | None:
        """Return a rule file's content, ``None`` if there is no such regular file."""

    def has(self, path: str) -> bool:
        """Return whether a file or folder of this path is there."""


class Rules:
    """Answers for one state of the rule files; make a new one when they may have changed."""

    def __init__(self, source: RuleSource, *, built_in: bool = True) -> None:
        self._source = source
        self._built_in = built_in
        self._scopes: dict[str, Scope] = {}
        own = source.read(AML_IGNORE)
        self.reads_git_ignore = own is None
        self._file_name = GIT_IGNORE if own is None else AML_IGNORE
        if own is not None:
            self._scopes[""] = (("", parse_patterns(own)),)

    @classmethod
    def from_folder(cls, folder: Path, *, built_in: bool = True) -> "Rules":
        """Return the rules of a folder as they are now; its files are read when needed.

        Raises:
            OSError: Here and in :meth:`match`, if a rule file cannot be read.
        """
        return cls(_FolderSource(folder), built_in=built_in)

    @classmethod
    def from_files(
        cls, files: Mapping[str, bytes], *, paths: Iterable[str] = (), built_in: bool = True
    ) -> "Rules":
        """Return the rules of a stored tree.

        Args:
            files: Content of its ``.gitignore`` and ``.amlignore`` files by path (regular files).
            paths: Its other paths. An environment is recognised by what is in it, so only one that
                was stored can be recognised; usually none is, and its folder is not known as one.
            built_in: Whether the built-in rules hold.
        """
        return cls(_StoredSource(files, paths), built_in=built_in)

    def match(self, path: str, *, is_folder: bool) -> LeftOut | None:
        """Return what leaves a path out, ``None`` if it belongs in a snapshot.

        If a folder above it is left out, the answer names that folder.

        Args:
            path: Path relative to the project folder, without a trailing ``/``.
            is_folder: Whether it is a folder (a link to a folder is not).
        """
        parts = path.split("/")
        for depth in range(1, len(parts)):
            found = self._match_one("/".join(parts[:depth]), is_folder=True)
            if found is not None:
                return found
        return self._match_one(path, is_folder=is_folder)

    def scope(self, folder: str) -> Scope:
        """Return the rule files that hold for what is directly in a folder (``""``: the project).

        Raises:
            OSError: If a rule file cannot be read.
        """
        known = self._scopes.get(folder)
        if known is None:
            path = _join(folder, GIT_IGNORE)
            known = self.learn(folder, self._source.read(path) if self.reads_git_ignore else None)
        return known

    def learn(self, folder: str, content: bytes | None) -> Scope:
        """Take the rule file of a folder from whoever has just read it; return the scope."""
        if not folder and not self.reads_git_ignore:
            return self._scopes[""]
        above = self.scope(folder.rpartition("/")[0]) if folder else ()
        patterns = parse_patterns(content) if content and self.reads_git_ignore else None
        scope = ((folder, patterns), *above) if patterns else above
        self._scopes[folder] = scope
        return scope

    def decide(self, scope: Scope, name: str, path: str, *, is_folder: bool) -> LeftOut | None:
        """Return what leaves one entry of a folder out; the folders above are not asked.

        Environments are not recognised here, see :meth:`environment`.
        """
        if is_folder and self._built_in and name in _BUILT_IN_FOLDERS:
            return LeftOut(f"{path}/", f"{name}/", BUILT_IN)
        if not scope:
            return None
        raw_name, raw_path = (name, path) if path.isascii() else (_raw(name), _raw(path))
        for folder, patterns in scope:
            start = len(_raw(folder)) + 1 if folder else 0
            found = patterns.decide(raw_name, raw_path[start:], is_folder=is_folder)
            if found is not None:
                if not found.leaves_out:
                    return None
                text = os.fsdecode(found.text.encode("latin-1"))
                source = _join(folder, self._file_name)
                return LeftOut(f"{path}/" if is_folder else path, text, source)
        return None

    def environment(self, path: str, names: Iterable[str]) -> LeftOut | None:
        """Return the rule if a folder with these names in it is a Python environment."""
        if not self._built_in or not path:
            return None
        mark = next((mark for mark in ENVIRONMENT_MARKS if mark in names), "")
        return LeftOut(f"{path}/", mark, BUILT_IN) if mark else None

    def _match_one(self, path: str, *, is_folder: bool) -> LeftOut | None:
        folder, _, name = path.rpartition("/")
        found = self.decide(self.scope(folder), name, path, is_folder=is_folder)
        if found is None and is_folder and self._built_in:
            names = [mark for mark in ENVIRONMENT_MARKS if self._source.has(_join(path, mark))]
            found = self.environment(path, names)
        return found


class _FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        whole = self._folder / path
        try:
            if not stat.S_ISREG(whole.lstat().st_mode):
                return None
            descriptor = os.open(whole, flags)
        except (FileNotFoundError, NotADirectoryError):
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123 - from a descriptor
            return file.read()

    def has(self, path: str) -> bool:
        return os.path.lexists(self._folder / path)


class _StoredSource:
    def __init__(self, files: Mapping[str, bytes], paths: Iterable[str]) -> None:
        self._files = files
        self._paths: set[str] = set()
        for path in [*files, *paths]:
            folder, _, name = path.rpartition("/")
            self._paths.add(path)
            if name in ENVIRONMENT_MARKS or folder.rpartition("/")[2] == "conda-meta":
                self._paths.add(folder)

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)

    def has(self, path: str) -> bool:
        return path in self._paths


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _raw(path: str) -> str:
    return path if path.isascii() else as_text(os.fsencode(path))
