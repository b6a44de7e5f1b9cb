"""History and run records of several computers meet in a Git repo, and nothing is lost."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.sync_lab import BRANCH, Computer, bare_repo, computer, fsck, git, reachable
from tests.two_computers import play
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.progress import Progress
from workbench.core.run import RunStatus
from workbench.core.snapshot import MODE_FILE
from workbench.operations.apply_restore import apply_restore
from workbench.operations.bring_snapshot import bring_snapshot
from workbench.operations.note_run import note_run
from workbench.operations.plan_restore import plan_restore


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return bare_repo(tmp_path)


@pytest.fixture
def pair(tmp_path: Path, repo: Path) -> Iterator[tuple[Computer, Computer]]:
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(computer(tmp_path, str(repo), name)) for name in ("one", "two")
        )
        yield one, two


def everything(*computers: Computer) -> list[Path]:
    folders = [each.context.paths.root for each in computers]
    return [root / name for root in folders for name in ("history.git", "records.git")]


def test_a_project_without_a_repo_says_so(tmp_path: Path) -> None:
    with computer(tmp_path, "") as one:
        one.run()
        assert one.sync().state is SyncState.NO_REPO
        assert one.status().state is SyncState.NO_REPO


def test_what_waits_is_counted_and_then_pushed(pair: tuple[Computer, Computer], repo: Path) -> None:
    one, _ = pair
    assert one.status().state is SyncState.WAITING
    one.sync()
    for index in range(3):
        one.write(train=f"print({index})")
        one.run()
    before = one.status()
    assert (before.state, before.waiting, before.records) == (SyncState.WAITING, 3, 3)
    after = one.sync()
    assert (after.state, after.waiting, after.records) == (SyncState.UP_TO_DATE, 0, 0)
    assert git(repo, "rev-parse", BRANCH) == one.tip()
    assert one.status() == after
    fsck(repo, *everything(one))


def test_runs_and_snapshots_are_on_the_other_computer(pair: tuple[Computer, Computer]) -> None:
    one, two = pair
    one.write(train="print(1)")
    (one.folder / "empty").mkdir()
    (one.folder / "train.py").chmod(0o600)
    run = one.run(accuracy=0.75)
    one.sync()
    assert two.sync().state is SyncState.UP_TO_DATE
    (there,) = two.runs().values()
    assert (there.id, there.number, there.metrics) == (run.id, 1, (("accuracy", 0.75),))
    assert there.environment == run.environment
    assert there.machine == one.context.machine
    entry = two.context.history.tree_entries(run.snapshot)["train.py"]
    assert (entry.mode, two.context.history.read_blob(entry.object_id)) == (MODE_FILE, b"print(1)")
    manifest = two.context.history.manifest(run.snapshot)
    assert manifest.empty_folders == ("empty",)
    assert manifest.modes["train.py"] == 0o600
    # Both had begun a history of their own, if not in the same second; two joined them.
    one.sync()
    assert two.tip() == one.tip()


def test_histories_that_went_different_ways_are_joined(
    pair: tuple[Computer, Computer], repo: Path
) -> None:
    one, two = pair
    runs = []
    for index in range(3):
        for each in pair:
            each.write(train=f"print({index}, {each.name!r})")
            runs.append(each.run())
        for each in pair:
            assert each.sync().state is SyncState.UP_TO_DATE
    one.sync()
    snapshots = {run.snapshot for run in runs}
    assert len(snapshots) == 6
    for each in pair:
        assert each.runs().keys() == {run.id for run in runs}
        assert snapshots <= reachable(each.context.paths.history)
        assert git(repo, "rev-parse", BRANCH) in reachable(each.context.paths.history)
    assert snapshots <= reachable(repo)
    fsck(repo, *everything(one, two))


def test_numbers_stay_and_others_get_free_ones(pair: tuple[Computer, Computer]) -> None:
    one, two = pair
    mine, theirs = one.run(), two.run()
    assert mine.number == theirs.number == 1
    one.sync()
    two.sync()
    one.sync()
    assert {run.id: run.number for run in one.runs().values()} == {mine.id: 1, theirs.id: 2}
    assert {run.id: run.number for run in two.runs().values()} == {theirs.id: 1, mine.id: 2}


def test_a_run_that_goes_on_is_told_when_it_has_ended(pair: tuple[Computer, Computer]) -> None:
    one, two = pair
    run = one.run(status=RunStatus.RUNNING)
    one.sync()
    two.sync()
    assert two.runs() == {}
    one.context.store.update(run.id, {"status": RunStatus.FAILED})
    one.context.store.close_run(run.id)
    one.sync()
    two.sync()
    assert two.runs()[run.id].status is RunStatus.FAILED
    assert two.context.store.active() == []


def test_the_newest_note_counts_on_every_computer(pair: tuple[Computer, Computer]) -> None:
    one, two = pair
    run = one.run()
    one.sync()
    two.sync()
    note_run(two.context, run.id, "from two")
    two.sync()
    one.sync()
    assert one.runs()[run.id].note == "from two"
    note_run(one.context, run.id, "from one")
    one.sync()
    two.sync()
    assert two.runs()[run.id].note == "from one"
    tips = [each.context.store.token() for each in pair]
    for each in (*pair, *pair):
        each.sync()
    assert [each.context.store.token() for each in pair] == tips


def test_a_repo_that_is_away_is_used_when_it_is_back(tmp_path: Path, repo: Path) -> None:
    with computer(tmp_path, str(repo)) as one:
        one.run()
        hidden = repo.rename(tmp_path / "away.git")
        status = one.sync()
        assert (status.state, status.waiting > 0) == (SyncState.OFFLINE, True)
        assert status.details
    with computer(tmp_path, str(repo)) as again:
        assert again.status().state is SyncState.OFFLINE
        hidden.rename(repo)
        assert again.sync().state is SyncState.UP_TO_DATE
        assert git(repo, "rev-parse", BRANCH) == again.tip()


def test_what_was_killed_while_it_wrote_leaves_nothing_that_gathers(
    pair: tuple[Computer, Computer],
) -> None:
    one, _ = pair
    one.sync()
    left = one.context.paths.sync.with_name(".sync.json.0123abcd.tmp")
    left.write_text("{")
    assert one.sync().state is SyncState.UP_TO_DATE
    assert not left.exists()


def test_a_repo_that_refuses_says_why_and_keeps_nothing_from_running(
    pair: tuple[Computer, Computer], repo: Path
) -> None:
    one, _ = pair
    hook = repo / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    one.run()
    status = one.sync()
    assert status.state is SyncState.REJECTED
    assert status.waiting
    one.write(train="print(2)")
    assert one.run().snapshot_is_new
    hook.unlink()
    assert one.sync().state is SyncState.UP_TO_DATE


def test_an_address_that_starts_programs_is_not_used(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    with computer(tmp_path, f"ext::touch {trap}") as one:
        one.run()
        status = one.sync()
    assert status.state is SyncState.REJECTED
    assert not trap.exists()


def test_lost_run_records_come_back_from_the_repo(tmp_path: Path, repo: Path) -> None:
    with computer(tmp_path, str(repo)) as one:
        runs = [one.run(), one.run()]
        one.sync()
        root = one.context.paths.root
    for path in root.glob("runs.sqlite*"):
        path.unlink()
    with computer(tmp_path, str(repo)) as again:
        again.sync()
        assert {run.id: run.machine for run in again.runs().values()} == {
            run.id: "" for run in runs
        }


def test_a_copied_data_folder_shares_its_branch_without_loss(tmp_path: Path, repo: Path) -> None:
    with computer(tmp_path, str(repo)) as one:
        one.run()
        one.sync()
    shutil.copytree(tmp_path / "one" / "data", tmp_path / "copy" / "data")
    with (
        computer(tmp_path, str(repo)) as one,
        computer(tmp_path, str(repo), "copy") as copy,
    ):
        one.run()
        copy.run()
        for each in (one, copy, one, copy):
            assert each.sync().state is SyncState.UP_TO_DATE
        assert one.runs().keys() == copy.runs().keys()
        assert len(one.runs()) == 3


def test_what_others_wrote_cannot_do_harm(pair: tuple[Computer, Computer], repo: Path) -> None:
    one, two = pair
    one.run()
    one.sync()
    name = f"refs/heads/AzureMLHistory-records/{one.context.project.id}/{'f' * 32}"
    lines = [b"no json", b"[]", b'{"v":1}', b'{"v":9,"type":"run"}', b"\xff\xfe", b"{" * 5000]
    lines += [
        b'{"v":1,"type":"run","number":1,"environment":"","note_event":"","row":{"id":"../x"}}',
        b'{"v":1,"type":"note","run":"demo","note":5,"note_event":"f"}',
        b'{"v":1,"type":"snapshot","commit":"zz","packed":"zz"}',
    ]
    evil = two.folder / "evil"
    evil.write_bytes(b"\n".join(lines) + b"\n")
    blob = git(repo, "hash-object", "-w", str(evil))
    tree = git_input(repo, f"100644 blob {blob}\t000000000.jsonl\n", "mktree")
    top = git_input(repo, f"040000 tree {tree}\t000000\n", "mktree")
    git(repo, "update-ref", name, git(repo, "commit-tree", top, "-m", "x"))
    assert two.sync().state is SyncState.UP_TO_DATE
    assert len(two.runs()) == 1


def git_input(folder: Path, text: str, *arguments: str) -> str:
    import subprocess  # noqa: PLC0415 - only here

    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_two_computers_push_at_once_and_are_killed(tmp_path: Path, repo: Path) -> None:
    play(tmp_path, repo, 5, kills=4, seed=7)


def test_a_history_that_was_deleted_comes_back_from_the_repo(tmp_path: Path, repo: Path) -> None:
    with computer(tmp_path, str(repo)) as one:
        one.write(train="print(1)")
        run = one.run()
        one.sync()
        history = one.context.paths.history
    shutil.rmtree(history)
    with computer(tmp_path, str(repo)) as one:
        assert not one.context.history.has_commit(run.snapshot)
        before = git(repo, "rev-parse", BRANCH)
        assert one.sync().state is SyncState.UP_TO_DATE
        assert (one.tip(), git(repo, "rev-parse", BRANCH)) == (before, before)
        assert one.context.history.tree_entries(run.snapshot)
        assert one.runs().keys() == {run.id}
        fsck(*everything(one))


def test_a_snapshot_that_is_missing_is_downloaded_before_it_is_restored(
    tmp_path: Path, repo: Path
) -> None:
    with computer(tmp_path, str(repo)) as one:
        one.write(train="print(1)")
        run = one.run()
        one.write(train="print(2)")
        one.run()
        context = one.context
        assert bring_snapshot(context, run.id, one.access) is False
        one.sync()
        assert bring_snapshot(context, run.id, one.access) is False
        entry = context.history.tree_entries(run.snapshot)["train.py"]
        objects = context.paths.history / "objects"
        (objects / entry.object_id[:2] / entry.object_id[2:]).unlink()
        context.history.forget()
        hidden = repo.rename(repo.with_name("away.git"))
        with pytest.raises(RemoteError) as caught:
            bring_snapshot(context, run.id, one.access)
        assert caught.value.state is SyncState.OFFLINE
        hidden.rename(repo)
        told: list[Progress] = []
        assert bring_snapshot(context, run.id, one.access, report=told.append)
        assert told
        assert context.history.read_blob(entry.object_id) == b"print(1)"
        assert not (context.paths.root / "again.git").exists()
        apply_restore(context, plan_restore(context, run.id))
        assert (one.folder / "train.py").read_text() == "print(1)"
        fsck(*everything(one))
