"""Create a project in a Git repo: cloned, begun in an empty one, or in place of what is there."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.run_lab import until
from tests.secret_scanner import found_in_files, watched
from tests.servers.certificates import Certificates
from tests.servers.git_server import Fault, sign_in_page
from tests.servers.internet import Internet, internet
from tests.sync_lab import fsck, git
from workbench.core.errors import CanceledError, InvalidInputError, WorkbenchError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import NewProject, Project
from workbench.core.repo_conflicts import RepoHasFilesError, RepoHasProjectError
from workbench.operations.access_tokens import save_access_token
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.project_context import open_context
from workbench.operations.sync_history import sync_history
from workbench.services.git.access import Access
from workbench.services.git.user_git import UserGit
from workbench.services.project_files import read_project, write_project

ROOT = Path(__file__).resolve().parents[2]
URL = "https://dev.azure.com/contoso/Lab/_git/Iris"
NAME = "contoso/Lab/Iris"
TOKEN = "pat7q2secret5wx4token3zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
IRIS = "classifying-iris"


@pytest.fixture
def net(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificates: Certificates
) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch, certificates) as net:
        net.git.create(NAME)
        net.git.users[TOKEN] = "alice"
        net.git.rights["alice", NAME] = "rw"
        yield net


@pytest.fixture
def library(library: Library) -> Library:
    save_access_token(library.accounts, "dev.azure.com/contoso", TOKEN)
    return library


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "projects"


def fill(net: Internet, tmp_path: Path, branch: str = "master", size: int = 0) -> str:
    """Put two commits on a branch of the repo; return the second."""
    work = tmp_path / f"work-{branch}"
    git(tmp_path, "init", "-q", "-b", branch, str(work))
    (work / "code").mkdir()
    (work / "code/train.py").write_text("print(1)\n")
    (work / "data.bin").write_bytes(os.urandom(size) or b"data")
    for message in ("one", "two"):
        (work / "README.md").write_text(message)
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", message)
    git(work, "tag", "v1")
    git(work, "push", "-q", str(net.git.path(NAME)), branch, "v1")
    return git(work, "rev-parse", "HEAD")


def branch_of(net: Internet, branch: str = "master") -> str:
    return git(net.git.path(NAME), "rev-parse", "--verify", f"refs/heads/{branch}")


def files_of(net: Internet, commit: str) -> set[str]:
    return set(git(net.git.path(NAME), "ls-tree", "-r", "--name-only", commit).split())


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def nothing_is_left(library: Library, place: Path) -> None:
    assert not place.exists() or everything(place) == []
    assert not any((library.paths.data / "projects").glob("*"))
    assert not any((library.paths.data / "creating").glob("*"))
    assert library.store.list_projects() == []
    until(lambda: not gits(), "git has ended")


def gits() -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.name() == "git"]


def is_linked(library: Library, project: Project) -> None:
    listed = library.store.find_project(project.id)
    assert listed is not None
    assert project.repo == URL
    assert read_project(project.folder) == project == listed.project


def with_own_token(folder: Path, *words: str) -> str:
    """Carry out git as a user does, with a token that their own helper knows."""
    header = base64.b64encode(f"me:{TOKEN}".encode()).decode()
    return git(folder, "-c", f"http.extraHeader=Authorization: Basic {header}", *words)


def test_a_blank_project_is_a_clone_with_metadata_that_is_not_committed(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    git(net.git.path(NAME), "update-ref", "refs/heads/AzureMLHistory/x", tip)
    told: list[Progress] = []
    new = NewProject("iris", place, repo=f" {URL}/ ")
    project = create_project(library, new, report=told.append)
    folder = project.folder
    is_linked(library, project)
    assert (folder / "README.md").read_text() == "two"
    assert (folder / "aml_config/local.runconfig").is_file()
    user = UserGit.find(folder)
    assert user is not None
    state = user.state()
    assert (state.branch, state.commit) == ("master", tip)
    assert {path.partition("/")[0] for path in user.uncommitted_paths()} == {
        ".azureml",
        "aml_config",
    }
    assert git(folder, "rev-parse", "master@{upstream}", "v1", "origin/HEAD").split() == [tip] * 3
    assert git(folder, "branch", "-r", "--format=%(refname)").split() == [
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/master",
    ]
    assert any(each.title == "Cloning the Git repo" and each.fraction for each in told)
    assert [path.name for path in place.iterdir()] == ["iris"]


def test_the_clone_is_plain_git_and_the_users_own_push_and_pull_work(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    fill(net, tmp_path)
    with watched(TOKEN) as scanner:
        folder = create_project(library, NewProject("iris", place, repo=URL)).folder
    assert scanner.seen > 0
    assert scanner.leaks == []
    assert found_in_files(TOKEN, [place, library.paths.data, library.paths.logs]) == []
    settings = dict(
        line.split("=", 1) for line in git(folder, "config", "--local", "--list").splitlines()
    )
    assert {key: value for key, value in settings.items() if not key.startswith("core.")} == {
        "remote.origin.url": URL,
        "remote.origin.fetch": "+refs/heads/*:refs/remotes/origin/*",
        "branch.master.remote": "origin",
        "branch.master.merge": "refs/heads/master",
    }
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "mine")
    with_own_token(folder, "push", "-q")
    assert branch_of(net) == git(folder, "rev-parse", "HEAD")
    with_own_token(folder, "pull", "-q")
    git(folder, "fsck", "--strict")


def test_without_master_the_default_branch_is_cloned(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path, "main")
    git(net.git.path(NAME), "symbolic-ref", "HEAD", "refs/heads/main")
    project = create_project(library, NewProject("iris", place, repo=URL))
    assert git(project.folder, "symbolic-ref", "--short", "HEAD") == "main"
    assert git(project.folder, "rev-parse", "HEAD", "origin/HEAD").split() == [tip, tip]


def test_master_comes_before_another_default_branch(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    fill(net, tmp_path, "dev")
    git(net.git.path(NAME), "symbolic-ref", "HEAD", "refs/heads/dev")
    folder = create_project(library, NewProject("iris", place, repo=URL)).folder
    assert git(folder, "rev-parse", "HEAD") == tip
    assert git(folder, "symbolic-ref", "refs/remotes/origin/HEAD").endswith("/dev")


@pytest.mark.parametrize("template", ["blank", IRIS])
def test_an_empty_repo_becomes_origin_and_gets_history_only(
    net: Internet, library: Library, place: Path, template: str
) -> None:
    project = create_project(library, NewProject("iris", place, template, repo=URL))
    folder = project.folder
    is_linked(library, project)
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/master"
    assert git(folder, "remote", "get-url", "origin") == URL
    assert (folder / "iris_sklearn.py").is_file() == (template == IRIS)
    context = open_context(library, project)
    try:
        assert sync_history(context, library.access()).state is SyncState.UP_TO_DATE
    finally:
        context.close()
    there = git(net.git.path(NAME), "for-each-ref", "--format=%(refname)").split()
    assert f"refs/heads/AzureMLHistory/{project.id}" in there
    assert "refs/heads/master" not in there
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "first")
    with_own_token(folder, "push", "-q")
    assert branch_of(net) == git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize("branch", ["master", "main"])
def test_a_template_has_no_place_where_files_are(
    net: Internet, library: Library, place: Path, tmp_path: Path, branch: str
) -> None:
    tip = fill(net, tmp_path, branch)
    git(net.git.path(NAME), "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    with pytest.raises(RepoHasFilesError) as caught:
        create_project(library, NewProject("iris", place, IRIS, repo=URL))
    assert (caught.value.field, caught.value.branch) == ("repo", branch)
    assert caught.value.repo == "contoso/Iris"
    nothing_is_left(library, place)
    assert branch_of(net, branch) == tip


def test_a_template_takes_the_place_of_the_files_on_top_of_them(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    project = create_project(library, new)
    is_linked(library, project)
    there = branch_of(net)
    assert git(project.folder, "rev-parse", "HEAD", "origin/master").split() == [there, there]
    assert git(project.folder, "rev-parse", "HEAD^").strip() == tip
    assert git(project.folder, "status", "--porcelain") == ""
    assert {"iris_sklearn.py", ".azureml/project.json", "aml_config/local.runconfig"} <= files_of(
        net, there
    )
    assert not {"code/train.py", "data.bin"} & files_of(net, there)
    assert git(net.git.path(NAME), "rev-list", "--count", "master") == "3"
    said = git(project.folder, "log", "-1", "--format=%an %s")
    assert said == "Test Person Start iris from the template Classifying Iris"
    fsck(net.git.path(NAME))


def test_replacing_stops_if_somebody_pushed_meanwhile(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    fill(net, tmp_path)
    served, moved = net.git.path(NAME), []

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            tree = git(served, "rev-parse", "master^{tree}")
            commit = git(served, "commit-tree", tree, "-p", "master~1", "-m", "theirs")
            git(served, "update-ref", "refs/heads/master", commit)
            moved.append(commit)

    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="weren't replaced") as caught:
        create_project(library, new, report=report)
    assert "Somebody pushed to master meanwhile." in caught.value.text
    assert [branch_of(net)] == moved
    nothing_is_left(library, place)


def test_a_master_that_went_back_is_not_brought_forward_again(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    """A plain push would be taken: what was taken off the branch on purpose would come back."""
    tip = fill(net, tmp_path)
    served = net.git.path(NAME)
    before = git(served, "rev-parse", f"{tip}~1")

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            git(served, "update-ref", "refs/heads/master", before)

    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="weren't replaced"):
        create_project(library, new, report=report)
    assert branch_of(net) == before
    nothing_is_left(library, place)


def test_a_protected_branch_keeps_its_files(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    net.git.protect(NAME, "refs/heads/master", "TF402455: use a pull request")
    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="weren't replaced") as caught:
        create_project(library, new)
    assert "didn't take it" in caught.value.text
    assert branch_of(net) == tip
    nothing_is_left(library, place)


def test_a_push_that_may_not_be_made_changes_nothing(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    net.git.rights["alice", NAME] = "r"
    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="weren't replaced") as caught:
        create_project(library, new)
    assert "doesn't let you" in caught.value.text
    assert branch_of(net) == tip
    nothing_is_left(library, place)
    assert create_project(library, replace(new, template="blank")).repo == URL


def test_a_push_whose_answer_is_lost_counts_if_it_arrived(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)
    net.git.lost = "/git-receive-pack"
    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    project = create_project(library, new)
    assert branch_of(net) == git(project.folder, "rev-parse", "HEAD") != tip


def test_if_nobody_can_say_whether_it_arrived_that_is_said(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            net.proxy.refused.add("dev.azure.com")

    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="It isn't known whether"):
        create_project(library, new, report=report)
    net.proxy.refused.clear()
    assert branch_of(net) == tip
    nothing_is_left(library, place)


def test_a_push_that_is_cut_off_may_still_arrive_and_that_is_said(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    tip = fill(net, tmp_path)

    def report(progress: Progress) -> None:
        if progress.fraction == 0.9:
            # The request is lost on its way, and with it any word of what became of it.
            net.git.faults.append(Fault(0, match="/git-receive-pack"))

    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError, match="It isn't known whether") as caught:
        create_project(library, new, report=report)
    assert "Nothing was changed" not in caught.value.text
    assert branch_of(net) == tip
    nothing_is_left(library, place)
    net.git.faults.clear()
    assert create_project(library, replace(new, template="blank")).repo == URL


def test_nobody_to_commit_as_is_told_and_nothing_is_pushed(
    net: Internet,
    library: Library,
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tip = fill(net, tmp_path)
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    text = settings.read_text("utf-8").replace("[user]", "[user]\n\tuseConfigOnly = true\n[nobody]")
    settings.write_text(text, encoding="utf-8")
    new = NewProject("iris", place, IRIS, repo=URL, replaces_files=True)
    with pytest.raises(WorkbenchError) as caught:
        create_project(library, new)
    assert "git config --global user.name" in caught.value.hint
    assert branch_of(net) == tip
    nothing_is_left(library, place)


def test_a_repo_with_a_project_gets_no_second_one(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    fill(net, tmp_path)
    work = tmp_path / "work-master"
    write_project(Project("7d1c0000-0000-4000-8000-00000000c4d8", "theirs", work))
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "project")
    git(work, "push", "-q", str(net.git.path(NAME)), "master")
    with pytest.raises(RepoHasProjectError) as caught:
        create_project(library, NewProject("iris", place, repo=URL))
    assert caught.value.url == URL
    nothing_is_left(library, place)


@pytest.mark.parametrize("name", [".azureml", "aml_config"])
def test_a_link_in_the_repo_leads_nobody_out_of_the_folder(
    net: Internet, library: Library, place: Path, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    fill(net, tmp_path)
    work = tmp_path / "work-master"
    (work / name).symlink_to(outside)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "link")
    git(work, "push", "-q", str(net.git.path(NAME)), "master")
    with pytest.raises(InvalidInputError, match="is a file or a link"):
        create_project(library, NewProject("iris", place, repo=URL))
    assert everything(outside) == []
    nothing_is_left(library, place)


Prepare = Callable[[Internet], None]


def _no_rights(net: Internet) -> None:
    net.git.rights.clear()


def _refused_token(net: Internet) -> None:
    net.git.users.clear()


def _offline(net: Internet) -> None:
    net.proxy.refused.add("dev.azure.com")


def _cut(net: Internet) -> None:
    net.proxy.cut_back_after = 1_000_000


def _page(net: Internet) -> None:
    net.git.faults.append(sign_in_page())


def _broken(net: Internet) -> None:
    net.git.faults.append(Fault(500, b"oh", match="git-upload-pack", times=3))


@pytest.mark.parametrize(
    ("prepare", "state"),
    [
        (_no_rights, SyncState.NO_PERMISSION),
        (_refused_token, SyncState.SIGN_IN_NEEDED),
        (_offline, SyncState.OFFLINE),
        (_cut, SyncState.OFFLINE),
        (_page, SyncState.SIGN_IN_NEEDED),
        (_broken, SyncState.OFFLINE),
    ],
)
def test_what_goes_wrong_leaves_nothing_and_works_when_its_cause_is_gone(
    net: Internet,
    library: Library,
    place: Path,
    tmp_path: Path,
    prepare: Prepare,
    state: SyncState,
) -> None:
    fill(net, tmp_path, size=3_000_000)
    rights, users = dict(net.git.rights), dict(net.git.users)
    prepare(net)
    new = NewProject("iris", place, repo=URL)
    with pytest.raises(RemoteError) as caught:
        create_project(library, new)
    assert caught.value.state is state
    assert TOKEN not in f"{caught.value}{caught.value.details}{caught.value.hint}"
    nothing_is_left(library, place)
    net.git.rights, net.git.users = rights, users
    net.git.faults.clear()
    net.proxy.refused.clear()
    net.proxy.cut_back_after = None
    assert create_project(library, new).repo == URL


def test_silence_in_the_middle_of_the_clone_ends_by_itself(
    net: Internet, library: Library, place: Path, tmp_path: Path
) -> None:
    fill(net, tmp_path, size=8_000_000)

    def report(progress: Progress) -> None:
        if progress.fraction:
            net.proxy.silent.set()

    access = Access(library.access().source, silence=1)
    with pytest.raises(RemoteError) as caught:
        create_project(library, NewProject("iris", place, repo=URL), access=access, report=report)
    net.proxy.silent.clear()
    assert caught.value.state is SyncState.OFFLINE
    nothing_is_left(library, place)


@pytest.mark.parametrize(
    "title", ["Asking the repo", "Files of the template", "Cloning the Git repo", "Writing files"]
)
def test_a_cancel_leaves_nothing(
    net: Internet, library: Library, place: Path, tmp_path: Path, title: str
) -> None:
    fill(net, tmp_path, size=8_000_000)
    token = CancelToken()

    def report(progress: Progress) -> None:
        if title in (progress.title, progress.detail):
            token.cancel()

    with pytest.raises(CanceledError):
        create_project(library, NewProject("iris", place, repo=URL), report=report, cancel=token)
    nothing_is_left(library, place)


_CREATE = """
import os, signal, sys
from pathlib import Path
from workbench.core.project import NewProject
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.services.app_paths import AppPaths
parent, url, template, title, fraction = sys.argv[1:]
def report(progress):
    if progress.title == title and (progress.fraction or 0) >= float(fraction):
        os.kill(os.getpid(), signal.SIGKILL)
library = Library.open(AppPaths.from_environment())
new = NewProject("iris", Path(parent), template, repo=url, replaces_files=True)
create_project(library, new, report=report)
"""


def _killed(words: Sequence[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CREATE, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("template", "title", "fraction"),
    [
        ("blank", "Cloning the Git repo", 0.1),
        ("blank", "Creating project", 0.3),
        ("blank", "Creating project", 0.9),
        (IRIS, "Replacing the files", 0.1),
    ],
)
def test_a_kill_half_way_leaves_nothing_after_the_next_start(
    net: Internet,
    library: Library,
    place: Path,
    tmp_path: Path,
    template: str,
    title: str,
    fraction: float,
) -> None:
    net.git.create("open", open_to_all=True)
    fill(net, tmp_path, size=8_000_000)
    work = tmp_path / "work-master"
    git(work, "push", "-q", str(net.git.path("open")), "master")
    _killed([str(place), "https://git.example.com/open", template, title, str(fraction)])

    def is_clean() -> bool:
        list_projects(library)
        return not place.exists()

    until(is_clean, "what was made is taken back")
    nothing_is_left(library, place)
    fsck(net.git.path("open"))
