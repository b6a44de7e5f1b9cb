"""What ``wb history`` does with lists of runs."""

from collections.abc import Callable
from typing import Any

from workbench.cli.answer import Answer, Record, lines
from workbench.cli.choosing import chosen
from workbench.cli.opening import opened_project
from workbench.cli.output import asked_format
from workbench.cli.records import run_record
from workbench.core.run import Run
from workbench.operations.find_run import find_run
from workbench.operations.project_context import ProjectContext
from workbench.operations.put_aside_runs import archive_runs, delete_runs, undelete_runs
from workbench.operations.run_artifacts import list_artifacts

_TABLE = "table"


def list_runs(
    cmd: Any,
    *,
    filter_text: str = "",
    top: int | None = None,
    archived: bool = False,
    deleted: bool = False,
    project: str | None = None,
) -> list[Record]:
    """List the runs of the project."""
    with opened_project(project) as opened:
        store = opened.context.store
        text = f"{filter_text} archived=yes" if archived else filter_text
        found = chosen(store.list_runs(deleted=deleted), text, top, deleted=deleted)
        # A table has no column for them.
        if asked_format(cmd.cli_ctx.invocation) == _TABLE:
            return [run_record(run) for run in found]
        return [full_record(opened.context, run) for run in found]


def show_last(*, project: str | None = None) -> Record:
    """Show the newest run."""
    with opened_project(project) as opened:
        return full_record(opened.context, find_run(opened.context, "last"))


def archive(run: list[str], *, project: str | None = None) -> Answer:
    """Put runs aside."""
    return _put_aside(run, project, archive_runs, "Archived", "unarchive")


def unarchive(run: list[str], *, project: str | None = None) -> Answer:
    """Put archived runs back into the list."""

    def put_back(context: ProjectContext, runs: list[Run]) -> list[Run]:
        return archive_runs(context, runs, archived=False)

    return _put_aside(run, project, put_back, "Back in the list:", "archive")


def delete(run: list[str], *, project: str | None = None) -> Answer:
    """Delete runs."""
    return _put_aside(run, project, delete_runs, "Deleted", "undelete")


def undelete(run: list[str], *, project: str | None = None) -> Answer:
    """Bring deleted runs back."""
    return _put_aside(run, project, undelete_runs, "Back in the list:", "delete")


def full_record(context: ProjectContext, run: Run) -> Record:
    """Return a run with the names of its files."""
    names = [artifact.name for artifact in list_artifacts(context, run)]
    return {**run_record(run), "attachments": ",".join(names)}


def _put_aside(
    texts: list[str],
    project: str | None,
    act: Callable[[ProjectContext, list[Run]], list[Run]],
    said: str,
    back: str,
) -> Answer:
    with opened_project(project) as opened:
        wanted = [find_run(opened.context, text, deleted=back == "delete") for text in texts]
        done = act(opened.context, wanted)
    numbers = " ".join(str(run.number) for run in done)
    names = ", ".join(f"#{run.number}" for run in done)
    text = lines(f"{said} {names}.", f"Take it back with: wb history {back} --run {numbers}")
    return Answer([run_record(run) for run in done], text)
