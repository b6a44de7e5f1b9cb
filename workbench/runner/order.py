"""What a supervisor is told first: which run it looks after.

It may have been started long before, when there was no run yet. Then it has imported all it needs
and waits; one that has its order at once starts the interpreter of the script before it imports
the rest. Imports next to nothing itself. Not on Windows: a run's lock is passed on here.
"""

import _socket
import marshal
import os
import sys

from workbench.runner.gate import HeldScript

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ROOT = "/"
# The answer to an order.
TAKEN = b"."
_HEAD = 12
_LOCK_SIZE = 4


class Order:
    """The run to look after.

    Attributes:
        folder: The run's folder.
        outputs: The folder of outputs in the project.
        gates: File that lists interpreters that stop at their gate; empty if this one can't.
        interpreter: What names the script's interpreter in it.
        held: The script, if its interpreter was started already.
    """

    def __init__(
        self, folder: str, outputs: str = "", gates: str = "", interpreter: str = ""
    ) -> None:
        self.folder = folder
        self.outputs = outputs
        self.gates = gates
        self.interpreter = interpreter
        self.held: HeldScript | None = None

    def start_early(
        self, argv: "list[str]", cwd: str, environment: "dict[str, str]", log: str
    ) -> None:
        """Start the interpreter of the script, which then waits at its gate."""
        try:
            self.held = HeldScript(argv, cwd, environment, log)
        except (OSError, ValueError):
            self.held = None  # tried again, and the reason told, when its turn comes


def packed(values: "dict[str, object]") -> bytes:
    """Return an order as bytes; it is read by the same Python."""
    data = marshal.dumps(values)
    return b"%0*d" % (_HEAD, len(data)) + data


def take_order(prepare: "Callable[[], object]") -> "Order | None":
    """Wait for the order on standard input, a socket.

    Args:
        prepare: Called if it has not come yet.

    Returns:
        ``None`` if nobody will give one any more.
    """
    os.chdir(_ROOT)
    channel = _socket.socket(fileno=0)
    try:
        values = _read(channel, prepare)
        if values is None:
            return None
        _answer(channel)
    finally:
        channel.detach()
    order = Order(*(values[each] for each in ("folder", "outputs", "gates", "interpreter")))
    _write_to(values["log"])
    if values["early"] is not None:
        order.start_early(*values["early"])
    return order


def _read(channel: "_socket.socket", prepare: "Callable[[], object]") -> "dict[str, Any] | None":
    try:
        head = _head(channel, _socket.MSG_DONTWAIT)
    except BlockingIOError:
        prepare()
        head = _head(channel, 0)
    left = int(head or 0)
    data = b""
    while left > len(data):
        piece = channel.recv(left - len(data))
        if not piece:
            return None
        data += piece
    return marshal.loads(data) if data else None  # noqa: S302 - from the process that started us


def _answer(channel: "_socket.socket") -> None:
    try:
        channel.sendall(TAKEN)
    except OSError:
        return  # there will be no word, and the run is ended as one that was given up


def _head(channel: "_socket.socket", flags: int) -> bytes:
    """Receive how long the order is and, with it, the lock of the run."""
    head, others, _, _ = channel.recvmsg(_HEAD, _socket.CMSG_SPACE(_LOCK_SIZE), flags)
    for _, _, data in others:
        # Kept open until this process ends. No child may have it: it proves that we live.
        os.set_inheritable(int.from_bytes(data[:_LOCK_SIZE], sys.byteorder), False)
    return head if len(head) == _HEAD else b""


def _write_to(log: str) -> None:
    """Have what this process itself has to say in the folder of the run."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
