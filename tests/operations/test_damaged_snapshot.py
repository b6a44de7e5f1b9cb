"""A stored file that is damaged: told before anything is changed, and downloaded if it can be."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_lab import Computer, bare_repo, computer, fsck, git
from workbench.core.errors import DamagedSnapshotError
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.run import Run
from workbench.operations.apply_restore import apply_restore, restore_or_mend
from workbench.operations.plan_restore import plan_restore
from workbench.operations.recover_restore import has_open_journal

CONTENT = os.urandom(200_000)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return bare_repo(tmp_path)


@pytest.fixture(params=["object", "pack"])
def damaged(
    request: pytest.FixtureRequest, tmp_path: Path, repo: Path
) -> Iterator[tuple[Computer, Run]]:
    """A run whose ``data`` is damaged in the history, and was pushed before."""
    with computer(tmp_path, str(repo)) as one:
        one.write(train="print(1)")
        (one.folder / "data").write_bytes(CONTENT)
        run = one.run()
        (one.folder / "data").unlink()
        one.write(train="print(2)")
        one.run()
        assert one.sync().state is SyncState.UP_TO_DATE
        history = one.context.history
        entry = history.tree_entries(run.snapshot)["data"]
        if request.param == "pack":
            git(one.context.paths.history, "repack", "-q", "-a", "-d")
            (place,) = (one.context.paths.history / "objects" / "pack").glob("*.pack")
        else:
            objects = one.context.paths.history / "objects"
            place = objects / entry.object_id[:2] / entry.object_id[2:]
        flip(place)
        history.forget()
        assert history.damaged([entry.object_id]) == {entry.object_id}
        yield one, run


def flip(place: Path) -> None:
    """Change some bytes in the middle of a file, where its content is."""
    place.chmod(0o644)
    data = bytearray(place.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 64):
        data[at] ^= 0x55
    place.write_bytes(data)


def picture(one: Computer) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in one.folder.iterdir() if path.is_file()}


def test_it_is_told_with_the_file_and_nothing_is_changed(
    damaged: tuple[Computer, Run],
) -> None:
    one, run = damaged
    before = picture(one)
    plan = plan_restore(one.context, run.id)
    with pytest.raises(DamagedSnapshotError, match="is damaged: data can't be read") as caught:
        apply_restore(one.context, plan)
    assert "other files can be restored" in caught.value.hint
    assert picture(one) == before
    assert not has_open_journal(one.context)
    # The way out that is told leads out.
    apply_restore(one.context, plan_restore(one.context, run.id, paths=["train.py"]))
    assert (one.folder / "train.py").read_text() == "print(1)"
    assert not (one.folder / "data").exists()


def test_it_is_downloaded_from_the_repo_and_restored(
    damaged: tuple[Computer, Run], repo: Path
) -> None:
    one, run = damaged
    restore_or_mend(one.context, plan_restore(one.context, run.id), one.access)
    assert (one.folder / "data").read_bytes() == CONTENT
    assert (one.folder / "train.py").read_text() == "print(1)"
    fsck(one.context.paths.history, repo)


def test_a_repo_that_is_away_is_told_and_nothing_is_changed(
    damaged: tuple[Computer, Run], repo: Path
) -> None:
    one, run = damaged
    away = repo.rename(repo.with_name("away.git"))
    before = picture(one)
    plan = plan_restore(one.context, run.id)
    with pytest.raises(RemoteError) as caught:
        restore_or_mend(one.context, plan, one.access)
    assert caught.value.state is SyncState.OFFLINE
    assert picture(one) == before
    away.rename(repo)
    restore_or_mend(one.context, plan, one.access)
    assert (one.folder / "data").read_bytes() == CONTENT


def test_without_a_repo_that_has_it_the_damage_is_told(
    damaged: tuple[Computer, Run], repo: Path
) -> None:
    one, run = damaged
    for ref in git(repo, "for-each-ref", "--format=%(refname)").split():
        git(repo, "update-ref", "-d", ref)
    git(repo, "update-ref", f"refs/heads/{one.context.history.branch}", empty_commit(repo))
    with pytest.raises(DamagedSnapshotError):
        restore_or_mend(one.context, plan_restore(one.context, run.id), one.access)
    assert not (one.folder / "data").exists()


def empty_commit(repo: Path) -> str:
    tree = git(repo, "hash-object", "-w", "-t", "tree", "/dev/null")
    return git(repo, "commit-tree", tree, "-m", "empty")
