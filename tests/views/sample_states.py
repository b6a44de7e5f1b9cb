"""States of the pages as they look in use, for tests and screenshots."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.core.history_sync import SyncState, SyncStatus
from workbench.core.progress import Progress
from workbench.core.project import FolderState, ListedProject, Project, Template
from workbench.core.run import (
    Interpreter,
    InterpreterKind,
    Run,
    RunRequest,
    RunStatus,
    Script,
)
from workbench.core.run_configuration import ComputeTarget
from workbench.core.run_files import FilesToShare
from workbench.core.snapshot import (
    FolderHolding,
    FolderShare,
    LeftOut,
    LeftOutItem,
    NotCaptured,
    NotCapturedReason,
)
from workbench.viewmodels.states import (
    JobRow,
    JobsState,
    NewProjectState,
    Notification,
    PaletteItem,
    ProjectChoice,
    ProjectPageState,
    ProjectRow,
    ProjectsState,
    RunBarState,
    StatusState,
)

NOW = datetime(2026, 5, 14, 11, 40, tzinfo=UTC)
PYTHON = Interpreter(
    "/home/user/projects/churn-prediction/.venv/bin/python",
    InterpreterKind.VENV,
    "3.11.7",
    ".venv (Python 3.11.7)",
)
SYSTEM_PYTHON = Interpreter(
    "/usr/bin/python3", InterpreterKind.SYSTEM, "3.11.2", "System (Python 3.11.2)"
)
ARGUMENTS = ("--model", "ft-transformer", "--lr", "3e-4", "--epochs", "40", "--seed", "1")
TEMPLATES = (
    Template(
        "blank", "Blank", "Run settings only, or clones a repo", "file", "Blank adds 2 files."
    ),
    Template(
        "classifying-iris",
        "Classifying Iris",
        "Scikit-learn, first run in two minutes",
        "flower-2",
        "Classifying Iris adds 7 files, among them iris_sklearn.py and its data.",
    ),
    Template(
        "linear-regression",
        "Linear regression",
        "Smallest script that logs a metric",
        "chart-scatter",
        "Linear regression adds 4 files.",
    ),
)


def run(
    number: int,
    status: RunStatus = RunStatus.COMPLETED,
    script: str = "train.py",
    project: str = "p1",
    minutes_ago: float = 10,
) -> Run:
    """Return a run that was created some minutes before ``NOW``."""
    created = NOW - timedelta(minutes=minutes_ago)
    waits = status in (RunStatus.QUEUED, RunStatus.PREPARING)
    return Run(
        id=f"{project}_{number}",
        number=number,
        project_id=project,
        status=status,
        request=RunRequest(script, ARGUMENTS, PYTHON),
        created=created,
        started=None if waits else created,
        ended=None if status.is_active else created + timedelta(minutes=5),
        message="CUDA out of memory" if status is RunStatus.FAILED else "",
        metrics=(("val_auc", 0.8869),) if status is RunStatus.COMPLETED else (),
    )


def listed(
    identity: str,
    name: str,
    workspace: str,
    template: str = "",
    *,
    days_ago: float = 0,
    state: FolderState = FolderState.PRESENT,
    repo: str = "",
) -> ListedProject:
    """Return a row of the project list."""
    project = Project(identity, name, Path(f"/home/user/projects/{name}"), repo=repo)
    return ListedProject(project, workspace, NOW - timedelta(days=days_ago), state, template)


AZURE = "https://contoso.visualstudio.com/_git"
CURVE = tuple(0.85 + 0.001 * i + 0.004 * ((i * 7) % 5) / 5 for i in range(30))


def projects() -> ProjectsState:
    """Return the Projects page with two workspaces and a project whose folder is gone."""
    rows = (
        ProjectRow(
            listed("p1", "churn-prediction", "ds-team-weu", repo=f"{AZURE}/churn-prediction"),
            131,
            (
                run(129, RunStatus.RUNNING, minutes_ago=8.2),
                run(128, script="evaluate.py", minutes_ago=20),
                run(127, RunStatus.FAILED, minutes_ago=40),
            ),
            "val_auc",
            CURVE,
            has_active=True,
            sync=SyncStatus(SyncState.WAITING, 1, 1),
        ),
        ProjectRow(
            listed("p2", "bike-demand", "ds-team-weu", days_ago=0.1, repo=f"{AZURE}/bike"),
            45,
            (run(45, RunStatus.PREPARING, project="p2", minutes_ago=1),),
            "val_rmse",
            tuple(60 - 20 * (value - 0.85) * 20 for value in CURVE),
            has_active=True,
            sync=SyncStatus(SyncState.UP_TO_DATE),
        ),
        ProjectRow(
            listed("p3", "invoice-ocr", "ds-team-weu", days_ago=1, repo=f"{AZURE}/invoice-ocr"),
            212,
            (run(212, RunStatus.FAILED, "finetune.py", "p3", 1400),),
            "cer",
            CURVE[::-1],
            sync=SyncStatus(SyncState.SIGN_IN_NEEDED, 4, 4, "Sign-in needed"),
        ),
        ProjectRow(listed("p4", "credit-limit-sim", "ds-team-weu", days_ago=3)),
        ProjectRow(
            listed("p5", "iris-tutorial", "My workspace", "classifying-iris", days_ago=8),
            9,
            (run(9, script="iris_sklearn.py", project="p5", minutes_ago=11_000),),
            "accuracy",
            CURVE[:9],
        ),
        ProjectRow(
            listed(
                "p6",
                "supplier-embeddings",
                "My workspace",
                days_ago=23,
                state=FolderState.MISSING,
            ),
            18,
        ),
    )
    return ProjectsState(rows, TEMPLATES, "p1", "/home/user", NOW)


def run_bar() -> RunBarState:
    """Return the run bar of a project in use."""
    choices = (
        ProjectChoice("p1", "churn-prediction", "/home/user/projects/churn-prediction"),
        ProjectChoice("p2", "bike-demand", "/home/user/projects/bike-demand"),
    )
    return RunBarState(
        project=choices[0],
        projects=choices,
        scripts=(Script("train.py", "python"), Script("src/evaluate.py", "python")),
        script="train.py",
        arguments="--model ft-transformer --lr 3e-4 --epochs 40",
        history=("--model ft-transformer --lr 3e-4", "--model xgb --rounds 800"),
        interpreters=(PYTHON, SYSTEM_PYTHON),
        interpreter=PYTHON.path,
        again="#128 train.py",
        jobs=4,
        waiting=2,
    )


def status() -> StatusState:
    """Return the status bar while something is going on."""
    return StatusState(
        "feature/ft-transformer",
        3,
        "118 snapshots",
        "118 snapshots of 131 runs",
        activity=Progress("snapshot", 0.6, "Saving snapshot of #129", "214 of 630 files"),
        can_cancel=True,
        notifications=(
            Notification("n1", "Restored from run #121", "9 files changed", "ok", NOW),
            Notification("n2", "#127 train.py failed", "CUDA out of memory", "bad", NOW),
        ),
    )


def jobs() -> JobsState:
    """Return the Jobs panel with runs in every section."""
    snapshot = Progress("snapshot", 0.34, "Saving snapshot", "214 of 630 files")
    return JobsState(
        (
            JobRow(run(129, RunStatus.RUNNING, minutes_ago=8.2)),
            JobRow(run(45, RunStatus.PREPARING, project="p2"), "bike-demand", snapshot),
            JobRow(run(130, RunStatus.QUEUED)),
        ),
        (
            JobRow(run(128, script="evaluate.py")),
            JobRow(run(127, RunStatus.FAILED)),
            JobRow(run(44, RunStatus.CANCELED, project="p2"), "bike-demand"),
        ),
        NOW,
    )


def new_project(folder: Path) -> NewProjectState:
    """Return what the New project dialog offers."""
    return NewProjectState(
        TEMPLATES, "classifying-iris", folder, ("My workspace", "ds-team-weu"), "My workspace"
    )


HOLDING = FolderHolding(
    files=630,
    size=84_300_000,
    folders=(
        FolderShare("data/", 12, 71_000_000),
        FolderShare("notebooks/", 8, 9_800_000),
        FolderShare("models/", 61, 2_400_000),
        FolderShare("", 549, 1_100_000),
    ),
    largest=(("data/train.parquet", 64_000_000), ("notebooks/shap_review.ipynb", 8_200_000)),
    left_out=(
        LeftOutItem(LeftOut(".venv/", "pyvenv.cfg", "built-in"), 0),
        LeftOutItem(LeftOut("data/raw/", "data/raw/", ".amlignore"), 3),
        LeftOutItem(LeftOut("outputs/", "/outputs/", ".gitignore"), 12),
    ),
    not_captured=(NotCaptured("run/socket", NotCapturedReason.SPECIAL),),
)


def project_page() -> ProjectPageState:
    """Return the Project page."""
    project = replace(
        listed("7d1c6a52-90fe-4b7d-9c55-0f3ab1e2c4d8", "churn-prediction", "").project,
        description="Predict which customers leave in the next 90 days",
        repo=f"{AZURE}/churn-prediction",
    )
    return ProjectPageState(
        project,
        "ds-team-weu",
        "Classifying Iris",
        PYTHON,
        can_prepare=True,
        snapshots=118,
        runs=131,
        history_size=214_000_000,
        holding=HOLDING,
        check="All 131 runs can be restored: 118 snapshots read, none damaged (Today 10:42)",
        to_share=FilesToShare(131, 402, 96_300_000, 2),
        interpreters=(PYTHON, SYSTEM_PYTHON),
        running=(129,),
        targets=(
            ComputeTarget("docker-python", "docker", image="mcr.microsoft.com/azureml/base"),
            ComputeTarget("local"),
        ),
    )


def palette() -> tuple[PaletteItem, ...]:
    """Return projects and runs for the palette."""
    return (
        PaletteItem("project", "p1", "churn-prediction", "~/projects/churn-prediction"),
        PaletteItem("run", "p1_126", "#126 train.py", "Completed, val_auc 0.8912"),
    )
