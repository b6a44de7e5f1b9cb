"""Kills snapshots, restores, undos, syncs and maintenance, at every step and at random moments.

``python -m tests.stress.crashes [kills]``
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event

import psutil

from tests.forked import kill_at_change
from tests.restorable_project import Picture
from tests.stress.scene import RESTORE, RUN, SYNC, TIDY, UNDO, Scene, carry_out
from tests.stress.steps import RESTORING, SYNCING, TIDYING, die_around
from tests.stress.steps import RUN as RUNNING

_KILLS = 1000
_CHECK_EACH = 50
_CHANGES = 160
_MARK = "WORKBENCH_STRESS_CHILD"
_SECONDS = {RUN: 0.15, SYNC: 1.5}
_MOST_SECONDS = 0.5
_KINDS = {RUN: RUNNING, RESTORE: RESTORING, UNDO: RESTORING, SYNC: SYNCING, TIDY: TIDYING}
ALL = tuple(_KINDS)
_later = Event()

Deadly = Callable[[], None]


class Crashes:
    """Crashes of one project, one after the other.

    Args:
        root: Holds everything.
        seed: Of the choices.
        shared: Whether another computer works on the project too.

    Attributes:
        killed: How often something was killed, by what and how.
        rounds: How often something was tried.
    """

    def __init__(self, root: Path, seed: int, *, shared: bool = True) -> None:
        self._dice = random.Random(seed)
        self._scene = Scene(root, self._dice, shared=shared)
        self.killed: Counter[str] = Counter()
        self.rounds = 0

    def at_every_step(self, kinds: Iterable[str] = ALL, *, times: int = 1) -> None:
        """Kill around every named step of kinds of operations."""
        for way in kinds:
            steps = _KINDS[way]
            for name, place in steps.items():
                for after in (False, True):
                    for time_ in range(1, times + 1):
                        deadly = _around(place, after=after, time=time_)
                        self._once(deadly, f"{way}: {'after' if after else 'before'} {name}", way)

    def at_random(self, kills: int) -> None:
        """Kill until so many were killed: at a change of the disk, or at a moment."""
        while self.killed.total() < kills:
            if self._dice.random() < 0.6:
                number = self._dice.randrange(_CHANGES)
                self._once(lambda number=number: kill_at_change(number, ""), "at a change")  # type: ignore[misc]
            else:
                self._once(None, "at a moment")
            if self.rounds % _CHECK_EACH == 0:
                self.check()
                print(f"{self.killed.total()} kills in {self.rounds} rounds", flush=True)

    def check(self) -> None:
        """Check the whole history."""
        self._scene.check_history()

    def _once(self, deadly: Deadly | None, name: str, wanted: str = "") -> None:
        scene = self._scene
        self.rounds += 1
        way, run, targets = self._prepare(wanted)
        child = os.fork()
        if child == 0:
            _act(scene, way, run, deadly)
        if deadly is None:
            _later.wait(self._dice.uniform(0.02, _SECONDS.get(way, _MOST_SECONDS)))
            _kill_group(child)
        _, status = os.waitpid(child, 0)
        _kill_group(child)
        left = _started_by(child)
        if self._dice.random() < 0.5:
            # The computer is switched off; else git goes on for itself, and ends some time.
            for process in left:
                process.kill()
        if os.WIFSIGNALED(status):
            self.killed[name if wanted else f"{way}: {name}"] += 1
        else:
            assert os.waitstatus_to_exitcode(status) in {0, 3}, (way, name)
        try:
            scene.reopen(targets, left)
        except BaseException:
            print(f"after {way}: {name} (round {self.rounds})", file=sys.stderr)
            raise

    def _prepare(self, wanted: str) -> tuple[str, str, list[Picture]]:
        """Have something changed; return what to do, with which run, and what may come of it."""
        scene = self._scene
        if wanted == SYNC or (scene.shared and self._dice.random() < 0.1):
            scene.prepare_sync()
        with scene.opened() as project:
            scene.edit(project)
            way, run = scene.choose(project)
            for _ in range(200 if wanted else 0):
                if way == wanted:
                    break
                way, run = scene.choose(project)
            return way, run, scene.targets(project, way, run)


def _around(place: str, *, after: bool, time: int) -> Deadly:
    return lambda: die_around(place, after=after, time=time)


def _act(scene: Scene, way: str, run: str, deadly: Deadly | None) -> None:
    """Do something in a process that will be killed; it leads a group with all it starts."""
    code = 1
    try:
        os.setsid()
        os.environ[_MARK] = str(os.getpid())
        with scene.opened() as project:
            if deadly is not None:
                deadly()
            carry_out(project, way, run)
        code = 0
    except Exception as error:  # noqa: BLE001 - the child has nobody else to tell
        code = 3 if getattr(error, "title", "") == "Nothing to restore" else 1
        if code == 1:
            print(f"{way} failed: {error!r}", file=sys.stderr)
    finally:
        os._exit(code)


def _started_by(child: int) -> list[psutil.Process]:
    """Return what a process started that is in a group of its own and goes on."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == str(child):
                found.append(process)
        except psutil.Error:
            continue  # it has ended, or belongs to somebody else
    return found


def _kill_group(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:
        os.kill(child, signal.SIGKILL)  # it has no group of its own yet


def report(crashes: Crashes) -> Iterator[str]:
    """Yield lines that tell what was killed how often."""
    for name, times in sorted(crashes.killed.items()):
        yield f"{times:6} {name}"
    yield f"{crashes.killed.total():6} kills in {crashes.rounds} rounds"


def main(kills: int) -> None:
    """Run it."""
    seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    print(f"SEED={seed}")
    with tempfile.TemporaryDirectory() as root:
        crashes = Crashes(Path(root), seed)
        crashes.at_every_step(times=2)
        crashes.at_random(kills)
        crashes.check()
    print("\n".join(report(crashes)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _KILLS)
