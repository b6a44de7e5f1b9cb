"""Comparing runs."""

import json
from datetime import UTC, datetime

from workbench.cli.answer import Answer, Record, lines
from workbench.cli.opening import opened_project
from workbench.cli.records import change_record
from workbench.cli.tables import comparison as comparison_rows
from workbench.cli.terminal import working
from workbench.core.comparison import CompareRequest
from workbench.core.comparison_text import as_json
from workbench.core.errors import InvalidInputError
from workbench.operations.compare_runs import compare_runs
from workbench.operations.diff_runs import CodeDiff, diff_folder, diff_runs, unified_diff
from workbench.operations.find_run import find_run

_MOST = 2


def compare(
    runs: list[str],
    *,
    folder: bool = False,
    differences: bool = False,
    project: str | None = None,
) -> Answer:
    """Put runs side by side."""
    with opened_project(project) as opened:
        ids = tuple(find_run(opened.context, text).id for text in runs)
        request = CompareRequest(ids, with_folder=folder)
        with working() as (_report, cancel):
            found = compare_runs(opened.context, request, datetime.now(UTC), cancel=cancel)
    data: Record = json.loads(as_json(found, only_differences=differences))
    return Answer(data, _comparison_text(data))


def diff(
    runs: list[str],
    *,
    folder: bool = False,
    names_only: bool = False,
    project: str | None = None,
) -> Answer:
    """Show what changed in the code."""
    if len(runs) > _MOST or (folder and len(runs) > 1):
        raise InvalidInputError("runs", "Name one or two runs, or one with --folder")
    with opened_project(project) as opened:
        context = opened.context
        found = [find_run(context, text) for text in runs]
        with working() as (_report, cancel):
            if folder:
                made = diff_folder(context, found[0], cancel)
            else:
                made = diff_runs(context, found[0] if len(found) > 1 else None, found[-1])
        patch = "" if names_only else "".join(unified_diff(context, made))
    records = [change_record(change) for change in made.changes]
    data = {
        "from_run": made.before.number,
        "to_run": made.after.number if made.after else None,
        "changes": records,
        "patch": patch,
    }
    if not names_only:
        return Answer(data, patch or lines(_same(made)))
    named = [f"{record['change'][0].upper()} {record['path']}" for record in records]
    return Answer(data, lines(*named) if named else lines(_same(made)))


def _same(made: CodeDiff) -> str:
    other = f"run #{made.after.number}" if made.after else "the folder"
    return f"Run #{made.before.number} and {other} hold the same files."


def _comparison_text(data: Record) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - not every answer is a table

    rows = comparison_rows(data)
    if not rows:
        return lines("There is no difference.")
    return str(tabulate(rows, headers="keys", tablefmt="simple", disable_numparse=True)) + "\n"
