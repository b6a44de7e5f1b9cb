"""What the box for the address of a Git repo shows, as a value."""

from dataclasses import dataclass, field

from workbench.core.history_sync import RepoFacts, SyncStatus


@dataclass(frozen=True, slots=True)
class RepoCheck:
    """What is known about an address that was typed.

    Attributes:
        text: The address; empty when nothing was typed.
        problem: Why it can't be used, in a sentence or two.
        details: The server's own words about that.
        facts: What the repo says about itself, when it has answered.
        is_checking: Whether it is being asked.
        was_asked: Whether the problem is what the repo, or the way to it, answered.
        needs_access: Whether the server wants to know who the user is.
        clean: The address without the secret that was typed in it; empty if there is none.
    """

    text: str = field(default="", repr=False)
    problem: str = ""
    details: str = ""
    facts: RepoFacts | None = None
    is_checking: bool = False
    was_asked: bool = False
    needs_access: bool = False
    clean: str = ""


@dataclass(frozen=True, slots=True)
class RepoState:
    """The Git repo of the open project.

    Attributes:
        project_id: The project.
        repo: Its address; empty while it is not linked.
        web: Where a browser shows it; empty if no browser can.
        status: Where the history stands.
        check: What is known about the address that is typed.
        is_linking: Whether it is being linked.
        problem: Why it was not linked, in a sentence or two.
        access: What the user reaches it with, for example ``"Access token"``; empty for nothing.
        is_azure: Whether Azure AD is of use there.
    """

    project_id: str = ""
    repo: str = ""
    web: str = ""
    status: SyncStatus = field(default_factory=SyncStatus)
    check: RepoCheck = field(default_factory=RepoCheck)
    is_linking: bool = False
    problem: str = ""
    access: str = ""
    is_azure: bool = False
