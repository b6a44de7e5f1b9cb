"""Compresses what is stored, and checks at once that it can be read again."""

import zlib
from typing import Any

_fast: Any = zlib
try:
    from isal import isal_zlib as _fast  # several times as fast, for a size like zlib's
except ImportError:  # there is none for this kind of processor
    _fast = zlib

LEVEL = 1
_CHUNK = 1 << 20


class CompressionError(OSError):
    """What was compressed can't be read again: memory or processor are not sound."""


def compressed(data: bytes) -> bytes:
    """Return data in the form that git stores it in.

    Raises:
        CompressionError: If reading it again gives something else.
    """
    packed: bytes = _fast.compress(data, LEVEL)
    if _fast.decompress(packed) != data:
        raise CompressionError(5, "what was compressed can't be read again")
    return packed


class Compressor:
    """Compresses a stream and reads it again on the way."""

    def __init__(self) -> None:
        self._pack = _fast.compressobj(LEVEL)
        self._unpack = _fast.decompressobj()
        self._given = zlib.crc32(b"")
        self._read = self._given

    def add(self, data: bytes) -> bytes:
        """Take some data; return what there is of its compressed form."""
        self._given = zlib.crc32(data, self._given)
        return self._checked(self._pack.compress(data))

    def end(self) -> bytes:
        """Return the rest.

        Raises:
            CompressionError: If reading all of it again gives something else.
        """
        rest = self._checked(self._pack.flush())
        if self._read != self._given or not self._unpack.eof:
            raise CompressionError(5, "what was compressed can't be read again")
        return rest

    def _checked(self, packed: bytes) -> bytes:
        left = packed
        while left and not self._unpack.eof:
            data = self._unpack.decompress(left, _CHUNK)
            self._read = zlib.crc32(data, self._read)
            left = self._unpack.unconsumed_tail
        return packed
