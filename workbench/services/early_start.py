"""Whether the interpreter of a script can be started before the script may run."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.runner.environment import with_shim
from workbench.runner.gate import IS_POSSIBLE
from workbench.runner.known_gates import is_known

_NATIVE = b"\x7fELF"
_WHO = "HOME"
_OF_PYTHON = "PYTHON"


@dataclass(frozen=True, slots=True)
class EarlyStart:
    """How the interpreter of a script is started before the script may run.

    Attributes:
        gates: File that lists the interpreters that are known to stop at their gate.
        interpreter: What names this one there.
        argv: Interpreter, script and arguments.
        folder: Where it runs.
        environment: All its variables. They are never written to the disk.
    """

    gates: Path
    interpreter: str
    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    @property
    def is_safe(self) -> bool:
        """Whether it is known that it runs nothing of the user's before it is told to."""
        return is_known(self.gates, self.interpreter)


def early_start(
    gates: Path, argv: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> EarlyStart | None:
    """Return how a Python script can be started early, ``None`` if it can't.

    Args:
        gates: File that lists the interpreters that are known to stop at their gate.
        argv: Interpreter, script and arguments.
        folder: Where it runs.
        environment: Its variables.
    """
    variables = with_shim(dict(environment))
    interpreter = _identity(Path(argv[0]), variables) if IS_POSSIBLE else ""
    if not interpreter:
        return None
    return EarlyStart(gates, interpreter, tuple(argv), folder, variables)


def _identity(python: Path, variables: Mapping[str, str]) -> str:
    """Name an interpreter and all that decides what it does first; empty if it is a script."""
    try:
        real = python.resolve(strict=True)
        with real.open("rb") as file:
            facts = os.fstat(file.fileno())
            if not python.is_absolute() or file.read(len(_NATIVE)) != _NATIVE:
                return ""
    except OSError:
        return ""
    parts = [str(python), str(real), f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"]
    for folder in (python.parent, python.parent.parent):
        try:
            facts = (folder / "pyvenv.cfg").stat()
            parts.append(f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}")
        except OSError:
            parts.append("")
    names = (each for each in sorted(variables) if each == _WHO or each.startswith(_OF_PYTHON))
    parts += [f"{name}={variables[name]}" for name in names]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
