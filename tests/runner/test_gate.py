"""A script whose interpreter starts before its snapshot is saved runs nothing before the word."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.run_lab import PYTHON, RunLab, environment, run_lab, until
from workbench.core.errors import CanceledError, SnapshotFailedError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.operations.submit_run import submit_run
from workbench.runner.known_gates import note
from workbench.services import script_runner
from workbench.services.early_start import early_start
from workbench.services.processes import collect_ended
from workbench.services.script_runner import SpareSupervisor, processes_of

# Elsewhere no interpreter is started early.
pytestmark = pytest.mark.parametrize("system", ["linux"] if sys.platform == "linux" else [])
STARTED = "open('started', 'w')"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunLab]:
    with run_lab(tmp_path) as made:
        yield made


def _known(lab: RunLab) -> list[str]:
    file = lab.context.paths.gates
    return list(json.loads(file.read_text())) if file.exists() else []


def _teach(lab: RunLab, interpreter: Interpreter = PYTHON) -> Run:
    """Have a run find out whether the interpreter stops at its gate."""
    run = submit_run(lab.context, RunRequest(lab.write("first.py", "pass"), (), interpreter))
    lab.finish(run)
    lab.settle()
    return run


def _held(run: Run) -> psutil.Process:
    """Return the interpreter of a run, once it waits at its gate."""
    until(lambda: processes_of(run.id), "the interpreter is started")
    (process,) = processes_of(run.id)
    until(lambda: "pipe" in Path(f"/proc/{process.pid}/wchan").read_text(), "it is at its gate")
    return process


def _submit(lab: RunLab, meanwhile: Callable[[Run], object], text: str = STARTED) -> Run:
    """Submit a run, and do something while its snapshot is saved."""
    created: list[Run] = []

    def on_report(_: object) -> None:
        if created:
            meanwhile(created.pop())

    request = RunRequest(lab.write("train.py", text), ("a b",), PYTHON)
    return submit_run(lab.context, request, report=on_report, on_created=created.append)


def test_a_known_interpreter_waits_for_its_snapshot(lab: RunLab, system: str) -> None:
    seen: list[bool] = []
    # Nothing is known of it yet: it starts when its turn comes.
    lab.finish(_submit(lab, lambda run: seen.append(bool(processes_of(run.id)))))
    (lab.folder / "started").unlink()
    lab.settle()
    assert len(_known(lab)) == 1

    def look(run: Run) -> None:
        _held(run)
        seen.append((lab.folder / "started").exists())
        seen.append(lab.run_folder(run).may_have_started())

    text = (
        "import os, sys\nopen('started', 'w')\n"
        "print(sys.argv[1:], os.getcwd(), __file__, sys.path[0], os.getsid(0) == os.getpid())\n"
        "print([name for name in os.environ if 'GATE' in name])\n"
        "print(sorted(os.listdir('/proc/self/fd')))"
    )
    run = lab.finish(_submit(lab, look, text))
    assert seen == [False, False, False]
    assert (run.status, run.reason, run.notes) == (RunStatus.COMPLETED, "", ())
    folder = lab.folder
    assert lab.log(run).splitlines() == [
        f"['a b'] {folder} {folder}/train.py {folder} True",
        "[]",
        "['0', '1', '2', '3']",  # the last one is that of the list itself
    ]


def test_without_a_snapshot_it_runs_nothing(lab: RunLab, system: str) -> None:
    _teach(lab)
    held: list[psutil.Process] = []

    def break_history(run: Run) -> None:
        held.append(_held(run))
        raise OSError("the disk is gone")

    with pytest.raises(SnapshotFailedError):
        _submit(lab, break_history)
    held[0].wait(30)
    assert not (lab.folder / "started").exists()


def test_canceled_while_it_waits(lab: RunLab, system: str) -> None:
    _teach(lab)
    cancel = CancelToken()
    created: list[Run] = []
    held: list[psutil.Process] = []

    def on_report(_: object) -> None:
        held.append(_held(created[0]))
        cancel.cancel()

    request = RunRequest(lab.write("train.py", STARTED), (), PYTHON)
    with pytest.raises(CanceledError):
        submit_run(lab.context, request, report=on_report, cancel=cancel, on_created=created.append)
    held[0].wait(30)
    run = lab.context.store.get(created[0].id)
    assert (run.status, run.started) == (RunStatus.CANCELED, None)
    assert not lab.run_folder(run).may_have_started()
    assert not (lab.folder / "started").exists()


def test_its_supervisor_is_killed(lab: RunLab, system: str) -> None:
    _teach(lab)
    held: list[psutil.Process] = []

    def kill(run: Run) -> None:
        held.append(_held(run))
        held[0].parent().kill()  # type: ignore[union-attr]

    with pytest.raises(WorkbenchError, match="didn't start"):
        _submit(lab, kill)
    held[0].wait(30)
    assert not (lab.folder / "started").exists()


_CHILD = """
import os, signal, sys
from pathlib import Path
from tests.run_lab import PYTHON, opened
from tests.runner.test_gate import _held
from workbench.core.run import RunRequest
from workbench.operations.submit_run import submit_run
del os.environ["PYTHONPATH"]  # it was for us only, and makes another interpreter
created = []
def die(_):
    print(_held(created[0]).pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
with opened(Path(sys.argv[1])) as context:
    submit_run(context, RunRequest("train.py", (), PYTHON), report=die, on_created=created.append)
"""


def test_workbench_is_killed(lab: RunLab, system: str) -> None:
    _teach(lab)
    lab.write("train.py", STARTED)
    argv = [sys.executable, "-c", _CHILD, str(lab.folder.parent)]
    done = subprocess.run(argv, env=environment(), check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    until(lambda: not psutil.pid_exists(int(done.stdout)), "the interpreter ended")
    run = lab.finish(lab.context.store.list_runs()[-1])
    assert (run.status, run.started) == (RunStatus.INTERRUPTED, None)
    assert run.message == "Workbench ended before the script was started."
    assert not (lab.folder / "started").exists()


def _environment(lab: RunLab) -> tuple[Interpreter, Path]:
    folder = lab.folder.parent / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    return Interpreter(str(folder / "bin/python"), InterpreterKind.VENV), site


def test_what_may_not_stop_is_not_started_early(lab: RunLab, system: str) -> None:
    python, site = _environment(lab)
    _teach(lab, python)
    assert len(_known(lab)) == 1
    early = early_start(lab.context.paths.gates, [python.path, "a.py"], lab.folder, os.environ)
    assert early is not None
    # Something was installed that has a module of this name in the way.
    own = lab.folder.parent / "own"
    own.mkdir()
    (own / "sitecustomize.py").touch()
    (site / "__editable__first.pth").write_text(f"import sys; sys.path.insert(0, {str(own)!r})\n")
    run = _teach(lab, python)
    assert (run.reason, run.notes) == ("", ())
    seen: list[bool] = []
    request = RunRequest(lab.write("train.py", STARTED), (), python)
    created: list[Run] = []
    run = submit_run(
        lab.context,
        request,
        report=lambda _: seen.append(bool(processes_of(created[0].id))),
        on_created=created.append,
    )
    assert not any(seen)
    assert lab.finish(run).notes == ()


def test_what_did_not_stop_is_told_and_not_believed_again(lab: RunLab, system: str) -> None:
    python, site = _environment(lab)
    _teach(lab, python)
    (known,) = _known(lab)
    own = lab.folder.parent / "own"
    own.mkdir()
    (own / "sitecustomize.py").touch()
    (site / "__editable__first.pth").write_text(f"import sys; sys.path.insert(0, {str(own)!r})\n")
    # As if this had escaped notice.
    note(lab.context.paths.gates, known, [str(site)], lab.context.project.folder)
    request = RunRequest(lab.write("train.py", "pass"), (), python)
    run = lab.finish(submit_run(lab.context, request))
    assert run.status is RunStatus.COMPLETED
    assert run.notes == ("The script may have been started before its snapshot was saved.",)
    assert _known(lab) == []


def test_an_interpreter_that_is_a_script_is_never_started_early(lab: RunLab, system: str) -> None:
    wrapper = lab.folder.parent / "python"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -E "$@"\n')
    wrapper.chmod(0o755)
    assert early_start(lab.context.paths.gates, [str(wrapper), "a.py"], lab.folder, {}) is None
    assert early_start(lab.context.paths.gates, ["/no/python", "a.py"], lab.folder, {}) is None
    run = _teach(lab, Interpreter(str(wrapper), InterpreterKind.SYSTEM))
    assert (lab.refreshed(run).status, _known(lab)) == (RunStatus.COMPLETED, [])


def test_a_process_that_waits_is_used_once_and_replaced_when_it_was_killed(
    lab: RunLab, system: str
) -> None:
    spare = SpareSupervisor()
    lab.context = replace(lab.context, spare=spare)
    before = {child.pid for child in psutil.Process().children()}

    def waiting() -> list[psutil.Process]:
        collect_ended()
        return [each for each in psutil.Process().children() if each.pid not in before]

    spare.prepare()
    spare.prepare()
    (first,) = waiting()
    run = _teach(lab)
    state = lab.run_folder(run).state()
    assert state is not None
    assert state.supervisor[0] == first.pid
    spare.prepare()
    until(lambda: len(waiting()) == 1, "the first one has ended")
    (second,) = waiting()
    second.kill()
    second.wait(30)
    assert lab.refreshed(_teach(lab)).status is RunStatus.COMPLETED
    spare.prepare()
    spare.close()
    spare.prepare()
    until(lambda: not waiting(), "nothing waits any more")
    assert lab.refreshed(_teach(lab)).status is RunStatus.COMPLETED


def test_a_process_that_was_stopped_is_not_waited_for_in_vain(
    lab: RunLab, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = SpareSupervisor()
    lab.context = replace(lab.context, spare=spare)
    _teach(lab)
    stopped = _stopped(spare)
    # It takes what fits into the connection, and nothing becomes of that.
    monkeypatch.setattr(script_runner, "_ANSWER_SECONDS", 0.5)
    with pytest.raises(WorkbenchError, match="The script was not started") as failed:
        _submit(lab, lambda _run: None)
    assert failed.value.retry
    stopped.wait(30)
    run = lab.context.store.list_runs()[-1]
    assert run.status is RunStatus.FAILED
    until(lambda: not lab.run_folder(run).is_looked_after(), "it let go of the run")

    # More than fits is noticed at once: another process takes the run.
    stopped = _stopped(spare)
    monkeypatch.setattr(script_runner, "_ANSWER_SECONDS", 5.0)
    for number in range(9):
        monkeypatch.setenv(f"MUCH{number}", "x" * 100_000)
    run = lab.finish(_submit(lab, lambda _run: None))
    assert run.status is RunStatus.COMPLETED
    stopped.wait(30)
    spare.close()


def _stopped(spare: SpareSupervisor) -> psutil.Process:
    """Return the process that waits for the next run, stopped."""
    before = set(psutil.Process().children())
    spare.prepare()
    (found,) = set(psutil.Process().children()) - before
    found.suspend()
    return found
