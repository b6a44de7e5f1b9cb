"""Two buttons of the run bar with something drawn after their text."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.views.kit.buttons import Button, MenuButton
from workbench.views.theme.theme import theme

_SWITCHER_MAX = 220
# The badge has room for counts up to this one; the button grows for more.
_COUNT_USUAL = 99


class SwitcherButton(MenuButton):
    """The project switcher: icon, name, and two chevrons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._name = ""
        super().__init__("No project", "folder-git-2", "flat", parent=parent)
        self.setObjectName("projectSwitcher")

    def set_name(self, name: str) -> None:
        """Show the name of the open project."""
        self._name = name
        self.setAccessibleName(f"Project {name}" if name else "No project")
        self.set_text(self._cut())
        self.set_tip(name)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for the name and the chevrons."""
        hint = super().sizeHint()
        return QSize(hint.width() + theme().px(16), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the name is cut before."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chevrons after the button."""
        super().paintEvent(event)
        look = theme()
        painter = QPainter(self)
        side = look.px(16)
        icon = look.pixmap("chevrons-up-down", "text_2", 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - side - look.px(6), (self.height() - side) // 2, icon)
        painter.end()

    def _cut(self) -> str:
        room = theme().px(_SWITCHER_MAX - 72)
        return self.fontMetrics().elidedText(
            self._name or "No project", Qt.TextElideMode.ElideRight, room
        )

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(theme().font("strong"))
        self.set_text(self._cut())


class JobsButton(Button):
    """Opens the Jobs panel and shows how many runs are active."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Jobs", "list-checks", "flat", "Jobs", parent=parent)
        self._count = 0
        self._narrow = False
        self.setObjectName("jobsToggle")
        self.setCheckable(True)
        self.set_tip("Jobs (Ctrl+J)")

    def set_counts(self, jobs: int, waiting: int) -> None:
        """Show the number of active runs; ``waiting`` of them are queued."""
        self._count = jobs
        parts = [f"{jobs - waiting} running"] * bool(jobs - waiting)
        parts += [f"{waiting} queued"] * bool(waiting)
        self.setAccessibleName(", ".join(["Jobs", *parts]))
        self.updateGeometry()
        self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icon and count only."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.set_text("" if narrow else "Jobs")
            self._restyle()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for text and badge, also without one: its neighbours stay in place."""
        hint = super().sizeHint()
        badge = self._badge_room(max(self._count, _COUNT_USUAL))
        return QSize(hint.width() + badge + theme().px(8), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: nothing of it is cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the badge after the button."""
        super().paintEvent(event)
        width = self._badge_width()
        if not width:
            return
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent"))
        height = look.px(16)
        top = (self.height() - height) / 2
        badge = QRectF(self.width() - width - look.px(10), top, width, height)
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(look.color("text_on"))
        painter.setFont(look.font("axis_medium"))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), str(self._count))
        painter.end()

    def _badge_width(self) -> int:
        return self._badge_room(self._count) if self._count else 0

    def _badge_room(self, count: int) -> int:
        return max(theme().px(18), theme().px(7) * len(str(count)) + theme().px(10))
