"""The folder of a project's own environment, and the marks that tell its state."""

import json
from pathlib import Path

from workbench.services.process_identity import is_alive, own_identity

OWN_ENVIRONMENT = ".venv"
FORMER_ENVIRONMENT = ".venv-former"
_STAMP = "workbench-environment.json"
_BUILDING = "workbench-building.json"


def environment_problem(root: Path) -> str:
    """Return why an environment of Workbench cannot be used, or an empty string."""
    if not (root / _BUILDING).exists():
        return ""
    if is_being_built(root):
        return "The environment is being prepared."
    return "The environment isn't complete. Prepare it again."


def is_ours(root: Path) -> bool:
    """Whether Workbench made this environment, complete or not."""
    return (root / _STAMP).is_file() or (root / _BUILDING).is_file()


def is_unfinished(root: Path) -> bool:
    """Whether a process that is gone left this environment half built."""
    return (root / _BUILDING).is_file() and not is_being_built(root)


def is_being_built(root: Path) -> bool:
    """Whether a living process builds this environment."""
    try:
        return is_alive(json.loads((root / _BUILDING).read_bytes()))
    except (OSError, ValueError):
        return False


def is_mine(root: Path) -> bool:
    """Whether this very process builds this environment."""
    try:
        marked: object = json.loads((root / _BUILDING).read_bytes())
    except (OSError, ValueError):
        return False
    return marked == own_identity()


def mark_as_building(root: Path) -> None:
    """Mark a new, empty environment folder as not usable yet.

    Raises:
        FileExistsError: If another process marked it first.
        OSError: If it cannot be written.
    """
    with (root / _BUILDING).open("x", encoding="ascii") as file:
        json.dump(own_identity(), file)
    # Keeps the environment out of the user's repository without touching their .gitignore.
    (root / ".gitignore").write_text("*\n", encoding="ascii")


def mark_as_complete(root: Path, source: str, packages: tuple[str, ...]) -> None:
    """Mark an environment as usable and note what it was made from.

    Raises:
        OSError: If it cannot be written.
    """
    values = {"source": source, "packages": list(packages)}
    (root / _STAMP).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    (root / _BUILDING).unlink()
