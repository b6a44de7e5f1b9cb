"""Following runs, ending them, and what is known after a crash."""

import os
import signal
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import psutil
import pytest

from tests.run_lab import RunLab, opened, run_lab, until
from workbench.core.errors import NotFoundError
from workbench.core.metric import MetricPoint
from workbench.core.run import Output, Run, RunStatus
from workbench.operations.cancel_run import cancel_run
from workbench.operations.read_run import (
    last_log_line,
    list_outputs,
    output_path,
    read_log,
    read_metrics,
)
from workbench.operations.refresh_runs import refresh_runs
from workbench.services.script_runner import processes_of

WAITING = """
import os, pathlib, sys, time
pathlib.Path("pid").write_text(str(os.getpid()))
print("ready", flush=True)
time.sleep(60)
"""
# A child in the same group, one with its own session, and one whose parent has ended.
FAMILY = """
import os, subprocess, sys, time
sleeper = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
subprocess.Popen([sys.executable, "-c", sleeper])
subprocess.Popen([sys.executable, "-c", sleeper], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
os.wait()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunLab]:
    with run_lab(tmp_path) as made:
        yield made


def _ready(lab: RunLab, run: Run) -> None:
    until(lambda: lab.run_folder(run).log.exists() and "ready" in lab.log(run), "script is ready")
    until(lambda: lab.run_folder(run).state(), "state is written")


def _supervisor(lab: RunLab, run: Run) -> psutil.Process:
    state = lab.run_folder(run).state()
    assert state is not None
    return psutil.Process(state.supervisor[0])


def _kill_supervisor(lab: RunLab, run: Run) -> None:
    _supervisor(lab, run).kill()
    until(lambda: not lab.run_folder(run).is_looked_after(), "supervisor is gone")


def test_metrics_and_start_arrive_while_the_script_runs(lab: RunLab) -> None:
    run = lab.submit(
        """
        import time
        from azureml.logging import get_azureml_logger
        log = get_azureml_logger().log
        log("loss", 0.5); log("curve", [1, 2]); log("name", "first"); log("loss", 0.25).wait()
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    _ready(lab, run)
    until(lambda: lab.refreshed(run).metrics, "metrics")
    now = lab.context.store.get(run.id)
    assert (now.status, now.metrics) == (RunStatus.RUNNING, (("loss", 0.25), ("name", "first")))
    state = lab.run_folder(run).state()
    assert state is not None
    assert now.started == state.started
    points = read_metrics(lab.context, run.id)
    assert [(point.sequence, point.name, point.value) for point in points] == [
        (0, "loss", 0.5), (1, "curve", (1, 2)), (2, "name", "first"), (3, "loss", 0.25),
    ]  # fmt: skip
    assert [point.sequence for point in read_metrics(lab.context, run.id, 1)] == [2, 3]
    assert read_metrics(lab.context, run.id, 3) == []
    cancel_run(lab.context, run.id)
    lab.finish(run)


def test_refreshing_changes_nothing_when_nothing_happened(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    until(lambda: lab.refreshed(run).environment.host, "environment")
    refresh_runs(lab.context)
    token = lab.context.store.token()
    for _ in range(5):
        assert refresh_runs(lab.context) == ()
    assert lab.context.store.token() == token


def test_a_canceled_script_may_clean_up(lab: RunLab) -> None:
    run = lab.submit(
        """
        import pathlib, signal, sys, time
        def clean(*_):
            pathlib.Path("outputs").mkdir()
            pathlib.Path("outputs/partial.txt").write_text("kept")
            print("cleaned", flush=True)
            sys.exit(0)
        signal.signal(signal.SIGTERM, clean)
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    _ready(lab, run)
    begin = monotonic()
    cancel_run(lab.context, run.id)
    ended = lab.finish(run)
    assert monotonic() - begin < 40
    assert (ended.status, ended.exit_code, ended.output_count) == (RunStatus.CANCELED, 0, 1)
    assert "cleaned" in lab.log(run)


def test_cancel_ends_the_whole_family(lab: RunLab) -> None:
    run = lab.submit(FAMILY)
    _ready(lab, run)
    until(lambda: len(processes_of(run.id)) == 4, "four processes")
    cancel_run(lab.context, run.id)
    ended = lab.finish(run)
    assert ended.status is RunStatus.CANCELED
    assert ended.exit_code == -signal.SIGTERM
    assert processes_of(run.id) == []


def test_ended_from_outside_is_not_called_canceled(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    _supervisor(lab, run).terminate()  # as when the computer is shut down
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code) == (RunStatus.INTERRUPTED, -signal.SIGTERM)
    assert "from outside" in ended.message


def test_a_script_that_ignores_being_asked_is_killed_after_five_seconds(lab: RunLab) -> None:
    run = lab.submit(
        """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    _ready(lab, run)
    begin = monotonic()
    cancel_run(lab.context, run.id)
    ended = lab.finish(run)
    assert 4.5 < monotonic() - begin < 40
    assert (ended.status, ended.exit_code) == (RunStatus.CANCELED, -signal.SIGKILL)


def test_cancel_from_another_process_and_of_an_ended_run(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    with opened(lab.folder.parent) as other:
        cancel_run(other, run.id)
    ended = lab.finish(run)
    assert ended.status is RunStatus.CANCELED
    cancel_run(lab.context, run.id)
    assert lab.refreshed(run) == lab.context.store.get(run.id)
    with pytest.raises(NotFoundError):
        cancel_run(lab.context, "nobody")


def test_a_left_behind_child_does_not_delay_the_end(lab: RunLab) -> None:
    begin = monotonic()
    run = lab.submit(
        """
        import subprocess, sys
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print("done")
        """
    )
    ended = lab.finish(run)
    assert monotonic() - begin < 50
    assert (ended.status, lab.log(run)) == (RunStatus.COMPLETED, "done\n")
    (child,) = processes_of(run.id)  # it may live on: it was not canceled
    child.kill()


def test_killed_supervisor_with_a_living_script(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    _kill_supervisor(lab, run)
    for _ in range(3):
        assert lab.refreshed(run).status is RunStatus.RUNNING
    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code) == (RunStatus.INTERRUPTED, None)
    assert "isn't known" in ended.message
    assert ended.ended is not None
    lab.settle()


def test_killed_supervisor_cancel_ends_the_script_and_its_family(lab: RunLab) -> None:
    run = lab.submit(FAMILY)
    _ready(lab, run)
    until(lambda: len(processes_of(run.id)) == 4, "four processes")
    _kill_supervisor(lab, run)
    cancel_run(lab.context, run.id)
    assert lab.finish(run).status is RunStatus.CANCELED
    until(lambda: not processes_of(run.id), "family is gone")


def test_killed_supervisor_while_nobody_looks(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    _kill_supervisor(lab, run)
    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    with opened(lab.folder.parent) as later:
        until(lambda: refresh_runs(later) is not None and not later.store.active(), "recovered")
        assert later.store.get(run.id).status is RunStatus.INTERRUPTED


def test_a_used_again_process_id_is_not_taken_for_the_script(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    _kill_supervisor(lab, run)
    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    path = lab.run_folder(run).path / "state.json"
    identity = lab.run_folder(run).state()
    assert identity is not None
    # The same id, now of a living process that is not the script: this one.
    path.write_text(path.read_text().replace(f": {identity.script[0]},", f": {os.getpid()},"))
    assert lab.finish(run).status is RunStatus.INTERRUPTED


def test_the_exit_is_known_even_if_the_supervisor_dies_while_it_saves_outputs(
    lab: RunLab,
) -> None:
    run = lab.submit("import sys; sys.exit(4)")
    lab.finish(run)
    lab.settle()
    folder = lab.run_folder(run)
    (folder.path / "outcome.json").unlink()
    running = {"status": RunStatus.RUNNING, "exit_code": None, "ended": None}
    lab.context.store.update(run.id, running)
    lab.context.store._set({"open": 1}, "id = ?", [run.id])
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code) == (RunStatus.FAILED, 4)
    assert "outputs may not all have been saved" in ended.message


def test_outputs_that_were_made_or_changed_are_captured(lab: RunLab) -> None:
    lab.write("outputs/old.txt", "old")
    lab.write("outputs/changed.txt", "before")
    (lab.folder / "secret.txt").write_text("secret")
    run = lab.submit(
        """
        import os, pathlib
        out = pathlib.Path("outputs")
        (out / "changed.txt").write_text("after!")
        (out / "deep" / "er").mkdir(parents=True)
        (out / "deep" / "er" / "né.bin").write_bytes(bytes(range(256)) * 1000)
        (out / "run.sh").write_text("#!/bin/sh"); (out / "run.sh").chmod(0o755)
        (out / "link.txt").symlink_to("changed.txt")
        (out / "outside.txt").symlink_to("../secret.txt")
        (out / "gone").symlink_to("nowhere")
        os.mkfifo(out / "pipe")
        """
    )
    ended = lab.finish(run)
    assert ended.status is RunStatus.COMPLETED
    assert "outside.txt wasn't saved" in ended.message
    outputs = list_outputs(lab.context, run.id)
    assert [(output.path, output.size) for output in outputs] == [
        ("changed.txt", 6), ("deep/er/né.bin", 256_000), ("link.txt", 6), ("run.sh", 9),
    ]  # fmt: skip
    assert ended.output_count == 4
    kept = {output.path: output_path(lab.context, run.id, output) for output in outputs}
    assert kept["deep/er/né.bin"].read_bytes() == bytes(range(256)) * 1000
    assert kept["changed.txt"].read_text() == "after!"
    assert kept["run.sh"].stat().st_mode & stat.S_IXUSR
    with pytest.raises(NotFoundError):
        output_path(lab.context, run.id, Output("../job.json", 1))


def test_log_is_read_in_pieces(lab: RunLab) -> None:
    run = lab.finish(lab.submit("print('x' * 100000)"))
    first, offset = read_log(lab.context, run.id, 0, 65536)
    rest, end = read_log(lab.context, run.id, offset)
    assert (len(first), first + rest, end) == (65536, b"x" * 100000 + b"\n", 100001)
    assert read_log(lab.context, run.id, end) == (b"", end)
    assert read_log(lab.context, "not-there", 0) == (b"", 0)


def test_broken_lines_do_not_hide_what_follows(lab: RunLab) -> None:
    run = lab.finish(lab.submit("pass"))
    stream = lab.run_folder(run).metrics
    good = '{"name": "a", "value": %s, "time": 1700000000.5}\n'
    stream.write_text(good % 1 + '{"name": "a", "val\n\n[1]\n' + good % "NaN" + '{"name"')
    points = read_metrics(lab.context, run.id)
    assert [point.sequence for point in points] == [0, 4]
    assert points[0] == MetricPoint(0, "a", 1, datetime(2023, 11, 14, 22, 13, 20, 500000, UTC))
    assert read_metrics(lab.context, run.id, 4) == []
    with stream.open("a") as more:
        more.write('\n{"broken\n')
    assert read_metrics(lab.context, run.id, 4) == []
    with stream.open("a") as more:
        more.write(good % 2)
    assert [(p.sequence, p.value) for p in read_metrics(lab.context, run.id, 4)] == [(7, 2)]
    assert len(read_metrics(lab.context, run.id)) == 3


def test_a_run_of_another_computer_is_left_alone_while_it_shows_life(lab: RunLab) -> None:
    run = lab.submit(WAITING)
    _ready(lab, run)
    _kill_supervisor(lab, run)
    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    folder = lab.run_folder(run)
    folder.write_job({**folder.job(), "host": "elsewhere"})
    assert lab.refreshed(run).status is RunStatus.RUNNING
    past = (datetime.now(UTC) - timedelta(minutes=5)).timestamp()
    os.utime(folder.path / "state.json", (past, past))
    # A killed process needs a moment to be gone.
    until(lambda: lab.refreshed(run).status is RunStatus.INTERRUPTED, "the run to be interrupted")


def test_two_that_refresh_at_once_agree(lab: RunLab) -> None:
    run = lab.submit(
        """
        from azureml.logging import get_azureml_logger
        log = get_azureml_logger().log
        for step in range(20000):
            log("step", step)
        """
    )
    with opened(lab.folder.parent) as other:
        stop = threading.Event()

        def poll() -> None:
            while not stop.is_set():
                refresh_runs(other)

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            ended = lab.finish(run)
        finally:
            stop.set()
            thread.join()
        assert (ended.status, ended.metrics) == (RunStatus.COMPLETED, (("step", 19999),))
        assert other.store.get(run.id).metrics == ended.metrics


def test_the_script_does_not_hold_the_runs_lock(lab: RunLab) -> None:
    run = lab.submit(
        """
        import os
        for name in os.listdir("/proc/self/fd"):
            print(os.readlink(f"/proc/self/fd/{name}") if os.path.exists(f"/proc/self/fd/{name}")
                  else "")
        """
    )
    lab.finish(run)
    assert "/lock" not in lab.log(run)


def test_the_last_line_of_the_log_says_why_a_script_failed(lab: RunLab) -> None:
    run = lab.finish(lab.submit("print('begun')\nraise ValueError('\\x1b[31mno data\\x1b[0m')\n"))
    assert run.status is RunStatus.FAILED
    assert last_log_line(lab.context, run.id) == "ValueError: no data"


@pytest.mark.parametrize(
    "damage",
    ['{"exit_code": "x", "started": 1.5, "ended": 2.5, "canceled": false}', "[" * 99_999],
)
def test_damaged_words_of_a_supervisor_hold_up_nothing(lab: RunLab, damage: str) -> None:
    damaged = lab.submit("pass")
    until(lambda: not lab.run_folder(damaged).is_looked_after(), "end of the supervisor")
    for name in ("outcome.json", "exit.json"):
        (lab.run_folder(damaged).path / name).write_text(damage)
    assert lab.finish(lab.submit("pass")).status is RunStatus.COMPLETED
    assert lab.finish(damaged).status is RunStatus.INTERRUPTED
