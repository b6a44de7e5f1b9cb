"""A history whose branch has the GUID in capitals, as the old Workbench may have written it."""

import shutil
from pathlib import Path

import pytest

from tests.sync_lab import OLD_ID, bare_repo, fsck, git, old_repo
from workbench.core.history_sync import SyncState
from workbench.core.project import Project, histories, history_branch
from workbench.core.repo_project import RepoOpening, projects_of
from workbench.core.snapshot import SnapshotKind
from workbench.operations.bring_snapshot import bring_snapshot
from workbench.operations.library import Library
from workbench.operations.look_into_repo import look_into_repo
from workbench.operations.open_folder import open_folder
from workbench.operations.open_from_repo import open_from_repo
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.sync_history import sync_history
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.git.access import Access, NoCredentials

ACCESS = Access(NoCredentials())
CAPITALS = f"AzureMLHistory/{OLD_ID.upper()}"
USUAL = history_branch(OLD_ID)


@pytest.fixture
def old(tmp_path: Path) -> tuple[Path, list[str]]:
    return old_repo(tmp_path, branch=CAPITALS)


def snapshot_branches(repo: Path) -> list[str]:
    found = git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads/AzureMLHistory")
    return found.split()


def push_a_snapshot(library: Library, project: Project) -> ProjectContext:
    context = open_context(library, project)
    (project.folder / "new.py").write_text("print('new')\n")
    take_snapshot(context, SnapshotKind.MANUAL)
    assert sync_history(context, ACCESS).state is SyncState.UP_TO_DATE
    return context


def test_it_is_found_opened_and_goes_on_on_the_same_branch(
    tmp_path: Path, library: Library, old: tuple[Path, list[str]]
) -> None:
    repo, snapshots = old
    (found,) = look_into_repo(library, str(repo), ACCESS).projects
    assert (found.id, found.tip) == (OLD_ID, snapshots[-1])
    project = open_from_repo(library, RepoOpening(str(repo), tmp_path / "iris"), ACCESS)
    assert project.id == OLD_ID
    context = push_a_snapshot(library, project)
    assert [run.snapshot for run in context.store.list_runs()] == snapshots
    assert snapshot_branches(repo) == [CAPITALS]
    assert git(repo, "rev-parse", CAPITALS) == context.history.tip()
    assert set(snapshots) <= set(git(repo, "rev-list", CAPITALS).split())
    context.close()
    fsck(repo)


def test_it_is_found_where_no_file_names_the_project(
    tmp_path: Path, library: Library, old: tuple[Path, list[str]]
) -> None:
    repo, snapshots = old
    git(repo, "update-ref", "-d", "refs/heads/master")
    wanted = RepoOpening(str(repo), tmp_path / "iris", project_id=OLD_ID.upper())
    project = open_from_repo(library, wanted, ACCESS)
    assert project.id == OLD_ID
    context = open_context(library, project)
    assert [run.snapshot for run in context.store.list_runs()] == snapshots
    context.close()


def test_a_clone_that_is_opened_as_a_folder_is_linked_to_it(
    tmp_path: Path, library: Library, old: tuple[Path, list[str]]
) -> None:
    repo, snapshots = old
    git(tmp_path, "clone", "-q", str(repo), "cloned")
    project = open_folder(library, tmp_path / "cloned")
    assert project.repo == str(repo)
    context = push_a_snapshot(library, project)
    assert [run.snapshot for run in context.store.list_runs()] == snapshots
    assert snapshot_branches(repo) == [CAPITALS]
    context.close()


def test_a_whole_history_is_downloaded_from_it_again(
    tmp_path: Path, library: Library, old: tuple[Path, list[str]]
) -> None:
    repo, snapshots = old
    project = open_from_repo(library, RepoOpening(str(repo), tmp_path / "iris"), ACCESS)
    shutil.rmtree(library.paths.project(project.id).history)
    context = open_context(library, project)
    run = context.store.list_runs()[0]
    assert not context.history.has_commit(run.snapshot)
    assert bring_snapshot(context, run.id, ACCESS)
    assert context.history.tree_entries(run.snapshot)
    assert context.history.has_commit(snapshots[-1])
    context.close()


def test_branches_that_differ_only_by_case_are_joined_on_the_usual_one(
    tmp_path: Path, library: Library, old: tuple[Path, list[str]]
) -> None:
    repo, snapshots = old
    work = tmp_path / "old.git-made-in"
    git(work, "checkout", "-q", "--detach", snapshots[0])
    (work / "iris.py").write_text("print('aside')\n")
    git(work, "commit", "-q", "-a", "-m", "Aside")
    aside = git(work, "rev-parse", "HEAD")
    git(work, "push", "-q", str(repo), f"HEAD:refs/heads/{USUAL}")
    project = open_from_repo(library, RepoOpening(str(repo), tmp_path / "iris"), ACCESS)
    context = push_a_snapshot(library, project)
    assert {run.snapshot for run in context.store.list_runs()} == {*snapshots, aside}
    assert git(repo, "rev-parse", USUAL) == context.history.tip()
    assert {*snapshots, aside} <= set(git(repo, "rev-list", USUAL).split())
    # What an old Workbench pushes to the other one still comes.
    assert git(repo, "rev-parse", CAPITALS) == snapshots[-1]
    context.close()


def test_a_new_history_begins_on_the_usual_branch(tmp_path: Path, library: Library) -> None:
    repo = bare_repo(tmp_path)
    wanted = RepoOpening(str(repo), tmp_path / "iris", add=True)
    context = push_a_snapshot(library, open_from_repo(library, wanted, ACCESS))
    assert snapshot_branches(repo) == [context.history.branch]
    context.close()


def test_names_are_the_same_but_for_capitals() -> None:
    there = {CAPITALS: "1", USUAL: "2", "AzureMLHistory/other": "3"}
    assert list(histories(there, USUAL)) == [USUAL, CAPITALS]
    assert histories({CAPITALS: "1"}, USUAL) == {CAPITALS: "1"}
    assert histories({}, USUAL) == {}
    assert projects_of([CAPITALS, USUAL, "AzureMLHistory/x", "master"]) == (OLD_ID,)
