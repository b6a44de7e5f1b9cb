"""The status of a run as icon and word."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from workbench.core.run import RunStatus
from workbench.views.kit.label import IconLabel, Label
from workbench.views.kit.restyle import set_style_property
from workbench.views.kit.spinner import Spinner
from workbench.views.theme.theme import theme

_ICONS: dict[RunStatus, tuple[str, str]] = {
    RunStatus.PREPARING: ("camera", "accent_text"),
    RunStatus.QUEUED: ("clock", "idle"),
    RunStatus.RUNNING: ("loader-circle", "accent_text"),
    RunStatus.COMPLETED: ("circle-check", "ok"),
    RunStatus.FAILED: ("circle-x", "bad"),
    RunStatus.CANCELED: ("ban", "idle"),
    RunStatus.INTERRUPTED: ("octagon-x", "warn"),
    RunStatus.IMPORTED: ("camera", "idle"),
}
_SOFT = {"accent_text": "accent", "idle": "idle", "ok": "ok", "bad": "bad", "warn": "warn"}


def status_icon(status: RunStatus) -> tuple[str, str]:
    """Return the icon of a status and the colour token it is drawn in."""
    return _ICONS[status]


class StatusIcon(QWidget):
    """The icon of a status; it turns while the run runs."""

    def __init__(self, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("circle", "idle", size)
        self._spinner = Spinner(size)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._icon)
        layout.addWidget(self._spinner)
        self._spinner.hide()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def render_status(self, status: RunStatus) -> None:
        """Show the icon of ``status``."""
        running = status is RunStatus.RUNNING
        if not running:
            self._icon.set_icon(*status_icon(status))
        self._icon.setVisible(not running)
        self._spinner.setVisible(running)


class StatusChip(QFrame):
    """Icon and word on a soft ground, 20 px high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = StatusIcon(14)
        self._word = Label("", "secondary_medium")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme().px(6), 0, theme().px(8), 0)
        layout.setSpacing(theme().px(4))
        layout.addWidget(self._icon)
        layout.addWidget(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()

    def render(self, status: RunStatus) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``status``."""
        _icon, tone = status_icon(status)
        self._icon.render_status(status)
        self._word.setText(status.label)
        self._word.set_tone(tone)
        set_style_property(self, "chip", _SOFT[tone])

    @property
    def text(self) -> str:
        """The word shown."""
        return self._word.text()

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(20))
