"""The first part of a supervisor's life: from its order until a script that is held may run.

Imports next to nothing, and what the rest needs only while there is nothing else to do: the script
must not wait for that.
"""

import os
import sys
from time import time

from workbench.runner import layout
from workbench.runner.listing import listing
from workbench.runner.space import reserve

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from workbench.runner.listing import Signature
    from workbench.runner.order import Order

RESERVED = (layout.STATE, layout.EXIT, layout.OUTCOME)
_CHUNK = 65536
_POLL_MS = 100
# signal itself takes long to import.
_signals = __import__("_signal")
# What a supervisor needs later, in steps that do not take long.
_LATER = ("json", "pathlib", "threading", "subprocess", "platform", "workbench.runner.supervisor")
_PR_SET_CHILD_SUBREAPER = 36


def next_of_word() -> bytes:
    """Return the next bytes of the word to start; none if nobody will say more."""
    try:
        return os.read(0, _CHUNK)
    except ConnectionResetError:
        return b""  # it was killed before it had read our answer


class Beginning:
    """How a script that was held came to run, or not.

    Attributes:
        word: What was read from standard input; a whole line if the script may run.
        canceled: Whether this process was asked to end.
        before: The outputs that were in the project before the script ran.
        started: When it was let go (seconds since the epoch); 0 if it was not.
    """

    def __init__(self) -> None:
        self.word = b""
        self.canceled = False
        self.before: dict[str, Signature] = {}
        self.started = 0.0

    def wait(self, order: "Order") -> None:
        """Wait for the word, and let the script go.

        Raises:
            OSError: If the run's folder cannot be written, for example because the disk is full.
        """
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            _signals.signal(getattr(_signals, name), self._on_signal)
        for name in RESERVED:
            reserve(f"{order.folder}{os.sep}{name}")
        adopt_orphans()
        if not self._has_word() or order.held is None:
            return
        if self.canceled or os.path.exists(f"{order.folder}{os.sep}{layout.CANCEL}"):  # noqa: PTH110
            self.canceled = True
            return
        self.before = note_outputs(order.folder, order.outputs)
        self.started = time()
        order.held.release()

    def _on_signal(self, number: int, _frame: object) -> None:
        # The others come from a terminal that is closed, or from Ctrl+C there.
        self.canceled = self.canceled or number == _signals.SIGTERM

    def _has_word(self) -> bool:
        from select import POLLIN, poll  # noqa: PLC0415 - together with what needs it

        word = poll()
        word.register(0, POLLIN)
        left = list(_LATER)
        while not self.word.endswith(b"\n"):
            if self.canceled:
                return False
            if word.poll(0 if left else _POLL_MS):
                piece = next_of_word()
                self.word += piece
                if not piece:
                    return False
            elif left:
                __import__(left.pop(0))
        return True


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends (Linux only)."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - not before there is time

        try:
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        except (OSError, AttributeError) as error:
            sys.stderr.write(f"orphans are not adopted: {error}\n")


def note_outputs(folder: str, outputs: str) -> "dict[str, Signature]":
    """Make a run's own folder of outputs, and note what the project's holds already."""
    from _json import encode_basestring_ascii as text  # noqa: PLC0415 - json takes long

    before = listing(outputs)
    files = ", ".join(f"{text(path)}: {list(facts)}" for path, facts in before.items())
    note = f"{folder}{os.sep}{layout.BEFORE}"
    try:
        # For somebody else who has to save the outputs: the supervisor may be killed.
        with open(f"{note}.new", "w", encoding="ascii") as stream:  # noqa: PTH123
            stream.write(f'{{"version": 1, "files": {{{files}}}}}')
        os.replace(f"{note}.new", note)  # noqa: PTH105
        os.mkdir(f"{folder}{os.sep}{layout.OUTPUTS}")  # noqa: PTH102
    except FileExistsError:
        return before
    except OSError as error:
        sys.stderr.write(f"{layout.BEFORE} was not written: {error}\n")
    return before
