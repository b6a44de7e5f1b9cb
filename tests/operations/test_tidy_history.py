"""Tidying the history: small, whole, and safe to kill at any instant; checking it."""

import random
import signal
import subprocess
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import in_child, kill_at_change
from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import CanceledError
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import Run, RunStatus
from workbench.core.snapshot import CheckedHistory
from workbench.operations.check_history import check_history
from workbench.operations.plan_restore import plan_restore
from workbench.operations.tidy_history import tidy_history
from workbench.services.git.tidy import Limits

LOW = Limits(loose=1, packs=2)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def some_runs(project: RestorableProject, number: int = 6) -> list[Run]:
    runs = []
    for index in range(number):
        project.write({f"f{n}": f"{index} {n}\n" * 50 for n in range(4)})
        runs.append(project.run())
    return runs


def many_packs(project: RestorableProject) -> list[Run]:
    runs = []
    for index in range(3):
        project.write({f"many/{index}-{n}": f"{index} {n}\n" for n in range(150)})
        runs.append(project.run())
    return runs


def fsck(project: RestorableProject) -> None:
    subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"],
        cwd=project.context.paths.history,
        check=True,
        capture_output=True,
    )


def objects(project: RestorableProject) -> tuple[int, int]:
    folder = project.context.paths.history / "objects"
    return len(list(folder.glob("??/*"))), len(list((folder / "pack").glob("*.pack")))


def junk(project: RestorableProject) -> list[str]:
    names = [path.name for path in project.context.paths.history.rglob("*")]
    return [name for name in names if "tmp" in name or name.endswith(".lock")]


def is_whole(project: RestorableProject, runs: list[Run]) -> None:
    fsck(project)
    assert check_history(project.context).damaged == ()
    for run in runs[:2]:
        project.restore(run)


def test_single_objects_become_one_pack(project: RestorableProject) -> None:
    runs = some_runs(project)
    before = objects(project)
    assert before[0] > 20
    seen: list[Progress] = []
    tidied = tidy_history(project.context, report=seen.append, limits=LOW)
    assert tidied is not None
    assert tidied.reclaimed > 0
    assert objects(project)[0] == 0
    assert seen[0].title == "Tidying the history"
    is_whole(project, runs)


def test_small_packs_become_one(project: RestorableProject) -> None:
    runs = many_packs(project)
    assert objects(project)[1] >= 2
    tidy_history(project.context, limits=LOW)
    assert objects(project) == (0, 1)
    is_whole(project, runs)
    assert junk(project) == ["workbench.lock"]


def test_nothing_to_do(project: RestorableProject) -> None:
    some_runs(project, 1)
    before = objects(project)
    assert tidy_history(project.context) is None
    assert objects(project) == before


def test_not_while_a_run_is_active(project: RestorableProject) -> None:
    some_runs(project)
    project.run(RunStatus.RUNNING)
    before = objects(project)
    assert tidy_history(project.context, limits=LOW) is None
    assert objects(project) == before


def test_canceled_while_it_packs(project: RestorableProject) -> None:
    runs = many_packs(project)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CanceledError):
        tidy_history(project.context, cancel=cancel, limits=LOW)
    is_whole(project, runs)
    tidy_history(project.context, limits=LOW)
    assert junk(project) == ["workbench.lock"]


def test_snapshots_meanwhile_are_kept_and_wait_for_nothing(project: RestorableProject) -> None:
    runs = many_packs(project)
    stop = threading.Event()
    failures: list[BaseException] = []

    def tidy_again_and_again() -> None:
        while not stop.is_set():
            try:
                tidy_history(project.context, limits=LOW)
            except BaseException as error:  # noqa: BLE001 - told by the test
                failures.append(error)

    thread = threading.Thread(target=tidy_again_and_again)
    thread.start()
    try:
        runs += some_runs(project, 12)
    finally:
        stop.set()
        thread.join()
    assert failures == []
    is_whole(project, runs)


def test_killed_at_any_change_nothing_is_lost(tmp_path: Path) -> None:
    for number in random.Random(3).sample(range(60), 5):
        root = tmp_path / f"killed-{number}"
        with restorable_project(root) as project:
            runs = many_packs(project) + some_runs(project, 3)

        def work(root: Path = root, number: int = number) -> None:
            with restorable_project(root) as project:
                kill_at_change(number, "workbench.lock")
                tidy_history(project.context, limits=LOW)

        assert in_child(work) in {0, -signal.SIGKILL}
        with restorable_project(root) as project:
            is_whole(project, runs)
            tidy_history(project.context, limits=LOW)
            assert objects(project)[0] == 0
            assert objects(project)[1] <= 2
            assert junk(project) == ["workbench.lock"]
            is_whole(project, runs)


def test_a_sound_history_is_told_so(project: RestorableProject) -> None:
    some_runs(project, 3)
    project.run(snapshot=False)
    seen: list[Progress] = []
    assert check_history(project.context, report=seen.append) == CheckedHistory(3, 3)
    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CanceledError):
        check_history(project.context, cancel=cancel)


def test_runs_whose_snapshot_is_gone_or_damaged_are_named(project: RestorableProject) -> None:
    first, second, third = some_runs(project, 3)
    history = project.context.history
    only = {
        path: entry for path, entry in history.tree_entries(second.snapshot).items() if path == "f1"
    }
    name, size = only["f1"].object_id, only["f1"].size
    damaged = project.context.paths.history / "objects" / name[:2] / name[2:]
    damaged.chmod(0o600)
    damaged.write_bytes(zlib.compress(b"blob %d\0" % size + b"x" * size))
    name = first.snapshot
    (project.context.paths.history / "objects" / name[:2] / name[2:]).unlink()
    history.forget()
    found = check_history(project.context)
    assert (found.runs, found.snapshots) == (3, 3)
    assert [each.number for each in found.damaged] == [first.number, second.number]
    assert found.damaged[0].reason == "The snapshot isn't on this computer"
    assert found.damaged[1].reason == "1 file can't be read"
    assert found.damaged[1].paths == ("f1",)
    plan_restore(project.context, third.id)
