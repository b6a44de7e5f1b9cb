"""The header of the Run List: title, how many runs are selected, and what can be done with them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme


class RunListHead(QWidget):
    """56 px high; the page tells it what is possible.

    Signals:
        open_pressed: Open.
        compare_pressed: Compare.
        restore_pressed: Restore.
        menu_opening: The More menu is about to open and has to be filled.
    """

    open_pressed = Signal()
    compare_pressed = Signal()
    restore_pressed = Signal()
    menu_opening = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.summary = Label("", "body", "text_2")
        self.open_button = Button("Open", "arrow-right")
        self.open_button.setObjectName("openRun")
        self.open_button.set_tip("Open the selected run (Enter)")
        self.compare_button = Button("Compare", "columns-2")
        self.compare_button.setObjectName("compareRuns")
        self.compare_button.set_tip("Compare the selected runs (Ctrl+D)")
        self.restore_button = Button("Restore", "rotate-ccw")
        self.restore_button.setObjectName("restoreRun")
        self.restore_button.set_tip("Restore the snapshot of the selected run (Ctrl+R)")
        self.more_button = IconButton("ellipsis", "More actions", kind="default")
        self.more_button.setObjectName("runMore")
        self.menu = QMenu(self.more_button)
        self.menu.setToolTipsVisible(True)
        self.open_button.clicked.connect(self._press_open)
        self.compare_button.clicked.connect(self._press_compare)
        self.restore_button.clicked.connect(self._press_restore)
        self.more_button.clicked.connect(self._open_menu)
        self._build()

    def set_actions_shown(self, *, shown: bool) -> None:
        """Show the buttons, or only the title."""
        buttons = (self.open_button, self.compare_button, self.restore_button, self.more_button)
        for widget in (self.summary, *buttons):
            widget.setVisible(shown)

    def _press_open(self) -> None:
        self.open_pressed.emit()

    def _press_compare(self) -> None:
        self.compare_pressed.emit()

    def _press_restore(self) -> None:
        self.restore_pressed.emit()

    def _open_menu(self) -> None:
        self.menu_opening.emit()
        corner = self.more_button.rect().bottomRight()
        place = self.more_button.mapToGlobal(corner)
        place.setX(place.x() - self.menu.sizeHint().width())
        self.menu.popup(place)

    def _build(self) -> None:
        px = theme().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.setSpacing(px(8))
        row.addWidget(Label("Run List", "title"))
        row.addSpacing(px(4))
        row.addWidget(self.summary)
        row.addStretch(1)
        row.addWidget(self.open_button)
        row.addWidget(self.compare_button)
        row.addWidget(self.restore_button)
        row.addWidget(self.more_button)
        self.setFixedHeight(px(56))
