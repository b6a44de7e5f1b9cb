"""Rows of the Jobs panel: an active run, other work, and a run that finished today."""

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from workbench.core.run import RunStatus
from workbench.core.wording import format_duration
from workbench.viewmodels.states import ActivityRow, JobRow
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import ElidedLabel, Label
from workbench.views.kit.progress import MovingBar
from workbench.views.kit.restyle import set_style_property
from workbench.views.kit.status_chip import StatusIcon
from workbench.views.theme.theme import theme


class _Row(QFrame):
    """A row that can be pressed to show its run.

    Signals:
        opened: Id of the run.
        menu_requested: ``(id of the run, place on the screen)``.
    """

    opened = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id
        self.setProperty("job", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint for the hover colour."""
        super().enterEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the run."""
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit(self.run_id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, also with Shift+F10."""
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            place = self.mapToGlobal(self.rect().bottomLeft())
        self.menu_requested.emit(self.run_id, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the run with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.run_id)
            return
        super().keyPressEvent(event)


class ActiveJob(_Row):
    """An active run with its arguments, progress, and Cancel.

    Signals:
        canceled: Id of the run.
    """

    canceled = Signal(str)

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self._icon = StatusIcon(16)
        self._title = ElidedLabel("", "strong")
        self._project = ElidedLabel("", "secondary", "text_3")
        self.cancel = Button("Cancel", small=True)
        self.cancel.setObjectName("cancelJob")
        self.cancel.clicked.connect(lambda: self.canceled.emit(self.run_id))
        self._arguments = ElidedLabel("", "mono", "text_2", Qt.TextElideMode.ElideMiddle)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._left = ElidedLabel("", "secondary", "text_3")
        self._right = Label("", "secondary", "text_3")
        self._build()

    def update_row(self, row: JobRow, now: datetime | None, *, canceling: bool) -> None:
        """Show the present facts."""
        run = row.run
        name = f"#{run.number} {run.script_name}"
        self._icon.render_status(run.status)
        self._title.setText(name)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self.cancel.setAccessibleName(f"Cancel {name}")
        self.cancel.set_disabled_reason("This run is being canceled" if canceling else "")
        self._arguments.setText(run.arguments_text)
        self._arguments.setVisible(bool(run.arguments_text))
        fraction = row.progress.fraction if row.progress else None
        self._bar.setVisible(fraction is not None)
        self._bar.setAccessibleName(f"Progress of {name}")
        if fraction is not None:
            self._bar.setValue(round(fraction * 1000))
        words = "Canceling" if canceling else run.status.label
        if row.progress is not None and row.progress.detail and not canceling:
            words = f"{row.progress.title}, {row.progress.detail}"
        self._left.setText(words)
        duration = run.duration(now) if now is not None else None
        waits = run.status in (RunStatus.PREPARING, RunStatus.QUEUED) or duration is None
        target = run.request.target
        self._right.setText(target if waits else f"{format_duration(duration)} on {target}")
        self.setAccessibleName(f"Run {name}, {words}")

    def _build(self) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._icon)
        head.addWidget(self._title)
        head.addWidget(self._project, 1)
        head.addStretch(0)
        head.addWidget(self.cancel)
        foot = QHBoxLayout()
        foot.addWidget(self._left, 1)
        foot.addWidget(self._right)
        body = QVBoxLayout()
        body.setContentsMargins(px(24), 0, 0, 0)
        body.setSpacing(px(4))
        body.addWidget(self._arguments)
        body.addWidget(self._bar)
        body.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(12), px(12))
        layout.setSpacing(px(2))
        layout.addLayout(head)
        layout.addLayout(body)


class ActivityJob(QFrame):
    """Work that is no run: what it does now, how long it takes, and Cancel.

    Signals:
        canceled: Id of the work.
    """

    canceled = Signal(str)

    def __init__(self, identity: str) -> None:
        super().__init__()
        self.setProperty("job", True)
        self._icon = StatusIcon(16)
        self._icon.render_status(RunStatus.RUNNING)
        self._title = ElidedLabel("", "strong")
        self._project = ElidedLabel("", "secondary", "text_3")
        self.cancel = Button("Cancel", small=True)
        self.cancel.setObjectName("cancelJob")
        self.cancel.clicked.connect(lambda: self.canceled.emit(identity))
        self._moving = MovingBar()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._detail = ElidedLabel("", "secondary", "text_3")
        self._time = Label("", "secondary", "text_3")
        self._build()

    def update_row(self, row: ActivityRow, now: datetime | None) -> None:
        """Show the present facts."""
        title, detail = row.progress.title, row.progress.detail
        self._title.setText(title)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self.cancel.setAccessibleName(f"Cancel {title}")
        self.cancel.set_disabled_reason("This is being canceled" if row.canceling else "")
        fraction = row.progress.fraction
        self._bar.setVisible(fraction is not None)
        self._bar.setAccessibleName(f"Progress of {title}")
        self._moving.setVisible(fraction is None)
        self._bar.setValue(round((fraction or 0) * 1000))
        self._detail.setText("Canceling" if row.canceling else detail)
        seconds = (now - row.started).total_seconds() if now is not None else 0
        self._time.setText(format_duration(max(seconds, 0)))
        self.setAccessibleName(f"{title}, {self._detail.text()}")

    def _build(self) -> None:
        px = theme().px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._icon)
        head.addWidget(self._title)
        head.addWidget(self._project, 1)
        head.addStretch(0)
        head.addWidget(self.cancel)
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self._detail, 1)
        foot.addWidget(self._time)
        body = QVBoxLayout()
        body.setContentsMargins(px(24), 0, 0, 0)
        body.setSpacing(px(4))
        body.addWidget(self._moving)
        body.addWidget(self._bar)
        body.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(12), px(12))
        layout.setSpacing(px(2))
        layout.addLayout(head)
        layout.addLayout(body)


class FinishedJob(_Row):
    """A run that ended today: status, name, time."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self._icon = StatusIcon(16)
        self._title = ElidedLabel("", "body")
        self._project = ElidedLabel("", "secondary", "text_3")
        self._time = Label("", "secondary", "text_3")
        px = theme().px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), 0, px(16), 0)
        layout.setSpacing(px(8))
        layout.addWidget(self._icon)
        layout.addWidget(self._title)
        layout.addWidget(self._project, 1)
        layout.addStretch(0)
        layout.addWidget(self._time)
        self.setFixedHeight(px(32))

    def update_row(self, row: JobRow) -> None:
        """Show the present facts."""
        run = row.run
        name = f"#{run.number} {run.script_name}"
        self._icon.render_status(run.status)
        self._title.setText(name)
        self._project.setText(row.project)
        self._project.setVisible(bool(row.project))
        self._time.setText(f"{run.ended.astimezone():%H:%M}" if run.ended else "")
        self.setAccessibleName(f"Run {name}, {run.status.label}")
        set_style_property(self, "job", True)


class SectionTitle(QWidget):
    """The heading of a section with its number of rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        px = theme().px
        self._count = Label("", "axis", "text_3")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), 0, px(16), 0)
        layout.setSpacing(px(8))
        layout.addWidget(Label(text, "secondary", "text_2"))
        layout.addWidget(self._count)
        layout.addStretch(1)
        self.setFixedHeight(px(32))

    def set_count(self, count: int) -> None:
        """Show the number; hide the section without any."""
        self._count.setText(str(count))
        self.setVisible(count > 0)
