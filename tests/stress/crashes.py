"""Kills snapshots, restores, undos and redos at every step and at random moments.

``python -m tests.stress.crashes [kills]``
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from tests.forked import kill_at_change
from tests.restorable_project import restorable_project
from tests.stress.scene import RUN, Scene, carry_out
from tests.stress.steps import RESTORING, die_around
from tests.stress.steps import RUN as RUNNING

_KILLS = 1000
_CHECK_EACH = 50
_CHANGES = 160
_SECONDS = {True: 0.15, False: 0.5}
_later = Event()

Deadly = Callable[[], None]


class Crashes:
    """Crashes of one project, one after the other.

    Attributes:
        killed: How often something was killed, by what and how.
        rounds: How often something was tried.
    """

    def __init__(self, root: Path, seed: int) -> None:
        self._dice = random.Random(seed)
        self._scene = Scene(root, self._dice)
        self.killed: Counter[str] = Counter()
        self.rounds = 0

    def at_every_step(self, *, times: int = 1) -> None:
        """Kill around every named step of every kind of operation."""
        for way, steps in ((RUN, RUNNING), ("restore", RESTORING), ("undo", RESTORING)):
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

    def check(self) -> None:
        """Check the whole history."""
        self._scene.check_history()

    def _once(self, deadly: Deadly | None, name: str, wanted: str = "") -> None:
        scene = self._scene
        self.rounds += 1
        with restorable_project(scene.root) as project:
            scene.edit(project)
            way, run = scene.choose(project)
            for _ in range(200 if wanted else 0):
                if way == wanted:
                    break
                way, run = scene.choose(project)
            targets = scene.targets(project, way, run)
        child = os.fork()
        if child == 0:
            _act(scene.root, way, run, deadly)
        if deadly is None:
            _later.wait(self._dice.uniform(0.02, _SECONDS[way == RUN]))
            _kill_group(child)
        _, status = os.waitpid(child, 0)
        _kill_group(child)
        if os.WIFSIGNALED(status):
            self.killed[name if wanted else f"{way}: {name}"] += 1
        else:
            assert os.waitstatus_to_exitcode(status) in {0, 3}, (way, name)
        try:
            scene.reopen(targets)
        except BaseException:
            print(f"after {way}: {name} (round {self.rounds})", file=sys.stderr)
            raise


def _around(place: str, *, after: bool, time: int) -> Deadly:
    return lambda: die_around(place, after=after, time=time)


def _act(root: Path, way: str, run: str, deadly: Deadly | None) -> None:
    """Do something in a process that will be killed; it leads a group with all it starts."""
    code = 1
    try:
        os.setsid()
        with restorable_project(root) as project:
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
