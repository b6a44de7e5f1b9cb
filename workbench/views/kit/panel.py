"""A plain coloured area."""

from PySide6.QtWidgets import QFrame


class Panel(QFrame):
    """A plain area.

    Args:
        surface: ``"window"``, ``"chrome"``, ``"surface"`` or ``"sunken"``.
        edge: Side with a line: ``"top"``, ``"bottom"``, ``"left"``, ``"right"``, ``"top-bottom"``.
    """

    def __init__(self, surface: str = "surface", edge: str = "") -> None:
        super().__init__()
        self.setProperty("surface", surface)
        if edge:
            self.setProperty("edge", edge)
