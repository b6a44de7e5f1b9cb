"""Committing the user's changes: what is told before, and only that."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.restore import ChangeKind
from workbench.operations.commit_changes import commit_changes, pending_commit


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        _git(made.folder, "init", "-q", "-b", "mine")
        made.write({"a.py": "1", "b.py": "1"})
        _git(made.folder, "add", "-A")
        _git(made.folder, "commit", "-q", "-m", "start")
        yield made


def test_what_was_told_is_committed(project: RestorableProject) -> None:
    project.write({"a.py": "2", "c.py": "new"})
    (project.folder / "b.py").unlink()
    pending = pending_commit(project.context)
    assert [(each.path, each.kind) for each in pending.files] == [
        ("a.py", ChangeKind.MODIFIED),
        ("b.py", ChangeKind.DELETED),
        ("c.py", ChangeKind.ADDED_BACK),
    ]
    assert pending.branch == "mine"
    commit = commit_changes(project.context, "mine", expected=pending)
    assert _git(project.folder, "rev-parse", "HEAD") == commit
    assert pending_commit(project.context).files == ()


@pytest.mark.parametrize("change", ["file", "branch", "hook", "person"])
def test_nothing_is_committed_when_it_is_not_what_was_told(
    project: RestorableProject, change: str
) -> None:
    project.write({"a.py": "2"})
    pending = pending_commit(project.context)
    hook = project.folder / ".git" / "hooks" / "pre-commit"
    if change == "file":
        project.write({"secret.txt": "new"})
    elif change == "branch":
        _git(project.folder, "switch", "-q", "-c", "another")
    elif change == "hook":
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\n")
        hook.chmod(0o755)
    else:
        _git(project.folder, "config", "user.name", "Somebody")
    before = _git(project.folder, "rev-parse", "HEAD")
    with pytest.raises(WorkbenchError, match="changed since this list"):
        commit_changes(project.context, "mine", expected=pending)
    assert _git(project.folder, "rev-parse", "HEAD") == before
    commit_changes(project.context, "mine", expected=pending_commit(project.context))
    assert _git(project.folder, "rev-parse", "HEAD") != before


def test_it_is_refused_without_a_message_or_a_repository(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        with pytest.raises(WorkbenchError, match="no Git repository"):
            pending_commit(project.context)
        with pytest.raises(WorkbenchError, match="no Git repository"):
            commit_changes(project.context, "mine")
        with pytest.raises(InvalidInputError):
            commit_changes(project.context, " \n")
