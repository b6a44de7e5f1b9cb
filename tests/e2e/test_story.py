"""The main story in the real window, as ``packaging/run.py --demo`` shows it."""

import os
from pathlib import Path

from demo import main


def test_a_project_is_made_run_twice_restored_and_put_back(tmp_path: Path) -> None:
    kept = os.environ.get("E2E_EVIDENCE")
    output = Path(kept or tmp_path) / "story"
    assert main([str(output)]) == 0
    head = output / "projects/iris-species/.git/HEAD"
    assert head.read_text("utf-8") == "ref: refs/heads/master\n"
    pictures = {path.stem.partition("-")[2] for path in (output / "pictures").iterdir()}
    assert {"new-project", "run-list", "run-detail-metrics", "restored", "undone"} <= pictures
