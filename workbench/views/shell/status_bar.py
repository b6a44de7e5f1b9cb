"""The line at the foot: branch, changed files, history, background work, notifications."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QWidget

from workbench.core.wording import count
from workbench.viewmodels.states import Notification, StatusState
from workbench.views.kit.buttons import Button, IconButton
from workbench.views.kit.label import ElidedLabel, IconLabel
from workbench.views.kit.panel import Panel
from workbench.views.kit.progress import MovingBar
from workbench.views.kit.restyle import set_style_property
from workbench.views.kit.status_icons import NOTIFICATION_ICONS
from workbench.views.theme.theme import theme

_BAR, _WORDS = 72, 420

_BRANCH = 360


class _Item(QWidget):
    """An icon and a few words; hidden without words."""

    def __init__(self, icon: str, name: str) -> None:
        super().__init__()
        self._icon_name = icon
        self._icon = IconLabel(icon, "text_2", 14)
        self.words = ElidedLabel("", "axis", "text_2")
        self.words.setObjectName(name)
        px = theme().px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(8), 0, px(8), 0)
        layout.setSpacing(px(6))
        layout.addWidget(self._icon)
        layout.addWidget(self.words)
        self.hide()

    def set_text(self, text: str, tip: str = "", tone: str = "text_2") -> None:
        """Show words, with more in the tooltip."""
        self.words.setText(text)
        self.words.set_tone(tone)
        self._icon.set_icon(self._icon_name, tone)
        self.setToolTip(tip)
        self.setVisible(bool(text))


class StatusButton(Button):
    """An icon and a few words that can be pressed; hidden without words."""

    def __init__(self, icon: str, name: str) -> None:
        super().__init__("", icon, "flat", small=True)
        self.setObjectName(name)
        self.setProperty("status", True)
        self._tone = "text_2"
        self.hide()

    def show_state(self, icon: str, text: str, tip: str, tone: str) -> None:
        """Show words in a colour, with more in the tooltip."""
        self.set_icon(icon)
        self.set_text(text)
        self.set_tip(tip)
        self.setAccessibleName(f"History, {text}" if text else "History")
        if tone != self._tone:
            self._tone = tone
            set_style_property(self, "tone", tone)
            self._restyle()
        self.setVisible(bool(text))

    def _restyle(self) -> None:
        super()._restyle()
        look = theme()
        self.setFont(look.font("axis"))
        side, pad = look.px(14), look.px(4)
        self.setIconSize(QSize(side + pad, side))
        self.setIcon(look.icon(self._icon_name, getattr(self, "_tone", "text_2"), pad=pad))


class StatusBar(Panel):
    """Shows a :class:`StatusState`.

    Signals:
        activity_canceled: The user wants the background work to stop.
        notification_chosen: Id of a notification.
        notifications_opened: The list was opened, so all of it counts as read.
        notifications_cleared: The user wants the list empty.
        sync_chosen: The user wants to know more about the state of the history.
    """

    activity_canceled = Signal()
    notification_chosen = Signal(str)
    notifications_opened = Signal()
    notifications_cleared = Signal()
    sync_chosen = Signal()

    def __init__(self) -> None:
        super().__init__("chrome", "top")
        self._state = StatusState()
        self._branch = _Item("git-branch", "statusBranch")
        self._branch.words.set_kind("axis_medium")
        # What else is told keeps its room beside a long name.
        self._branch.setMaximumWidth(theme().px(_BRANCH))
        self._changed = _Item("file-diff", "statusChanged")
        self._history = StatusButton("history", "statusSync")
        self._history.clicked.connect(self.sync_chosen)
        self._activity = ElidedLabel("", "axis", "text_2")
        self._activity.setObjectName("statusActivity")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName("Background activity")
        self._moving = MovingBar()
        self.cancel = IconButton("x", "Cancel background work", small=True)
        self.cancel.clicked.connect(self.activity_canceled)
        self.bell = IconButton("bell", "Notifications", small=True)
        self.bell.setObjectName("notifications")
        self.bell.clicked.connect(self.open_notifications)
        for button in (self.cancel, self.bell):
            button.setProperty("tiny", True)
        self._build()
        theme().changed.connect(self._restyle)
        self._restyle()
        self.render(self._state)

    def render(self, state: StatusState) -> None:  # type: ignore[override]  # a state, no painter
        """Show ``state``."""
        self._state = state
        self._branch.set_text(state.branch, f"Branch {state.branch}", "text")
        changed = count(state.changed_files, "changed file") if state.branch else ""
        self._changed.set_text(changed, "Files that are not committed to your branch")
        self._history.show_state(
            state.history_icon, state.history, state.history_tip, state.history_kind
        )
        progress = state.activity
        self._activity.setVisible(progress is not None)
        known = progress is not None and progress.fraction is not None
        self._bar.setVisible(known)
        self._moving.setVisible(progress is not None and not known)
        self.cancel.setVisible(progress is not None and state.can_cancel)
        if progress is not None:
            detail = f": {progress.detail}" if progress.detail else ""
            self._activity.setText(f"{progress.title}{detail}")
            self._activity.setToolTip(f"{progress.title}\n{progress.detail}".strip())
            self._bar.setValue(round((progress.fraction or 0) * 1000))
        unread = sum(not item.read for item in state.notifications)
        self.bell.set_icon("bell-dot" if unread else "bell")
        self.bell.setAccessibleName(f"Notifications, {unread} new" if unread else "Notifications")

    def open_notifications(self) -> None:
        """Open the list of notifications over the bell."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        if not self._state.notifications:
            menu.addAction("No notifications").setEnabled(False)
        for item in self._state.notifications[:20]:
            menu.addAction(self._entry(item, menu))
        if self._state.notifications:
            menu.addSeparator()
            menu.addAction("Clear all").triggered.connect(self.notifications_cleared)
        corner = self.bell.mapToGlobal(self.bell.rect().topRight())
        size = menu.sizeHint()
        menu.popup(corner - type(corner)(size.width(), size.height()))
        self.notifications_opened.emit()

    def focus_first(self) -> None:
        """Put the focus on the bell."""
        self.bell.setFocus()

    def _entry(self, item: Notification, menu: QMenu) -> QAction:
        time = f"{item.time.astimezone():%H:%M}  " if item.time else ""
        text = f"{time}{item.title}" + (f" – {item.text}" if item.text else "")
        action = QAction(text.replace("&", "&&"), menu)
        action.setIcon(theme().icon(*NOTIFICATION_ICONS[item.kind]))
        action.triggered.connect(
            lambda _=False, identity=item.id: self.notification_chosen.emit(identity)
        )
        return action

    def _build(self) -> None:
        px = theme().px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(8), 0, px(8), 0)
        layout.setSpacing(0)
        for item in (self._branch, self._changed, self._history):
            layout.addWidget(item)
        layout.addStretch(1)
        layout.addWidget(self._activity)
        layout.addSpacing(px(8))
        layout.addWidget(self._bar)
        layout.addWidget(self._moving)
        layout.addWidget(self.cancel)
        layout.addSpacing(px(4))
        layout.addWidget(self.bell)

    def _restyle(self) -> None:
        px = theme().px
        self.setFixedHeight(px(24))
        self._activity.setMaximumWidth(px(_WORDS))
        self._bar.setFixedWidth(px(_BAR))
        self._moving.setFixedWidth(px(_BAR))
