"""The run settings that every project has, added to a folder that lacks them."""

from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.services.aml_config import FOLDER, run_configuration_names
from workbench.services.safe_files import os_error_reason, write_atomically
from workbench.services.templates import template_files

_SOURCE = "blank"


def add_missing_run_settings(folder: Path) -> list[Path]:
    """Add ``aml_config/`` to a folder, or what it lacks; no present file is changed.

    A folder that has a run configuration keeps its settings as they are.

    Returns:
        What was made, folders before their files, so that it can be taken back.

    Raises:
        WorkbenchError: If the folder cannot be written; nothing is left behind.
    """
    if run_configuration_names(folder):
        return []
    made: list[Path] = []
    try:
        if not (folder / FOLDER).is_dir():
            (folder / FOLDER).mkdir()
            made.append(folder / FOLDER)
        for path, source in template_files(_SOURCE).items():
            target = folder / path
            if path.startswith(f"{FOLDER}/") and not target.exists() and not target.is_symlink():
                write_atomically(target, source.read_bytes())
                made.append(target)
    except OSError as error:
        take_back(made)
        raise WorkbenchError(
            "Run settings can't be added to this folder",
            f"{folder} can't be written because {os_error_reason(error)}. Nothing was changed.",
            hint="Check that you may write to this folder, or choose another one.",
            details=str(error),
            retry=True,
        ) from error
    return made


def take_back(made: list[Path]) -> None:
    """Remove what was just made; a folder that others filled meanwhile stays."""
    for path in reversed(made):
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        except OSError:
            continue
