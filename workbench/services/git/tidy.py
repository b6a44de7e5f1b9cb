"""Keeps a history repository small and quick: single objects and small packs become one pack.

Whoever saves a snapshot meanwhile is in nobody's way and waits for nothing but the removal of
files that are stored twice by then. Whatever is killed here leaves at most something stored twice,
which the next round removes.
"""

import logging
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.cancelable import stopped_if
from workbench.services.git.durable import make_durable
from workbench.services.git.hardened import GitCommands, GitFailedError
from workbench.services.git.repository_lock import repository_lock

_log = logging.getLogger(__name__)
_WHAT = "Tidying the history"
_EARLIER = 2_000_000_000  # some file systems count in steps of two seconds
_PACK_COMMAND = (
    "-c",
    "core.fsync=all",
    "-c",
    "pack.threads=1",
    "-c",
    "pack.windowMemory=64m",
    "pack-objects",
    "--quiet",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is done.

    Attributes:
        loose: Number of single objects.
        packs: Number of small packs.
        small: Bytes that a small pack has at most.
    """

    loose: int = 1_000
    packs: int = 12
    small: int = 256_000_000


def needs_tidying(git_dir: Path, limits: Limits | None = None) -> bool:
    """Whether there are so many files that a round is worth it."""
    limits = limits or Limits()
    return (
        len(_loose(git_dir)) >= limits.loose or len(_small_packs(git_dir, limits)) >= limits.packs
    )


def tidy(
    git_dir: Path, commands: GitCommands, cancel: CancelToken, limits: Limits | None = None
) -> bool:
    """Put single objects and small packs together.

    Returns:
        Whether it was done; not if a snapshot came between.

    Raises:
        CanceledError: If canceled; nothing is lost.
        WorkbenchError: If the repository cannot be read.
        OSError: If files cannot be removed.
    """
    limits = limits or Limits()
    cancel.check(_WHAT)
    with repository_lock(git_dir, cancel) as lock:
        # What an interrupted round packed and did not remove.
        commands.run(["prune-packed", "--quiet"], keep_open=[lock])
    loose, small = _loose(git_dir), _small_packs(git_dir, limits)
    if len(small) < limits.packs:
        small = []
    ids = dict.fromkeys(each for pack in small for each in _objects_of(commands, pack))
    ids |= dict.fromkeys(loose)
    if not ids:
        return True
    new = _pack(git_dir, commands, ids, cancel)
    if new is None:
        return False
    _check(commands, new, ids)
    cancel.check(_WHAT)
    _drop(git_dir, [pack for pack in small if pack != new], cancel)
    with repository_lock(git_dir, cancel) as lock:
        commands.run(["prune-packed", "--quiet"], keep_open=[lock])
    return True


def _pack(
    git_dir: Path, commands: GitCommands, ids: Iterable[str], cancel: CancelToken
) -> Path | None:
    """Store these objects in one pack, durably; return it, ``None`` if a snapshot came between."""
    since = time.time_ns() - _EARLIER
    base = git_dir / "objects" / "pack" / "pack"
    process = commands.start([*_PACK_COMMAND, str(base)], own_group=True)
    with stopped_if(cancel, process.stop_group, _WHAT):
        with suppress(BrokenPipeError):
            process.stdin.write("".join(f"{each}\n" for each in ids).encode())
        done = process.finish()
    name = done.stdout.decode("ascii", "replace").strip()
    if done.code != 0 or not name:
        # Whoever saves a snapshot removes temporary files that it finds.
        _log.info("the history is tidied another time: %s", done.stderr.strip())
        return None
    make_durable(git_dir, since)
    return base.with_name(f"pack-{name}.pack")


def _check(commands: GitCommands, pack: Path, ids: Iterable[str]) -> None:
    missing = set(ids) - set(_objects_of(commands, pack))
    if missing:
        raise WorkbenchError(
            "The history couldn't be tidied",
            "Nothing was removed.",
            details=f"{pack.name} lacks {len(missing)} objects",
        )


def _drop(git_dir: Path, packs: Iterable[Path], cancel: CancelToken) -> None:
    """Remove packs whose objects are all in another one."""
    with repository_lock(git_dir, cancel):
        for pack in packs:
            # As git does: first what leads to it.
            for suffix in (".idx", ".rev", ".pack"):
                with suppress(FileNotFoundError):
                    pack.with_suffix(suffix).unlink()


def _objects_of(commands: GitCommands, pack: Path) -> list[str]:
    index = pack.with_suffix(".idx").read_bytes()
    done = commands.run(["show-index"], stdin=index)
    if done.code != 0:
        raise GitFailedError(["show-index"], done.code, done.stderr)
    return [line.split()[1].decode() for line in done.stdout.splitlines()]


def _loose(git_dir: Path) -> list[str]:
    found = []
    for folder in sorted((git_dir / "objects").glob("??")):
        with suppress(FileNotFoundError):
            names = sorted(os.listdir(folder))  # noqa: PTH208 - names only, many of them
            found += [f"{folder.name}{name}" for name in names if len(name) == 38]
    return found


def _small_packs(git_dir: Path, limits: Limits) -> list[Path]:
    found = []
    for pack in sorted((git_dir / "objects" / "pack").glob("pack-*.pack")):
        with suppress(FileNotFoundError):
            kept = pack.with_suffix(".keep").exists() or not pack.with_suffix(".idx").exists()
            if not kept and pack.stat().st_size <= limits.small:
                found.append(pack)
    return found
