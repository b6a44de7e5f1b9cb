"""The reference of the command line says what the commands say."""

import subprocess
import sys

from command_reference import PAGE, reference


def test_the_reference_is_current() -> None:
    assert PAGE.read_text("utf-8") == reference(), (
        "Write it anew: .venv/bin/python packaging/command_reference.py"
    )


def test_it_is_written_by_its_program() -> None:
    before = PAGE.read_text("utf-8")
    subprocess.run([sys.executable, PAGE.parents[2] / "packaging/command_reference.py"], check=True)
    assert PAGE.read_text("utf-8") == before
