"""What ``wb experiment`` does."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.cli.answer import Answer, ExitCode, facts, lines
from workbench.cli.following import LogOutput, follow
from workbench.cli.opening import Opened, current_folder, opened_project
from workbench.cli.records import run_record
from workbench.cli.terminal import cancelled, confirm, working
from workbench.core.errors import InvalidInputError
from workbench.core.run import Run, RunStatus
from workbench.core.wording import count, format_duration, format_size
from workbench.operations.cancel_run import cancel_run
from workbench.operations.collect_diagnostics import collect_diagnostics
from workbench.operations.find_run import find_run
from workbench.operations.follow_run import RunFollower
from workbench.operations.prepare_environment import plan_environment, prepare_environment
from workbench.operations.ready_runs import ReadyRuns
from workbench.operations.run_request import WantedRun, run_request
from workbench.operations.submit_run import submit_run

_LAST = "last"
_LOCAL = "local"
_DIAGNOSTICS = "diagnostics.zip"
_SIGNALED = 128
_CANCEL_SECONDS = 15.0


def submit(
    cmd: Any,
    *,
    words: list[str],
    configuration: str | None = None,
    project: str | None = None,
    wait: bool = False,
    no_wait: bool = False,
) -> Answer:
    """Run a script."""
    if wait and no_wait:
        raise InvalidInputError("wait", "--wait and --no-wait can't be used together")
    # A double dash may stand before the script.
    script, *arguments = (words[1:] if words[:1] == ["--"] else words) or [""]
    # It gets ready while the project is opened.
    with closing(ReadyRuns()) as ready:
        ready.prepare()
        return _submit(cmd, (script, *arguments), configuration, project, ready, waits=not no_wait)


def _submit(
    cmd: Any,
    words: tuple[str, ...],
    configuration: str | None,
    project: str | None,
    ready: ReadyRuns,
    *,
    waits: bool,
) -> Answer:
    script, *arguments = words
    with opened_project(project, recover=True) as opened:
        wanted = WantedRun(configuration or "", script, tuple(arguments), current_folder())
        request = run_request(opened.library, opened.project, wanted)
        output = LogOutput(cmd)
        with working() as (report, token):
            run = submit_run(
                replace(opened.context, spare=ready),
                request,
                report=report,
                cancel=token,
                on_created=lambda new: output.say(f"RunId: {new.id}"),
                on_growth=lambda growth: output.say(
                    f"Warning: the snapshot stores {growth.words}. Leave files out in .gitignore."
                ),
            )
        if waits:
            run = follow(opened.context, run, output)
        return Answer(run_record(run), _ending_text(run, waited=waits), _code(run))


def show_state(*, run: str = _LAST, project: str | None = None) -> Answer:
    """Show the state of a run."""
    with opened_project(project) as opened:
        found = find_run(opened.context, run)
    return Answer(run_record(found), facts(_state(found)))


def cancel(run: str, *, project: str | None = None) -> Answer:
    """End a run."""
    with opened_project(project) as opened:
        found = find_run(opened.context, run)
        if not found.status.is_active:
            text = lines(f"Run #{found.number} has ended already: {found.status.label}.")
            return Answer(run_record(found), text)
        cancel_run(opened.context, found.id)
        ended = _wait_for_end(opened, found)
    if ended.status.is_active:
        return Answer(run_record(ended), lines(f"Run #{ended.number} was asked to end."))
    return Answer(run_record(ended), lines(f"Run #{ended.number}: {ended.status.label}."))


def prepare(
    *, configuration: str = _LOCAL, project: str | None = None, yes: bool = False
) -> Answer:
    """Install the packages of the project."""
    with opened_project(project) as opened:
        plan = plan_environment(opened.project, configuration)
        question = "Replace .venv, which Workbench didn't make?"
        if plan.replaces_own and not confirm(question, yes=yes):
            raise cancelled()
        with working() as (report, token):
            python = prepare_environment(
                opened.project,
                configuration=configuration,
                replace_own=plan.replaces_own,
                report=report,
                cancel=token,
            )
    data = {
        "interpreter": python.path,
        "version": python.version,
        "packages": list(plan.packages),
        "left_out": list(plan.left_out),
    }
    said = f"The environment is ready: {python.label}, {count(len(plan.packages), 'package')}."
    return Answer(data, lines(said, *plan.notes))


def write_diagnostics(run: str, *, project: str | None = None, file: str = _DIAGNOSTICS) -> Answer:
    """Write a zip file about a run."""
    with opened_project(project) as opened:
        found = find_run(opened.context, run)
        target = current_folder() / Path(file).expanduser()
        made = collect_diagnostics(opened.library, opened.context, found, target)
    data = {
        "path": str(made.path),
        "entries": [{"name": name, "size": size} for name, size in made.entries],
    }
    held = [f"  {format_size(size):>8}  {name}" for name, size in made.entries]
    said = "Secrets are replaced by <hidden> as far as they can be told; look before you send it."
    return Answer(data, lines(f"Wrote {made.path}. It holds:", *held, said))


def _wait_for_end(opened: Opened, run: Run) -> Run:
    return RunFollower(opened.context, run.id).follow(seconds=_CANCEL_SECONDS)


def _state(run: Run) -> dict[str, object]:
    return {
        "run": f"#{run.number} {run.id}",
        "script": f"{run.request.script} {run.arguments_text}".strip(),
        "state": run.status.value.capitalize(),
        "duration": format_duration(run.duration(datetime.now(UTC))),
        "exit code": run.exit_code,
        "message": run.reason,
    }


def _ending_text(run: Run, *, waited: bool) -> str:
    if not waited:
        return lines(
            f"Run #{run.number} is {run.status.value}.",
            f"Look at it with: wb experiment status --run {run.number}",
        )
    title = "Execution Details"
    shown = {
        "RunId": run.id,
        "Run number": run.number,
        "Status": run.status.value.capitalize(),
        "Duration": format_duration(run.duration(datetime.now(UTC))),
        "Reason": run.reason,
        **dict(run.metrics),
    }
    return lines("", title, "=" * len(title)) + facts(shown) + lines(*run.notes)


def _code(run: Run) -> int:
    """Return the exit code of the script as a shell would tell it."""
    if run.status.is_active or run.status is RunStatus.COMPLETED:
        return ExitCode.OK
    if run.status is RunStatus.CANCELED:
        return ExitCode.INTERRUPTED
    if not run.exit_code:
        return ExitCode.ERROR
    return run.exit_code if run.exit_code > 0 else _SIGNALED - run.exit_code
