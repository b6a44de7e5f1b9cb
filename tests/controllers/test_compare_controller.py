"""Following a comparison: live metrics, other baselines, the folder, the exported file."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.run_lab import RunLab, run_lab
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.compare_controller import CompareController
from workbench.core.comparison import CompareRequest, Comparison
from workbench.core.errors import WorkbenchError
from workbench.core.run import Run, RunStatus

_LOGS = """
import pathlib, sys, time
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
for step in range(2):
    logger.log("loss", float(sys.argv[1]) / (step + 1))
"""
_WAITS = """
import pathlib, time
from azureml.logging import get_azureml_logger
logger = get_azureml_logger()
for step in range(3):
    while not pathlib.Path(f"go{step}").exists():
        time.sleep(0.01)
    logger.log("loss", step + 0.5)
"""


async def _until(holds: Callable[[], object]) -> None:
    pause = asyncio.Event()
    async with asyncio.timeout(60):
        while not holds():
            with suppress(TimeoutError):
                await asyncio.wait_for(pause.wait(), 0.01)


class Seen:
    """A controller, and what it told."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.background = TaskSupervisor(self.errors.append, self.errors.append)
        self.controller = CompareController(self.background)
        self.comparisons: list[Comparison] = []
        self.curves: list[Any] = []
        self.failures: list[WorkbenchError] = []
        self.controller.compared.connect(self.comparisons.append)
        self.controller.curves.connect(self.curves.append)
        self.controller.failed.connect(self.failures.append)

    def texts(self, label: str) -> list[str]:
        rows = self.comparisons[-1].section("metrics").rows if self.comparisons else ()
        return next(([cell.text for cell in row.cells] for row in rows if row.label == label), [])

    async def close(self) -> None:
        self.controller.leave()
        await self.background.close()
        assert self.errors == []


def _tell(lab: RunLab, story: Callable[[Seen], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        seen = Seen()
        try:
            await story(seen)
        finally:
            await seen.close()

    asyncio.run(whole())


def _finished(lab: RunLab, *arguments: str) -> Run:
    return lab.finish(lab.submit(_LOGS, *arguments))


def test_runs_that_ended_are_compared_once(tmp_path: Path) -> None:
    with run_lab(tmp_path) as lab:
        first, second = _finished(lab, "1"), _finished(lab, "2")
        lab.settle()

        async def story(seen: Seen) -> None:
            seen.controller.show(lab.context, CompareRequest((first.id, second.id)))
            await _until(lambda: seen.curves)
            assert seen.texts("loss") == ["0.5", "1"]
            assert [run[0].values for run in seen.curves[0]] == [(1.0, 0.5), (2.0, 1.0)]
            assert len(seen.comparisons) == 1
            # Another baseline is another comparison of the same.
            seen.controller.show(lab.context, CompareRequest((first.id, second.id), second.id))
            await _until(lambda: len(seen.comparisons) > 1)
            assert seen.comparisons[-1].baseline == 1
            # What changed in the records is told again.
            lab.context.store.update(first.id, {"metrics": (("loss", 0.25),)})
            seen.controller.update([lab.context.store.get(first.id)])
            await _until(lambda: seen.texts("loss") == ["0.25", "1"])

        _tell(lab, story)


def test_a_run_that_goes_on_is_followed_to_its_end(tmp_path: Path) -> None:
    with run_lab(tmp_path) as lab:
        ended = _finished(lab, "1")
        going = lab.submit(_WAITS, name="waits.py")

        def has_logged(seen: Seen, number: int) -> bool:
            lab.refreshed(going)
            last: tuple[Any, ...] = seen.curves[-1] if seen.curves else ((), ())
            return bool(last[1]) and len(last[1][0].values) == number

        async def story(seen: Seen) -> None:
            seen.controller.show(lab.context, CompareRequest((ended.id, going.id)))
            for step in range(3):
                (lab.folder / f"go{step}").touch()
                await _until(partial(has_logged, seen, step + 1))
            lab.finish(going)
            await _until(lambda: not seen.comparisons[-1].is_live)
            run = seen.comparisons[-1].sides[1].run
            assert run is not None
            assert run.status is RunStatus.COMPLETED
            assert seen.texts("loss") == ["0.5", "2.5"]

        _tell(lab, story)


def test_the_folder_is_looked_at_again_when_asked_for(tmp_path: Path) -> None:
    with run_lab(tmp_path) as lab:
        run = _finished(lab, "1")

        def changed(seen: Seen) -> list[str]:
            changes = seen.comparisons[-1].sides[1].changes if seen.comparisons else None
            return [change.path for change in changes or ()]

        async def story(seen: Seen) -> None:
            lab.write("new.txt", "1")
            seen.controller.show(lab.context, CompareRequest((run.id,), with_folder=True))
            await _until(lambda: changed(seen) == ["new.txt"])
            found: list[Any] = []
            seen.controller.differences.ready.connect(lambda *values: found.append(values))
            side = seen.comparisons[-1].sides[1]
            seen.controller.open_changes(side)
            assert side.changes
            seen.controller.differences.show(side.changes[0])
            await _until(lambda: found)
            assert found[0][1].added == 1
            lab.write("other.txt", "1")
            seen.controller.look_again()
            await _until(lambda: changed(seen) == ["new.txt", "other.txt"])

        _tell(lab, story)


def test_a_run_that_is_gone_is_told(tmp_path: Path) -> None:
    with run_lab(tmp_path) as lab:
        first, second = _finished(lab, "1"), _finished(lab, "2")

        async def story(seen: Seen) -> None:
            seen.controller.show(lab.context, CompareRequest((first.id, "nobody")))
            await _until(lambda: seen.failures)
            assert seen.failures.pop().title == "Run not found"
            seen.controller.show(lab.context, CompareRequest((first.id, second.id)))
            await _until(lambda: seen.comparisons)

        _tell(lab, story)
