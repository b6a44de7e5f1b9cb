"""What the user decided about the snapshots of one project."""

from dataclasses import dataclass

from workbench.core.growth import GrowthChoice


@dataclass(frozen=True, slots=True)
class SnapshotChoices:
    """The decisions.

    Attributes:
        growth: What is done before a snapshot adds a lot.
        built_in_rules: Whether environments, caches and ``node_modules`` are left out.
    """

    growth: GrowthChoice = GrowthChoice.ASK
    built_in_rules: bool = True
