"""Why a run did not complete, read from the end of its log; and when it ended."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time

import pytest

from tests.run_lab import RunLab, run_lab
from tests.run_samples import make_run
from workbench.core.run import RunStatus
from workbench.operations.read_run import last_log_line
from workbench.operations.run_ending import message_of, values_of
from workbench.runner import script, supervisor
from workbench.services.run_folder import Ending, RunFolder

STOPPED = "train.py stopped with exit code {}. The log ends with: {}"
NOW = datetime(2024, 5, 14, tzinfo=UTC)
TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 3, in <module>
    1 / 0
    ~~^~~
"""
CHAIN = f"""{TRACEBACK}ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunLab]:
    with run_lab(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("log", "code", "reason"),
    [
        (f"{TRACEBACK}OSError: [Errno 5] a: b\n\n", 1, "OSError: [Errno 5] a: b"),
        (f"{TRACEBACK}MyProblem: why\n\x1b[0m\n", 1, "MyProblem: why"),
        (f"{TRACEBACK}deep.module.Näme\n", 1, "deep.module.Näme"),
        (f"{CHAIN}{TRACEBACK}KeyError: 'x'\n", 1, "KeyError: 'x'"),
        (f"{TRACEBACK}ValueError: a\n  indented note\n", 1, "ValueError: a"),
        (f"{TRACEBACK}ValueError: a\r\n", 1, "ValueError: a"),
        (f"{TRACEBACK}E: handled\nconfig missing\n", 3, STOPPED.format(3, "config missing")),
        (f"{TRACEBACK}MyProblem: why\nsecond\n", 1, STOPPED.format(1, "second")),
        (f"{TRACEBACK}E: handled\n{TRACEBACK}ValueError: b\n", 1, "ValueError: b"),
        ("no data found\n\n  \n", 1, STOPPED.format(1, "no data found")),
        ("  0%\r 50%\r100%", 2, STOPPED.format(2, "100%")),
        ("ValueError: not an exception of Python\n", 1,
         STOPPED.format(1, "ValueError: not an exception of Python")),
        ("", 7, "train.py stopped with exit code 7."),
    ],
)  # fmt: skip
def test_the_reason_is_what_the_log_ends_with(
    tmp_path: Path, log: str, code: int, reason: str
) -> None:
    folder = RunFolder.make(tmp_path, "demo", NOW)
    folder.log.write_bytes(log.encode())
    values = values_of(
        make_run(1, RunStatus.RUNNING), folder, Ending(NOW, NOW, code, canceled=False)
    )
    assert (values["status"], values["message"]) == (RunStatus.FAILED, reason)


def test_reasons_of_real_scripts(lab: RunLab) -> None:
    handled = lab.finish(
        lab.submit(
            """
            import sys, traceback
            try:
                1 / 0
            except ZeroDivisionError:
                traceback.print_exc()
            print("config missing")
            sys.exit(3)
            """
        )
    )
    assert handled.reason == STOPPED.format(3, "config missing")
    own = lab.finish(lab.submit("class MyProblem(Exception): pass\nraise MyProblem('why')"))
    assert own.reason == "MyProblem: why"
    group = lab.finish(lab.submit("raise ExceptionGroup('both', [ValueError('a'), KeyError('b')])"))
    assert group.reason == "ExceptionGroup: both (2 sub-exceptions)"
    assert last_log_line(lab.context, group.id) == "| KeyError: 'b'"


def test_the_message_is_a_reason_and_notes() -> None:
    run = make_run(1, RunStatus.FAILED)
    notes = tuple(f"note {n}." for n in range(7))
    for status, reason in ((RunStatus.FAILED, "It broke."), (RunStatus.COMPLETED, "")):
        told = replace(run, status=status, message=message_of(reason, notes[:2]))
        assert (told.reason, told.notes) == (reason, notes[:2])
    assert message_of("a\nb", ()) == "a b"
    assert message_of("", notes).splitlines()[-1] == "There is more of this kind: 2."
    assert replace(run, message="").notes == ()


def test_a_clock_that_is_set_back_does_not_change_the_duration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.make(tmp_path, "demo", NOW)
    marker = tmp_path / "set"
    code = "import os,sys,time\nopen(sys.argv[1],'w').close()\ntime.sleep(0.6)"
    folder.write_job({
        "argv": [sys.executable, "-c", code, str(marker)], "cwd": str(tmp_path),
        "outputs": str(tmp_path / "outputs"), "interpreter": "",
    })  # fmt: skip
    monkeypatch.setattr(script, "time", lambda: time() - (3600 if marker.exists() else 0))
    made = supervisor.Supervisor(folder.path)
    made._supervise(dict(os.environ))
    values = json.loads((folder.path / "outcome.json").read_bytes())
    assert 0.5 < values["ended"] - values["started"] < 60


def test_what_the_users_sitecustomize_prints_hides_nothing(
    lab: RunLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = lab.folder.parent / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import atexit\nprint('hello', end='')\natexit.register(print, 'bye')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(site))
    run = lab.finish(lab.submit("print('script')"))
    lab.settle()
    known = lab.context.store.get(run.id).environment
    assert known.python
    assert "pytest" in dict(known.packages)
