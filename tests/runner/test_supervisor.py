"""The supervisor process by itself: told, not told, killed, out of disk."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests.run_lab import until
from workbench.core.errors import WorkbenchError
from workbench.core.run import Output
from workbench.runner import files, process_table
from workbench.runner.listing import listing
from workbench.runner.neighbors import neighbors
from workbench.runner.outputs import Capture
from workbench.runner.run_lock import is_locked, take_lock
from workbench.runner.space import reserve
from workbench.services.processes import collect_ended
from workbench.services.run_folder import RunFolder
from workbench.services.script_runner import Supervisor, is_same_process

MAIN = Path(process_table.__file__).with_name("__main__.py")


class Lab:
    """A run's folder with a job."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.project.mkdir()
        self.folder = RunFolder.make(root / "runs", "demo", datetime.now(UTC))

    def start(self, code: str, **changes: object) -> Supervisor:
        job: dict[str, object] = {
            "argv": [sys.executable, "-c", code],
            "cwd": str(self.project),
            "outputs": str(self.project / "outputs"),
            "interpreter": "",
        }
        lock = self.folder.take_lock()
        self.folder.write_job({**job, **changes})
        return Supervisor(self.folder, lock)

    def ended(self) -> bool:
        collect_ended()
        return not self.folder.is_looked_after()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    until(made.ended, "supervisor ended")


def _go(supervisor: Supervisor) -> None:
    supervisor.go({**os.environ, "WORKBENCH_RUN_ID": "lab"})


def test_nothing_starts_without_the_word(lab: Lab) -> None:
    supervisor = lab.start("open('started', 'w')")
    supervisor.abort()
    assert lab.ended()
    ending = lab.folder.outcome()
    assert ending is not None
    assert (ending.started, ending.canceled, ending.exit_code) == (None, False, None)
    assert not (lab.project / "started").exists()
    assert lab.folder.supervisor_log.read_text() == ""


def test_half_a_word_is_no_word(lab: Lab) -> None:
    lock = lab.folder.take_lock()
    lab.folder.write_job(
        {"argv": ["true"], "cwd": str(lab.project), "outputs": "x", "interpreter": ""}
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(MAIN), str(lab.folder.path), str(lock)],
        stdin=subprocess.PIPE,
        pass_fds=[lock],
    )
    process.communicate(b'{"environment": {"A"')
    os.close(lock)
    ending = lab.folder.outcome()
    assert ending is not None
    assert ending.started is None


def test_it_also_runs_as_a_module(lab: Lab) -> None:
    lab.folder.write_job(
        {
            "argv": [sys.executable, "-c", "print('ran')"], "cwd": str(lab.project),
            "outputs": "x", "interpreter": "",
        }
    )  # fmt: skip
    root = MAIN.parent.parent.parent
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.runner", str(lab.folder.path)],
        stdin=subprocess.PIPE,
        cwd=root,
    )
    process.communicate(b'{"environment": {}}\n')
    assert process.returncode == 0
    assert lab.folder.log.read_text() == "ran\n"


def test_a_large_environment_arrives(lab: Lab) -> None:
    value = "é" * 60_000
    supervisor = lab.start("import os; print(len(os.environ['BIG']))")
    supervisor.go({**os.environ, "BIG": value, "PYTHONUTF8": "1"})
    until(lab.ended)
    assert lab.folder.log.read_text() == "60000\n"


def test_canceled_before_the_word(lab: Lab) -> None:
    supervisor = lab.start("open('started', 'w')")
    lab.folder.ask_to_cancel()
    _go(supervisor)
    until(lab.ended)
    ending = lab.folder.outcome()
    assert ending is not None
    assert (ending.started, ending.canceled) == (None, True)
    assert not (lab.project / "started").exists()


def test_a_supervisor_that_died_early_is_noticed(lab: Lab) -> None:
    supervisor = lab.start("open('started', 'w')", argv=5)
    (lab.folder.path / "job.json").write_text("broken")
    supervisor.abort()
    folder = RunFolder.make(lab.folder.path.parent, "demo", datetime.now(UTC))
    other = Supervisor(folder, folder.take_lock())  # without a job
    until(lambda: "job.json" in folder.supervisor_log.read_text())
    other._process.wait()
    with pytest.raises(WorkbenchError, match="didn't start") as failed:
        _go(other)
    assert "job.json" in failed.value.details
    assert not folder.is_looked_after()


def test_it_lives_in_its_own_session_and_lets_go_of_the_terminal(lab: Lab) -> None:
    supervisor = lab.start("import time; print('on', flush=True); time.sleep(60)")
    _go(supervisor)
    until(lab.folder.state)
    state = lab.folder.state()
    assert state is not None
    assert len({os.getsid(0), os.getsid(state.supervisor[0]), os.getsid(state.script[0])}) == 3
    assert is_same_process(*state.script)
    assert not is_same_process(state.script[0], state.supervisor[1] + "x")
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(state.supervisor[0], number)
    assert psutil.pid_exists(state.script[0])
    os.kill(state.supervisor[0], signal.SIGTERM)
    until(lab.ended)
    ending = lab.folder.outcome()
    assert ending is not None
    assert (ending.canceled, ending.exit_code) == (True, -signal.SIGTERM)


def test_a_script_and_what_it_starts_can_be_ended_with_ctrl_c(lab: Lab) -> None:
    """Some programs end well with this signal only; that the supervisor lives on is its own."""
    code = (
        "import signal, subprocess, sys\n"
        "assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "while child.poll() is None:\n"
        "    child.send_signal(signal.SIGINT)\n"
        "    try: child.wait(0.2)\n"
        "    except subprocess.TimeoutExpired: pass\n"
        "signal.raise_signal(signal.SIGINT)\n"
    )
    _go(lab.start(code))
    until(lab.ended)
    ending = lab.folder.outcome()
    assert ending is not None
    assert (ending.canceled, ending.exit_code) == (False, -signal.SIGINT)


def test_a_full_disk_loses_outputs_but_never_the_outcome(lab: Lab) -> None:
    code = """
import os, signal, sys, time
os.mkdir("outputs")
open("outputs/a-small", "wb").write(b"x" * 1000)
open("outputs/b-large", "wb").write(b"x" * 5_000_000)
while not os.path.exists("end"): time.sleep(0.01)
sys.exit(9)
"""
    supervisor = lab.start(code)
    _go(supervisor)
    until(lambda: lab.folder.state() is not None)
    state = lab.folder.state()
    assert state is not None
    # From now on this process can't make a file larger than this, as on a full disk.
    resource.prlimit(state.supervisor[0], resource.RLIMIT_FSIZE, (100_000, 100_000))
    (lab.project / "end").touch()
    until(lab.ended)
    ending = lab.folder.outcome()
    assert ending is not None
    assert (ending.exit_code, ending.canceled) == (9, False)
    assert ending.problems == ("Not all outputs were saved: the disk is full.",)
    assert lab.folder.list_outputs() == [Output("a-small", 1000)]
    assert not list(lab.folder.outputs.glob(".*"))


def test_nothing_starts_when_the_disk_is_full(lab: Lab) -> None:
    lock = lab.folder.take_lock()
    lab.folder.write_job(
        {"argv": ["true"], "cwd": str(lab.project), "outputs": "x", "interpreter": ""}
    )
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # its children inherit it
    try:
        supervisor = Supervisor(lab.folder, lock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    supervisor._process.wait()
    with pytest.raises(WorkbenchError, match="The run's folder can't be written because"):
        _go(supervisor)
    assert lab.folder.outcome() is None


def test_space_for_the_outcome_is_taken_early_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "outcome.json"
    reserve(str(path))
    (reserved,) = tmp_path.iterdir()
    assert reserved.stat().st_blocks * 512 >= 16_000
    blocks = reserved.stat().st_ino
    files.write_json(path, {"a": 1})
    assert path.read_text() == '{"a": 1}'
    assert path.stat().st_ino == blocks
    files.write_json(path, {"a": 2})
    assert path.read_text() == '{"a": 2}'
    reserve(str(path))
    files.release(path)
    assert [item.name for item in tmp_path.iterdir()] == ["outcome.json"]


def test_lock_is_let_go_when_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    lock = take_lock(path)
    assert is_locked(path)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[lock])
    os.close(lock)
    assert is_locked(path)
    child.kill()
    child.wait()
    assert not is_locked(path)


def test_capture_takes_only_what_is_new(tmp_path: Path) -> None:
    source, target = tmp_path / "outputs", tmp_path / "kept"
    source.mkdir()
    (source / "same").write_text("same")
    (source / "touched").write_text("1234")
    before = listing(str(source))
    (source / "touched").write_text("5678")
    (source / "new").write_text("new")
    (source / "unreadable-folder").mkdir()
    capture = Capture(source, target)
    capture.run(before, lambda: False)
    assert sorted(path.name for path in target.iterdir()) == ["new", "touched"]
    assert (capture.count, capture.size, capture.problems) == (2, 7, [])
    stopped = Capture(source, target / "second")
    stopped.run({}, lambda: True)
    assert stopped.problems == ["Not all outputs were saved: saving them was canceled."]
    assert listing(str(tmp_path / "not there")) == {}


def test_who_ran_beside_a_run(tmp_path: Path) -> None:
    def made(name: str, outputs: str, started: float, ended: float | None) -> RunFolder:
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        folder.write_job({"outputs": outputs})
        script = {"pid": os.getpid(), "identity": "of a process that ended"}
        number = name.rpartition("_")[2]
        state = {"script": script, "supervisor": script, "started": started, "number": number}
        files.write_json(folder.path / "state.json", state)
        if ended is not None:
            files.write_json(folder.path / "exit.json", {"ended": ended})
        os.utime(folder.path / "state.json", (started, started))
        os.utime(folder.path / "job.json", (started, started))
        return folder

    own = made("demo_1", "out", 100.0, 200.0)
    for name, outputs, started, ended in (
        ("demo_2", "out", 50.0, 99.0),
        ("demo_3", "out", 50.0, 101.0),
        ("demo_4", "out", 199.0, 300.0),
        ("demo_5", "out", 201.0, 300.0),
        ("demo_6", "elsewhere", 100.0, 200.0),
    ):
        made(name, outputs, started, ended)
    # Its supervisor is about to write how it ended; another one's was lost long ago.
    ending = made("demo_7", "out", 60.0, None)
    made("demo_8", "out", 70.0, None)
    lock = ending.take_lock()
    (tmp_path / "demo_9").mkdir()
    found = neighbors(own.path, "out", 100.0, 200.0)
    os.close(lock)
    assert [other.name for other in found] == ["#3", "#7", "#4"]
    assert found[1].may_have_written(190.0)
    assert not found[0].may_have_written(190.0)


def test_descendants_and_identity() -> None:
    code = (
        "import subprocess; p = subprocess.Popen(['sleep', '60']);"
        "print(p.pid, flush=True); p.wait()"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        sleeper = int(child.stdout.readline())
        assert [child.pid, sleeper] == [
            pid for pid in process_table.descendants(os.getpid()) if pid in (child.pid, sleeper)
        ]
        identity = process_table.identity(sleeper)
        assert identity
        assert identity != process_table.identity(os.getpid())
        os.kill(sleeper, signal.SIGKILL)
        child.wait()
    assert process_table.identity(child.pid) == ""


def test_imports_stay_few() -> None:
    code = (
        "import sys; sys.argv=['x','nowhere'];"
        f"sys.path.append({str(MAIN.parent.parent.parent)!r});"
        "import workbench.runner.supervisor;"
        "print(sorted(m for m in sys.modules if m.startswith('workbench')));"
        "print(any('site-packages' in (getattr(m,'__file__','') or '')"
        " for m in sys.modules.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    modules, foreign = done.stdout.splitlines()
    assert all(
        name in ("workbench", "workbench.runner") or name.startswith("workbench.runner.")
        for name in modules.strip("[]").replace("'", "").split(", ")
    )
    assert foreign == "False"
