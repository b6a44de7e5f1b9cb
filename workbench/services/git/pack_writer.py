"""Writes pack files: many objects, or one large one, in two files that git reads.

The format is that of ``gitformat-pack``: whole objects only, nothing is stored as a difference.
"""

import hashlib
import os
import threading
import zlib
from contextlib import suppress
from itertools import accumulate, count
from pathlib import Path
from struct import pack
from typing import BinaryIO, NamedTuple

from workbench.services.git.compression import Compressor, compressed
from workbench.services.git.durable import sync_path

KINDS = {"commit": 1, "tree": 2, "blob": 3}
_CHUNK = 1 << 20
_HEAD = b"PACK\0\0\0\2"
_INDEX_HEAD = b"\377tOc\0\0\0\2"
_FAR = 1 << 31
_numbers = count()


class _Entry(NamedTuple):
    object_id: bytes
    check: int
    offset: int


class PackWriter:
    """One pack file that is being written. :meth:`add` may be called by several threads."""

    def __init__(self, folder: Path) -> None:
        """Begin a pack file.

        Args:
            folder: Where packs are kept.

        Raises:
            OSError: If it cannot be made.
        """
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"tmp_pack_{os.getpid()}_{next(_numbers)}"
        self._file: BinaryIO = self._path.open("xb", buffering=_CHUNK)
        self._lock = threading.Lock()
        self._entries: list[_Entry] = []
        self._checksum = b""
        self._at = self._write(_HEAD + pack(">I", 0))

    def add(self, kind: str, object_id: str, data: bytes) -> None:
        """Store an object.

        Raises:
            OSError: If it cannot be written.
        """
        raw = _object_head(kind, len(data)) + compressed(data)
        with self._lock:
            self._entries.append(_Entry(bytes.fromhex(object_id), zlib.crc32(raw), self._at))
            self._at += self._write(raw)

    def begin(self, size: int) -> "BlobPart":
        """Begin to store a large file piece by piece; for a pack that holds nothing else.

        Raises:
            OSError: If it cannot be written.
        """
        head = _object_head("blob", size)
        self._write(head)
        return BlobPart(size, self._file, zlib.crc32(head))

    def add_part(self, part: "BlobPart") -> None:
        """Take a large file whose last byte was given.

        Raises:
            OSError: If it cannot be written.
        """
        part.end()
        self._entries.append(_Entry(bytes.fromhex(part.object_id), part.check, self._at))

    def end(self) -> None:
        """Write the last bytes and have all of it reach the disk; it has no name yet.

        Raises:
            OSError: If it cannot be written.
        """
        self._file.flush()
        self._file.seek(0)
        self._write(_HEAD + pack(">I", len(self._entries)))
        self._file.close()
        self._checksum = self._digest()
        with self._path.open("ab") as file:
            file.write(self._checksum)
        sync_path(self._path)

    def place(self) -> None:
        """Give it its name, after :meth:`end`; it is durable when this returns.

        Raises:
            OSError: If it cannot be written.
        """
        if not self._entries:
            self.abandon()
            return
        index = self._path.with_name(self._path.name.replace("tmp_pack", "tmp_idx"))
        index.write_bytes(_index(self._entries, self._checksum))
        sync_path(index)
        names = hashlib.sha1(usedforsecurity=False)
        for entry in sorted(self._entries):
            names.update(entry.object_id)
        target = self._folder / f"pack-{names.hexdigest()}"
        for path, suffix in ((self._path, ".pack"), (index, ".idx")):
            path.chmod(0o444)
            os.replace(path, target.with_suffix(suffix))  # noqa: PTH105 - says what it does
        sync_path(self._folder)

    def abandon(self) -> None:
        """Remove it."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self, data: bytes) -> int:
        self._file.write(data)
        return len(data)

    def _digest(self) -> bytes:
        digest = hashlib.sha1(usedforsecurity=False)
        with self._path.open("rb", buffering=0) as file:
            while block := file.read(_CHUNK):
                digest.update(block)
        return digest.digest()


class BlobPart:
    """Takes the pieces of one large file.

    Attributes:
        object_id: The id of what was given; known at the end.
        check: Checksum of what was written.
    """

    def __init__(self, size: int, file: BinaryIO, check: int) -> None:
        self.object_id = ""
        self.check = check
        self._file = file
        self._left = size
        self._digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        self._pack = Compressor()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._left -= len(chunk)
        self._digest.update(chunk)
        self._put(self._pack.add(chunk))

    def end(self) -> None:
        """Write what is left.

        Raises:
            OSError: If it cannot be written.
            ValueError: If more or less came than was announced.
        """
        if self._left:
            raise ValueError(f"{self._left} bytes less than announced")
        self._put(self._pack.end())
        self.object_id = self._digest.hexdigest()

    def _put(self, raw: bytes) -> None:
        self.check = zlib.crc32(raw, self.check)
        self._file.write(raw)


def _object_head(kind: str, size: int) -> bytes:
    """Return kind and size of an object: four bits of the size, then seven in each byte."""
    byte = KINDS[kind] << 4 | size & 15
    size >>= 4
    head = bytearray()
    while size:
        head.append(byte | 128)
        byte = size & 127
        size >>= 7
    head.append(byte)
    return bytes(head)


def _index(entries: list[_Entry], digest: bytes) -> bytes:
    """Return the index of a pack: how many ids begin with what, ids, checksums, places."""
    entries = sorted(entries)
    first = [0] * 256
    for entry in entries:
        first[entry.object_id[0]] += 1
    far = [entry.offset for entry in entries if entry.offset >= _FAR]
    places = iter(range(len(far)))
    parts = [
        _INDEX_HEAD,
        pack(">256I", *accumulate(first)),
        *(entry.object_id for entry in entries),
        pack(f">{len(entries)}I", *(entry.check for entry in entries)),
        *(
            pack(">I", entry.offset if entry.offset < _FAR else _FAR | next(places))
            for entry in entries
        ),
        pack(f">{len(far)}Q", *far),
        digest,
    ]
    index = b"".join(parts)
    return index + hashlib.sha1(index, usedforsecurity=False).digest()
