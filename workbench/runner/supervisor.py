"""Looks after one run from before its script starts until its outcome is written."""

import json
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, time

from workbench.runner import files, known_gates, layout, process_table
from workbench.runner.early import RESERVED, Beginning, adopt_orphans, next_of_word, note_outputs
from workbench.runner.environment import describe, with_shim
from workbench.runner.gate import HeldScript
from workbench.runner.listing import listing
from workbench.runner.neighbors import last_sign, neighbors
from workbench.runner.order import Order
from workbench.runner.outputs import Capture
from workbench.runner.run_lock import take_lock
from workbench.runner.script import GRACE_SECONDS, RunningScript
from workbench.runner.space import reserve

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from workbench.runner.listing import Signature

_POLL_SECONDS = 0.25
_HEARTBEAT_SECONDS = 5.0
_ENVIRONMENT_SECONDS = 70.0
_GATE_SECONDS = 10.0
_TOO_EARLY = "The script may have been started before its snapshot was saved."
_SAVED_LATER = (
    "The outputs were saved later, as they were then: "
    "the process that looks after the run was ended."
)
_GO, _NO_GO, _CANCEL, _ENDED = "go", "no go", "cancel", "ended"


def main(arguments: "list[str]") -> int:
    """Look after the run in the folder given as first argument.

    The second one is the descriptor of its lock, inherited from the process that made the run.
    """
    folder = Path(arguments[0])
    if len(arguments) > 1:
        # The script must not hold it: it proves that this process lives.
        os.set_inheritable(int(arguments[1]), False)
    else:
        take_lock(folder / layout.SUPERVISOR_LOCK)
    return Supervisor(folder).run()


def follow(order: Order, beginning: "Beginning | None") -> int:
    """Look after the run of an order; if its script was held, from what came of that."""
    return Supervisor(Path(order.folder), order, beginning).run()


class Supervisor:
    """The life of one run."""

    def __init__(
        self,
        folder: Path,
        order: "Order | None" = None,
        beginning: "Beginning | None" = None,
    ) -> None:
        self._folder = folder
        self._order = order or Order(str(folder))
        self._held = self._order.held
        self._beginning = beginning
        self._passed_gate = threading.Event()
        self._job = json.loads((folder / layout.JOB).read_bytes())
        self._events: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        self._canceled = False
        self._recovering = False
        self._beat = monotonic()
        self._own: set[int] = set()
        self._environment: threading.Thread | None = None

    def run(self) -> int:
        """Wait for the word to start, then follow the script to its end.

        Returns:
            0, or the number of the error that keeps anything from being written, such as a full
            disk; the script was not started then.

        A run whose first supervisor ended too early gets what is still missing: its outputs.
        """
        self._listen()
        if (self._folder / layout.RECOVERY).exists():
            self._recover()
            return 0
        try:
            environment = self._begin()
        except OSError as error:
            return error.errno or 1
        if environment is None:
            self._drop()
            self._write_outcome({})
        else:
            self._supervise(environment)
        for name in (layout.STATE, layout.EXIT):
            files.release(self._folder / name)
        if self._environment is not None:
            self._environment.join(_ENVIRONMENT_SECONDS)
        return 0

    def _begin(self) -> "dict[str, str] | None":
        """Wait for the word to start, unless that was done.

        Returns:
            The variables of the script; ``None`` if it shall not run.

        Raises:
            OSError: If the run's folder cannot be written.
        """
        beginning = self._beginning
        if beginning is None:
            for name in RESERVED:
                reserve(str(self._folder / name))
            threading.Thread(target=self._read_word, name="read word", daemon=True).start()
            adopt_orphans()
            return self._wait_for_go()
        if not beginning.started:
            self._canceled = beginning.canceled
            return None
        if beginning.canceled:
            self._events.put((_CANCEL, None))
        environment: dict[str, str] = json.loads(beginning.word)["environment"]
        return environment

    def _listen(self) -> None:
        def on_signal(*_: object) -> None:
            self._events.put((_CANCEL, None))

        signal.signal(signal.SIGTERM, on_signal)
        for name in ("SIGHUP", "SIGINT", "SIGBREAK"):
            # A closed terminal or Ctrl+C there ends the command line, not the run.
            if hasattr(signal, name):
                # Not SIG_IGN: the script would inherit that, and what it starts could not be
                # ended in the way its programmer knows.
                signal.signal(getattr(signal, name), _take_no_notice)

    def _read_word(self) -> None:
        """Read one line, ``{"environment": {…}}``; anything else means: do not start."""
        data = b""
        while not data.endswith(b"\n"):
            piece = next_of_word()
            if not piece:
                self._events.put((_NO_GO, None))
                return
            data += piece
        self._events.put((_GO, json.loads(data)["environment"]))

    def _wait_for_go(self) -> "dict[str, str] | None":
        event, value = self._events.get()
        if event == _CANCEL or self._cancel_file():
            self._canceled = True
            return None
        return value if event == _GO and isinstance(value, dict) else None

    def _supervise(self, environment: "dict[str, str]") -> None:
        beginning = self._beginning
        if beginning is not None and self._held is not None:
            before, held = beginning.before, self._held
            log = self._folder / layout.LOG
            script = RunningScript(held.pid, log, held.wait, held.streams, beginning.started)
        else:
            before = note_outputs(str(self._folder), self._job["outputs"])
            try:
                script = self._start(environment)
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                self._cannot_start(f"{self._job['argv'][0]} can't be started: {reason}.")
                return
        script.watch(lambda code, moment: self._events.put((_ENDED, (code, moment))))
        self._own.add(script.pid)
        self._write_state(script, environment.get(layout.RUN_NUMBER_VARIABLE, ""))
        self._environment = threading.Thread(
            target=self._describe, args=(environment,), name="environment", daemon=True
        )
        self._environment.start()
        code, ended = self._follow(script)
        self._finish(script, code, ended, before)

    def _start(self, environment: "dict[str, str]") -> RunningScript:
        """Start the script.

        Raises:
            OSError: If it cannot be started.
        """
        job, log = self._job, self._folder / layout.LOG
        variables = with_shim(environment)
        if not self._order.interpreter:
            return RunningScript.start(job["argv"], job["cwd"], variables, log)
        # To learn whether it stops at its gate.
        self._held = HeldScript(job["argv"], job["cwd"], variables, str(log))
        script = RunningScript(self._held.pid, log, self._held.wait, self._held.streams)
        self._held.release()
        return script

    def _drop(self) -> None:
        """Let a script that is held never start."""
        held, self._held = self._held, None
        if held is not None:
            held.drop()

    def _cannot_start(self, text: str) -> None:
        with suppress(OSError), (self._folder / layout.LOG).open("a", encoding="utf-8") as log:
            log.write(f"{text}\n")
        self._write_outcome({"error": text})

    def _write_state(self, script: RunningScript, number: str) -> None:
        self._keep(
            layout.STATE,
            {
                "version": 1,
                "supervisor": _named(os.getpid()),
                "script": _named(script.pid),
                "started": script.started,
                "number": number,
            },
        )

    def _describe(self, environment: "dict[str, str]") -> None:
        # First: it has started then, and is not held up by another process that starts.
        self._note_gate()
        interpreter = self._job["interpreter"]
        values = describe(interpreter, environment, self._folder, self._own.add)
        self._keep(layout.ENVIRONMENT, values)

    def _note_gate(self) -> None:
        """Learn whether the interpreter of the script stops at its gate."""
        if self._held is None:
            return
        places = self._held.arrived(_GATE_SECONDS)
        if places:
            self._passed_gate.set()
            gates, project = Path(self._order.gates), Path(self._job["cwd"])
            known_gates.note(gates, self._order.interpreter, places, project)

    def _was_held(self, code: "int | None") -> bool:
        """Whether a script that was started early stopped at its gate; it has ended."""
        if self._order.held is None or self._canceled or code is None or code < 0:
            return True  # one that is killed may not have come that far
        if self._passed_gate.wait(_GATE_SECONDS):
            return True
        known_gates.forget(Path(self._order.gates), self._order.interpreter)
        return False

    def _follow(self, script: RunningScript) -> "tuple[int, float]":
        """Wait for the end of the script; returns exit code and time."""
        give_up = 0.0
        while True:
            event, value = self._next_event()
            if event == _ENDED and isinstance(value, tuple):
                if self._canceled:
                    script.kill_rest(self._own, max(0.5, give_up - monotonic()))
                return value
            if (event == _CANCEL or self._cancel_file()) and not self._canceled:
                self._canceled = True
                give_up = monotonic() + GRACE_SECONDS
                script.ask_to_end()
            if self._canceled and monotonic() > give_up:
                script.kill_group()
            self._heartbeat()

    def _next_event(self, wait: float = _POLL_SECONDS) -> "tuple[str, object]":
        try:
            return self._events.get(wait > 0, wait)
        except queue.Empty:
            return "", None

    def _finish(
        self, script: RunningScript, code: int, ended: float, before: "dict[str, Signature]"
    ) -> None:
        script.end_log()
        values: dict[str, object] = {
            "started": script.started,
            "ended": ended,
            "exit_code": code,
            "signal": -code if code < 0 else None,
        }
        # Known even if this process ends while it copies files.
        self._keep(layout.EXIT, {"version": 1, "canceled": self._canceled, **values})
        self._end_with_outputs(values, before, script.started)

    def _end_with_outputs(
        self, values: "dict[str, object]", before: "dict[str, Signature]", started: float
    ) -> None:
        """Save the outputs and write the outcome.

        Args:
            values: What else the outcome holds; its problems are added to.
            before: What was in the project's folder before the script started.
            started: When that was.
        """
        source, target = Path(self._job["outputs"]), self._folder / layout.OUTPUTS
        capture = Capture(source, target)
        capture.run(before, self._stop_capture, self._own_outputs())
        with suppress(OSError, LookupError, TypeError, ValueError):
            # Only a remark: a strange folder of another run keeps nothing from being saved.
            capture.tell_neighbors(neighbors(self._folder, self._job["outputs"], started, time()))
        problems = capture.problems
        if self._recovering and capture.count:
            problems = [_SAVED_LATER, *problems]
        code = values.get("exit_code")
        if not self._was_held(code if isinstance(code, int) else None):
            problems = [_TOO_EARLY, *problems]
        outputs = {"count": capture.count, "bytes": capture.size}
        self._write_outcome({**values, "outputs": outputs, "problems": problems})
        for name in (layout.BEFORE, layout.OWN):
            files.release(self._folder / name)
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            target.rmdir()  # only if it is empty

    def _own_outputs(self) -> "frozenset[str]":
        """Return what the script itself put into the run's folder."""
        known = files.read_json(self._folder / layout.OWN)
        if known:
            # Some of the others were copied before the first supervisor ended.
            return frozenset(known["files"])
        own = list(listing(str(self._folder / layout.OUTPUTS)))
        self._keep(layout.OWN, {"version": 1, "files": own}, durable=False)
        return frozenset(own)

    def _recover(self) -> None:
        """Save the outputs of a script that ended while nobody looked after its run."""
        folder = self._folder
        if (folder / layout.OUTCOME).exists():
            return
        self._recovering = True
        self._canceled = self._cancel_file()
        values = files.read_json(folder / layout.EXIT)
        started = files.read_json(folder / layout.STATE).get("started")
        if not values:
            values = {"started": started, "ended": last_sign(folder), "lost": True}
            values["canceled"] = self._canceled
        noted = (folder / layout.BEFORE).stat().st_mtime
        before = files.read_json(folder / layout.BEFORE)["files"]
        signatures: dict[str, Signature] = {path: tuple(item) for path, item in before.items()}
        self._end_with_outputs(values, signatures, started or noted)

    def _stop_capture(self) -> bool:
        if not self._recovering:
            self._heartbeat()
        if self._canceled:
            return False  # it was canceled before: what it left is worth keeping
        event, _ = self._next_event(0)
        return event == _CANCEL or self._cancel_file()

    def _write_outcome(self, values: "dict[str, object]") -> None:
        outcome: dict[str, object] = {
            "version": 1,
            "started": None,
            "ended": time(),
            "exit_code": None,
            "signal": None,
            "canceled": self._canceled,
            "error": "",
            "outputs": {"count": 0, "bytes": 0},
            "problems": [],
        }
        files.write_json(self._folder / layout.OUTCOME, {**outcome, **values})

    def _keep(self, name: str, values: "dict[str, object]", *, durable: bool = True) -> None:
        try:
            files.write_json(self._folder / name, values, durable=durable)
        except OSError as error:
            sys.stderr.write(f"{name} was not written: {error}\n")

    def _cancel_file(self) -> bool:
        return (self._folder / layout.CANCEL).exists()

    def _heartbeat(self) -> None:
        now = monotonic()
        if now - self._beat > _HEARTBEAT_SECONDS:
            self._beat = now
            with suppress(OSError):
                os.utime(self._folder / layout.STATE)
            process_table.reap(self._own)


def _take_no_notice(_number: int, _frame: object) -> None:
    """Handle a signal that means others."""


def _named(pid: int) -> "dict[str, object]":
    return {"pid": pid, "identity": process_table.identity(pid)}
