"""What is noted beside a log: streams and times, told from outside of the script."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import time

import pytest

from tests.run_lab import until
from workbench.core.log_stretch import LogStream, LogStretch
from workbench.runner import layout
from workbench.services.processes import collect_ended
from workbench.services.run_folder import RunFolder
from workbench.services.script_runner import Supervisor, is_same_process

# Waits until what was printed has been looked at, as a script waits for its next epoch.
LOOKED = """
import os, sys, time
def looked():
    time.sleep(0.15)
"""


class Lab:
    """A run's folder, and the supervisor of its script."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.project.mkdir()
        self.folder = RunFolder.make(root / "runs", "demo", datetime.now(UTC))
        self.supervisor: Supervisor | None = None

    def start(self, code: str) -> Supervisor:
        lock = self.folder.take_lock()
        self.folder.write_job(
            {
                "argv": [sys.executable, "-u", "-c", LOOKED + code],
                "cwd": str(self.project),
                "outputs": str(self.project / "outputs"),
                "interpreter": "",
            }
        )
        supervisor = Supervisor(self.folder, lock)
        supervisor.go({**os.environ, "WORKBENCH_RUN_ID": "lab"})
        return supervisor

    def run(self, code: str) -> list[tuple[str, LogStream]]:
        self.start(code)
        until(self.ended, "supervisor ended")
        return self.parts()

    def ended(self) -> bool:
        collect_ended()
        return not self.folder.is_looked_after()

    def stretches(self) -> list[LogStretch]:
        return self.folder.read_log_index(0)[0]

    def parts(self) -> list[tuple[str, LogStream]]:
        """Return the text of each stretch; those of one stream joined."""
        log, begin = self.folder.log.read_bytes(), 0
        found: list[tuple[str, LogStream]] = []
        for stretch in self.stretches():
            text = log[begin : stretch.end].decode()
            begin = stretch.end
            if found and found[-1][1] is stretch.stream:
                found[-1] = (found[-1][0] + text, stretch.stream)
            else:
                found.append((text, stretch.stream))
        assert begin == len(log)
        return found


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    until(made.ended, "supervisor ended")


def test_output_and_errors_are_told_apart_and_stay_in_order(lab: Lab) -> None:
    began = time()
    parts = lab.run(
        """
print("one")
looked()
print("warning", file=sys.stderr)
looked()
print("two")
looked()
os.system("echo from a child >&2")
"""
    )
    assert parts == [
        ("one\n", LogStream.OUTPUT),
        ("warning\n", LogStream.ERRORS),
        ("two\n", LogStream.OUTPUT),
        ("from a child\n", LogStream.ERRORS),
    ]
    times = [stretch.time for stretch in lab.stretches()]
    assert times == sorted(times)
    assert began - 1 < times[0] <= times[-1] < time() + 1
    assert times[-1] - times[0] > 0.2


def test_an_exception_right_after_output_is_an_error(lab: Lab) -> None:
    parts = lab.run('looked()\nprint("last words")\nraise RuntimeError("it broke")\n')
    text, stream = parts[-1]
    assert stream is LogStream.ERRORS
    assert text.endswith("RuntimeError: it broke\n")
    # What both streams wrote between two looks may be of either.
    before = "".join(part for part, _stream in parts[:-1])
    assert before + text == lab.folder.log.read_text()
    assert before.startswith("last words\n")


def test_both_at_once_is_said_to_be_of_either(lab: Lab) -> None:
    parts = lab.run(
        """
for number in range(2000):
    print("out", number)
    print("err", number, file=sys.stderr)
"""
    )
    assert LogStream.EITHER in {stream for _text, stream in parts}
    for text, stream in parts:
        if stream is LogStream.OUTPUT:
            assert "err" not in text
        if stream is LogStream.ERRORS:
            assert "out" not in text


def test_long_output_takes_few_notes(lab: Lab) -> None:
    parts = lab.run('for number in range(50_000):\n    print("line", number)\n')
    assert [stream for _text, stream in parts] == [LogStream.OUTPUT]
    # One for each second.
    times = [stretch.time for stretch in lab.stretches()]
    assert len(times) <= times[-1] - times[0] + 2


def test_a_script_goes_on_when_the_one_who_notes_is_killed(lab: Lab) -> None:
    lab.start(
        'print("one")\nlooked()\nwhile not os.path.exists("go"):\n    time.sleep(0.02)\n'
        'print("two", file=sys.stderr)\n'
    )
    until(lambda: lab.folder.log.exists() and lab.folder.log.read_bytes() == b"one\n", "printed")
    until(lambda: lab.folder.state() is not None, "state written")
    state = lab.folder.state()
    assert state is not None
    os.kill(state.supervisor[0], 9)
    until(lab.ended, "supervisor ended")
    (lab.project / "go").touch()
    until(lambda: lab.folder.log.read_bytes() == b"one\ntwo\n", "the script printed the rest")
    until(lambda: not is_same_process(*state.script), "script ended")
    assert all(stretch.end <= 4 for stretch in lab.stretches())


def test_a_full_disk_takes_the_notes_and_not_the_run(lab: Lab) -> None:
    # Nothing can be written where a folder is.
    (lab.folder.path / layout.LOG_INDEX).mkdir()
    lab.start('print("one")\nlooked()\nprint("two")\n')
    until(lab.ended, "supervisor ended")
    ending = lab.folder.outcome()
    assert ending is not None
    assert ending.exit_code == 0
    assert lab.folder.log.read_bytes() == b"one\ntwo\n"
    assert lab.folder.supervisor_log.read_text() == ""


def test_notes_are_read_on_where_reading_ended(lab: Lab) -> None:
    notes = lab.folder.path / layout.LOG_INDEX
    assert lab.folder.read_log_index(0) == ([], 0)
    notes.write_bytes(b"4 o 10.25\nnonsense\n9 e 11.00\n12 o")
    first = LogStretch(4, LogStream.OUTPUT, 10.25)
    second = LogStretch(9, LogStream.ERRORS, 11.0)
    found, offset = lab.folder.read_log_index(0)
    assert found == [first, second]
    with notes.open("ab") as stream:
        stream.write(b" 12.50\n")
    assert lab.folder.read_log_index(offset)[0] == [LogStretch(12, LogStream.OUTPUT, 12.5)]
