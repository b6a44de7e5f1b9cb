"""Starts a Python script early and holds it at a gate until its snapshot is saved.

The interpreter needs some time before it comes to the script. ``shim/startup/sitecustomize.py``,
which it imports on the way there, waits for a word at the end of a pipe: without that word, and
also if everybody who could say it is gone, the process ends and has run nothing of the user's.

Imports next to nothing: this is what a supervisor does first. Linux only.
"""

import os
import sys

# signal itself takes long to import.
_signals = __import__("_signal")
VARIABLE = "WORKBENCH_RUN_GATE"
IS_POSSIBLE = sys.platform == "linux"
_WORD = b"\n"
_MOST = 65536
_ROOT = "/"


class HeldScript:
    """A script whose interpreter has been started and waits, or will wait, at its gate.

    Attributes:
        pid: Its process id, also that of its session and its process group.
        streams: Descriptors of its log, see :func:`open_streams`; whoever looks after the script
            once it is released closes them.
    """

    def __init__(
        self, argv: "list[str]", folder: str, environment: "dict[str, str]", log: str
    ) -> None:
        """Start the interpreter.

        Args:
            argv: An interpreter that is known to stop at its gate, the script, its arguments.
            folder: Where it runs.
            environment: Its variables; they must make it find the gate.
            log: Where everything goes that it writes.

        Raises:
            OSError: If it cannot be started.
        """
        gate, self._word = os.pipe()
        self._told, told = os.pipe()
        try:
            self.streams = open_streams(log)
            try:
                os.set_inheritable(gate, True)
                os.set_inheritable(told, True)
                variables = {**environment, VARIABLE: f"{told},{gate}"}
                self.pid = _spawn(argv, folder, variables, self.streams)
            except BaseException:
                self._close_streams()
                raise
        except BaseException:
            os.close(self._word)
            os.close(self._told)
            raise
        finally:
            os.close(gate)
            os.close(told)

    def release(self) -> None:
        """Let the script run; one that has ended already stays so."""
        try:
            os.write(self._word, _WORD)
        except BrokenPipeError:
            return  # whoever waits for it hears how it ended
        finally:
            os.close(self._word)

    def drop(self) -> None:
        """End it; nothing of the script has run."""
        os.close(self._word)
        os.close(self._told)
        self._close_streams()
        os.kill(self.pid, 9)
        self.wait()

    def arrived(self, seconds: float) -> "list[str] | None":
        """Wait until it is at the gate, and return where its modules come from.

        Returns:
            ``None`` if it does not come there in that time, or ended before; ask only once more.
        """
        import select  # noqa: PLC0415 - not needed to start it

        if not select.select([self._told], [], [], seconds)[0]:
            return None
        data = b""
        while piece := os.read(self._told, _MOST):
            data += piece
        return os.fsdecode(data).split("\0") if data else None

    def _close_streams(self) -> None:
        for descriptor in set(self.streams):
            os.close(descriptor)

    def wait(self) -> int:
        """Wait for its end and return its exit code; negative is the signal that ended it."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def open_streams(log: str) -> "tuple[int, int]":
    """Return descriptors for output and errors, each with a place of its own in the same file."""
    # Append: two streams and all children share the file and never overwrite each other.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    out = os.open(log, flags, 0o644)
    # Windows does not hand on that a stream appends: there, two places would overwrite each other.
    return out, out if os.name == "nt" else os.open(log, flags, 0o644)


def _spawn(
    argv: "list[str]", folder: str, environment: "dict[str, str]", streams: "tuple[int, int]"
) -> int:
    os.chdir(folder)
    try:
        return os.posix_spawn(
            argv[0],
            argv,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, streams[0], 1),
                (os.POSIX_SPAWN_DUP2, streams[1], 2),
            ],
            setsid=True,
            # Python ignores these; a script must find them as any program does.
            setsigdef=[_signals.SIGPIPE, _signals.SIGXFSZ],
        )
    finally:
        os.chdir(_ROOT)
