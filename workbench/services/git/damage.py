"""Damaged objects of a history repository: found and put aside, so that they can be stored again.

Git stores nothing under an id that it already has, whatever state that is in. So what is damaged
has to go first; it is kept below ``damaged/`` for whoever wants to look into it.
"""

import hashlib
import logging
import os
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbench.core.progress import CancelToken
from workbench.services.git.durable import make_durable
from workbench.services.git.hardened import GitCommands

_log = logging.getLogger(__name__)
_FOLDER = "damaged"
_CHUNK = 1 << 20
_BROKEN_PACK = 1  # exit code of git verify-pack


def put_damage_aside(
    git_dir: Path, commands: GitCommands, lock: int, cancel: CancelToken | None = None
) -> int:
    """Read every object and put those aside that are damaged; return how many files that were.

    Whatever can be saved of a damaged pack is stored as single objects.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If git cannot be started.
        OSError: If a file cannot be moved.
    """
    moved = 0
    for path in list(_loose(git_dir)):
        if cancel is not None:
            cancel.check("Saving the snapshot")
        if not _is_sound(path):
            _move(git_dir, path)
            moved += 1
    return moved + _put_packs_aside(git_dir, commands, lock, cancel)


def put_objects_aside(
    git_dir: Path, commands: GitCommands, lock: int, object_ids: Iterable[str]
) -> None:
    """Put these objects aside, which are known to be damaged.

    Raises:
        WorkbenchError: If git cannot be started.
        OSError: If a file cannot be moved.
    """
    packed = False
    for object_id in object_ids:
        path = git_dir / "objects" / object_id[:2] / object_id[2:]
        if path.exists():
            _move(git_dir, path)
        else:
            packed = True
    if packed:
        _put_packs_aside(git_dir, commands, lock, None)


def _loose(git_dir: Path) -> Iterator[Path]:
    for folder in sorted((git_dir / "objects").glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if len(path.name) == 38:
                yield path


def _is_sound(path: Path) -> bool:
    """Return whether a single object is what its name says."""
    digest = hashlib.sha1(usedforsecurity=False)
    unpack = zlib.decompressobj()
    try:
        with path.open("rb") as file:
            while data := file.read(_CHUNK):
                while data:
                    digest.update(unpack.decompress(data, _CHUNK))
                    data = unpack.unconsumed_tail
        digest.update(unpack.flush())
    except FileNotFoundError:
        return True
    except (OSError, zlib.error):
        return False
    return unpack.eof and digest.hexdigest() == path.parent.name + path.name


def _put_packs_aside(
    git_dir: Path, commands: GitCommands, lock: int, cancel: CancelToken | None
) -> int:
    moved = 0
    folder = git_dir / "objects" / "pack"
    for name in sorted({path.stem for path in [*folder.glob("*.pack"), *folder.glob("*.idx")]}):
        if cancel is not None:
            cancel.check("Saving the snapshot")
        index = folder / f"{name}.idx"
        pack = folder / f"{name}.pack"
        if index.exists() and pack.exists():
            done = commands.run(["verify-pack", str(index)], keep_open=[lock], check=False)
            if done.code != _BROKEN_PACK:
                continue
        since = time.time_ns()
        others = [path for path in folder.glob(f"{name}.*") if path != pack]
        for path in others:
            _move(git_dir, path)
        if pack.exists():
            _save_from_pack(commands, lock, _move(git_dir, pack))
            make_durable(git_dir, since - 2_000_000_000)
        moved += 1
    return moved


def _save_from_pack(commands: GitCommands, lock: int, pack: Path) -> None:
    """Store whatever is whole in a pack as single objects."""
    process = commands.start(["unpack-objects", "-q", "-r"], keep_open=[lock])
    with pack.open("rb") as file:
        try:
            while data := file.read(_CHUNK):
                process.stdin.write(data)
            process.stdin.flush()
        except (BrokenPipeError, OSError) as exc:
            _log.warning("%s can be read in part only: %s", pack.name, exc)
    done = process.finish()
    _log.warning("objects of %s were unpacked, git ended with %d", pack.name, done.code)


def _move(git_dir: Path, path: Path) -> Path:
    """Put a file aside under a name that is not taken; return its new path."""
    folder = git_dir / _FOLDER
    folder.mkdir(exist_ok=True)
    name = path.name if path.parent.name == "pack" else path.parent.name + path.name
    target = folder / f"{time.time_ns()}-{name}"
    os.replace(path, target)  # noqa: PTH105 - the name says what it does
    _log.warning("a damaged file of the history was put aside as %s", target)
    return target
