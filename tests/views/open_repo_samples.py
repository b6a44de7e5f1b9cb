"""States of the dialog Open from Git repo."""

from dataclasses import replace
from datetime import UTC, datetime

from workbench.core.history_sync import RepoFacts
from workbench.core.repo_project import LastRun, RepoLook, RepoProject
from workbench.viewmodels.open_repo_state import OpenRepoState
from workbench.viewmodels.repo_states import RepoCheck

URL = "https://git.example.com/iris"
ID = "7d1c0000-0000-4000-8000-00000000c4d8"
OTHER = "9e2d0000-0000-4000-8000-00000000c4d8"
_FACTS = RepoFacts("main", (f"AzureMLHistory/{ID}", "main"))
_LAST = LastRun(12, datetime(2026, 5, 12, 10, 42, tzinfo=UTC), "lab-pc", "1" * 40)
_IRIS = RepoProject(ID, "1" * 40, "iris", 12, _LAST)
_OLD = RepoProject(OTHER, "2" * 40)


def asking() -> OpenRepoState:
    return OpenRepoState(RepoCheck(URL, is_checking=True))


def found() -> OpenRepoState:
    check = RepoCheck(URL, facts=_FACTS)
    return OpenRepoState(check, RepoLook(_FACTS, (_IRIS,)), "/home/me/iris")


def several() -> OpenRepoState:
    return replace(found(), look=RepoLook(_FACTS, (_IRIS, _OLD)))


def empty() -> OpenRepoState:
    facts = RepoFacts("main", ("main",))
    return OpenRepoState(RepoCheck(URL, facts=facts), RepoLook(facts), "/home/me/iris")


def listed() -> OpenRepoState:
    known = replace(_IRIS, listed="/home/me/iris-species")
    return replace(found(), look=RepoLook(_FACTS, (known,)))


def no_access() -> OpenRepoState:
    problem = "dev.azure.com wants to know who you are."
    url = "https://dev.azure.com/contoso/Lab/_git/Iris"
    return OpenRepoState(RepoCheck(url, problem, "401", needs_access=True))


def with_secret() -> OpenRepoState:
    return OpenRepoState(RepoCheck(URL, "A secret is in the address.", clean=URL))


def branchless() -> OpenRepoState:
    facts = RepoFacts("", (f"AzureMLHistory/{ID}",))
    return replace(found(), check=RepoCheck(URL, facts=facts), look=RepoLook(facts, (_IRIS,)))
