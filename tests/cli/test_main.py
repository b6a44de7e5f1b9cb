"""The ``wb`` program as a shell would start it."""

import subprocess
import sys

import pytest

import workbench


def wb(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "workbench.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_tells_its_version() -> None:
    done = wb("--version")
    assert (done.returncode, done.stdout) == (0, f"wb {workbench.__version__}\n")


@pytest.mark.parametrize("arguments", [(), ("-h",)])
def test_it_tells_how_it_is_used(arguments: tuple[str, ...]) -> None:
    done = wb(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: wb [-h] [--version]")


def test_an_unknown_command_is_an_error() -> None:
    done = wb("frobnicate")
    assert done.returncode == 2
    assert "unrecognized arguments: frobnicate" in done.stderr
