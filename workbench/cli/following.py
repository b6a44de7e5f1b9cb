"""Following a run at the terminal; Ctrl-C asks once what shall become of it."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, BinaryIO

from workbench.cli.errors import InterruptedByUserError
from workbench.cli.output import asked_format
from workbench.cli.terminal import ask, is_asked
from workbench.core.run import Run
from workbench.operations.cancel_run import cancel_run
from workbench.operations.follow_run import RunFollower
from workbench.operations.project_context import ProjectContext

_QUESTION = "\nCancel run #{}? [c]ancel it, [d]etach and leave it running, Enter to go on: "


class LogOutput:
    """Where the log of a run goes: standard output, unless that is for data only."""

    def __init__(self, command: Any) -> None:
        invocation = command.cli_ctx.invocation
        data_only = asked_format(invocation) or invocation.data["query_active"]
        self._stream = sys.stderr if data_only else sys.stdout
        self._ends_line = True

    def write(self, data: bytes) -> None:
        """Write a piece of the log as it is."""
        binary: BinaryIO | None = getattr(self._stream, "buffer", None)
        self._stream.flush()
        if binary is None:
            self._stream.write(data.decode("utf-8", "replace"))
        else:
            binary.write(data)
            binary.flush()
        self._ends_line = data.endswith(b"\n")

    def say(self, text: str) -> None:
        """Write a line."""
        if not self._ends_line:
            self._stream.write("\n")
        self._ends_line = True
        self._stream.write(f"{text}\n")
        self._stream.flush()


def follow(context: ProjectContext, run: Run, output: LogOutput) -> Run:
    """Write the log of a run to its end, and return the run then.

    Raises:
        InterruptedByUserError: If the user canceled the run or left it running.
    """
    follower = RunFollower(context, run.id, output.write)
    run, stopped = _until_stopped(follower.follow)
    if not stopped or not run.status.is_active:
        return run
    answer = ask(_QUESTION.format(run.number)).strip().lower() if is_asked() else "d"
    if answer.startswith("c"):
        cancel_run(context, run.id)
        run = follower.follow()
        raise InterruptedByUserError(f"Run #{run.number} was canceled")
    if answer.startswith("d"):
        raise _left_running(run)
    run, stopped = _until_stopped(follower.follow)
    if stopped and run.status.is_active:
        raise _left_running(run)
    return run


def _left_running(run: Run) -> InterruptedByUserError:
    return InterruptedByUserError(
        f"Run #{run.number} goes on",
        hint=f"End it with: wb experiment cancel --run {run.number}",
    )


def _until_stopped(follow_it: Callable[[threading.Event], Run]) -> tuple[Run, bool]:
    with _stop_at_interrupt() as stop:
        return follow_it(stop), stop.is_set()


@contextmanager
def _stop_at_interrupt() -> Iterator[threading.Event]:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    former = signal.signal(signal.SIGINT, on_signal)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, former)
