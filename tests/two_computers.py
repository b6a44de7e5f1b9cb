"""Two computers run and push at the same time, and each is killed again and again.

``python -m tests.two_computers ROOT REPO NAME RUNS`` is one of them; :func:`play` starts both.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from tests.run_lab import environment
from tests.sync_lab import BRANCH, Computer, computer, fsck, git, reachable
from workbench.core.history_sync import SyncState

_LIMIT = 1200.0


def work(root: Path, repo: str, name: str, runs: int) -> None:
    """Be one computer until it has so many runs of its own, pushing after each."""
    with computer(root, repo, name) as one:
        for run in one.context.store.unfinished():
            one.context.store.close_run(run.id)
        while own_runs(one) < runs:
            one.write(train=f"print({os.urandom(8).hex()!r})")
            (one.folder / "data.bin").write_bytes(os.urandom(20_000))
            one.run()
            one.sync()


def own_runs(one: Computer) -> int:
    return sum(not run.machine for run in one.context.store.list_runs())


def play(root: Path, repo: Path, runs: int, *, kills: int, seed: int) -> None:
    """Let both work to the end, killing each at random moments; then check that all is there."""
    chance = random.Random(seed)
    threads = [
        threading.Thread(
            target=_keep_alive,
            args=(root, repo, name, runs, [chance.uniform(0.4, 3.0) for _ in range(kills)]),
        )
        for name in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LIMIT)
        assert not thread.is_alive()
    with ExitStack() as stack:
        pair = [stack.enter_context(computer(root, str(repo), name)) for name in ("one", "two")]
        for each in (*pair, *pair):
            for run in each.context.store.unfinished():
                each.context.store.close_run(run.id)
            assert each.sync().state is SyncState.UP_TO_DATE
        _check(pair, repo, runs)


def _keep_alive(root: Path, repo: Path, name: str, runs: int, lives: list[float]) -> None:
    arguments = [sys.executable, "-m", "tests.two_computers", str(root), str(repo), name, str(runs)]
    for life in [*lives, _LIMIT]:
        process = subprocess.Popen(arguments, env=environment(), start_new_session=True)
        try:
            if process.wait(life) == 0:
                return
        except subprocess.TimeoutExpired:
            # With git, and whatever else it started: as when the computer is switched off.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    raise AssertionError(f"{name} did not come to an end")


def _check(pair: list[Computer], repo: Path, runs: int) -> None:
    one, two = (each.runs() for each in pair)
    assert one.keys() == two.keys()
    assert len(one) == 2 * runs
    tips = {git(repo, "rev-parse", BRANCH), *(each.tip() for each in pair)}
    assert len(tips) == 1
    snapshots = {run.snapshot for run in one.values()}
    assert len(snapshots) == 2 * runs
    assert snapshots <= reachable(repo)
    for each in pair:
        history = each.context.history
        assert snapshots <= reachable(history.git_dir)
        for snapshot in snapshots:
            for entry in history.tree_entries(snapshot).values():
                assert len(history.read_blob(entry.object_id)) == entry.size
        assert {run.metrics for run in each.runs().values()} == {(("accuracy", 0.9),)}
        fsck(history.git_dir, each.context.paths.records)
    fsck(repo)


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
