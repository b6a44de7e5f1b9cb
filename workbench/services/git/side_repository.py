"""A bare repository of Workbench's own beside the history repository."""

import os
from pathlib import Path

from workbench.services.git.durable import sync_path
from workbench.services.git.hardened import ATTRIBUTES, HISTORY_CONFIG, history_commands
from workbench.services.git.repository_lock import repository_lock

_MARK = "complete"


def prepare_side_repository(git_dir: Path, *, borrows: Path | None = None) -> None:
    """Make a bare repository, or complete one whose making was interrupted.

    Args:
        git_dir: Its folder.
        borrows: A repository whose objects it can read without having them.

    Raises:
        WorkbenchError: If git fails.
        OSError: If a file cannot be written.
    """
    if (git_dir / _MARK).exists():
        return
    git_dir.mkdir(parents=True, exist_ok=True)
    with repository_lock(git_dir) as lock:
        commands = history_commands(git_dir)
        commands.run(["init", "-q", "--bare", "--template="], keep_open=[lock])
        (git_dir / "config").write_text(HISTORY_CONFIG, encoding="utf-8")
        info = git_dir / "info"
        info.mkdir(exist_ok=True)
        (info / "attributes").write_text(ATTRIBUTES, encoding="utf-8")
        if borrows is not None:
            place = os.path.relpath(borrows / "objects", git_dir / "objects")
            alternates = git_dir / "objects" / "info" / "alternates"
            alternates.parent.mkdir(exist_ok=True)
            alternates.write_bytes(os.fsencode(place) + b"\n")
        for path in (git_dir / "config", git_dir):
            sync_path(path)
        (git_dir / _MARK).touch()
        sync_path(git_dir)
