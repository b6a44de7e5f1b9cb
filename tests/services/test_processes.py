"""Programs started by Workbench: output, cancel, time limit, and nothing left behind."""

import os
import sys
import threading
from pathlib import Path

import psutil
import pytest

from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.services.processes import (
    PIPE,
    end_tree,
    pip_install,
    probe_python,
    run_process,
    start_process,
    user_environment,
)


def test_output_errors_and_exit_code() -> None:
    code = "import sys; print('out é'); print('err', file=sys.stderr); sys.exit(3)"
    completed = run_process([sys.executable, "-X", "utf8", "-c", code])
    assert (completed.exit_code, completed.ok) == (3, False)
    assert completed.output == "out é\n"
    assert completed.errors == "err\n"


def test_lines_are_streamed_and_all_of_a_large_output_arrives() -> None:
    lines: list[str] = []
    code = "[print(n) for n in range(20000)]; print('last', end='')"
    completed = run_process([sys.executable, "-c", code], on_line=lines.append)
    assert lines == [*map(str, range(20000)), "last"]
    assert completed.output.endswith("19999\nlast")


def test_a_signal_is_a_negative_exit_code() -> None:
    completed = run_process([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    assert completed.exit_code == -9


def test_missing_program_and_missing_folder_say_which(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="no-such-program-here") as missing:
        run_process(["no-such-program-here"])
    assert "isn't installed" in missing.value.text
    with pytest.raises(WorkbenchError) as folder:
        run_process([sys.executable, "-c", ""], cwd=tmp_path / "gone")
    assert "isn't installed" not in folder.value.text


def test_timeout_ends_the_command(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"import os,time; open({str(pid_file)!r},'w').write(str(os.getpid())); time.sleep(60)"
    with pytest.raises(WorkbenchError, match="takes too long"):
        run_process([sys.executable, "-c", code], timeout=1.0)
    assert not psutil.pid_exists(int(pid_file.read_text()))


def test_cancel_ends_the_whole_tree() -> None:
    cancel = CancelToken()
    child = "import time; time.sleep(60)"
    code = (
        "import subprocess,sys,time;"
        f"p=subprocess.Popen([sys.executable,'-c',{child!r}],start_new_session=True);"
        "print(p.pid,flush=True); time.sleep(60)"
    )
    pids: list[int] = []

    def on_line(line: str) -> None:
        pids.append(int(line))
        threading.Timer(0.05, cancel.cancel).start()

    with pytest.raises(CanceledError):
        run_process([sys.executable, "-c", code], cancel=cancel, on_line=on_line)
    _gone, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], 5)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert pids


def test_a_left_behind_child_that_holds_the_output_does_not_block() -> None:
    code = (
        "import subprocess,sys;"
        "subprocess.Popen([sys.executable,'-c','import time; time.sleep(60)']); print('done')"
    )
    before = threading.active_count()
    completed = run_process([sys.executable, "-c", code], timeout=30)
    assert completed.output == "done\n"
    assert threading.active_count() == before


def test_started_process_reads_and_writes_and_can_be_ended(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as output:
        process = start_process(["cat"], stdin=PIPE, output=output)
        assert os.getpgid(process.pid) == process.pid
        process.communicate(b"hello")
    assert (tmp_path / "out").read_bytes() == b"hello"
    other = start_process([sys.executable, "-c", "import time; time.sleep(60)"])
    end_tree(other.pid)
    assert other.wait(5) < 0


def test_probe_tells_python_from_other_programs(tmp_path: Path) -> None:
    probe = probe_python(sys.executable)
    assert probe is not None
    assert probe.version == ".".join(map(str, sys.version_info[:3]))
    assert probe.prefix == sys.prefix
    assert probe.is_venv == (sys.prefix != sys.base_prefix)
    assert probe_python("/bin/true") is None
    assert probe_python(tmp_path / "missing") is None


def test_failed_pip_tells_its_words(tmp_path: Path) -> None:
    lines: list[str] = []
    with pytest.raises(WorkbenchError, match="Packages weren't installed") as failed:
        pip_install(sys.executable, ["--no-index", str(tmp_path / "gone")], on_line=lines.append)
    assert "gone" in failed.value.details
    assert lines


def test_user_environment_drops_only_what_is_ours() -> None:
    private = sys.prefix
    source = {
        "PATH": os.pathsep.join([f"{private}/bin", "/usr/bin"]),
        "VIRTUAL_ENV": private,
        "VIRTUAL_ENV_PROMPT": "(private)",
        "PYTHONPATH": f"{private}/lib",
        "GIT_DIR": "/somewhere/.git",
        "GIT_AUTHOR_NAME": "Ada",
        "HOME": "/home/ada",
    }
    kept = user_environment(source)
    assert "GIT_DIR" not in kept
    assert (kept["GIT_AUTHOR_NAME"], kept["HOME"]) == ("Ada", "/home/ada")
    if sys.prefix != sys.base_prefix:
        assert kept["PATH"] == "/usr/bin"
        assert not {"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONPATH"} & kept.keys()
    mine = {"VIRTUAL_ENV": "/home/ada/env", "PATH": "/home/ada/env/bin", "PYTHONPATH": "/lib"}
    assert user_environment(mine) == mine
