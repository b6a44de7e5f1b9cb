"""Logs and captured outputs go to the Git repo if the user wants that, and come to others."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.certificates import Certificates
from tests.servers.git_server import Fault
from tests.servers.internet import Internet, internet
from tests.sync_lab import BRANCH as HISTORY
from tests.sync_lab import PROJECT_ID, Computer, bare_repo, computer, fsck, git
from workbench.core.errors import CanceledError, NotFoundError, WorkbenchError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import Output, Run
from workbench.core.run_files import LARGEST_FILE, FilesToShare, NotShared, NotSharedReason
from workbench.operations.bring_files import bring_files, files_place
from workbench.operations.put_aside_runs import delete_runs, undelete_runs
from workbench.operations.read_run import list_outputs, read_log, read_log_index, read_metrics
from workbench.operations.share_files import files_to_share, share_files_from_now_on, shares_files
from workbench.operations.sync_history import sync_history
from workbench.services.git.files_branch import FilesBranch, FileToShare, files_ref

URL = "https://git.example.com/iris"
LOG = b"epoch 1\r\n\x1b[31mred\x1b[0m \xff\n"
BINARY = bytes(range(256)) * 40
ODD = "outputs/\udcffnicht ä/.git/config"


@pytest.fixture
def net(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificates: Certificates
) -> Iterator[Internet]:
    with internet(tmp_path / "net", monkeypatch, certificates) as net:
        net.git.create("iris", open_to_all=True)
        yield net


@pytest.fixture
def pair(tmp_path: Path, net: Internet) -> Iterator[tuple[Computer, Computer]]:
    with ExitStack() as stack:
        one, two = (stack.enter_context(computer(tmp_path, URL, name)) for name in ("one", "two"))
        yield one, two


def run_with_files(one: Computer, **files: bytes) -> Run:
    """Record a run that left a log, metrics and outputs."""
    run = one.run()
    folder = one.context.paths.runs / run.id
    left = {"log.txt": LOG, "log-index.txt": b"8 o 1700000000.5\n", "outputs/model.bin": BINARY}
    left |= {"metrics.jsonl": metric(0, 0.5) + metric(1, 0.75), ODD: b"[core]\n"}
    for name, content in (left | {f"outputs/{name}": data for name, data in files.items()}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return run


def metric(number: int, value: float) -> bytes:
    line = {"name": "accuracy", "value": value, "time": 1_700_000_000 + number}
    return json.dumps(line).encode() + b"\n"


def sync(*computers: Computer) -> None:
    for each in computers:
        status = each.sync()
        assert status.state is SyncState.UP_TO_DATE, (status.title, status.text, status.details)


def picture(one: Computer, run_id: str) -> dict[str, bytes]:
    folder = one.context.paths.runs / run_id
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tip(net: Internet, one: Computer) -> str:
    return git(net.git.path("iris"), "for-each-ref", "--format=%(objectname)", ref(one))


def ref(one: Computer) -> str:
    return files_ref(PROJECT_ID, one.context.machine)


def test_log_metrics_and_outputs_are_on_the_other_computer_byte_by_byte(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    share_files_from_now_on(one.context, on=True)
    run, other = run_with_files(one), run_with_files(one, other=b"of the other run")
    size = sum(map(len, picture(one, run.id).values()))
    assert files_to_share(one.context) == FilesToShare(2, 11, 2 * size + 16)
    assert (one.status().state, one.status().files) == (SyncState.WAITING, 2)
    sync(one, two)
    assert files_to_share(one.context) == FilesToShare()
    place = files_place(two.context, two.runs()[run.id])
    assert place.shared is not None
    assert (place.can_bring, place.is_sharing) == (True, True)
    assert (place.shared.count, place.shared.size, place.shared.left_out) == (5, size, ())
    # Nothing of it is here before it is wanted: the last value is in the run's record.
    assert list_outputs(two.context, run.id) == []
    assert [point.value for point in read_metrics(two.context, run.id)] == [0.9]
    told: list[Progress] = []
    assert bring_files(two.context, two.runs()[run.id], two.access, report=told.append)
    assert told
    assert picture(two, run.id) == picture(one, run.id)
    assert read_log(two.context, run.id, 0)[0] == LOG
    assert len(read_log_index(two.context, run.id, 0)[0]) == 1
    assert [point.value for point in read_metrics(two.context, run.id)] == [0.5, 0.75]
    assert Output("model.bin", len(BINARY)) in list_outputs(two.context, run.id)
    # Only this run was downloaded, and nothing of the way is left on either side.
    assert picture(two, other.id) == {}
    assert files_place(two.context, two.runs()[run.id]).is_here
    assert not bring_files(two.context, two.runs()[run.id], two.access)
    for each in pair:
        names = {path.name for path in each.context.paths.root.iterdir()}
        assert not names & {"outgoing-files.git", "incoming-files.git"}
    assert bring_files(two.context, two.runs()[other.id], two.access)
    assert picture(two, other.id) == picture(one, other.id)
    fsck(net.git.path("iris"))


def test_without_the_switch_nothing_goes_there(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    assert not shares_files(one.context)
    run = run_with_files(one)
    sync(one, two)
    assert tip(net, one) == ""
    place = files_place(two.context, two.runs()[run.id])
    assert (place.is_here, place.shared, place.is_sharing) == (False, None, False)
    assert not bring_files(two.context, two.runs()[run.id], two.access)
    # Switched on later, what was run before goes there too; switched off, what is there stays.
    share_files_from_now_on(one.context, on=True)
    sync(one, two)
    assert files_place(two.context, two.runs()[run.id]).can_bring
    share_files_from_now_on(one.context, on=False)
    late = run_with_files(one)
    before = tip(net, one)
    sync(one, two)
    assert tip(net, one) == before
    late_place = files_place(two.context, two.runs()[late.id])
    assert (late_place.shared, late_place.is_sharing) == (None, False)
    assert bring_files(two.context, two.runs()[run.id], two.access)


def test_a_file_that_is_too_large_is_left_out_and_named(pair: tuple[Computer, Computer]) -> None:
    one, two = pair
    share_files_from_now_on(one.context, on=True)
    run = run_with_files(one, large=b"", empty=b"", last=b"last")
    with (one.context.paths.runs / run.id / "outputs" / "large").open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    assert files_to_share(one.context).left_out == 1
    sync(one, two)
    there = two.runs()[run.id]
    shared = files_place(two.context, there).shared
    assert shared is not None
    too_large = NotShared("outputs/large", LARGEST_FILE + 1, NotSharedReason.TOO_LARGE)
    assert shared.left_out == (too_large,)
    assert bring_files(two.context, there, two.access)
    names = {output.path for output in list_outputs(two.context, run.id)}
    assert {"empty", "last"} <= names
    assert "large" not in names


def test_a_file_that_goes_meanwhile_is_left_out_and_named(tmp_path: Path) -> None:
    with FilesBranch(tmp_path / "out.git", PROJECT_ID, "1" * 32) as branch:
        gone = FileToShare("outputs/gone", tmp_path / "gone", 7)
        shared = branch.add("demo_1", [gone])
    assert (shared.count, shared.size) == (0, 0)
    assert shared.left_out == (NotShared("outputs/gone", 7, NotSharedReason.UNREADABLE),)
    assert not (tmp_path / "out.git").exists()


def test_a_run_that_left_nothing_is_known_to_have_left_nothing(
    pair: tuple[Computer, Computer],
) -> None:
    one, two = pair
    share_files_from_now_on(one.context, on=True)
    run = one.run()
    (one.context.paths.runs / run.id).mkdir()
    without_folder = one.run()
    sync(one, two)
    assert one.status().files == 0
    assert bring_files(two.context, two.runs()[run.id], two.access)
    assert read_log(two.context, run.id, 0)[0] == b""
    assert files_place(two.context, two.runs()[without_folder.id]).shared is None


def test_a_deleted_run_stays_here_until_it_is_brought_back(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    share_files_from_now_on(one.context, on=True)
    run = run_with_files(one)
    delete_runs(one.context, [run])
    sync(one, two)
    assert tip(net, one) == ""
    assert (one.status().files, files_to_share(one.context)) == (0, FilesToShare())
    undelete_runs(one.context, [run])
    sync(one, two)
    assert bring_files(two.context, two.runs()[run.id], two.access)
    assert picture(two, run.id) == picture(one, run.id)
    # Deleting it there takes nothing away from anybody.
    delete_runs(two.context, [two.runs()[run.id]])
    sync(two, one)
    assert picture(two, run.id) == picture(one, run.id)
    assert not one.runs()[run.id].deleted


def test_what_does_not_get_through_keeps_the_history_from_nothing(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    net.git.protect("iris", "refs/heads/AzureMLHistory-files/*", "TF402455: not permitted")
    share_files_from_now_on(one.context, on=True)
    run = run_with_files(one)
    status = one.sync()
    assert (status.state, status.waiting, status.records) == (SyncState.REJECTED, 0, 0)
    assert "TF402455" in status.details
    assert status.files == 1
    sync(two)
    assert run.id in two.runs()
    (net.git.path("iris") / "hooks" / "pre-receive").unlink()
    sync(one, two)
    assert bring_files(two.context, two.runs()[run.id], two.access)


def test_a_push_whose_answer_is_lost_is_not_made_twice(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    sync(one)
    share_files_from_now_on(one.context, on=True)
    sync(one)
    run = run_with_files(one)
    # The history and the records are pushed first; these are the answers that count.
    share_files_from_now_on(one.context, on=False)
    sync(one)
    share_files_from_now_on(one.context, on=True)
    sync_records_only(one, net)
    net.git.lost = "/git-receive-pack"
    assert one.sync().state is SyncState.OFFLINE
    net.git.lost = ""
    arrived = tip(net, one)
    assert arrived
    sync(one, two)
    assert tip(net, one) == arrived
    assert bring_files(two.context, two.runs()[run.id], two.access)
    assert picture(two, run.id) == picture(one, run.id)


def sync_records_only(one: Computer, net: Internet) -> None:
    """Have the Git repo take everything but the files of runs."""
    net.git.protect("iris", "refs/heads/AzureMLHistory-files/*", "not now")
    assert one.sync().state is SyncState.REJECTED
    (net.git.path("iris") / "hooks" / "pre-receive").unlink()


def test_a_server_that_gives_out_whole_branches_only_is_enough(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    net.git.old_protocol = True
    share_files_from_now_on(one.context, on=True)
    first, second = run_with_files(one), run_with_files(one, more=b"more")
    sync(one, two)
    for run in (first, second):
        assert bring_files(two.context, two.runs()[run.id], two.access)
        assert picture(two, run.id) == picture(one, run.id)
    git(net.git.path("iris"), "config", "receive.denyDeletes", "false")
    third = run_with_files(one)
    sync(one, two)
    git(net.git.path("iris"), "update-ref", "-d", ref(one))
    with pytest.raises(NotFoundError, match="any more"):
        bring_files(two.context, two.runs()[third.id], two.access)


def test_a_repo_that_is_away_is_told_and_asked_again(
    pair: tuple[Computer, Computer], net: Internet
) -> None:
    one, two = pair
    share_files_from_now_on(one.context, on=True)
    run = run_with_files(one)
    sync(one, two)
    there = two.runs()[run.id]
    net.git.faults.append(Fault(503, b"later"))
    with pytest.raises(RemoteError) as caught:
        bring_files(two.context, there, two.access)
    assert caught.value.state is SyncState.OFFLINE
    net.git.faults.clear()
    cancel = CancelToken()

    def cancel_at_once(_progress: Progress) -> None:
        cancel.cancel()

    with pytest.raises(CanceledError):
        bring_files(two.context, there, two.access, report=cancel_at_once, cancel=cancel)
    assert picture(two, run.id) == {}
    # As a process left it that was killed on the way.
    (two.context.paths.runs / ".incoming" / "outputs").mkdir(parents=True)
    (two.context.paths.root / "incoming-files.git").mkdir()
    assert bring_files(two.context, there, two.access)
    assert picture(two, run.id) == picture(one, run.id)
    assert [path.name for path in two.context.paths.runs.iterdir()] == [run.id]


def test_run_records_that_are_lost_know_again_what_is_shared(tmp_path: Path) -> None:
    repo = str(bare_repo(tmp_path))
    with computer(tmp_path, repo) as one:
        share_files_from_now_on(one.context, on=True)
        run, gone = run_with_files(one), run_with_files(one)
        sync(one)
        before = git(Path(repo), "rev-parse", ref(one))
        wanted = picture(one, gone.id)
        for path in one.context.paths.runs.glob(f"{gone.id}/**/*"):
            if path.is_file():
                path.unlink()
        (one.context.paths.runs / gone.id).rename(tmp_path / "gone")
        root = one.context.paths.root
    for path in root.glob("runs.sqlite*"):
        path.unlink()
    with computer(tmp_path, repo) as one:
        sync(one)
        # A copy of the data folder may have told it: the user decides again.
        assert not shares_files(one.context)
        assert git(Path(repo), "rev-parse", ref(one)) == before
        assert files_place(one.context, one.runs()[run.id]).is_here
        # One whose folder is gone has its files in the Git repo.
        assert bring_files(one.context, one.runs()[gone.id], one.access)
        assert picture(one, gone.id) == wanted


def test_a_copied_data_folder_shares_its_branch_of_files(tmp_path: Path) -> None:
    repo = str(bare_repo(tmp_path))
    with computer(tmp_path, repo) as one:
        share_files_from_now_on(one.context, on=True)
        run_with_files(one)
        sync(one)
    shutil.copytree(tmp_path / "one" / "data", tmp_path / "copy" / "data")
    with (
        computer(tmp_path, repo) as one,
        computer(tmp_path, repo, "copy") as copy,
        computer(tmp_path, repo, "two") as two,
    ):
        mine, theirs = run_with_files(one, by=b"one"), run_with_files(copy, by=b"copy")
        sync(one, copy, one, copy, two)
        for each, run in ((one, mine), (copy, theirs)):
            assert bring_files(two.context, two.runs()[run.id], two.access)
            assert picture(two, run.id) == picture(each, run.id)
        fsck(Path(repo))


@pytest.mark.parametrize(
    "listed",
    [
        [["../../evil", 4, "files/000000"]],
        [["outputs/../../evil", 4, "files/000000"]],
        [["outputs//evil", 4, "files/000000"]],
        [["/evil", 4, "files/000000"]],
        [["job.json", 4, "files/000000"]],
        [["log.txt", 4, "../run.json"]],
        [["log.txt", 5, "files/000000"]],
        [["log.txt", 4, "files/000000"], ["log.txt", 4, "files/000000"]],
        [["outputs/a", 4, "files/000000"], ["outputs/a/b", 4, "files/000000"]],
        [["log.txt", 4, "files/000007"]],
        "log.txt",
    ],
)
def test_what_others_wrote_cannot_do_harm(tmp_path: Path, listed: object) -> None:
    repo = bare_repo(tmp_path)
    with computer(tmp_path, str(repo)) as one, computer(tmp_path, str(repo), "two") as two:
        share_files_from_now_on(one.context, on=True)
        run = run_with_files(one)
        sync(one)
        commit = evil(tmp_path, repo, {"v": 1, "run": run.id, "files": listed, "left_out": []})
        sync(two)
        with two.context.store.transaction() as (connection, _):
            connection.execute(
                "UPDATE run_files SET place = ?, facts = replace(facts, place, ?)", (commit, commit)
            )
        before = sorted(two.context.paths.root.parent.parent.rglob("evil"))
        with pytest.raises(WorkbenchError):
            bring_files(two.context, two.runs()[run.id], two.access)
        assert picture(two, run.id) == {}
        assert sorted(two.context.paths.root.parent.parent.rglob("evil")) == before == []


def evil(tmp_path: Path, repo: Path, listing: object) -> str:
    """Return a commit in a repo that holds what nobody should believe."""
    work = tmp_path / "evil-work"
    (work / "files").mkdir(parents=True)
    (work / "files" / "000000").write_bytes(b"evil")
    (work / "run.json").write_text(json.dumps(listing))
    git(work, "init", "-q")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "x")
    git(work, "push", "-q", str(repo), "HEAD:refs/heads/evil")
    return git(work, "rev-parse", "HEAD")


def test_the_snapshot_branch_stays_as_it_is(tmp_path: Path) -> None:
    repo = bare_repo(tmp_path)
    with computer(tmp_path, str(repo)) as one:
        run_with_files(one)
        sync(one)
        before = git(repo, "rev-parse", HISTORY)
        share_files_from_now_on(one.context, on=True)
        sync(one)
        assert git(repo, "rev-parse", HISTORY) == before == one.tip()
        assert replace(one.status(), checked=None).is_all_pushed


def test_switching_it_off_stops_a_push_between_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.operations.share_files._MOST_RUNS", 1)
    repo = str(bare_repo(tmp_path))
    with computer(tmp_path, repo) as one:
        share_files_from_now_on(one.context, on=True)
        runs = [run_with_files(one) for _ in range(3)]
        pushed: list[str] = []

        def switch_off(progress: Progress) -> None:
            if progress.title == "Pushing logs and outputs" and not pushed:
                pushed.append(progress.title)
                share_files_from_now_on(one.context, on=False)

        sync_history(one.context, one.access, report=switch_off)
        assert pushed
        there = [files_place(one.context, one.runs()[run.id]).shared for run in runs]
        assert sum(each is not None for each in there) == 1
