"""A log that is longer than the view can take at once."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.run_lab import run_lab
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.run_detail_controller import RunDetailController

_MOST_AT_ONCE = 5_000_000
_SIZE = 20_000_000


async def _until(holds: Callable[[], object]) -> None:
    pause = asyncio.Event()
    async with asyncio.timeout(30):
        while not holds():
            with suppress(TimeoutError):
                await asyncio.wait_for(pause.wait(), 0.01)


def test_only_as_much_as_the_view_takes_is_in_memory_and_all_else_is_shown_meanwhile(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        errors: list[BaseException] = []
        background = TaskSupervisor(errors.append, errors.append)
        detail = RunDetailController(background)
        sizes: list[int] = []
        told: list[str] = []
        detail.log.connect(lambda data: sizes.append(len(data)))
        detail.metrics.connect(lambda _metrics: told.append("metrics"))
        detail.outputs.connect(lambda _outputs: told.append("outputs"))
        detail.show(lab.context, run)
        await _until(lambda: told == ["metrics", "outputs"])
        await _until(lambda: sum(sizes) > _MOST_AT_ONCE - 2_000_000)
        await asyncio.sleep(0.3)
        assert sum(sizes) < _MOST_AT_ONCE
        while sum(sizes) < _SIZE:
            before = sum(sizes)
            detail.log_taken()
            await _until(lambda before=before: sum(sizes) > before)  # type: ignore[misc]
        detail.leave()
        await background.close()
        assert errors == []
        assert sum(sizes) == _SIZE

    with run_lab(tmp_path) as lab:
        run = lab.finish(lab.submit("pass"))
        lab.run_folder(run).log.write_bytes(b"a line\n\n\n\n" * (_SIZE // 10))
        asyncio.run(story())
