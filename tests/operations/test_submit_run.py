"""From a request to a running script."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.run_lab import PROGRAM, PYTHON, RunLab, environment, opened, run_lab, until
from workbench.core.errors import (
    CanceledError,
    FolderMissingError,
    InvalidInputError,
    RestoreBlockedError,
    SnapshotFailedError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken, Progress
from workbench.core.run import (
    Interpreter,
    InterpreterKind,
    Run,
    RunRequest,
    RunStatus,
    UserRepository,
)
from workbench.operations.cancel_run import cancel_run
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import queue_run, submit_run
from workbench.services.environment_folder import mark_as_building, mark_as_complete
from workbench.services.processes import collect_ended
from workbench.services.restore.journal import restore_lock
from workbench.services.run_store import RunStore


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunLab]:
    with run_lab(tmp_path) as made:
        yield made


def test_a_run_from_request_to_end(lab: RunLab) -> None:
    lab.write("data/in.txt", "42")
    lab.write(
        "train.py",
        """
        import os, sys
        print("arguments", sys.argv[1:])
        print("error", file=sys.stderr)
        print(open("data/in.txt").read(), os.getcwd())
        """,
    )
    created: list[Run] = []
    reported: list[Progress] = []
    run = submit_run(
        lab.context,
        RunRequest("train.py", ("--lr", "3e-4", "two words"), PYTHON, snapshot_note="try"),
        report=reported.append,
        on_created=created.append,
    )
    assert [(item.status, item.number) for item in created] == [(RunStatus.QUEUED, 1)]
    assert (run.status, run.id) == (RunStatus.RUNNING, created[0].id)
    assert reported
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code, ended.message) == (RunStatus.COMPLETED, 0, "")
    assert lab.log(run) == (f"arguments ['--lr', '3e-4', 'two words']\nerror\n42 {lab.folder}\n")
    assert ended.snapshot == lab.context.history.tip()
    assert ended.snapshot_is_new
    assert set(lab.context.history.tree_entries(ended.snapshot)) == {"train.py", "data/in.txt"}
    assert ended.request == run.request
    assert ended.started is not None
    assert ended.ended is not None
    assert ended.created <= ended.started <= ended.ended
    lab.settle()
    known = lab.context.store.get(run.id).environment
    assert known.python == ".".join(map(str, sys.version_info[:3]))
    assert "pytest" in dict(known.packages)
    assert known.host
    assert known.os


def test_an_unchanged_folder_shares_its_snapshot(lab: RunLab) -> None:
    first = lab.finish(lab.submit("pass"))
    second = lab.finish(lab.submit("pass"))
    assert (second.number, second.snapshot) == (2, first.snapshot)
    assert not second.snapshot_is_new


def test_exit_code_exception_and_signal_are_told(lab: RunLab) -> None:
    failed = lab.finish(lab.submit("raise SystemExit(3)"))
    assert (failed.status, failed.exit_code) == (RunStatus.FAILED, 3)
    assert failed.message == "train.py stopped with exit code 3."
    raised = lab.finish(lab.submit("raise ValueError('bad learning rate')"))
    assert (raised.exit_code, raised.message) == (1, "ValueError: bad learning rate")
    killed = lab.finish(lab.submit("import os; os.kill(os.getpid(), 11)"))
    assert (killed.exit_code, killed.message) == (-11, "train.py was ended by signal SIGSEGV.")


def test_parallel_runs(lab: RunLab) -> None:
    script = "import sys; [print(sys.argv[1], n, flush=True) for n in range(2000)]"
    # Written once: a script that starts must not meet its file being written again.
    name = lab.write("train.py", script)
    requests = [RunRequest(name, (str(index),), PYTHON) for index in range(5)]
    runs = [submit_run(lab.context, request) for request in requests]
    for index, run in enumerate(runs):
        assert lab.finish(run).status is RunStatus.COMPLETED
        assert lab.log(run).splitlines() == [f"{index} {n}" for n in range(2000)]
    assert [run.number for run in runs] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("job.sh", 'echo "shell $1"'),
        ("own.sh", "#!/bin/sh\necho own $1"),
        ("tool", "#!/bin/sh\necho tool $1"),
        ("-odd name.py", "import sys; print('odd', sys.argv[1])"),
    ],
)
def test_scripts_of_other_languages(lab: RunLab, name: str, text: str) -> None:
    lab.write(name, text, executable=name in ("tool", "own.sh"))
    kind = PYTHON if name.endswith(".py") else PROGRAM
    run = lab.finish(submit_run(lab.context, RunRequest(name, ("x",), kind)))
    assert run.status is RunStatus.COMPLETED
    assert lab.log(run).split()[1] == "x"


def test_a_program_that_cannot_be_executed_fails_with_the_reason(lab: RunLab) -> None:
    lab.write("tool", "#!/no/such/program\n", executable=True)
    run = lab.finish(submit_run(lab.context, RunRequest("tool", (), PROGRAM)))
    assert run.status is RunStatus.FAILED
    assert "can't be started" in run.message
    assert run.message in lab.log(run)
    assert run.started is None


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (RunRequest("", (), PYTHON), "script"),
        (RunRequest("missing.py", (), PYTHON), "script"),
        (RunRequest("../outside.py", (), PYTHON), "script"),
        (RunRequest("/etc/passwd", (), PYTHON), "script"),
        (RunRequest("data.csv", (), PROGRAM), "script"),
        (RunRequest("a.py", (), PROGRAM), "interpreter"),
        (RunRequest("a.py", (), Interpreter("/no/python", InterpreterKind.VENV)), "interpreter"),
        (RunRequest("a.jl", (), PROGRAM), "interpreter"),
        (RunRequest("a.py", ("nul\0",), PYTHON), "arguments"),
        (RunRequest("a.py", (), PYTHON, target="gpu-vm"), "target"),
        (RunRequest("a.py", (), PYTHON, environment=(("A=B", "1"),)), "environment"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_is_made(
    lab: RunLab, request_: RunRequest, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(lab.folder))  # no julia, wherever this runs
    for name in ("a.py", "a.jl", "data.csv", "../outside.py"):
        lab.write(name, "")
    with pytest.raises(InvalidInputError) as refused:
        submit_run(lab.context, request_)
    assert refused.value.field == field
    assert lab.context.store.list_runs() == []
    assert list(lab.context.paths.runs.iterdir()) == []


def test_an_environment_that_is_not_complete_is_refused(lab: RunLab) -> None:
    own = lab.folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(own)], check=True)
    (own / ".gitignore").unlink(missing_ok=True)
    lab.write("train.py", "open('started', 'w')")
    request = RunRequest("train.py", (), Interpreter(str(own / "bin/python"), InterpreterKind.VENV))
    mark_as_building(own)
    with pytest.raises(InvalidInputError) as refused:
        submit_run(lab.context, request)
    assert refused.value.field == "interpreter"
    assert refused.value.title == "The environment is being prepared"
    # Left behind by a process that is gone.
    (own / "workbench-building.json").write_text("{}")
    with pytest.raises(InvalidInputError) as refused:
        submit_run(lab.context, request)
    assert refused.value.title == "The environment isn't complete"
    assert refused.value.hint == "Prepare it again."
    assert lab.context.store.list_runs() == []
    mark_as_complete(own, "", ())
    assert lab.finish(submit_run(lab.context, request)).status is RunStatus.COMPLETED


def test_a_missing_folder_is_told(lab: RunLab) -> None:
    lab.folder.rmdir()
    with pytest.raises(FolderMissingError):
        submit_run(lab.context, RunRequest("a.py", (), PYTHON))
    assert lab.context.store.list_runs() == []


def test_without_a_complete_snapshot_nothing_starts(lab: RunLab) -> None:
    lab.write("train.py", "open('started', 'w')")
    objects = lab.context.paths.history / "objects"
    objects.rename(objects.with_name("away"))
    objects.write_text("in the way")
    created: list[Run] = []
    with pytest.raises(SnapshotFailedError, match="The run didn't start") as failed:
        submit_run(lab.context, RunRequest("train.py", (), PYTHON), on_created=created.append)
    assert "Workbench couldn't save a snapshot" in failed.value.text
    run = lab.context.store.get(created[0].id)
    assert (run.status, run.message) == (RunStatus.FAILED, failed.value.text)
    assert (run.started, run.snapshot) == (None, "")
    assert run.ended is not None
    assert not (lab.folder / "started").exists()
    without = RunRequest("train.py", (), PYTHON, without_snapshot=True)
    ended = lab.finish(submit_run(lab.context, without))
    assert (ended.status, ended.snapshot) == (RunStatus.COMPLETED, "")
    assert ended.request.without_snapshot
    assert (lab.folder / "started").exists()


def test_cancel_while_the_snapshot_is_saved(lab: RunLab) -> None:
    lab.write("train.py", "open('started', 'w')")
    for index in range(50):
        lab.write(f"f{index}", str(index))
    cancel = CancelToken()
    with pytest.raises(CanceledError):
        submit_run(
            lab.context,
            RunRequest("train.py", (), PYTHON),
            report=lambda _: cancel.cancel(),
            cancel=cancel,
        )
    (run,) = lab.context.store.list_runs()
    assert (run.status, run.started) == (RunStatus.CANCELED, None)
    assert not lab.run_folder(run).is_looked_after()
    assert not (lab.folder / "started").exists()


def test_another_process_cancels_while_the_snapshot_is_saved(lab: RunLab) -> None:
    lab.write("train.py", "open('started', 'w')")
    with pytest.raises(CanceledError):
        submit_run(
            lab.context,
            RunRequest("train.py", (), PYTHON),
            on_created=lambda run: cancel_run(lab.context, run.id),
        )
    (run,) = lab.context.store.list_runs()
    assert run.status is RunStatus.CANCELED
    assert not (lab.folder / "started").exists()


def test_refused_while_a_restore_has_not_ended(lab: RunLab) -> None:
    lab.write("train.py", "")
    request = RunRequest("train.py", (), PYTHON)
    with restore_lock(lab.context.paths.operations), pytest.raises(RestoreBlockedError):
        submit_run(lab.context, request)
    assert lab.context.store.list_runs() == []

    lock = restore_lock(lab.context.paths.operations)
    with pytest.raises(RestoreBlockedError):
        submit_run(lab.context, request, on_created=lambda _: lock.__enter__())
    lock.__exit__(None, None, None)
    (run,) = lab.context.store.list_runs()
    assert run.status is RunStatus.FAILED


def test_the_script_gets_the_users_environment_with_its_interpreter_active(
    lab: RunLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "VIRTUAL_ENV": sys.prefix,
        "PYTHONHOME": "",
        "GIT_DIR": "/somewhere",
        "MINE": "kept",
        "PYTHONPATH": str(lab.folder / "lib"),
    }.items():
        monkeypatch.setenv(name, value)
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(lab.folder.parent / "env")], check=True
    )
    python = lab.folder.parent / "env" / "bin" / "python"
    lab.write("lib/helper.py", "word = 'found'")
    lab.write(
        "train.py",
        """
        import helper, json, os, shutil, sys
        names = ["VIRTUAL_ENV", "GIT_DIR", "MINE", "EXTRA", "PYTHONUNBUFFERED"]
        print(json.dumps({name: os.environ.get(name) for name in names}))
        print(sys.prefix); print(shutil.which("python")); print(helper.word)
        print(os.environ["WORKBENCH_RUN_ID"], os.environ["WORKBENCH_RUN_NUMBER"])
        """,
    )
    interpreter = Interpreter(str(python), InterpreterKind.VENV)
    run = lab.finish(
        submit_run(
            lab.context,
            RunRequest("train.py", (), interpreter, environment=(("EXTRA", "é"),)),
        )
    )
    lines = lab.log(run).splitlines()
    assert json.loads(lines[0]) == {
        "VIRTUAL_ENV": str(python.parent.parent),
        "GIT_DIR": None,
        "MINE": "kept",
        "EXTRA": "é",
        "PYTHONUNBUFFERED": "1",
    }
    assert lines[1:] == [str(python.parent.parent), str(python), "found", f"{run.id} 1"]


def test_the_shared_folder_of_the_target_is_named(lab: RunLab) -> None:
    base = lab.folder.parent / "share"
    lab.write("aml_config/local.compute", f"type: local\nnativeSharedDirectory: {base}\n")
    script = "import os; print(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'])"
    assert lab.log(lab.finish(lab.submit(script))) == f"{base / 'demo'}\n"
    assert not base.exists()  # nothing appears by itself
    base.mkdir()
    lab.finish(lab.submit(script))
    assert (base / "demo").is_dir()


def test_a_shared_folder_of_nobody_stops_no_run(lab: RunLab) -> None:
    base = "~nobody-of-this-name/share"
    lab.write("aml_config/local.compute", f'nativeSharedDirectory: "{base}"\n')
    run = lab.finish(lab.submit("import os; print(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'])"))
    assert lab.log(run) == f"{lab.folder / base / 'demo'}\n"
    assert not (lab.folder / "~nobody-of-this-name").exists()


def test_no_variable_of_the_user_is_written_to_the_disk(
    lab: RunLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "open-sesame-4711")
    run = lab.finish(lab.submit("pass"))
    lab.settle()
    for path in lab.context.paths.root.rglob("*"):
        assert not path.is_file() or b"open-sesame-4711" not in path.read_bytes(), path
    assert run.status is RunStatus.COMPLETED


def _git(lab: RunLab, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        cwd=lab.folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_state_of_the_users_repository_is_kept(lab: RunLab) -> None:
    run = lab.submit("pass")
    assert run.repository == UserRepository()
    lab.finish(run)
    _git(lab, "init", "-q", "-b", "topic")
    _git(lab, "commit", "-q", "--allow-empty", "-m", "first")
    run = lab.submit("pass")
    assert run.repository == UserRepository("topic", _git(lab, "rev-parse", "HEAD"), 1)
    lab.finish(run)
    (lab.folder / ".git" / "HEAD").write_text("nonsense")
    (lab.folder / ".git" / "config").write_text("[nonsense")
    assert lab.finish(lab.submit("pass")).status is RunStatus.COMPLETED


def test_a_run_does_not_wait_for_git_and_what_is_not_known_is_not_claimed(
    lab: RunLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    _git(lab, "init", "-q", "-b", "topic")
    programs, gate = lab.folder.parent / "bin", lab.folder.parent / "gate"
    programs.mkdir()
    slow = programs / "git"
    slow.write_text(
        f"""#!/bin/sh
case " $* " in *" status --porcelain=v2 --branch "*)
    while [ ! -e '{gate}' ]; do sleep 0.05; done;;
esac
exec {shutil.which("git")} "$@"
"""
    )
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    lab.write("train.py", "pass")
    queued = queue_run(lab.context, RunRequest("train.py", (), PYTHON))
    try:
        run = lab.finish(queued.start())
        # What remains if Workbench is killed now.
        assert (run.status, run.repository.recorded) == (RunStatus.COMPLETED, False)
    finally:
        gate.touch()
    queued.note_repository()
    assert lab.context.store.get(run.id).repository == UserRepository("topic", "", 1)


def test_a_run_waits_for_its_turn_and_can_be_canceled_meanwhile(lab: RunLab) -> None:
    lab.write("train.py", "open('started', 'w')")
    request = RunRequest("train.py", (), PYTHON)
    runs = [queue_run(lab.context, request) for _ in range(3)]
    lab.refreshed(runs[0].run)
    assert [(run.number, run.status) for run in lab.context.store.active()] == [
        (number, RunStatus.QUEUED) for number in (1, 2, 3)
    ]
    with opened(lab.folder.parent) as other:
        cancel_run(other, runs[1].run.id)
    canceled = lab.refreshed(runs[1].run)
    assert (canceled.status, canceled.started) == (RunStatus.CANCELED, None)
    assert canceled.message == "The run was canceled before the script started."
    for index in (1, 0):
        cancel_run(lab.context, runs[index].run.id)
        with pytest.raises(CanceledError):
            runs[index].start()
    assert not (lab.folder / "started").exists()
    seen: list[Run] = []
    assert runs[2].start(on_preparing=seen.append).status is RunStatus.RUNNING
    assert [run.status for run in seen] == [RunStatus.PREPARING]
    assert lab.finish(runs[2].run).status is RunStatus.COMPLETED
    assert [run.status.value for run in lab.context.store.list_runs()] == [
        "canceled", "canceled", "completed",
    ]  # fmt: skip
    lab.settle()
    for queued in runs:
        queued.note_repository()
    folders = [lab.run_folder(queued.run) for queued in runs]
    until(lambda: not any(folder.is_looked_after() for folder in folders), "end of supervisors")


def test_what_changed_while_a_run_waited_is_told(lab: RunLab) -> None:
    lab.write("train.py", "pass")
    queued = queue_run(lab.context, RunRequest("train.py", (), PYTHON))
    (lab.folder / "train.py").unlink()
    with pytest.raises(InvalidInputError):
        queued.start()
    run = lab.context.store.get(queued.run.id)
    assert (run.status, run.message) == (RunStatus.FAILED, "train.py isn't there any more")
    assert not lab.run_folder(run).is_looked_after()


def test_a_run_that_cannot_be_recorded_leaves_nothing(lab: RunLab) -> None:
    lab.write("train.py", "pass")
    request = RunRequest("train.py", (), PYTHON)
    before = psutil.Process().num_fds()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # As on a full disk: files can be made, but nothing can be written into them.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(WorkbenchError, match="The run didn't start"):
            submit_run(lab.context, request)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert psutil.Process().num_fds() == before
    assert list(lab.context.paths.runs.iterdir()) == []
    assert lab.context.store.list_runs() == []


_CHILD = """
import os, signal, sys
from pathlib import Path
from tests.run_lab import PYTHON, opened
from workbench.core.run import RunRequest
from workbench.operations.submit_run import queue_run, submit_run
root, moment = Path(sys.argv[1]), sys.argv[2]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
with opened(root) as context:
    request = RunRequest("train.py", (), PYTHON)
    if moment == "queued":
        queue_run(context, request)
        die()
    elif moment == "created":
        submit_run(context, request, on_created=die)
    elif moment == "snapshot":
        submit_run(context, request, report=die)
    submit_run(context, request)
    die()
"""


def _submit_and_die(root: Path, moment: str) -> None:
    argv = [sys.executable, "-c", _CHILD, str(root), moment]
    done = subprocess.run(argv, env=environment(), check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("moment", ["queued", "created", "snapshot"])
def test_killed_before_go_nothing_starts(lab: RunLab, moment: str) -> None:
    lab.write("train.py", "open('started', 'w')")
    _submit_and_die(lab.folder.parent, moment)
    (run,) = lab.context.store.list_runs()
    ended = lab.finish(run)
    assert (ended.status, ended.started) == (RunStatus.INTERRUPTED, None)
    assert ended.message == "Workbench ended before the script was started."
    until(lambda: not lab.run_folder(run).is_looked_after())
    assert not (lab.folder / "started").exists()
    assert lab.finish(lab.submit("pass")).status is RunStatus.COMPLETED


def test_killed_after_go_the_run_loses_nothing(lab: RunLab) -> None:
    lab.write(
        "train.py",
        """
        import os, pathlib, time
        from azureml.logging import get_azureml_logger
        logger = get_azureml_logger()
        for step in range(20):
            print("step", step)
            logger.log("loss", 1 / (step + 1))
            time.sleep(0.05)
        pathlib.Path("outputs").mkdir()
        pathlib.Path("outputs/model.bin").write_bytes(b"m" * 100)
        raise SystemExit(7)
        """,
    )
    _submit_and_die(lab.folder.parent, "running")
    (run,) = lab.context.store.list_runs()
    assert run.status.is_active
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code) == (RunStatus.FAILED, 7)
    assert lab.log(run).splitlines() == [f"step {step}" for step in range(20)]
    assert ended.metrics == (("loss", 0.05),)
    assert ended.output_count == 1
    assert lab.context.history.has_commit(ended.snapshot)


def test_two_processes_number_their_runs_without_gaps_or_doubles(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from workbench.core.run import *
from workbench.services.run_folder import RunFolder
from workbench.services.run_store import RunStore
root = Path(sys.argv[1])
store = RunStore(root / "runs.sqlite")
request = RunRequest("a.py", (), Interpreter("", InterpreterKind.PROGRAM))
for _ in range(100):
    now = datetime.now(UTC)
    folder = RunFolder.make(root / "runs", "demo", now)
    store.insert(Run(folder.run_id, 0, "p", RunStatus.PREPARING, request, now))
store.close()
"""
    argv = [sys.executable, "-c", code, str(tmp_path)]
    children = [subprocess.Popen(argv, env=environment()) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]
    store = RunStore(tmp_path / "runs.sqlite")
    runs = store.list_runs()
    store.close()
    assert [run.number for run in runs] == list(range(1, 201))
    assert len({run.id for run in runs}) == 200


def test_submits_from_several_threads(lab: RunLab) -> None:
    lab.write("train.py", "print('done')")
    found: list[Run] = []

    def submit() -> None:
        found.append(submit_run(lab.context, RunRequest("train.py", (), PYTHON)))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.number for run in found) == [1, 2, 3, 4]
    assert {lab.finish(run).status for run in found} == {RunStatus.COMPLETED}
    assert {lab.log(run) for run in found} == {"done\n"}


def test_another_process_sees_the_run(lab: RunLab) -> None:
    run = lab.submit("import time; time.sleep(1)")
    with opened(lab.folder.parent) as other:
        token = other.store.token()
        assert [item.id for item in other.store.active()] == [run.id]
        until(lambda: refresh_runs(other) is not None and not other.store.active(), "end seen")
        _, changed = other.store.changed_since(token)
        assert [item.status for item in changed] == [RunStatus.COMPLETED]
    assert lab.context.store.get(run.id).status is RunStatus.COMPLETED


def test_a_script_that_started_is_not_called_not_started(lab: RunLab) -> None:
    """Nobody who is told so shall start it once more."""
    lab.context.store.list_runs()
    with sqlite3.connect(lab.context.paths.database) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON runs WHEN NEW.status = 'running' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    queued = queue_run(lab.context, RunRequest(lab.write("a.py", "print('hello')"), (), PYTHON))
    run = queued.start()
    queued.note_repository()
    assert run.status is RunStatus.RUNNING
    assert run.started is not None
    with sqlite3.connect(lab.context.paths.database) as database:
        database.execute("DROP TRIGGER full")
    database.close()
    assert lab.finish(run).status is RunStatus.COMPLETED
    assert lab.log(run) == "hello\n"


def test_no_descriptor_and_no_process_is_left_over(lab: RunLab) -> None:
    lab.finish(lab.submit("pass"))
    lab.settle()
    before = psutil.Process().num_fds()
    for _ in range(3):
        lab.finish(lab.submit("pass"))
    lab.settle()
    assert psutil.Process().num_fds() <= before + 1
    until(lambda: not _supervisors(), "supervisors collected")


def _supervisors() -> list[psutil.Process]:
    collect_ended()
    return [child for child in psutil.Process().children() if _is_supervisor(child)]


def _is_supervisor(process: psutil.Process) -> bool:
    try:
        return "workbench/runner" in " ".join(process.cmdline())
    except psutil.ZombieProcess:
        return True  # it has ended, but nobody has collected it
    except psutil.NoSuchProcess:
        return False
