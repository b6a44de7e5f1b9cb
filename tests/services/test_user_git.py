"""The user's own repository: read without a trace, written only on request."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from workbench.core.errors import WorkbenchError
from workbench.core.restore import ChangeKind
from workbench.services.git.hardened import GitCommands, user_variables
from workbench.services.git.user_git import UserGit


def _git(folder: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


def _write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _trace(folder: Path) -> dict[str, tuple[int, int, int, int, bytes]]:
    """Return everything that a reader could change in a folder."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        facts = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        key = str(path.relative_to(folder))
        found[key] = (facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ino, content)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "master")
    _write(folder / "a.py", "one\n")
    _write(folder / "sub" / "b.py", "two\n")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "start")
    return folder


def _found(folder: Path) -> UserGit:
    found = UserGit.find(folder)
    assert found is not None
    return found


def test_no_repository(tmp_path: Path) -> None:
    assert UserGit.find(tmp_path) is None
    assert UserGit.find(tmp_path / "missing") is None


def test_init_makes_one_and_leaves_an_existing_one_alone(tmp_path: Path, project: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    made = UserGit.init(new)
    assert not made.is_parent
    assert made.state().branch == "master"
    assert made.state().commit == ""
    before = _trace(project / ".git")
    assert not UserGit.init(project, "main").is_parent
    assert _trace(project / ".git") == before


def test_state_and_paths(project: Path) -> None:
    repository = _found(project)
    clean = repository.state()
    assert (clean.branch, clean.commit) == ("master", _git(project, "rev-parse", "HEAD"))
    assert not clean.dirty
    _write(project / "a.py", "changed\n")
    _write(project / "new file\n.txt")
    (project / "sub" / "b.py").rename(project / "sub" / "é.py")
    _write(project / ".gitignore", "*.log\n")
    _write(project / "x.log")
    assert repository.uncommitted_paths() == {
        "a.py", "new file\n.txt", "sub/b.py", "sub/é.py", ".gitignore",
    }  # fmt: skip
    assert repository.state().changed_files == 5


def test_names_that_are_not_utf8(project: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    _write(project / name)
    assert _found(project).uncommitted_paths() == {name}


def test_an_unborn_branch(tmp_path: Path) -> None:
    repository = UserGit.init(tmp_path, "first")
    _write(tmp_path / "a")
    state = repository.state()
    assert (state.branch, state.commit, state.changed_files) == ("first", "", 1)
    commit = repository.commit_all("first commit")
    assert repository.state().commit == commit
    assert not repository.state().dirty


def test_a_detached_head(project: Path) -> None:
    commit = _git(project, "rev-parse", "HEAD")
    _git(project, "checkout", "-q", "--detach")
    assert _found(project).state().branch == commit[:8]
    _write(project / "a.py", "detached\n")
    new = _found(project).commit_all("on no branch")
    assert _git(project, "rev-parse", "HEAD") == new
    assert _git(project, "rev-parse", "master") == commit


def test_reading_leaves_no_trace(project: Path) -> None:
    """Also where git would refresh its index, start a monitor, or run a filter that writes."""
    mark = project / ".git" / "filter-ran"
    _git(project, "config", "filter.store.clean", f"touch '{mark}'; cat")
    _git(project, "config", "filter.store.required", "true")
    monitor = _write(project.parent / "monitor", f"#!/bin/sh\ntouch '{mark}'\nprintf '/'\n")
    monitor.chmod(0o755)
    _git(project, "config", "core.fsmonitor", str(monitor))
    _git(project, "config", "core.untrackedCache", "true")
    _git(project, "config", "status.submoduleSummary", "true")
    _write(project / ".gitattributes", "*.py filter=store\n")
    os.utime(project / "a.py", (1, 1))
    os.utime(project / "sub" / "b.py", (1, 1))
    _write(project / "new.py")
    before = _trace(project / ".git")
    repository = _found(project)
    repository.state()
    repository.uncommitted_paths()
    UserGit.find(project / "sub")
    assert _trace(project / ".git") == before
    assert not mark.exists()


def test_reading_a_submodule_leaves_no_trace(tmp_path: Path, project: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    _git(outer, "init", "-q")
    _git(outer, "-c", "protocol.file.allow=always", "submodule", "-q", "add", str(project), "in")
    _git(outer, "commit", "-q", "-m", "with submodule")
    _write(outer / "in" / "a.py", "changed\n")
    before = _trace(outer / ".git")
    assert _found(outer).uncommitted_paths() == {"in"}
    inside = _found(outer / "in")
    assert not inside.is_parent
    assert inside.uncommitted_paths() == {"a.py"}
    assert _trace(outer / ".git") == before
    commit = inside.commit_all("inside")
    assert _git(outer / "in", "rev-parse", "HEAD") == commit


def test_a_worktree_whose_git_is_a_file(tmp_path: Path, project: Path) -> None:
    other = tmp_path / "other"
    _git(project, "worktree", "add", "-q", "-b", "side", str(other))
    assert (other / ".git").is_file()
    repository = _found(other)
    assert repository.state().branch == "side"
    _write(other / "a.py", "side\n")
    commit = repository.commit_all("side work")
    assert _git(project, "rev-parse", "side") == commit
    assert _found(project).state().branch == "master"


def test_commit_uses_identity_and_hooks_of_the_user(project: Path) -> None:
    _git(project, "config", "user.name", "Ada")
    _git(project, "config", "user.email", "ada@example.org")
    hook = _write(project / ".git" / "hooks" / "commit-msg", '#!/bin/sh\necho checked >> "$1"\n')
    hook.chmod(0o755)
    _write(project / "a.py", "changed\n")
    (project / "sub" / "b.py").unlink()
    _write(project / "new.py")
    commit = _found(project).commit_all("Do it\n\nwith reasons")
    shown = _git(project, "log", "-1", "--format=%H|%an|%ae|%cn|%B")
    assert shown == f"{commit}|Ada|ada@example.org|Ada|Do it\n\nwith reasons\nchecked"
    assert _git(project, "status", "--porcelain") == ""
    assert _git(project, "ls-tree", "-r", "--name-only", "HEAD").split() == ["a.py", "new.py"]


def test_a_hook_that_refuses(project: Path) -> None:
    hook = _write(project / ".git" / "hooks" / "pre-commit", "#!/bin/sh\necho too ugly\nexit 1\n")
    hook.chmod(0o755)
    _write(project / "a.py", "changed\n")
    with pytest.raises(WorkbenchError) as caught:
        _found(project).commit_all("x")
    assert "too ugly" in caught.value.details
    assert _git(project, "rev-list", "--count", "HEAD") == "1"
    assert (project / "a.py").read_text(encoding="utf-8") == "changed\n"


def test_nothing_to_commit(project: Path) -> None:
    with pytest.raises(WorkbenchError, match="Nothing to commit"):
        _found(project).commit_all("x")


def test_without_an_identity(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = _write(project.parent / "empty-config", "[user]\nuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty))
    _write(project / "a.py", "changed\n")
    with pytest.raises(WorkbenchError) as caught:
        _found(project).commit_all("x")
    assert "name and email" in caught.value.hint


def test_a_project_in_a_repository_of_a_folder_above(project: Path) -> None:
    part = project / "sub"
    repository = _found(part)
    assert repository.is_parent
    assert repository.top == project.resolve()
    _write(project / "a.py", "not ours\n")
    _write(project / "staged.py", "not ours either\n")
    _git(project, "add", "staged.py")
    _write(part / "b.py", "ours\n")
    _write(part / "deep" / "c.py", "ours too\n")
    assert repository.uncommitted_paths() == {"b.py", "deep/c.py"}
    assert repository.state().changed_files == 2
    repository.commit_all("only ours")
    names = _git(project, "show", "--name-only", "--format=", "HEAD").split()
    assert names == ["sub/b.py", "sub/deep/c.py"]
    assert _git(project, "status", "--porcelain").splitlines() == ["M a.py", "A  staged.py"]


def test_a_folder_that_the_repository_above_ignores_is_not_its(project: Path) -> None:
    _write(project / ".gitignore", "scratch/\n")
    _write(project / "scratch" / "a.py")
    assert UserGit.find(project / "scratch") is None


def test_a_nested_repository_is_one_path(project: Path) -> None:
    _write(project / "nested" / "a.py")
    _git(project / "nested", "init", "-q")
    assert _found(project).uncommitted_paths() == {"nested/"}
    assert not _found(project / "nested").is_parent


def _conflict(project: Path) -> None:
    _git(project, "checkout", "-q", "-b", "side")
    _write(project / "a.py", "side\n")
    _git(project, "commit", "-qam", "side")
    _git(project, "checkout", "-q", "master")
    _write(project / "a.py", "main\n")
    _git(project, "commit", "-qam", "main")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("merge", "side"), "A merge isn't finished"),
        (("rebase", "side"), "A rebase isn't finished"),
        (("cherry-pick", "side"), "A cherry-pick isn't finished"),
    ],
)
def test_unfinished_business_is_not_committed(
    project: Path, command: tuple[str, ...], words: str
) -> None:
    _conflict(project)
    _git(project, *command, check=False)
    before = _trace(project / ".git")
    with pytest.raises(WorkbenchError, match=words):
        _found(project).commit_all("x")
    assert "a.py" in _found(project).uncommitted_paths()
    assert _trace(project / ".git") == before


def test_unfinished_business_of_another_worktree_does_not_matter(
    tmp_path: Path, project: Path
) -> None:
    _conflict(project)
    _git(project, "merge", "side", check=False)
    other = tmp_path / "other"
    _git(project, "worktree", "add", "-q", "-b", "third", str(other))
    _write(other / "a.py", "third\n")
    assert _found(other).commit_all("third")


def test_started_from_a_hook_of_another_repository(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    _git(other, "init", "-q")
    _write(project / "a.py", "changed\n")
    before = _trace(other / ".git")
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_WORK_TREE": str(other),
        "GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "user.name",
        "GIT_CONFIG_VALUE_0": "Leaked",
    }.items():
        monkeypatch.setenv(name, value)
    repository = _found(project)
    assert repository.top == project.resolve()
    repository.commit_all("mine")
    monkeypatch.undo()
    assert _trace(other / ".git") == before
    assert "2001" not in _git(project, "log", "-1", "--format=%an %ad")
    assert "Leaked" not in _git(project, "log", "-1", "--format=%an %ad")


def test_a_locked_index_says_so(project: Path) -> None:
    lock = _write(project / ".git" / "index.lock")
    _write(project / "a.py", "changed\n")
    assert _found(project).uncommitted_paths() == {"a.py"}
    with pytest.raises(WorkbenchError) as caught:
        _found(project).commit_all("x")
    assert "index.lock" in caught.value.details
    assert lock.exists()


def test_without_git(project: Path) -> None:
    program = "\n".join(
        [
            "from pathlib import Path",
            "from workbench.core.errors import WorkbenchError",
            "from workbench.services.git.user_git import UserGit",
            "try:",
            f"    UserGit.find(Path({str(project)!r}))",
            "except WorkbenchError as error:",
            "    print(error.title)",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PATH": str(project), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "Git isn't available", done.stderr


def _refusing_hook(project: Path) -> None:
    hook = _write(project / ".git" / "hooks" / "pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)


def _no_identity(project: Path) -> None:
    _git(project, "config", "user.useConfigOnly", "true")


def _no_commit_at_all(project: Path) -> None:
    (project / ".git" / "refs" / "heads" / "master.lock").touch()


@pytest.mark.parametrize("refuse", [_refusing_hook, _no_identity, _no_commit_at_all])
def test_a_commit_that_fails_leaves_what_was_staged(
    project: Path, refuse: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if refuse is _no_identity:
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.delenv(f"GIT_{role}_NAME", raising=False)
            monkeypatch.delenv(f"GIT_{role}_EMAIL", raising=False)
        monkeypatch.delenv("EMAIL", raising=False)
    _write(project / "a.py", "staged\n")
    _git(project, "add", "a.py")
    _write(project / "a.py", "in the folder\n")
    _write(project / "sub" / "b.py", "not staged\n")
    _write(project / "new.py", "untracked\n")
    refuse(project)
    index = project / ".git" / "index"
    before = (index.read_bytes(), index.stat().st_mtime_ns, index.stat().st_ino)
    head = _git(project, "rev-parse", "HEAD")
    with pytest.raises(WorkbenchError, match="couldn't be committed"):
        _found(project).commit_all("all")
    assert (index.read_bytes(), index.stat().st_mtime_ns, index.stat().st_ino) == before
    assert _git(project, "show", ":a.py") == "staged"
    assert _git(project, "rev-parse", "HEAD") == head
    left = {path.name for path in (project / ".git").iterdir()}
    assert not [name for name in left if "workbench" in name or name.startswith("index.")]
    assert (project / "a.py").read_text(encoding="utf-8") == "in the folder\n"


def test_a_hook_may_add_to_the_commit(project: Path) -> None:
    hook = project / ".git" / "hooks" / "pre-commit"
    _write(hook, "#!/bin/sh\necho made >made.txt\ngit add made.txt\n").chmod(0o755)
    _write(project / "a.py", "changed\n")
    _found(project).commit_all("all")
    assert _git(project, "show", "HEAD:made.txt") == "made"
    assert _git(project, "status", "--porcelain") == ""


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    made = UserGit.init(tmp_path)
    _write(tmp_path / "a", "1")
    made.commit_all("first")
    assert _git(tmp_path, "status", "--porcelain") == ""


def test_git_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    alias = ["-c", "alias.wait=!sleep 100 & echo $! >children; wait"]
    start = time.monotonic()
    with pytest.raises(WorkbenchError) as caught:
        GitCommands(tmp_path, alias, variables=user_variables()).run(["wait"], timeout=0.5)
    assert "0.5 seconds" in caught.value.details
    assert time.monotonic() - start < 60
    child = int((tmp_path / "children").read_text(encoding="ascii"))
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


LETTERS = {ChangeKind.ADDED_BACK: "A", ChangeKind.MODIFIED: "M", ChangeKind.DELETED: "D"}


def _pending(folder: Path) -> list[str]:
    return [f"{LETTERS[each.kind]} {each.path}" for each in _found(folder).pending_commit().files]


def _committed(project: Path) -> list[str]:
    shown = _git(project, "show", "--name-status", "--no-renames", "--format=", "HEAD")
    return [line.replace("\t", " ") for line in sorted(shown.splitlines(), key=lambda x: x[2:])]


def _change_in_every_way(project: Path) -> None:
    for name in ("gone", "staged", "back", "unstaged", "untracked-again", "moved"):
        _write(project / f"{name}.py", f"{name}\n" * 9)
    _git(project, "add", "-A")
    _git(project, "commit", "-q", "-m", "more")
    (project / "gone.py").unlink()
    _git(project, "mv", "moved.py", "elsewhere.py")
    for name in ("staged", "back"):
        _write(project / f"{name}.py", "changed\n")
    for name in ("new-and-gone", "new-and-changed"):
        _write(project / f"{name}.py")
    _git(project, "add", "staged.py", "back.py", "new-and-gone.py", "new-and-changed.py")
    (project / "new-and-gone.py").unlink()
    _write(project / "new-and-changed.py", "again\n")
    _write(project / "staged.py", "changed again\n")
    _write(project / "back.py", "back\n" * 9)
    _git(project, "rm", "-q", "--cached", "untracked-again.py")
    _write(project / "untracked-again.py", "changed\n")
    _write(project / "intended.py")
    _git(project, "add", "-N", "intended.py")
    _write(project / "sub" / "new ä.py")
    _write(project / ".gitignore", "*.bin\n")
    _write(project / "ignored.bin")


def test_exactly_what_is_told_is_committed(project: Path) -> None:
    _change_in_every_way(project)
    before = _trace(project / ".git")
    told = _pending(project)
    assert _trace(project / ".git") == before
    assert "A sub/new ä.py" in told
    assert not {"back.py", "new-and-gone.py", "ignored.bin"} & {each[2:] for each in told}
    _git(project, "config", "core.quotePath", "false")
    _found(project).commit_all("all of it")
    assert told == _committed(project)
    assert _pending(project) == []


def test_what_is_told_of_a_part_of_a_repository_and_of_a_new_one(
    tmp_path: Path, project: Path
) -> None:
    _write(project / "a.py", "not ours\n")
    _write(project / "sub" / "b.py", "ours\n")
    pending = _found(project / "sub").pending_commit()
    assert [each.path for each in pending.files] == ["b.py"]
    assert pending.repository == str(project.resolve())
    _git(tmp_path, "init", "-q", "-b", "first", "new")
    _write(tmp_path / "new" / "a.py")
    pending = _found(tmp_path / "new").pending_commit()
    assert (pending.branch, pending.after, pending.repository) == ("first", "", "")
    assert _pending(tmp_path / "new") == ["A a.py"]


def test_branch_person_hooks_and_signature_are_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(project / "a.py", "changed\n")
    pending = _found(project).pending_commit()
    assert pending.branch == "master"
    assert pending.author == "Test Person <test.person@example.com>"
    assert (pending.committer, pending.hooks, pending.signed) == ("", (), False)

    _git(project, "config", "core.hooksPath", ".hooks")
    for name, mode in (("commit-msg", 0o755), ("pre-commit", 0o755), ("post-commit", 0o644)):
        _write(project / ".hooks" / name, "#!/bin/sh\n").chmod(mode)
    _git(project, "config", "commit.gpgSign", "true")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Somebody")
    _git(project, "checkout", "-q", "--detach")
    pending = _found(project).pending_commit()
    assert (pending.branch, pending.after) == ("", _git(project, "rev-parse", "HEAD")[:8])
    assert pending.committer == "Somebody <test.person@example.com>"
    assert pending.hooks == ("pre-commit", "commit-msg")
    assert pending.signed
    part = _found(project / "sub").pending_commit()
    assert part.hooks == pending.hooks

    empty = _write(project.parent / "empty-config", "[user]\nuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty))
    assert _found(project).pending_commit().author == ""
