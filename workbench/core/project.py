"""Projects, workspaces, and the rules for their names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

DEFAULT_WORKSPACE = "My workspace"
BLANK = "blank"
_NAME = re.compile(r"[A-Za-z0-9._-]{2,64}")
_WORKSPACE_MAX = 64
SNAPSHOT_BRANCHES, RECORD_BRANCHES = "AzureMLHistory/", "AzureMLHistory-records/"
FILE_BRANCHES = "AzureMLHistory-files/"
# What the names of Workbench's own branches in a Git repo start with.
HISTORY_BRANCHES = (SNAPSHOT_BRANCHES, RECORD_BRANCHES, FILE_BRANCHES)


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder as its ``.azureml/project.json`` describes it.

    Attributes:
        id: GUID, lower case with dashes.
        name: Display name.
        folder: Absolute path of the project folder.
        description: Free text.
        repo: URL of the Git remote it is associated with, empty when there is none.
    """

    id: str
    name: str
    folder: Path
    description: str = ""
    repo: str = ""

    @property
    def history_branch(self) -> str:
        """Name of the branch that holds this project's snapshots."""
        return history_branch(self.id)


class FolderState(Enum):
    """What is found where a listed project should be."""

    PRESENT = "present"
    MISSING = "missing"
    OTHER_PROJECT = "other project"


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A row of the project list.

    Attributes:
        project: The project, with the folder it was last seen in.
        workspace: Name of the workspace it is grouped under.
        opened: When it was last opened here (UTC); ``None`` if never.
        folder_state: Whether the folder is still there.
        template: Id of the template it was made from, empty when adopted.
    """

    project: Project
    workspace: str
    opened: datetime | None
    folder_state: FolderState
    template: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A project template.

    Attributes:
        id: Folder name under ``resources/templates``.
        title: Name on its card.
        summary: One line on its card.
        icon: Name of its icon.
        note: What it adds, shown under the cards.
        script: Script that a new project has selected; empty for none.
        arguments: Example arguments for that script.
    """

    id: str
    title: str
    summary: str
    icon: str
    note: str
    script: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class NewProject:
    """What the New project dialog asks for.

    Attributes:
        name: Project name; also the name of the new folder.
        parent: Existing or creatable folder that gets the project's folder.
        template: Id of a template.
        description: Free text.
        workspace: Name of an existing or new workspace.
        repo: Address of a Git repo; empty for none.
        replaces_files: Whether the template's files may take the place of those in the repo.
    """

    name: str
    parent: Path
    template: str = BLANK
    description: str = ""
    workspace: str = DEFAULT_WORKSPACE
    repo: str = ""
    replaces_files: bool = False


def history_branch(project_id: str) -> str:
    """Return the name of the history branch of the project with this id."""
    return f"{SNAPSHOT_BRANCHES}{project_id}"


def histories(branches: Mapping[str, str], branch: str) -> dict[str, str]:
    """Return those of a Git repo's branches that hold a history, the one to push to first.

    The old Workbench may have written the GUID with capitals.

    Args:
        branches: Where each branch of the Git repo is, by its name.
        branch: Name of the history branch; both may be full names.
    """
    names = [name for name in branches if name.casefold() == branch.casefold()]
    return {name: branches[name] for name in sorted(names, key=lambda each: (each != branch, each))}


def is_history(branch: str) -> bool:
    """Whether a branch holds snapshots, run records or files of runs, and no code of people."""
    return branch.startswith(HISTORY_BRANCHES)


def project_name_problem(name: str) -> str:
    """Return what is wrong with a project name, or an empty string."""
    if not name:
        return "Enter a project name"
    if not _NAME.fullmatch(name):
        if len(name) < 2 or len(name) > 64:
            return "Use 2 to 64 characters"
        return "Use A–Z, a–z, 0–9, - _ and . only"
    if name.startswith("-") or name.casefold() == ".git":
        return "Start with a letter or a digit"
    if name.strip(".") == "" or name.endswith("."):
        return "A name can't end with a dot"
    return ""


def workspace_name_problem(name: str) -> str:
    """Return what is wrong with a workspace name, or an empty string."""
    if not name.strip():
        return "Enter a workspace name"
    if len(name) > _WORKSPACE_MAX:
        return f"Use at most {_WORKSPACE_MAX} characters"
    if any(ord(character) < 32 for character in name):
        return "A workspace name can't hold control characters"
    return ""
