"""From the submit call to the first line of the script, one file changed before each run.

``python -m tests.benchmarks.press_run [200|10k|100k …] [--rounds N]``

- In the open window: the folder is followed, and a process waits for the next run.
- In a fresh process, as ``wb experiment submit`` does it: a process gets ready while the project is
  opened, which is not counted, and nothing is followed. ``nothing ready`` is the same without that.

A run's Python is known to stop at its gate from an earlier run, as it is from the second run on.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.benchmarks.folders import SIZES, Trial, trial
from tests.benchmarks.rounds import compare
from tests.e2e.waiting import wait_for
from workbench.core.run import Interpreter, InterpreterKind, RunRequest
from workbench.operations.project_context import ProjectContext
from workbench.operations.ready_runs import ReadyRuns
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import queue_run

_MOMENT = "BENCHMARK_MOMENT"
_SCRIPT = (
    f"import os, time\nmoment = repr(time.time())\n"
    f"open(os.environ['{_MOMENT}'] + '.new', 'w').write(moment)\n"
    f"os.replace(os.environ['{_MOMENT}'] + '.new', os.environ['{_MOMENT}'])\n"
)
REQUEST = RunRequest("main.py", (), Interpreter(sys.executable, InterpreterKind.SYSTEM))
_PATIENCE = 120.0


class Runs:
    """Ways to start the script of a folder."""

    def __init__(self, made: Trial) -> None:
        self._made = made
        self._moment = made.folder.parent / "moment"
        os.environ[_MOMENT] = str(self._moment)
        (made.folder / "main.py").write_text(_SCRIPT)
        made.commit_native()
        self.run(made.context)

    def plain(self) -> float:
        """Start the interpreter and nothing else."""
        return self._started_by(self._interpreter)

    def native(self) -> float:
        """Commit with native git, then start the interpreter."""

        def start() -> None:
            self._made.commit_native()
            self._interpreter()

        return self._started_by(start)

    def run(self, context: ProjectContext) -> float:
        """Submit a run and follow it to its end."""
        start = time.time()
        queued = queue_run(context, REQUEST)
        queued.start()
        seconds = self._first_line() - start
        queued.note_repository()
        self._wait_for_end(context)
        return seconds

    def _wait_for_end(self, context: ProjectContext) -> None:
        def ended() -> bool:
            refresh_runs(context)
            return not context.store.unfinished()

        wait_for(ended, "the end of the run", _PATIENCE)

    def fresh(self, ready: str) -> float:
        """Submit a run in a process of its own."""
        argv = [sys.executable, "-m", "tests.benchmarks.press_run_process"]
        argv += [str(self._made.folder.parent), ready]
        done = subprocess.run(argv, check=True, capture_output=True, text=True)
        seconds = self._first_line() - float(done.stdout)
        self._wait_for_end(self._made.context)
        return seconds

    def in_window(self) -> float:
        """Submit a run as an open window does."""
        ready = self._made.context.spare
        assert ready is not None
        ready.prepare()
        waiting = ready._waiting
        assert waiting is not None
        place = Path(f"/proc/{waiting.process.pid}/wchan")
        wait_for(lambda: "unix" in place.read_text(), "it to wait for a run", _PATIENCE)
        return self.run(self._made.context)

    def _started_by(self, action: Callable[[], None]) -> float:
        start = time.time()
        action()
        return self._first_line() - start

    def _interpreter(self) -> None:
        argv = [REQUEST.interpreter.path, "main.py"]
        subprocess.Popen(argv, cwd=self._made.folder).wait()

    def _first_line(self) -> float:
        wait_for(self._moment.exists, "the script to start", _PATIENCE)
        written = float(self._moment.read_text())
        self._moment.unlink()
        return written


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["200", "10k"])
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    for name in asked.sizes:
        with trial(SIZES[name]) as made, closing(ReadyRuns()) as ready:
            _measure(made, ready, str(SIZES[name]), asked.rounds)


def _measure(made: Trial, ready: ReadyRuns, what: str, rounds: int) -> None:
    runs = Runs(made)
    compare(
        f"{what}: call to first line, a fresh process",
        {
            "git add -A, git commit, interpreter": runs.native,
            "plain interpreter": runs.plain,
            "Workbench": partial(runs.fresh, "ready"),
            "Workbench, nothing ready": partial(runs.fresh, "nothing"),
        },
        rounds,
        before=partial(made.edit, 1),
    )
    made.context = replace(made.context, spare=ready)
    with made.followed():
        compare(
            f"{what}: call to first line, the window open",
            {
                "plain interpreter": runs.plain,
                "git add -A, git commit, interpreter": runs.native,
                "Workbench, folder followed": runs.in_window,
            },
            rounds,
            before=partial(made.edit, 1),
        )


if __name__ == "__main__":
    main()
