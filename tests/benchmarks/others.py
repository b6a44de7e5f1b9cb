"""Against DVC and Guild AI, each in an environment of its own that is thrown away.

``python -m tests.benchmarks.others [--rounds N] [--guild-python PATH]``

They are installed from the package index. What can't be installed is named with the reason, and the
others are compared all the same. Guild AI needs Python 3.10 or older.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.folders import SMALL, Trial, trial
from tests.benchmarks.press_run import REQUEST, Runs
from tests.benchmarks.rounds import Case, Measure, compare
from tests.e2e.waiting import wait_for

_PATIENCE = 120.0
_OLD_PYTHONS = ("python3.10", "python3.9", "python3.8")


class CannotInstallError(Exception):
    """A package can't be used here; says why."""


def installed(place: Path, python: str, package: str, program: str) -> Path:
    """Return a program of a package, in an environment made for it.

    Raises:
        CannotInstallError: If it can't be installed or does not work.
    """
    folder = place / package
    own = folder / "bin" / program
    steps = (
        [python, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", package],
        [str(own), "--version"],
    )
    for step in steps:
        carry_out(step)
    return own


def carry_out(
    argv: list[str], folder: Path | None = None, variables: dict[str, str] | None = None
) -> None:
    """Run a command.

    Raises:
        CannotInstallError: If it can't be started, or fails; with its last words.
    """
    try:
        done = subprocess.run(
            argv, cwd=folder, env=variables, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CannotInstallError(f"{argv[0]} can't be started: {error.strerror}") from error
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise CannotInstallError(f"{' '.join(argv[-3:])}: {words[-1] if words else 'failed'}")


def _dvc(made: Trial, place: Path) -> Measure | Case:
    program = installed(place, sys.executable, "dvc", "dvc")

    def run(*arguments: str) -> None:
        carry_out([str(program), *arguments], made.folder)

    run("init", "-q")
    run("config", "core.analytics", "false")
    (made.folder / "dvc.yaml").write_text("stages:\n  main:\n    cmd: python main.py\n")
    made.commit_native()
    run("exp", "save", "-q")
    return Case(lambda: run("exp", "save", "-q"))


def _guild(made: Trial, place: Path, python: str) -> Measure:
    program = installed(place, python, "guildai", "guild")
    moment = made.folder.parent / "moment"
    variables = {**os.environ, "GUILD_HOME": str(place / "guild-home")}

    def run() -> float:
        start = time.time()
        carry_out([str(program), "run", "-y", "main.py"], made.folder, variables)
        wait_for(moment.exists, "the script to start", _PATIENCE)
        written = float(moment.read_text())
        moment.unlink()
        return written - start

    run()
    return run


def _command(made: Trial) -> Measure:
    """Measure the whole command line, from its start to the first line of the script."""
    moment = made.folder.parent / "moment"
    root = made.folder.parent
    code = str(Path(__file__).resolve().parents[2])
    variables = {**os.environ, "WORKBENCH_HOME": str(root), "PYTHONPATH": code}
    argv = [sys.executable, "-m", "workbench.cli.main", "experiment", "submit", "--no-wait"]
    argv += ["--project", str(made.folder), REQUEST.script]

    def run() -> float:
        start = time.time()
        subprocess.run(argv, env=variables, cwd=made.folder, check=True, capture_output=True)
        wait_for(moment.exists, "the script to start", _PATIENCE)
        written = float(moment.read_text())
        moment.unlink()
        return written - start

    run()
    return run


def main() -> None:
    """Compare whatever can be installed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    old = next((found for name in _OLD_PYTHONS if (found := shutil.which(name))), "")
    parser.add_argument("--guild-python", default=old)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place, trial(SMALL) as made:
        runs = Runs(made)
        measures: dict[str, Measure | Case] = {
            "Workbench: snapshot and first line": partial(runs.run, made.context),
            "Workbench: wb experiment submit, first line": _command(made),
            "Workbench: snapshot alone": Case(made.take),
        }
        others: dict[str, Callable[[], Measure | Case]] = {
            "dvc exp save": lambda: _dvc(made, Path(place)),
            "guild run, first line": lambda: _guild(made, Path(place), asked.guild_python),
        }
        for name, prepare in others.items():
            try:
                measures[name] = prepare()
            except CannotInstallError as problem:
                print(f"\n{name} IS NOT COMPARED: {problem}", flush=True)
        compare("200 files, one changed", measures, asked.rounds, before=partial(made.edit, 1))


if __name__ == "__main__":
    main()
