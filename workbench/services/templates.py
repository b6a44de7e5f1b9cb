"""The project templates that ship with Workbench.

A template is a folder with ``template.toml`` (its card) and ``files/`` (what a project gets).
A name that starts with ``dot-`` there starts with a dot in the project, so that, for example, a
template's ``.gitignore`` does not act on this source tree.
"""

import shutil
import tomllib
from pathlib import Path

from workbench.core.errors import NotFoundError
from workbench.core.progress import CancelToken
from workbench.core.project import Template
from workbench.core.resources import resource_path

_CARD = "template.toml"
_DOT = "dot-"
_NOT_COPIED = frozenset({"__pycache__", ".DS_Store"})


def list_templates() -> list[Template]:
    """Return all templates in the order in which their cards are shown."""
    cards = [
        (_order(path), path.parent.name) for path in resource_path("templates").glob(f"*/{_CARD}")
    ]
    return [read_template(template_id) for _, template_id in sorted(cards)]


def read_template(template_id: str) -> Template:
    """Return one template.

    Raises:
        NotFoundError: If there is no template of this id.
    """
    values = tomllib.loads(_card(template_id).read_text("utf-8"))
    return Template(
        id=template_id,
        title=values["title"],
        summary=values["summary"],
        icon=values["icon"],
        note=values["note"].format(files=len(template_files(template_id))),
        script=values.get("script", ""),
        arguments=values.get("arguments", ""),
    )


def template_files(template_id: str) -> dict[str, Path]:
    """Return where each file of a template comes from, by its path in the project.

    Raises:
        NotFoundError: If there is no template of this id.
    """
    root = _card(template_id).parent / "files"
    found = {}
    for source in sorted(root.rglob("*")):
        parts = source.relative_to(root).parts
        if source.is_file() and _NOT_COPIED.isdisjoint(parts):
            found["/".join(_in_project(part) for part in parts)] = source
    return found


def copy_template(template_id: str, folder: Path, cancel: CancelToken) -> tuple[str, ...]:
    """Put a template's files into a folder; a file that is already there is left alone.

    Returns:
        Paths of the new files, relative to the folder.

    Raises:
        NotFoundError: If there is no template of this id.
        CanceledError: If asked to stop; files that were already copied stay.
        OSError: If a file cannot be written.
    """
    copied = []
    for path, source in template_files(template_id).items():
        cancel.check("Creating the project")
        target = folder / path
        if target.exists() or target.is_symlink():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        # Contents only: an installed template may be read-only, a project's files may not.
        shutil.copyfile(source, target)
        copied.append(path)
    return tuple(copied)


def _card(template_id: str) -> Path:
    known = {path.parent.name: path for path in resource_path("templates").glob(f"*/{_CARD}")}
    if template_id not in known:
        raise NotFoundError("Template not found", f"There is no template {template_id}.")
    return known[template_id]


def _order(card: Path) -> int:
    order: int = tomllib.loads(card.read_text("utf-8"))["order"]
    return order


def _in_project(part: str) -> str:
    return f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part
