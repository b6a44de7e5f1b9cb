"""A project is opened from a Git repo on a computer that knows nothing of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.run_lab import environment
from tests.sync_lab import (
    BRANCH,
    OLD_ID,
    PROJECT_ID,
    Computer,
    bare_repo,
    computer,
    fsck,
    git,
    old_repo,
)
from workbench.core.errors import (
    CanceledError,
    InvalidInputError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import Project, history_branch
from workbench.core.repo_project import (
    NoProjectInRepoError,
    ProjectListedError,
    RepoFiles,
    RepoOpening,
    SeveralProjectsError,
)
from workbench.core.run import Run, RunStatus
from workbench.operations.apply_restore import apply_restore
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.look_into_repo import look_into_repo
from workbench.operations.note_run import note_run
from workbench.operations.open_folder import open_folder
from workbench.operations.open_from_repo import free_project_folder, open_from_repo
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.remove_project import remove_project
from workbench.operations.sync_history import sync_history
from workbench.operations.undo_restore import undo_restore
from workbench.services.app_paths import AppPaths
from workbench.services.git.access import Access, NoCredentials
from workbench.services.project_files import write_project
from workbench.services.project_settings import add_missing_run_settings

ACCESS = Access(NoCredentials())
OLD_BRANCH = history_branch(OLD_ID)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return bare_repo(tmp_path)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Elsewhere(tmp_path / "other") as library:
        yield library


class Elsewhere:
    """The other computer's Workbench."""

    def __init__(self, home: Path) -> None:
        self.paths = AppPaths(home / "data", home / "config", home / "cache", home / "logs")

    def __enter__(self) -> Library:
        self.paths.make_private()
        self.library = Library.open(self.paths)
        return self.library

    def __exit__(self, *_: object) -> None:
        self.library.close()


def wanted(
    repo: Path,
    folder: Path,
    *,
    project_id: str = "",
    files: RepoFiles = RepoFiles.BRANCH,
    add: bool = False,
) -> RepoOpening:
    return RepoOpening(str(repo), folder, project_id, files, add)


def commit(folder: Path, repo: Path, branch: str = "master") -> None:
    """Commit everything in a folder and push it, as its user does."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", branch)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "work")
    git(folder, "push", "-q", str(repo), f"HEAD:{branch}")


def share(one: Computer, repo: Path) -> tuple[Run, Run]:
    """Two runs, of which the second has a file that is not committed."""
    write_project(one.context.project)
    add_missing_run_settings(one.folder)
    one.write(train="print('committed')")
    commit(one.folder, repo)
    first = one.run()
    one.write(train="print('last')", more="print('more')")
    second = one.run(accuracy=0.95)
    assert one.sync().state is SyncState.UP_TO_DATE
    return first, second


def opened(library: Library, project: Project) -> ProjectContext:
    return open_context(library, project)


def left_behind(tmp_path: Path, library: Library) -> list[str]:
    """What there is of projects that were not opened."""
    found = [row.project.name for row in list_projects(library)]
    work, data = tmp_path / "work", library.paths.data
    found += [str(path) for path in work.rglob("*")]
    found += [str(path) for name in ("projects", "opening") for path in (data / name).glob("*")]
    return found


def test_files_runs_and_snapshots_are_there_at_once(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    told: list[Progress] = []
    with computer(tmp_path, str(repo)) as one:
        first, second = share(one, repo)
        before = git(repo, "for-each-ref")
        folder = tmp_path / "work" / "demo"
        project = open_from_repo(library, wanted(repo, folder), ACCESS, report=told.append)
        assert (project.id, project.name, project.repo) == (PROJECT_ID, "demo", str(repo))
        assert (folder / "train.py").read_text() == "print('committed')"
        assert not (folder / "more.py").exists()
        assert git(folder, "remote", "get-url", "origin") == str(repo)
        assert git(folder, "rev-parse", "--abbrev-ref", "@{upstream}") == "origin/master"
        assert git(folder, "branch", "-r", "--list", "*AzureML*") == ""
        assert [row.project.folder for row in list_projects(library)] == [folder]
        context = opened(library, project)
        try:
            runs = context.store.list_runs()
            assert [(run.id, run.number) for run in runs] == [(first.id, 1), (second.id, 2)]
            # The history that had only begun here gave way: nothing was joined.
            assert context.history.tip() == one.tip()
            plan = plan_restore(context, second.id)
            assert {change.path for change in plan.changes} == {"train.py", "more.py"}
            apply_restore(context, plan)
            assert (folder / "more.py").read_text() == "print('more')"
            assert sync_history(context, ACCESS).state is SyncState.UP_TO_DATE
        finally:
            context.close()
        assert [path.name for path in (tmp_path / "work").iterdir()] == ["demo"]
        assert before.splitlines()[0].split()[0] in git(repo, "rev-list", "--all")
    shown = [each.fraction for each in told if each.fraction is not None]
    assert shown == sorted(shown)
    assert shown[-1] == 1.0
    fsck(repo, library.paths.project(PROJECT_ID).history)


def test_the_files_can_be_those_of_the_last_run(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    with computer(tmp_path, str(repo)) as one:
        _, second = share(one, repo)
    look = look_into_repo(library, str(repo), ACCESS)
    (found,) = look.projects
    assert (found.id, found.name, found.runs, found.listed) == (PROJECT_ID, "", 2, "")
    assert found.last is not None
    assert (found.last.number, found.last.computer) == (2, "one")
    assert (found.last.created, found.last.snapshot) == (second.created, second.snapshot)
    folder = tmp_path / "work" / "demo"
    project = open_from_repo(library, wanted(repo, folder, files=RepoFiles.LAST_RUN), ACCESS)
    assert (folder / "train.py").read_text() == "print('last')"
    assert git(folder, "status", "--porcelain").splitlines() == ["M train.py", "?? more.py"]
    context = opened(library, project)
    try:
        undo_restore(context)
    finally:
        context.close()
    assert (folder / "train.py").read_text() == "print('committed')"


def test_a_project_whose_files_were_never_committed_gets_its_name_from_its_snapshot(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    with computer(tmp_path, str(repo)) as one:
        write_project(replace(one.context.project, description="about flowers"))
        one.run()
        one.sync()
    folder = tmp_path / "work" / "elsewhere"
    project = open_from_repo(library, wanted(repo, folder), ACCESS)
    assert (project.id, project.name) == (PROJECT_ID, "demo")
    assert project.description == "about flowers"
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/master"
    assert (folder / "aml_config").is_dir()


def test_which_of_several_projects_has_to_be_said(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    with computer(tmp_path, str(repo)) as one:
        one.run()
        one.sync()
    git(repo, "branch", f"AzureMLHistory/{OLD_ID}", BRANCH)
    look = look_into_repo(library, str(repo), ACCESS)
    assert [each.id for each in look.projects] == [PROJECT_ID, OLD_ID]
    assert look.projects[1].last is None
    folder = tmp_path / "work" / "demo"
    with pytest.raises(SeveralProjectsError) as caught:
        open_from_repo(library, wanted(repo, folder), ACCESS)
    assert set(caught.value.ids) == {PROJECT_ID, OLD_ID}
    assert left_behind(tmp_path, library) == []
    with pytest.raises(NotFoundError):
        open_from_repo(library, wanted(repo, folder, project_id="x"), ACCESS)
    project = open_from_repo(library, wanted(repo, folder, project_id=PROJECT_ID), ACCESS)
    assert project.id == PROJECT_ID


def test_a_repo_without_a_project_can_be_added_as_one(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    work = tmp_path / "plain"
    work.mkdir()
    (work / "train.py").write_text("print(1)\n")
    commit(work, repo)
    assert look_into_repo(library, str(repo), ACCESS).projects == ()
    folder = tmp_path / "work" / "demo"
    with pytest.raises(NoProjectInRepoError):
        open_from_repo(library, wanted(repo, folder), ACCESS)
    assert left_behind(tmp_path, library) == []
    project = open_from_repo(library, wanted(repo, folder, add=True), ACCESS)
    assert (project.name, project.repo) == ("repo", str(repo))
    assert (folder / "train.py").exists()
    assert git(folder, "status", "--porcelain").splitlines() == ["?? .azureml/", "?? aml_config/"]


def test_a_repo_whose_folders_lead_elsewhere_is_refused(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    work, outside = tmp_path / "plain", tmp_path / "outside"
    work.mkdir()
    outside.mkdir()
    (work / ".azureml").symlink_to(outside)
    commit(work, repo)
    with pytest.raises(InvalidInputError, match="is a file or a link"):
        open_from_repo(library, wanted(repo, tmp_path / "work" / "demo", add=True), ACCESS)
    assert left_behind(tmp_path, library) == []
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "program", "words"),
    [
        ("smudge", "no-such-lfs", "The filter lfs, which your Git settings name for weights.bin"),
        ("smudge", "false", "The filter lfs, which your Git settings name for weights.bin"),
        # How git notices this one, and what it says then, is chance.
        ("process", "false", ""),
    ],
)
def test_files_that_need_a_filter_that_fails_are_told(
    tmp_path: Path,
    repo: Path,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    program: str,
    words: str,
) -> None:
    work, folder = tmp_path / "plain", tmp_path / "work" / "demo"
    work.mkdir()
    (work / ".gitattributes").write_text("*.bin filter=lfs -text\n")
    (work / "weights.bin").write_text("version https://git-lfs.github.com/spec/v1\n")
    commit(work, repo)
    before = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text("utf-8")
    settings = tmp_path / "gitconfig"
    lines = f'[filter "lfs"]\n\trequired = true\n\t{key} = {program}\n'
    settings.write_text(before + lines)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    with pytest.raises(WorkbenchError, match="couldn't be cloned") as caught:
        open_from_repo(library, wanted(repo, folder, add=True), ACCESS)
    assert words in caught.value.text
    assert ("Git LFS" in caught.value.hint) or not words
    assert left_behind(tmp_path, library) == []
    settings.write_text(before + lines.replace(program, "cat").replace("process", "smudge"))
    open_from_repo(library, wanted(repo, folder, add=True), ACCESS)
    assert (folder / "weights.bin").read_text().startswith("version")


def test_a_listed_project_is_not_opened_twice(tmp_path: Path, repo: Path, library: Library) -> None:
    with computer(tmp_path, str(repo)) as one:
        share(one, repo)
    project = open_from_repo(library, wanted(repo, tmp_path / "work" / "one"), ACCESS)
    (found,) = look_into_repo(library, str(repo), ACCESS).projects
    assert found.listed == str(project.folder)
    with pytest.raises(ProjectListedError) as caught:
        open_from_repo(library, wanted(repo, tmp_path / "work" / "two"), ACCESS)
    assert caught.value.project_id == PROJECT_ID
    assert not (tmp_path / "work" / "two").exists()
    assert (project.folder / "train.py").exists()
    # What is kept of one that left the list, or whose folder is gone, is used again.
    context = opened(library, project)
    note_run(context, context.store.list_runs()[0].id, "mine")
    context.close()
    remove_project(library, PROJECT_ID)
    again = open_from_repo(library, wanted(repo, tmp_path / "work" / "two"), ACCESS)
    context = opened(library, again)
    assert [run.note for run in context.store.list_runs()] == ["mine", ""]
    context.close()


@pytest.mark.parametrize("files", ["not empty", "a file"])
def test_a_folder_that_is_taken_is_refused_and_a_free_one_named(
    tmp_path: Path, repo: Path, library: Library, files: str
) -> None:
    folder = tmp_path / "work" / "demo"
    folder.parent.mkdir()
    if files == "a file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        (folder / "mine").write_text("mine")
    with pytest.raises(InvalidInputError) as caught:
        open_from_repo(library, wanted(repo, folder), ACCESS)
    assert caught.value.field == "folder"
    assert free_project_folder(folder.parent, "demo") == folder.with_name("demo-2")


def test_nothing_is_left_of_one_that_failed_or_was_canceled(
    tmp_path: Path, repo: Path, library: Library
) -> None:
    with computer(tmp_path, str(repo)) as one:
        share(one, repo)
    folder = tmp_path / "work" / "deep" / "demo"
    with pytest.raises(RemoteError):
        open_from_repo(library, wanted(tmp_path / "nowhere", folder), ACCESS)
    assert left_behind(tmp_path, library) == []
    for title in ("Writing files", "Getting history", "Restoring from run #2"):
        cancel = CancelToken()
        seen: list[str] = []

        def stop(
            progress: Progress,
            title: str = title,
            cancel: CancelToken = cancel,
            seen: list[str] = seen,
        ) -> None:
            if progress.title == title:
                seen.append(title)
                cancel.cancel()

        with pytest.raises(CanceledError):
            open_from_repo(
                library,
                wanted(repo, folder, files=RepoFiles.LAST_RUN),
                ACCESS,
                report=stop,
                cancel=cancel,
            )
        assert seen
        assert left_behind(tmp_path, library) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.operations.test_open_from_repo import ACCESS, Elsewhere, wanted
from workbench.operations.open_from_repo import open_from_repo
from workbench.core.repo_project import RepoFiles

def die(progress):
    if progress.title == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)

with Elsewhere(Path(sys.argv[1])) as library:
    opening = wanted(Path(sys.argv[2]), Path(sys.argv[3]), files=RepoFiles.LAST_RUN)
    open_from_repo(library, opening, ACCESS, report=die)
"""


@pytest.mark.parametrize(
    "title", ["Asking the Git repo", "Writing files", "Getting history", "Restoring from run #2"]
)
def test_what_a_killed_process_left_is_removed_at_the_next_start(
    tmp_path: Path, repo: Path, title: str
) -> None:
    with computer(tmp_path, str(repo)) as one:
        share(one, repo)
    home, folder = tmp_path / "other", tmp_path / "work" / "demo"
    words = [sys.executable, "-c", _KILLED, str(home), str(repo), str(folder), title]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    with Elsewhere(home) as library:
        assert left_behind(tmp_path, library) == []
        assert open_from_repo(library, wanted(repo, folder), ACCESS).id == PROJECT_ID


def test_an_old_project_opens_with_its_snapshots_as_runs(tmp_path: Path, library: Library) -> None:
    repo, snapshots = old_repo(tmp_path)
    (found,) = look_into_repo(library, str(repo), ACCESS).projects
    assert (found.id, found.tip, found.runs, found.last) == (OLD_ID, snapshots[-1], 0, None)
    folder = tmp_path / "work" / "iris"
    project = open_from_repo(library, wanted(repo, folder), ACCESS)
    assert project.name == "myIris"
    context = opened(library, project)
    runs = context.store.list_runs()
    assert [(run.number, run.id, run.snapshot) for run in runs] == [
        (number, f"imported_{commit}", commit) for number, commit in enumerate(snapshots, 1)
    ]
    assert {run.status for run in runs} == {RunStatus.IMPORTED}
    assert runs[0].reason == "Run 0"
    assert int(runs[0].created.timestamp()) == int(
        git(repo, "log", "-1", "--format=%ct", snapshots[0])
    )
    plan = plan_restore(context, runs[0].id)
    assert "iris.py" in [change.path for change in plan.changes]
    apply_restore(context, plan)
    assert (folder / "iris.py").read_text() == "print(0)\n"
    # What is pushed goes on top, and changes nothing for who has the old history.
    assert sync_history(context, ACCESS).state is SyncState.UP_TO_DATE
    assert set(snapshots) <= set(git(repo, "rev-list", "--first-parent", OLD_BRANCH).split())
    assert context.store.list_runs() == runs
    note_run(context, runs[0].id, "the good one")
    sync_history(context, ACCESS)
    context.close()
    with Elsewhere(tmp_path / "third") as other:
        again = open_from_repo(other, wanted(repo, tmp_path / "work" / "third"), ACCESS)
        context = opened(other, again)
        assert [(run.id, run.number, run.note) for run in context.store.list_runs()] == [
            (run.id, run.number, "the good one" if run.number == 1 else "") for run in runs
        ]
        context.close()


def test_the_files_can_be_those_of_the_last_imported_snapshot(
    tmp_path: Path, library: Library
) -> None:
    repo, _ = old_repo(tmp_path)
    folder = tmp_path / "work" / "iris"
    open_from_repo(library, wanted(repo, folder, files=RepoFiles.LAST_RUN), ACCESS)
    assert (folder / "iris.py").read_text() == "print(2)\n"


def test_a_clone_of_an_old_project_that_is_opened_as_a_folder_finds_its_history(
    tmp_path: Path, library: Library
) -> None:
    repo, snapshots = old_repo(tmp_path)
    git(tmp_path, "clone", "-q", str(repo), "cloned")
    project = open_folder(library, tmp_path / "cloned")
    assert project.repo == str(repo)
    context = opened(library, project)
    assert sync_history(context, ACCESS).state is SyncState.UP_TO_DATE
    assert [run.snapshot for run in context.store.list_runs()] == snapshots
    assert git(repo, "rev-parse", OLD_BRANCH) == context.history.tip() == snapshots[-1]
    context.close()
