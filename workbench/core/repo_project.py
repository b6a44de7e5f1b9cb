"""Projects that are found in a Git repo, and what is wanted of one."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.history_sync import RepoFacts
from workbench.core.project import DEFAULT_WORKSPACE, SNAPSHOT_BRANCHES

_OF_RUN_ID = re.compile(r"(?P<project>.+?)_\d{13}(?:_.*)?")


class RepoFiles(Enum):
    """Which files a project gets that is opened from a Git repo."""

    BRANCH = "branch"
    LAST_RUN = "last run"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a project that has a snapshot.

    Attributes:
        number: Its number, as it will be in the Run List.
        created: When it was started (UTC).
        computer: Name of the computer that it ran on.
        snapshot: Commit id of its snapshot.
    """

    number: int
    created: datetime
    computer: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class RepoProject:
    """A project whose history is in a Git repo.

    Attributes:
        id: Its GUID.
        tip: Commit id of the newest snapshot.
        name: Its name, as far as its runs tell it; may be empty.
        runs: How many runs it has.
        last: Its last run; ``None`` for a history without run records.
        listed: Its folder, if it is in the project list of this computer; empty if not.
    """

    id: str
    tip: str
    name: str = ""
    runs: int = 0
    last: LastRun | None = None
    listed: str = ""


@dataclass(frozen=True, slots=True)
class RepoLook:
    """What is known of a Git repo before a project is opened from it.

    Attributes:
        facts: Its branches.
        projects: The projects whose history it has, the one that ran last first.
    """

    facts: RepoFacts
    projects: tuple[RepoProject, ...] = ()


@dataclass(frozen=True, slots=True)
class RepoOpening:
    """What is wanted of a project in a Git repo.

    Attributes:
        address: The repo.
        folder: Where the project's folder will be: empty, or not there yet.
        project_id: Which of several projects; empty for the one that the files name, or the only
            one.
        files: Which files the folder gets.
        add: Whether a repo that holds no project becomes one.
        workspace: Where the project goes.
    """

    address: str
    folder: Path
    project_id: str = ""
    files: RepoFiles = RepoFiles.BRANCH
    add: bool = False
    workspace: str = DEFAULT_WORKSPACE


class NoProjectInRepoError(WorkbenchError):
    """A Git repo holds no project; it can be added as one."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "This repo isn't a Workbench project",
            f"{address} has neither .azureml/project.json nor a history.",
            hint="Clone it and add it as a project.",
        )


class SeveralProjectsError(WorkbenchError):
    """A Git repo holds the history of several projects, and none was chosen.

    Attributes:
        ids: Their GUIDs.
    """

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(
            "This repo holds several projects",
            f"It has the history of {', '.join(ids)}.",
            hint="Choose one of them.",
        )
        self.ids = ids


class ProjectListedError(WorkbenchError):
    """The project of a Git repo is in the project list already.

    Attributes:
        project_id: The project.
    """

    def __init__(self, project_id: str, name: str, folder: str) -> None:
        super().__init__(
            f"{name} is in your project list already",
            f"Its folder is {folder}.",
            hint="Open it there.",
        )
        self.project_id = project_id


def projects_of(branches: Iterable[str]) -> tuple[str, ...]:
    """Return the GUIDs of the projects whose history is on branches of these names.

    The old Workbench may have written them with capitals.
    """
    found = [
        name.removeprefix(SNAPSHOT_BRANCHES).lower()
        for name in branches
        if name.startswith(SNAPSHOT_BRANCHES)
    ]
    return tuple(dict.fromkeys(each for each in found if _is_guid(each)))


def project_name_in(run_id: str) -> str:
    """Return the name of the project that a run's id begins with."""
    found = _OF_RUN_ID.fullmatch(run_id)
    return found["project"] if found else ""


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
