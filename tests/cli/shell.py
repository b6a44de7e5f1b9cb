"""A shell for the tests of the command line: commands in this process, or as real ones."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from time import monotonic
from typing import Any

import pytest

from workbench.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
WB = (sys.executable, "-m", "workbench.cli.main")
PATIENCE = 60.0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its answer, read as JSON."""
        return json.loads(self.out)


@dataclass
class Shell:
    """Carries out commands in a folder."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    lines: list[str] = field(default_factory=list)

    def wb(self, *words: str, code: int = 0) -> Done:
        """Carry out a command in this process; it has to end with this exit code."""
        self.monkeypatch.chdir(self.folder)
        self.capture.readouterr()
        found = main(words)
        out, err = self.capture.readouterr()
        assert found == code, f"wb {' '.join(words)}: exit code {found}\n{out}\n{err}"
        return Done(found, out, err)

    def json(self, *words: str) -> Any:
        """Carry out a command and return its answer."""
        return self.wb(*words, "-o", "json").data

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def into(self, name: str) -> None:
        """Go into a folder."""
        self.folder = self.folder / name

    def process(
        self, *words: str, typed: str = "", **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Carry out a command as a process of its own, without a terminal."""
        return subprocess.run(
            [*WB, *words],
            cwd=self.folder,
            env=environment(**variables),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a process that finds Workbench from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


class Terminal:
    """A command that runs in a terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", descriptor: int) -> None:
        self.process = process
        self._descriptor = descriptor
        self.text = ""

    def wait_for(self, words: str) -> None:
        """Wait until it has written something."""
        end = monotonic() + PATIENCE
        while words not in self.text:
            assert monotonic() < end, f"not written: {words}\n{self.text}"
            self._read(0.1)

    def type(self, text: str) -> None:
        """Type something; ``\\x03`` is Ctrl-C."""
        os.write(self._descriptor, text.encode())

    def wait(self) -> int:
        """Return the exit code, when it has ended."""
        end = monotonic() + PATIENCE
        while self.process.poll() is None:
            assert monotonic() < end, f"did not end\n{self.text}"
            self._read(0.1)
        self._read(0.1)
        return self.process.returncode

    def _read(self, seconds: float) -> None:
        while select([self._descriptor], [], [], seconds)[0]:
            try:
                data = os.read(self._descriptor, 65536)
            except OSError:  # Linux says so when the other side is closed
                return
            if not data:
                return
            self.text += data.decode("utf-8", "replace")
            seconds = 0.0


@contextmanager
def terminal(folder: Path, *words: str) -> Iterator[Terminal]:
    """Carry out a command in a terminal of its own."""
    mine, its = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, *WB, *words],
            cwd=folder,
            env=environment(),
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)
        running = Terminal(process, mine)
        try:
            yield running
        finally:
            process.kill()
            process.wait(PATIENCE)
    finally:
        os.close(mine)


# The terminal has to be the controlling one, for Ctrl-C to reach the command.
_IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
