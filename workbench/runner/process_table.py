"""Who runs, who started whom, and whether a process id still means the same process."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
SOFT: int = signal.SIGTERM
HARD: int = getattr(signal, "SIGKILL", signal.SIGTERM)
_ENDED = frozenset("ZXx")


def identity(pid: int) -> str:
    """Return what makes a process unique on this computer, empty when it does not run.

    A process id alone is used again sooner or later; together with the start time and the boot
    it is not.
    """
    if _PROC.joinpath("self/stat").exists():
        fields = _stat(pid)
        if fields is None or fields[0] in _ENDED:
            return ""
        return f"{_boot()} {fields[19]}"
    return "" if sys.platform == "win32" else _ps("-o", "lstart=", "-p", str(pid)).strip()


def descendants(root: int) -> list[int]:
    """Return the ids of all running descendants of a process, parents before children."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = list(children.get(root, ()))
    while waiting:
        pid = waiting.pop(0)
        found.append(pid)
        waiting.extend(children.get(pid, ()))
    return found


def reap(keep: "set[int]") -> None:
    """Collect the exit codes of ended children that nobody waits for; ``keep`` are waited for."""
    if sys.platform != "linux":
        return
    for task in (_PROC / "self/task").iterdir():
        with suppress(OSError):
            for word in (task / "children").read_text(encoding="ascii").split():
                pid = int(word)
                if pid not in keep:
                    with suppress(ChildProcessError):
                        os.waitpid(pid, os.WNOHANG)


def end_softly(pid: int) -> None:
    """Ask a process that leads a group, and its group, to end."""
    with suppress(OSError):
        if sys.platform == "win32":
            os.kill(pid, signal.CTRL_BREAK_EVENT)
        else:
            os.killpg(pid, signal.SIGTERM)
            os.killpg(pid, signal.SIGCONT)


def kill_group(pid: int) -> None:
    """Kill a process that leads a group, and its group (on Windows: and all its descendants)."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
    else:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send a signal to a process, if it still exists."""
    with suppress(OSError):
        os.kill(pid, number)


def _parents() -> "list[tuple[int, int]]":
    if not _PROC.joinpath("self/stat").exists():
        if sys.platform == "win32":
            return []
        lines = (line.split() for line in _ps("-A", "-o", "pid=,ppid=,stat=").splitlines())
        return [(int(f[0]), int(f[1])) for f in lines if len(f) == 3 and f[2][0] not in _ENDED]
    found = []
    for name in os.listdir(_PROC):  # noqa: PTH208 - names only, a thousand of them
        fields = _stat(int(name)) if name.isdigit() else None
        if fields is not None and fields[0] not in _ENDED:
            found.append((int(name), int(fields[1])))
    return found


def _boot() -> str:
    try:
        return _PROC.joinpath("sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _stat(pid: int) -> "list[str] | None":
    """Return the fields after the command name: state, parent, …, start time (the 20th)."""
    try:
        text = _PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name is in brackets and may hold brackets and blanks itself.
    return text.rpartition(")")[2].split()


def _ps(*arguments: str) -> str:
    done = subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False)
    return done.stdout
