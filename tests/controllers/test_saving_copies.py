"""Saving a copy of a run's log or output, beside the run that is on screen."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.run_lab import run_lab
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.run_detail_controller import RunDetailController
from workbench.operations.cancel_run import cancel_run

_TALKS = "import time\nwhile True:\n    print(time.time(), flush=True)\n    time.sleep(0.05)\n"


async def _until(holds: Callable[[], object]) -> None:
    pause = asyncio.Event()
    async with asyncio.timeout(30):
        while not holds():
            with suppress(TimeoutError):
                await asyncio.wait_for(pause.wait(), 0.01)


def test_the_log_goes_on_while_a_copy_waits_for_its_file(tmp_path: Path) -> None:
    """A pipe that nobody writes to stands for a disk that takes its time."""
    slow, target = tmp_path / "slow", tmp_path / "copy.log"
    os.mkfifo(slow)

    async def story() -> None:
        errors: list[BaseException] = []
        background = TaskSupervisor(errors.append, errors.append)
        detail = RunDetailController(background)
        seen: list[bytes] = []
        saved: list[Path] = []
        detail.log.connect(seen.append)
        detail.saved.connect(saved.append)
        run = lab.refreshed(lab.submit(_TALKS))
        detail.show(lab.context, run)
        await _until(lambda: seen)
        detail.save_copy(slow, target)
        count = len(seen)
        await _until(lambda: len(seen) > count + 2)
        assert saved == []
        with slow.open("wb"):
            await _until(lambda: saved)
        detail.leave()
        await background.close()
        assert errors == []
        assert saved == [target]
        cancel_run(lab.context, run.id)
        lab.finish(run)

    with run_lab(tmp_path) as lab:
        asyncio.run(story())


def test_a_copy_that_failed_can_be_tried_again(tmp_path: Path) -> None:
    source, target = tmp_path / "run.log", tmp_path / "there" / "copy.log"
    source.write_text("words\n")

    async def story() -> None:
        errors: list[BaseException] = []
        background = TaskSupervisor(errors.append, errors.append)
        detail = RunDetailController(background)
        saved: list[Path] = []
        detail.saved.connect(saved.append)
        detail.failed.connect(errors.append)
        detail.save_copy(source, target)
        await _until(lambda: errors)
        target.parent.mkdir()
        detail.try_again()
        await _until(lambda: saved)
        assert target.read_text() == "words\n"
        assert len(errors) == 1
        await background.close()

    asyncio.run(story())
