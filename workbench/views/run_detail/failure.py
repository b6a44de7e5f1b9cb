"""What is said about a run that did not end well, or that can't be followed."""

from workbench.core.run import Run, RunStatus
from workbench.core.wording import format_duration
from workbench.viewmodels.run_states import RunDetailState

BannerContent = tuple[str, str, str, tuple[tuple[str, str], ...]]
NO_LOG = "There is no log: only the snapshot of this run is known."
_IMPORTED = "Another program saved it, such as the old Workbench. It can be compared and restored."
NOTHING: BannerContent = ("bad", "", "", ())


def failure_banner(state: RunDetailState) -> BannerContent:
    """Return kind, title, text and buttons of the banner; no title for nothing to say."""
    run = state.run
    text = state.failure_line or run.reason
    show = (("log", "Show in log"),) if run.started is not None else ()
    if not state.run_blocked:
        show = (*show, ("again", "Run again"))
    match run.status:
        case RunStatus.FAILED:
            return "bad", _failed_title(run), text, show
        case RunStatus.INTERRUPTED:
            return "warn", f"{run.script_name} was interrupted{_after(run)}", text, show
        case RunStatus.IMPORTED:
            return "info", run.reason or "Imported snapshot", _IMPORTED, ()
        case status if status.is_active and run.reason:
            return "warn", "This run can't be followed at the moment", run.reason, ()
        case _:
            return NOTHING


def _failed_title(run: Run) -> str:
    if run.started is None:
        return "The run didn't start"
    if run.exit_code is None:
        return f"{run.script_name} stopped{_after(run)}"
    if run.exit_code < 0:
        return f"{run.script_name} was stopped by signal {-run.exit_code}{_after(run)}"
    return f"{run.script_name} stopped with exit code {run.exit_code}{_after(run)}"


def _after(run: Run) -> str:
    if run.ended is None:
        return ""
    return f" after {format_duration(run.duration(run.ended))}"
