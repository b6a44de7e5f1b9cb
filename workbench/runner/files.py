"""Small files that are written whole or not at all."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.runner.space import SUFFIX


def write_json(path: Path, values: "dict[str, object]", *, durable: bool = True) -> None:
    """Replace a file in one step; it is on the disk when this returns.

    Args:
        path: The file.
        values: Its new content.
        durable: Whether it must survive a power cut, which takes time.

    Raises:
        OSError: If it cannot be written; the former content is then still there.
    """
    reserved = _reserved(path)
    # Into the blocks that are reserved, not into a new file.
    with reserved.open("r+b" if reserved.exists() else "wb") as stream:
        stream.write(json.dumps(values).encode("ascii"))
        stream.truncate()
        stream.flush()
        if durable:
            os.fsync(stream.fileno())
    reserved.replace(path)
    if durable:
        sync_folder(path.parent)


def read_json(path: Path) -> "dict[str, Any]":
    """Return what a file holds; empty when it is not there or can't be read."""
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def release(path: Path) -> None:
    """Give back reserved space that was not used."""
    with suppress(OSError):
        _reserved(path).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reserved(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
