"""Logging metrics from a script, with every Python that is found on this computer."""

import json
import math
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from workbench.runner.environment import SHIM, with_shim
from workbench.services.processes import probe_python, run_process

START = "from azureml.logging import get_azureml_logger\nlogger = get_azureml_logger()\n"


def _pythons() -> list[str]:
    """Return this Python and one of each other version from 3.6 on."""
    near = Path(sys.base_prefix).parent.glob("*/bin/python3")
    names = [f"python3.{minor}" for minor in range(6, 20)]
    found = {"this one": sys.executable}
    for candidate in [*map(str, near), *filter(None, map(shutil.which, ["python3", *names]))]:
        probe = probe_python(candidate)
        if probe is not None and tuple(map(int, probe.version.split(".")[:2])) >= (3, 6):
            found.setdefault(".".join(probe.version.split(".")[:2]), probe.executable)
    return list(found.values())


PYTHONS = _pythons()


class Script:
    """Runs code as the script of a run, without the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metrics = folder / "metrics.jsonl"
        self.outputs = folder / "outputs"
        self.variables = {
            "WORKBENCH_RUN_METRICS": str(self.metrics),
            "WORKBENCH_RUN_OUTPUTS": str(self.outputs),
        }

    def run(self, code: str, python: str = sys.executable, **variables: str) -> str:
        environment = with_shim({**os.environ, **self.variables, **variables})
        done = self.start(code, python, environment)
        assert done.returncode == 0, done.stderr
        assert not done.stderr, done.stderr
        return done.stdout

    def start(
        self, code: str, python: str, environment: dict[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        script = self.folder / "script.py"
        script.write_text(START + textwrap.dedent(code), encoding="utf-8")
        return subprocess.run(
            [python, "-W", "error", str(script)],
            env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def points(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.metrics.read_bytes().splitlines()]

    def values(self, name: str) -> list[Any]:
        return [point["value"] for point in self.points() if point["name"] == name]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


@pytest.mark.parametrize("python", PYTHONS)
def test_every_kind_of_value_in_every_python(script: Script, python: str) -> None:
    printed = script.run(
        """
        import sys
        logger.log("int", 3); logger.log("float", 0.25); logger.log("text", "é\\U0001f600")
        logger.log("list", [1, 2.5, "x"]); logger.log("tuple", (1, (2, 3)))
        logger.log("нейм \\ud800", 1)
        logger.log("nan", float("nan")); logger.log("inf", [float("inf"), -float("inf")])
        logger.log("large", 10 ** 400); logger.log("bool", True); logger.log("none", None)
        logger.log("dict", {"a": 1}); logger.log("object", object()).wait()
        logger.log("long", "x" * 1000000)
        logger.upload("report/a.txt", "tëxt"); logger.upload("outputs/b.bin", b"\\x00\\x01")
        print(sys.version_info[:2], [p for p in sys.path if "startup" in p])
        """,
        python,
    )
    assert printed.endswith(" []\n")
    values = {point["name"]: point["value"] for point in script.points()}
    assert (values["int"], values["float"], values["text"]) == (3, 0.25, "é\U0001f600")
    assert (values["list"], values["tuple"]) == ([1, 2.5, "x"], [1, 2, 3])
    assert math.isnan(values["nan"])
    assert values["inf"] == [math.inf, -math.inf]
    assert (values["large"], values["bool"], values["dict"]) == (math.inf, True, "{'a': 1}")
    assert values["object"].startswith("<object")
    assert (len(values["long"]), values["нейм \ud800"]) == (1_000_000, 1)
    times = [point["time"] for point in script.points()]
    assert times == sorted(times)
    assert (script.outputs / "report" / "a.txt").read_text(encoding="utf-8") == "tëxt"
    assert (script.outputs / "b.bin").read_bytes() == b"\0\1"


def test_numpy_values(script: Script) -> None:
    script.run(
        """
        import numpy as np
        logger.log("f32", np.float32(0.5)); logger.log("f64", np.float64(0.1))
        logger.log("i64", np.int64(7)); logger.log("bool", np.bool_(True))
        logger.log("array", np.arange(4) / 2); logger.log("matrix", np.eye(2))
        logger.log("items", [np.float32(1.5), np.int8(2)]); logger.log("nan", np.float64("nan"))
        logger.log("zero", np.array(3.0)); logger.log("text", np.str_("word"))
        """
    )
    values = {point["name"]: point["value"] for point in script.points()}
    assert math.isnan(values.pop("nan"))
    assert values == {
        "f32": 0.5, "f64": 0.1, "i64": 7, "bool": True, "array": [0.0, 0.5, 1.0, 1.5],
        "matrix": [1.0, 0.0, 0.0, 1.0], "items": [1.5, 2], "zero": 3.0, "text": "word",
    }  # fmt: skip


def test_a_hundred_thousand_calls_are_quick_and_complete(script: Script) -> None:
    printed = script.run(
        """
        import time
        begin = time.process_time()
        for step in range(100000):
            logger.log("loss", 1.0 / (step + 1))
        print(time.process_time() - begin)
        """
    )
    assert float(printed) < 10
    assert script.values("loss") == [1.0 / (step + 1) for step in range(100_000)]


def test_several_threads_and_processes_write_whole_lines(script: Script) -> None:
    script.run(
        """
        import multiprocessing, os, sys, threading
        def work(who):
            for step in range(2000):
                logger.log(who, "x" * (step % 300))
        if __name__ == "__main__":
            logger.log("parent", 1)
            context = multiprocessing.get_context("fork")
            children = [context.Process(target=work, args=("process %d" % n,)) for n in range(3)]
            for child in children: child.start()
            for child in children: child.join()
            threads = [threading.Thread(target=work, args=("thread %d" % n,)) for n in range(3)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """
    )
    assert script.values("parent") == [1]
    for who in [f"{kind} {n}" for kind in ("process", "thread") for n in range(3)]:
        assert script.values(who) == ["x" * (step % 300) for step in range(2000)]


def test_child_processes_can_log_too(script: Script) -> None:
    script.run(
        """
        import subprocess, sys
        code = "from azureml.logging import get_azureml_logger as g; g().log('child', 1)"
        subprocess.run([sys.executable, "-c", code], check=True)
        """
    )
    assert script.values("child") == [1]


@pytest.mark.parametrize("ending", ["raise ValueError()", "import sys; sys.exit(3)"])
def test_nothing_is_lost_at_a_bad_end(script: Script, ending: str) -> None:
    environment = with_shim({**os.environ, **script.variables})
    code = f"for n in range(1000): logger.log('n', n)\n{ending}"
    assert script.start(code, sys.executable, environment).returncode != 0
    assert script.values("n") == list(range(1000))


def test_a_slow_logger_loses_nothing_when_it_is_killed(script: Script) -> None:
    code = """
        import os, signal, threading
        for epoch in range(3):
            logger.log("epoch", epoch)
            threading.Event().wait(0.35)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    environment = with_shim({**os.environ, **script.variables})
    assert script.start(code, sys.executable, environment).returncode == -9
    assert script.values("epoch") == [0, 1, 2]


def test_values_arrive_while_the_script_runs(script: Script) -> None:
    path = script.folder / "live.py"
    path.write_text(START + "logger.log('a', 1); logger.log('b', 2); input()\n")
    process = subprocess.Popen(
        [sys.executable, str(path)],
        env=with_shim({**os.environ, **script.variables}),
        stdin=subprocess.PIPE,
    )
    pause = threading.Event()
    for _ in range(500):
        if script.metrics.exists() and len(script.points()) == 2:
            break
        pause.wait(0.02)
    process.communicate(b"\n")
    assert [point["name"] for point in script.points()] == ["a", "b"]


def test_outside_a_run_it_does_nothing(script: Script) -> None:
    script.variables = {}
    assert script.run("logger.log('a', 1).wait(); logger.upload('x', 'y'); print('fine')")
    assert not script.metrics.exists()
    assert not script.outputs.exists()


def test_a_disk_that_cannot_be_written_does_not_stop_the_script(script: Script) -> None:
    script.metrics.mkdir()
    environment = with_shim({**os.environ, **script.variables})
    code = "logger.log('a', 1).wait(); logger.log('b', 2).wait(); print('went on')"
    done = script.start(code, sys.executable, environment)
    assert (done.returncode, done.stdout) == (0, "went on\n")
    first, last = done.stderr.splitlines()
    assert first.startswith("Metrics couldn't be written: Is a directory.")
    assert last == "2 logged metric values were lost: they couldn't be written."


# Files can't grow beyond what they have and 30 bytes, as on a full disk; then they can again.
_DISK = """
import os, resource, threading
path = os.environ["WORKBENCH_RUN_METRICS"]
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
def fill():
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) + 30, most))
def empty():
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
def pause(seconds):
    threading.Event().wait(seconds)
logger.log("n", 0).wait()
fill()
"""


def _with_full_disk(script: Script, code: str, python: str = sys.executable) -> list[str]:
    environment = with_shim({**os.environ, **script.variables})
    done = script.start(_DISK + textwrap.dedent(code), python, environment)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("python", PYTHONS)
def test_a_full_disk_loses_no_metric(script: Script, python: str) -> None:
    (told,) = _with_full_disk(
        script,
        """
        for n in range(1, 60):
            logger.log("n", n)
            pause(0.01)
        empty()
        logger.log("n", 60); pause(0.5); logger.log("n", 61)
        """,
        python,
    )
    assert told.startswith("Metrics couldn't be written: ")
    assert script.values("n") == list(range(62))  # each line of the file is whole


def test_it_is_said_when_the_log_has_room_too(script: Script) -> None:
    log = script.folder / "log.txt"
    _with_full_disk(
        script,
        f"""
        import sys
        sys.stderr = open({str(log)!r}, "w", buffering=1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
        logger.log("n", 1).wait(); logger.log("n", 2).wait()
        empty()
        logger.log("n", 3).wait(); logger.log("n", 4).wait()
        """,
    )
    assert script.values("n") == list(range(5))
    assert "Metrics couldn't be written: File too large. They were kept" in log.read_text()


def test_what_a_full_disk_kept_back_is_written_without_another_call(script: Script) -> None:
    _with_full_disk(
        script,
        """
        logger.log("n", 1).wait()
        empty()
        for _ in range(1000):
            if open(path).read().count("\\n") == 2:
                break
            pause(0.02)
        values = open(path).read()
        print(values.count("\\n"), file=open(path + ".seen", "w"))
        """,
    )
    # Not only at the end of the script.
    assert (script.folder / "metrics.jsonl.seen").read_text() == "2\n"
    assert script.values("n") == [0, 1]


def test_the_end_of_the_script_is_the_last_try(script: Script) -> None:
    _with_full_disk(script, "logger.log('n', 1).wait(); logger.log('n', 2); empty()")
    assert script.values("n") == [0, 1, 2]


def test_metrics_that_never_find_room_are_counted(script: Script) -> None:
    told = _with_full_disk(
        script,
        """
        import azureml.logging
        azureml.logging._KEPT_BYTES = 2 << 20
        for n in range(1, 40):
            logger.log("n", "x" * 100000).wait()
        """,
    )
    assert len(told) == 3
    assert told[1].startswith("The metrics that wait to be written take 2 MB. Newer ones are drop")
    assert told[2] == "39 logged metric values were lost: they couldn't be written."
    assert script.values("n") == [0]


def test_processes_that_share_a_full_disk_break_no_line_of_each_other(script: Script) -> None:
    _with_full_disk(
        script,
        """
        def work(name):
            for n in range(100):
                logger.log(name, n).wait()
                pause(0.002)
            empty()
            logger.log(name, 100).wait()
            os._exit(0)
        for name in ("a", "b"):
            if os.fork() == 0:
                work(name)
        os.wait(); os.wait()
        """,
    )
    for name in ("a", "b"):
        assert script.values(name) == list(range(101))


def test_a_line_that_cannot_be_taken_back_is_written_again(tmp_path: Path) -> None:
    # Another process appended right behind the piece of a line.
    script = Script(tmp_path)
    _with_full_disk(
        script,
        """
        import azureml.logging
        cut = azureml.logging._Writer._take_back
        def late(writer, descriptor, size):
            empty()
            with open(path, "a") as other:
                other.write("more")
            cut(writer, descriptor, size)
            fill()
        azureml.logging._Writer._take_back = late
        logger.log("n", 1).wait()
        azureml.logging._Writer._take_back = cut
        empty()
        logger.log("n", 2).wait()
        """,
    )
    lines = script.metrics.read_text().splitlines()
    assert [json.loads(line)["value"] for line in (lines[0], *lines[2:])] == [0, 1, 2]
    assert lines[1].endswith("more")


def test_uploads_stay_inside_the_outputs(script: Script) -> None:
    script.run(
        """
        for path in ("../a", "/etc/a", "x/../../a", "", "outputs"):
            try:
                logger.upload(path, "no")
            except ValueError:
                continue
            raise SystemExit(path)
        """
    )
    assert not script.outputs.exists()


@pytest.mark.parametrize("regular", [True, False], ids=["package", "namespace"])
def test_an_installed_package_of_this_name_wins(tmp_path: Path, *, regular: bool) -> None:
    python = _environment(tmp_path / "env")
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    real = site / "azureml" / "logging"
    real.mkdir(parents=True)
    real.joinpath("__init__.py").write_text(
        "def get_azureml_logger():\n    return 'the real one'\n"
    )
    if regular:
        (real.parent / "__init__.py").touch()
    assert Script(tmp_path).run("print(logger)", python) == "the real one\n"


def test_another_part_of_an_installed_package_is_found_beside_ours(tmp_path: Path) -> None:
    python = _environment(tmp_path / "env")
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (site / "azureml" / "core").mkdir(parents=True)
    (site / "azureml" / "core" / "__init__.py").write_text("word = 'core'\n")
    printed = Script(tmp_path).run(
        "import azureml.core; print(azureml.core.word, type(logger).__name__)", python
    )
    assert printed == "core _Logger\n"


@pytest.mark.parametrize("python", PYTHONS)
def test_the_users_own_sitecustomize_runs(tmp_path: Path, python: str) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import sys\nsys.own_was_here = __file__\n")
    printed = Script(tmp_path).run(
        "import sys, sitecustomize; print(sys.own_was_here, sitecustomize.__file__)",
        python,
        PYTHONPATH=str(own),
    )
    assert printed.split() == [str(own / "sitecustomize.py")] * 2


def test_a_failing_import_in_the_users_own_sitecustomize_is_not_hidden(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import no_such_module_here\n")
    script = Script(tmp_path)
    environment = with_shim({**os.environ, **script.variables, "PYTHONPATH": str(own)})
    done = script.start("logger.log('a', 1)", sys.executable, environment)
    assert "no_such_module_here" in done.stderr
    assert script.values("a") == [1]


def test_isolated_interpreters_run_without_it(tmp_path: Path) -> None:
    code = "import sys; print('azureml' in sys.modules, [p for p in sys.path if 'shim' in p])"
    done = run_process([sys.executable, "-I", "-c", code], env=with_shim(dict(os.environ)))
    assert (done.output, done.errors) == ("False []\n", "")


def test_old_pythons_are_not_disturbed() -> None:
    near = [str(path) for path in Path(sys.base_prefix).parent.glob("*/bin/python2.7")]
    for python in [*near, sys.executable]:
        done = run_process([python, "-c", "print('fine')"], env=with_shim(dict(os.environ)))
        assert (done.output.strip(), done.errors) == ("fine", ""), python


def test_the_startup_folder_holds_nothing_else() -> None:
    names = {path.name for path in (SHIM / "startup").iterdir()} - {"__pycache__"}
    assert {name for name in names if not name.endswith(".pyc")} == {"sitecustomize.py"}


def _environment(folder: Path) -> str:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")
