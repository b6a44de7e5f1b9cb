"""What the user decided about large additions to the history of one project."""

import json
from pathlib import Path

from workbench.core.growth import GrowthChoice
from workbench.services.safe_files import write_atomically

_NAME = "growth.json"


def read_growth_choice(root: Path) -> GrowthChoice:
    """Return what was decided; to ask, if nothing was or it can't be read."""
    try:
        return GrowthChoice(json.loads((root / _NAME).read_bytes())["choice"])
    except (OSError, ValueError, KeyError, TypeError):
        return GrowthChoice.ASK


def write_growth_choice(root: Path, choice: GrowthChoice) -> None:
    """Keep a decision.

    Raises:
        OSError: If it can't be written.
    """
    write_atomically(root / _NAME, json.dumps({"choice": choice.value}).encode("ascii"))
