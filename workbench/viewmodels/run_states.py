"""What the run pages show, as the window hands it to them."""

from dataclasses import dataclass, field

from workbench.core.metric import MetricSeries
from workbench.core.restore import FileChange
from workbench.core.run import Output, Run, RunStatus
from workbench.core.snapshot import LeftOut, NotCaptured
from workbench.viewmodels.beside_run import FOLDER, BesideState
from workbench.viewmodels.run_files_words import RunFilesState


def elsewhere(run: Run) -> str:
    """Return on which computer a run was, for people; empty for this one."""
    if not run.machine or run.status is RunStatus.IMPORTED:
        return ""
    return run.environment.host or "another computer"


def again_problem(run: Run, blocked: str) -> str:
    """Return why a run can't be run again; empty when it can."""
    return blocked if run.can_run_again else "Only the snapshot of this run is known"


def since_words(state: "RunDetailState") -> str:
    """Return since when a run's code changed, for example ``"since #125"``; empty if not known."""
    if state.beside.base == FOLDER:
        return f"after #{state.run.number}"
    base = state.previous
    if base is None:
        return ""
    return f"{'since' if base.number < state.run.number else 'compared with'} #{base.number}"


@dataclass(frozen=True, slots=True)
class RunListState:
    """What the Run List shows around its table. The runs themselves come from the model.

    Attributes:
        script: Script that the action of the empty list runs; empty hides the action.
        loading: Whether the runs are still being read, so that nothing is said about none.
        restore_blocked: Why nothing can be restored now; empty when it can.
        run_blocked: Why nothing can be run now; empty when it can.
        unprepared: Whether scripts run without an environment that holds their packages.
    """

    script: str = ""
    loading: bool = False
    restore_blocked: str = ""
    run_blocked: str = ""
    unprepared: bool = False


@dataclass(frozen=True, slots=True)
class RunDetailState:
    """One run. The log comes as bytes, the preview of an output as its content.

    Attributes:
        run: The run.
        position: Its place in the list, from 1; 0 when it is not in the list.
        total: Number of runs in the list.
        newer: Id of the run one further up, empty for none.
        older: Id of the run one further down, empty for none.
        previous: The run that the code is compared with; ``None`` for the folder as it is now.
        metrics: Everything it logged; ``None`` while that is being read.
        outputs: Its output files; ``None`` while they are not known.
        changes: Files that differ from ``previous``; ``None`` while they are not known.
        changes_problem: Why the changes can't be told; empty when they can.
        not_captured: What its snapshot could not hold.
        left_out: What rules left out of it.
        history_branch: Branch that holds its snapshot.
        failure_line: Last exception line of its log, empty when there is none.
        restore_blocked: Why its snapshot can't be restored now; empty when it can.
        run_blocked: Why it can't be run again now; empty when it can.
        is_snapshot_missing: Whether its snapshot is not in the history on this computer.
        beside: What is put beside it.
        files: Where its log and its outputs are; ``None`` while that is not known.
    """

    run: Run
    position: int = 0
    total: int = 0
    newer: str = ""
    older: str = ""
    previous: Run | None = None
    metrics: tuple[MetricSeries, ...] | None = None
    outputs: tuple[Output, ...] | None = None
    changes: tuple[FileChange, ...] | None = None
    changes_problem: str = ""
    not_captured: tuple[NotCaptured, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    history_branch: str = ""
    failure_line: str = ""
    restore_blocked: str = ""
    run_blocked: str = ""
    is_snapshot_missing: bool = False
    beside: BesideState = field(default_factory=BesideState)
    files: RunFilesState | None = None
