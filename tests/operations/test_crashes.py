"""A short round of ``tests/stress``: crashes at each named step and by chance, and power cuts."""

from pathlib import Path

import pytest

from tests.stress.crashes import Crashes
from tests.stress.power_cuts import PowerCuts, disk, may_mount
from tests.stress.scene import RESTORE, RUN, SYNC, TIDY, UNDO


@pytest.mark.parametrize("kinds", [(RUN, RESTORE, UNDO), (SYNC, TIDY)], ids="-".join)
def test_killed_at_every_step_nothing_is_lost_or_in_the_way(
    tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    crashes = Crashes(tmp_path, seed=7, shared=SYNC in kinds)
    crashes.at_every_step(kinds)
    steps = crashes.killed.total()
    # A step may not come: nothing has to be moved aside, or there is nothing to restore.
    assert steps > 0.8 * crashes.rounds
    crashes.at_random(steps + 10)
    crashes.check()


@pytest.mark.parametrize("seed", [3] if may_mount() else [])
def test_what_is_saved_survives_a_power_cut(tmp_path: Path, seed: int) -> None:
    with disk(tmp_path) as (image, mounted):
        power = PowerCuts(tmp_path, image, mounted, seed)
        while power.cut.total() < 5:
            power.once(wait=0)
            power.once(wait=1.5)
            power.meanwhile()
