"""The head of a difference: which file, how much changed, layout, and steps between changes."""

from pathlib import PurePosixPath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.viewmodels.changed_files import display_path
from workbench.views.kit.buttons import IconButton
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel, IconLabel, Label
from workbench.views.kit.segments import Segments
from workbench.views.theme.theme import theme

_ICONS = {
    **dict.fromkeys((".py", ".r", ".jl", ".sh", ".js", ".ts", ".c", ".cpp", ".rs"), "file-code"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp"), "file-image"),
    **dict.fromkeys((".csv", ".tsv", ".parquet", ".xlsx"), "file-spreadsheet"),
    **dict.fromkeys((".json", ".yaml", ".yml", ".toml", ".ipynb"), "file-braces"),
    **dict.fromkeys((".zip", ".gz", ".tar", ".npz"), "file-archive"),
    **dict.fromkeys((".md", ".txt", ".rst"), "file-text"),
}


def file_icon(path: str) -> str:
    """Return the name of the icon for a file name."""
    return _ICONS.get(PurePosixPath(path).suffix.lower(), "file")


class DiffHeader(Panel):
    """File icon, path, counts, remarks, the layout and the arrows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface")
        self.setParent(parent)
        px = theme().px
        self._icon = IconLabel("file", "text_2")
        self._path = ElidedLabel("", "medium", mode=Qt.TextElideMode.ElideLeft)
        self._added = Label("", "secondary", "ok")
        self._removed = Label("", "secondary", "bad")
        self._notes = ElidedLabel("", "secondary", "text_2")
        self.layout_choice = Segments(
            "Diff layout", [("side", "Side by side"), ("unified", "Unified")]
        )
        self.layout_choice.setObjectName("diffLayout")
        self.previous = IconButton("arrow-up", "Previous change (Shift+F8)", "Previous change")
        self.previous.setObjectName("prevChange")
        self.next = IconButton("arrow-down", "Next change (F8)", "Next change")
        self.next.setObjectName("nextChange")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(4), px(8), px(4))
        row.setSpacing(px(8))
        for widget in (self._icon, self._path, self._added, self._removed):
            row.addWidget(widget)
        row.addWidget(self._notes, 1)
        row.addWidget(self.layout_choice)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        self.show_counts(0, 0)

    @property
    def notes(self) -> str:
        """The remarks shown."""
        return self._notes.text()

    @property
    def counts(self) -> str:
        """The counts shown, for example ``"+22 −47"``."""
        return " ".join(part.text() for part in (self._added, self._removed) if part.text())

    def show_path(self, path: str) -> None:
        """Name the file."""
        self._icon.set_icon(file_icon(path), "text_2")
        self._icon.setVisible(bool(path))
        self._path.setText(display_path(path))

    def show_counts(self, added: int, removed: int) -> None:
        """Show how many lines changed; zeros show nothing."""
        self._added.setText(f"+{added:,}" if added else "")
        self._removed.setText(f"−{removed:,}" if removed else "")
        self._added.setVisible(bool(added))
        self._removed.setVisible(bool(removed))

    def show_notes(self, notes: tuple[str, ...]) -> None:
        """Show what differs besides the lines."""
        self._notes.setText(" · ".join(notes))

    def set_layout_reason(self, reason: str) -> None:
        """Say why the layout can't be chosen now, or let it be chosen with an empty reason."""
        self.layout_choice.setEnabled(not reason)
        self.layout_choice.setToolTip(reason)
        self.layout_choice.setAccessibleDescription(reason)

    def set_steps_reason(self, reason: str) -> None:
        """Say why there is no change to step to, or enable the arrows with an empty reason."""
        self.previous.set_disabled_reason(reason)
        self.next.set_disabled_reason(reason)
