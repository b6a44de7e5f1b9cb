"""What the dialog Open from Git repo shows, as a value, and its words."""

from dataclasses import dataclass, field
from datetime import datetime

from workbench.core.repo_project import LastRun, RepoFiles, RepoLook, RepoProject
from workbench.core.wording import count, format_moment
from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.repo_words import found_words

_SHORT = 8


@dataclass(frozen=True, slots=True)
class OpenRepoState:
    """What is known of the repo whose address was typed.

    Attributes:
        check: What is known about the address.
        look: Which projects it holds; ``None`` while that is not known.
        folder: A folder that is free for it; empty while none is proposed.
    """

    check: RepoCheck = field(default_factory=RepoCheck)
    look: RepoLook | None = None
    folder: str = ""


def look_words(look: RepoLook) -> str:
    """Return what is to be said about a repo that was looked into."""
    if not look.projects:
        return f"{found_words(look.facts)} It holds no run history."
    if len(look.projects) > 1:
        return f"Repo found, with the run history of {len(look.projects)} projects."
    (project,) = look.projects
    if project.last is None:
        return "Repo found, with snapshots of the old Workbench."
    return f"Repo found, with {count(project.runs, 'run')}."


def project_words(project: RepoProject, now: datetime) -> str:
    """Return a project as one of several, for example "iris, 12 runs, last run Today 10:42"."""
    words = [project.name or project.id[:_SHORT]]
    if project.last is not None:
        moment = project.last.created.astimezone(now.tzinfo)
        words += [count(project.runs, "run"), f"last run {format_moment(moment, now)}"]
    else:
        words.append("imported snapshots")
    return ", ".join(words)


def files_words(
    files: RepoFiles, look: RepoLook | None, project: RepoProject | None, now: datetime
) -> str:
    """Return which files the folder will have, in a sentence."""
    branch = look.facts.default_branch if look is not None else ""
    if files is RepoFiles.BRANCH:
        return f"As on {branch}, the default branch." if branch else "As on the default branch."
    if project is None:
        return "As they were when the last run began."
    what = f"imported snapshot {project.tip[:_SHORT]}"
    if project.last is not None:
        what = last_run_words(project.last, now)
    place = f" The branch is {branch}; what differs is not committed." if branch else ""
    return f"As in {what}.{place}"


def last_run_words(last: LastRun, now: datetime) -> str:
    """Return which run is meant, for example "run #12, Today 10:42 on laptop"."""
    moment = format_moment(last.created.astimezone(now.tzinfo), now)
    return f"run #{last.number}, {moment} on {last.computer or 'another computer'}"


def listed_words(project: RepoProject) -> str:
    """Return that a project is in the list already."""
    return f"This project is in your list already. Its folder is {project.listed}."
