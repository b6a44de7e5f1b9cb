"""The long form of what ``tests/operations/test_sync_history.py`` does shortly.

``python3 packaging/test.py tests/stress/test_two_computers.py`` takes some minutes.
"""

from pathlib import Path

import pytest

from tests.sync_lab import bare_repo
from tests.two_computers import play


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_two_computers_push_fifty_runs_each_and_are_killed(tmp_path: Path, seed: int) -> None:
    play(tmp_path, bare_repo(tmp_path), 50, kills=40, seed=seed)
