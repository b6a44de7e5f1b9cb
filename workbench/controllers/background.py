"""What controllers need to work off the UI thread; the application provides it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar

from workbench.core.progress import Progress, Report

P = ParamSpec("P")
T = TypeVar("T")

LIBRARY_LANE = "library"
READ_LANE = "reads"


def project_lane(project_id: str) -> str:
    """Return the name of the lane on which everything that changes one project runs, in order."""
    return f"project {project_id}"


def log_lane(project_id: str) -> str:
    """Return the name of the lane for polling one project's runs, apart from its snapshots."""
    return f"runs {project_id}"


def queue_lane(project_id: str) -> str:
    """Return the name of the lane that records one project's new runs, in the order asked for."""
    return f"queue {project_id}"


def copies_lane(project_id: str) -> str:
    """Return the name of the lane that writes one project's snapshots into new folders."""
    return f"copies {project_id}"


def downloads_lane(project_id: str) -> str:
    """Return the name of the lane that downloads files of one project's runs."""
    return f"downloads {project_id}"


def sharing_lane(project_id: str) -> str:
    """Return the name of the lane that looks how much of one project could be pushed."""
    return f"sharing {project_id}"


def survey_lane(project_id: str) -> str:
    """Return the name of the lane that looks at one project's folder and changes its rules."""
    return f"survey {project_id}"


def care_lane(project_id: str) -> str:
    """Return the name of the lane that checks and tidies one project's history."""
    return f"care {project_id}"


def repository_lane(project_id: str) -> str:
    """Return the name of the lane that waits for git in the user's repository of one project."""
    return f"repository {project_id}"


class Background(Protocol):
    """Tasks of the event loop and lanes of threads."""

    def spawn(self, coroutine: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Start a task that is owned, named, and whose errors are reported."""
        ...

    async def run(
        self, lane: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a blocking function on a lane's only thread and wait for its result.

        The function goes on even if the waiting task is canceled; use a ``CancelToken``.
        """
        ...

    def reporter(self, receive: Callable[[Progress], None]) -> Report:
        """Return a report callback for another thread that calls ``receive`` on the UI thread."""
        ...
