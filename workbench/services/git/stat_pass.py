"""Has git look at the facts of many files at once: in C, and on several processors.

It gets an index of its own for that, with the facts that we know. It reads no file and changes
nothing; it names the files whose facts are others now.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from struct import Struct

from workbench.core.errors import WorkbenchError
from workbench.services.git.hardened import GitCommands

_FACTS = Struct(">10I20sH")
_SECOND = 1_000_000_000
_WORD = 0xFFFFFFFF
_LONGEST_NAME = 4000
_AT_ONCE = 2_000
_KIND = 0o170000
_LINK = 0o120000

Facts = tuple[int, int, int, int, int, str]
"""Mode, size, times of content and facts, inode, and id of the content."""


class StatPass:
    """Compares the files of one folder with what is known about them."""

    def __init__(self, git_dir: Path, folder: Path, index: Path) -> None:
        """Compare nothing yet.

        Args:
            git_dir: A repository; only its settings are used.
            folder: The folder with the files.
            index: Where what is known is kept.
        """
        self._index = index
        self._folder = folder
        first = [f"--git-dir={git_dir}", f"--work-tree={folder}", "-c", "core.bare=false"]
        self._commands = GitCommands(folder, first, more={"GIT_INDEX_FILE": str(index)})

    def remember(
        self, files: Mapping[str, Facts], started: int
    ) -> tuple[tuple[int, ...], set[str]]:
        """Write down what is known.

        Git compares whole seconds, so a file has to rest for some before it can be relied on.

        Args:
            files: The facts by path.
            started: When they were looked at, in nanoseconds since the epoch.

        Returns:
            What tells that this is still what was written, and the files that can't be compared
            this way.

        Raises:
            OSError: If it cannot be written.
        """
        owner = self._folder.stat()
        before = started - 2 * _SECOND
        raw = {}
        left = []
        for path, facts in files.items():
            name = os.fsencode(path)
            rests = max(facts[2], facts[3]) < before and min(facts[2], facts[3]) > 0
            if rests and len(name) < _LONGEST_NAME:
                raw[name] = facts
            else:
                left.append(path)
        temporary = self._index.with_name(f"{self._index.name}.{os.getpid()}.new")
        digest = hashlib.sha1(usedforsecurity=False)
        ordered = sorted(raw)
        try:
            with temporary.open("wb") as file:
                head = b"DIRC" + (2).to_bytes(4, "big") + len(ordered).to_bytes(4, "big")
                digest.update(head)
                file.write(head)
                for at in range(0, len(ordered), _AT_ONCE):
                    names = ordered[at : at + _AT_ONCE]
                    part = b"".join(_entry(name, raw[name], owner) for name in names)
                    digest.update(part)
                    file.write(part)
                file.write(digest.digest())
            os.replace(temporary, self._index)  # noqa: PTH105 - the name says what it does
        finally:
            temporary.unlink(missing_ok=True)
        return self._identity(), set(left)

    def changed(self, identity: tuple[int, ...]) -> set[str] | None:
        """Return the files that differ from what is known; ``None`` if that can't be told.

        Args:
            identity: What tells that it is known what was written down.
        """
        if self._identity() != identity:
            return None
        arguments = ["diff-files", "--name-only", "--ignore-submodules=all", "-z"]
        try:
            done = self._commands.start(arguments).finish()
        except WorkbenchError:
            return None
        if done.code != 0 or done.stderr.strip() or self._identity() != identity:
            return None
        return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}

    def _identity(self) -> tuple[int, ...]:
        try:
            facts = self._index.stat()
        except FileNotFoundError:
            return ()
        return facts.st_ino, facts.st_mtime_ns, facts.st_size, facts.st_ctime_ns


def _entry(name: bytes, facts: Facts, owner: os.stat_result) -> bytes:
    mode, size, mtime, ctime, inode, object_id = facts
    kind = 0o100755 if mode & 0o100 else 0o100644
    kind = _LINK if mode & _KIND == _LINK else kind
    head = _FACTS.pack(
        ctime // _SECOND & _WORD,
        ctime % _SECOND,
        mtime // _SECOND & _WORD,
        mtime % _SECOND,
        0,
        inode & _WORD,
        kind,
        owner.st_uid & _WORD,
        owner.st_gid & _WORD,
        size & _WORD,
        bytes.fromhex(object_id),
        min(len(name), 0xFFF),
    )
    length = len(head) + len(name)
    return head + name + b"\0" * (8 - length % 8)
