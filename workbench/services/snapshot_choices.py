"""What the user decided about the snapshots of one project, on the disk."""

import json
from pathlib import Path

from workbench.core.growth import GrowthChoice
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.services.safe_files import write_atomically

_NAME = "snapshots.json"


def read_snapshot_choices(root: Path) -> SnapshotChoices:
    """Return what was decided; the usual, if nothing was or it can't be read."""
    try:
        values = json.loads((root / _NAME).read_bytes())
        return SnapshotChoices(GrowthChoice(values["growth"]), bool(values["built_in_rules"]))
    except (OSError, ValueError, KeyError, TypeError):
        return SnapshotChoices()


def write_snapshot_choices(root: Path, choices: SnapshotChoices) -> None:
    """Keep the decisions.

    Raises:
        OSError: If they can't be written.
    """
    values = {"growth": choices.growth.value, "built_in_rules": choices.built_in_rules}
    write_atomically(root / _NAME, json.dumps(values).encode("ascii"))
