"""What the window shows, as values: the shell, the project pages and the settings."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workbench.core.history_sync import SyncStatus
from workbench.core.progress import Progress
from workbench.core.project import ListedProject, Project, Template
from workbench.core.run import Interpreter, Run, Script
from workbench.core.run_configuration import ComputeTarget
from workbench.core.run_files import FilesToShare
from workbench.core.settings import ThemeMode
from workbench.core.snapshot import FolderHolding
from workbench.core.snapshot_choices import SnapshotChoices


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    """An entry of the project switcher and of the palette."""

    id: str
    name: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class RunBarState:
    """What the run bar offers for the open project.

    Attributes:
        project: The open project; ``None`` without one.
        projects: Projects that can be switched to, newest first.
        targets: Names of compute targets.
        target: The chosen one.
        scripts: Scripts of the project.
        script: Path of the chosen one.
        arguments: The argument line.
        history: Earlier argument lines, newest first.
        interpreters: What can run the script.
        interpreter: Path of the chosen one.
        blocked: Why nothing can be run now; empty when it can.
        restoring: That the folder is being restored, in words; empty when it is not.
        again: The run that "Run again" repeats, for example ``"#128 train.py"``; empty for none.
        jobs: Number of runs that are preparing, queued or running, in all projects.
        waiting: How many of them are queued.
        looking: Whether scripts and interpreters are being looked for, the first time; scripts
            are found before interpreters.
        known: Whether it is known which there are; else nothing is said about none.
        all_searched: Whether every folder was searched for scripts.
    """

    project: ProjectChoice | None = None
    projects: tuple[ProjectChoice, ...] = ()
    targets: tuple[str, ...] = ("local",)
    target: str = "local"
    scripts: tuple[Script, ...] = ()
    script: str = ""
    arguments: str = ""
    history: tuple[str, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    interpreter: str = ""
    blocked: str = ""
    restoring: str = ""
    again: str = ""
    jobs: int = 0
    waiting: int = 0
    looking: bool = False
    known: bool = True
    all_searched: bool = True


@dataclass(frozen=True, slots=True)
class RunIntent:
    """What the user asked the run bar to run, as typed.

    Attributes:
        script: Path relative to the project folder.
        arguments: The argument line, not yet split.
        interpreter: Path of the interpreter.
        target: Name of the compute target.
        note: Words to keep with the snapshot.
    """

    script: str
    arguments: str
    interpreter: str
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that happened and can be looked at later.

    Attributes:
        id: Given back when the user chooses it.
        title: What happened.
        text: One sentence more.
        kind: ``"info"``, ``"ok"``, ``"warn"`` or ``"bad"``.
        time: When (UTC).
        read: Whether the list was open since.
    """

    id: str
    title: str
    text: str = ""
    kind: str = "info"
    time: datetime | None = None
    read: bool = False


@dataclass(frozen=True, slots=True)
class StatusState:
    """The line at the foot of the window.

    Attributes:
        branch: Branch of the user's own repository; empty without one.
        changed_files: Number of files not committed there.
        history: State of the run history, for example ``"12 snapshots"``; empty without a project.
        history_tip: More about it.
        history_icon: Name of the icon before it.
        history_kind: ``"text_2"``, or ``"warn"`` when the user should look at it.
        activity: Work going on in the background.
        can_cancel: Whether that work can be stopped.
        notifications: Newest first.
    """

    branch: str = ""
    changed_files: int = 0
    history: str = ""
    history_tip: str = ""
    history_icon: str = "history"
    history_kind: str = "text_2"
    activity: Progress | None = None
    can_cancel: bool = False
    notifications: tuple[Notification, ...] = ()


@dataclass(frozen=True, slots=True)
class JobRow:
    """A run in the Jobs panel.

    Attributes:
        run: The run.
        project: Name of its project when it is not the open one.
        progress: How far its snapshot or its own work is, when known.
    """

    run: Run
    project: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Work in the Jobs panel that is no run, for example an environment that is prepared.

    Attributes:
        id: Given back when the user cancels it.
        progress: How far it is.
        started: When it began (UTC).
        project: Name of its project.
        canceling: Whether it was asked to stop.
    """

    id: str
    progress: Progress
    started: datetime
    project: str = ""
    canceling: bool = False


@dataclass(frozen=True, slots=True)
class JobsState:
    """The Jobs panel: active runs of all projects, and what finished today.

    Attributes:
        active: Preparing, running and queued runs.
        finished: Runs that ended today, newest first.
        now: The present time (UTC), for durations.
        canceling: Ids of runs that were asked to stop.
        activities: Work that is no run.
    """

    active: tuple[JobRow, ...] = ()
    finished: tuple[JobRow, ...] = ()
    now: datetime | None = None
    canceling: frozenset[str] = frozenset()
    activities: tuple[ActivityRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A row of the Projects page.

    Attributes:
        listed: The project.
        run_count: Number of runs.
        recent: Its newest runs, newest first.
        metric: Name of its main metric, empty when none was logged.
        metric_values: That metric in the newest runs, oldest first.
        has_active: Whether something runs in it.
        sync: Where its history stands towards its Git repo.
    """

    listed: ListedProject
    run_count: int = 0
    recent: tuple[Run, ...] = ()
    metric: str = ""
    metric_values: tuple[float, ...] = ()
    has_active: bool = False
    sync: SyncStatus = field(default_factory=SyncStatus)


@dataclass(frozen=True, slots=True)
class ProjectsState:
    """The Projects page.

    Attributes:
        rows: All listed projects, newest first.
        templates: What a new project can start from.
        current: Id of the open project.
        home: The user's home folder, shown as ``~``.
        now: The present time (local).
        loading: Whether the list is still being read.
    """

    rows: tuple[ProjectRow, ...] = ()
    templates: tuple[Template, ...] = ()
    current: str = ""
    home: str = ""
    now: datetime | None = None
    loading: bool = False


@dataclass(frozen=True, slots=True)
class NewProjectState:
    """What the New project dialog offers.

    Attributes:
        templates: All templates.
        template: Id of the one chosen at first.
        folder: Folder that gets the project's folder.
        workspaces: Names of existing workspaces.
        workspace: The one chosen at first.
    """

    templates: tuple[Template, ...]
    template: str
    folder: Path
    workspaces: tuple[str, ...]
    workspace: str


@dataclass(frozen=True, slots=True)
class ProjectPageState:
    """The Project page.

    Attributes:
        project: The open project.
        workspace: Workspace it is in.
        template: Title of the template it was made from, empty when adopted.
        interpreter: What runs its scripts.
        can_prepare: Whether a private environment can be prepared from its list of packages.
        snapshots: Number of snapshots; negative while not known.
        runs: Number of runs.
        history_size: Bytes that history and runs take on disk; negative while not known.
        reclaimed: Bytes that tidying the history gave back in this session.
        holding: What a snapshot taken now would hold; ``None`` while that is not known.
        choices: What the user decided about snapshots.
        holding_problem: Why that can't be told; empty if it can.
        check: What the last check of the history found, in words; empty if there was none.
        check_is_bad: Whether it found runs that can't be restored.
        checking_history: Whether the history is being checked.
        checking: File that is checked whether it is a Python; empty for none.
        shares_files: Whether logs and outputs go to the Git repo with the history.
        to_share: What of them is not there; ``None`` while that is not known.
        interpreters: The Pythons of this computer.
        looking: Whether they are still looked for.
        running: Numbers of the project's active runs.
        targets: Compute targets that ``aml_config/`` describes.
        targets_problem: Why one of them can't be shown; empty if all are.
    """

    project: Project
    workspace: str = ""
    template: str = ""
    interpreter: Interpreter | None = None
    can_prepare: bool = False
    snapshots: int = -1
    runs: int = 0
    history_size: int = -1
    reclaimed: int = 0
    holding: FolderHolding | None = None
    choices: SnapshotChoices = field(default_factory=SnapshotChoices)
    holding_problem: str = ""
    check: str = ""
    check_is_bad: bool = False
    checking_history: bool = False
    checking: str = ""
    shares_files: bool = False
    to_share: FilesToShare | None = None
    interpreters: tuple[Interpreter, ...] = ()
    looking: bool = False
    running: tuple[int, ...] = ()
    targets: tuple[ComputeTarget, ...] = ()
    targets_problem: str = ""


@dataclass(frozen=True, slots=True)
class SettingsState:
    """The Settings page.

    Attributes:
        theme: The colours that the window uses.
        zoom: Scale of all sizes in percent.
        projects_folder: Where a new project goes by default.
        data_folder: Where Workbench keeps runs and history (shown only).
        follow_folders: Whether the folders of open projects are followed.
    """

    theme: ThemeMode = ThemeMode.SYSTEM
    zoom: int = 100
    projects_folder: str = ""
    data_folder: str = ""
    follow_folders: bool = True


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """An entry of the palette beside the commands.

    Attributes:
        kind: ``"project"``, ``"run"`` or ``"filter"``.
        id: Project id, run id, or name of a saved filter.
        title: Shown and searched.
        detail: Shown in grey and searched.
    """

    kind: str
    id: str
    title: str
    detail: str = ""
