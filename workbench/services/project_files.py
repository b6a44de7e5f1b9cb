"""``.azureml/project.json``: which project a folder is.

The file is shared with everybody who has the folder, so it only ever gets the id, name,
description and Git address. Keys of others, such as the ``Scope`` that the original wrote, are
kept as they stand.
"""

import json
import re
import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.core.project import Project, project_name_problem
from workbench.services.safe_files import os_error_reason, write_atomically

PROJECT_FILE = PurePosixPath(".azureml/project.json")
_SCOPE_NAME = re.compile(r"/projects/([^/]+)/?$")


def new_project_id() -> str:
    """Return a new GUID, lower case with dashes."""
    return str(uuid.uuid4())


def project_name_from(text: str) -> str:
    """Return a valid project name that is as near to this text as the rules allow."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:64].rstrip("-.")
    return "project" if project_name_problem(name) else name


def read_project(folder: Path) -> Project | None:
    """Return the project that a folder says it is, or ``None`` if it says nothing.

    Raises:
        WorkbenchError: If the file is there but cannot be used; it names the file and line.
    """
    path = folder / PROJECT_FILE
    values = _read(path)
    if values is None:
        return None
    return Project(
        id=_project_id(path, values),
        name=_name(values, folder),
        folder=folder,
        description=_text(values, "Description"),
        repo=_text(values, "Repo"),
    )


def write_project(project: Project) -> bool:
    """Store a project's id, name, description and address in its folder; keep all other keys.

    A file that already says the same is left alone, byte for byte.

    Returns:
        Whether anything was written.

    Raises:
        WorkbenchError: If the present file is damaged or the folder cannot be written.
    """
    path = project.folder / PROJECT_FILE
    values = _read(path)
    changed = dict(values or {})
    if values is None or _project_id(path, values) != project.id:
        changed["Id"] = project.id
    wanted = {"Name": project.name, "Description": project.description, "Repo": project.repo}
    for key, value in wanted.items():
        if value or key in changed:
            changed[key] = value
    if values is not None and changed == values:
        return False
    text = json.dumps(changed, indent=2, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise WorkbenchError(
            "The project file can't be written",
            f"{path} wasn't changed because {os_error_reason(error)}.",
            hint="Check that you may write to this folder.",
            details=str(error),
            retry=True,
        ) from error
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, os_error_reason(error), hint="") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "it isn't UTF-8 text") from error
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise _unreadable(path, f"line {error.lineno} isn't valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise _unreadable(path, "it is nested too deeply") from error
    if not isinstance(values, dict):
        raise _unreadable(path, "line 1 must start an object with { }")
    return values


def _unreadable(path: Path, reason: str, *, hint: str | None = None) -> WorkbenchError:
    return WorkbenchError(
        "The project file can't be read",
        f"{path} can't be used: {reason}. Nothing was changed.",
        hint="Correct the file, or put back an earlier copy of it." if hint is None else hint,
    )


def _project_id(path: Path, values: dict[str, Any]) -> str:
    try:
        return str(uuid.UUID(_text(values, "Id")))
    except ValueError as error:
        line = _line_of(path, '"Id"')
        raise _unreadable(path, f"line {line} must hold an Id that is a GUID") from error


def _line_of(path: Path, text: str) -> int:
    lines = path.read_text("utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def _name(values: dict[str, Any], folder: Path) -> str:
    """Old files hold no name: then it is the last part of the scope, or the folder's name."""
    name = _text(values, "Name")
    if not name:
        scope = _SCOPE_NAME.search(_text(values, "Scope"))
        name = scope[1] if scope else folder.name
    return project_name_from(name)


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
