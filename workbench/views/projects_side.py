"""The right side of the Projects page: templates, and what happened lately."""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.metric import format_metric
from workbench.core.project import Template
from workbench.core.run import RunStatus
from workbench.core.wording import format_moment
from workbench.viewmodels.project_table import Activity, recent_activity
from workbench.viewmodels.states import ProjectsState
from workbench.views.kit.buttons import Button
from workbench.views.kit.card import Panel
from workbench.views.kit.label import ElidedLabel, Label, Rule
from workbench.views.kit.status_chip import StatusIcon
from workbench.views.theme.theme import theme

_WIDTH, _MOST, _MOST_TEMPLATES = 304, 7, 4
_WORDS = {
    RunStatus.PREPARING: "saves its snapshot",
    RunStatus.QUEUED: "waits",
    RunStatus.RUNNING: "is running",
    RunStatus.COMPLETED: "completed",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELED: "was canceled",
    RunStatus.INTERRUPTED: "was interrupted",
    RunStatus.IMPORTED: "was imported",
}


class TemplateButton(QAbstractButton):
    """A template: icon, name, one line."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.setText(template.title)
        self.setAccessibleName(f"New project from {template.title}")
        self.setToolTip(template.note)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the size of an entry."""
        return QSize(theme().px(200), theme().px(48))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tile, name and line."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(look.color("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(look.color("hover") if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, look.px(6), look.px(6))
        side, top = look.px(32), (self.height() - look.px(32)) / 2
        tile = QRectF(look.px(8), top, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(look.color("line_2"))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(tile, look.px(6), look.px(6))
        ratio = self.devicePixelRatioF()
        icon = look.pixmap(self.template.icon or "file", "text_2", 16, ratio)
        inset = look.px(8)
        painter.drawPixmap(look.px(8) + inset, round(top) + inset, icon)
        left, width = look.px(52), self.width() - look.px(60)
        painter.setFont(look.font("medium"))
        painter.setPen(look.color("text"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(left, look.px(5), width, look.px(20), middle, self.text())
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_3"))
        line = painter.fontMetrics().elidedText(
            self.template.summary, Qt.TextElideMode.ElideRight, width
        )
        painter.drawText(left, look.px(24), width, look.px(18), middle, line)
        painter.end()


class _ActivityRow(QWidget):
    """One thing that happened."""

    def __init__(self, item: Activity, now: datetime) -> None:
        super().__init__()
        px = theme().px
        run = item.run
        icon = StatusIcon(16)
        icon.render_status(run.status)
        title = ElidedLabel(f"#{run.number} {run.script_name} {_WORDS[run.status]}")
        text = item.project
        if run.message and run.status is RunStatus.FAILED:
            text = f"{text}, {run.message}"
        elif run.metrics:
            name, value = run.metrics[-1]
            text = f"{text}, {name} {format_metric(value)}"
        local = item.time.astimezone(now.tzinfo)
        same_day = local.date() == now.date()
        moment = f"{local:%H:%M}" if same_day else format_moment(local, now).partition(" ")[0]
        if not same_day and moment.isdigit():
            moment = format_moment(local, now)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(ElidedLabel(text, "secondary", "text_3"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        top = Qt.AlignmentFlag.AlignTop
        time = Label(moment, "secondary", "text_2")
        time.setFixedHeight(theme().line_height("body"))
        icon.setFixedHeight(theme().line_height("body"))
        layout.addWidget(icon, 0, top)
        layout.addLayout(words, 1)
        layout.addWidget(time, 0, top)


class ProjectsSide(Panel):
    """Templates to start from, and the newest runs of all projects.

    Signals:
        template_chosen: Id of a template.
        all_requested: The user wants to see all templates.
    """

    template_chosen = Signal(str)
    all_requested = Signal()

    def __init__(self) -> None:
        super().__init__("sunken", "left")
        px = theme().px
        self.setFixedWidth(px(_WIDTH))
        self._templates = QVBoxLayout()
        self._templates.setSpacing(0)
        self._activity = QVBoxLayout()
        self._activity.setSpacing(px(12))
        self._nothing = Label("Nothing happened yet", "secondary", "text_3")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), px(20), px(8), px(16))
        layout.setSpacing(px(8))
        self.all_templates = Button("", kind="link")
        self.all_templates.setObjectName("allTemplates")
        self.all_templates.clicked.connect(self.all_requested)
        templates = _indent(Label("Start from a template", "section"))
        templates.addStretch(1)
        templates.addWidget(self.all_templates)
        layout.addLayout(templates)
        layout.addLayout(self._templates)
        layout.addSpacing(px(4))
        layout.addWidget(Rule())
        layout.addSpacing(px(4))
        layout.addLayout(_indent(Label("Activity", "section")))
        layout.addLayout(_indent(self._nothing))
        inner = QHBoxLayout()
        inner.setContentsMargins(px(8), px(4), px(8), 0)
        inner.addLayout(self._activity)
        layout.addLayout(inner)
        layout.addStretch(1)
        self._shown: tuple[object, ...] = ()
        self._buttons: list[TemplateButton] = []

    def show_state(self, state: ProjectsState) -> None:
        """Show the templates and the newest runs of ``state``."""
        number = len(state.templates)
        self.all_templates.set_text(f"All {number}")
        self.all_templates.setAccessibleName(f"All {number} templates")
        self.all_templates.setVisible(bool(number))
        first = state.templates[:_MOST_TEMPLATES]
        if tuple(button.template for button in self._buttons) != first:
            _clear(self._templates)
            self._buttons = [TemplateButton(template) for template in first]
            for button in self._buttons:
                button.clicked.connect(
                    lambda _=False, name=button.template.id: self.template_chosen.emit(name)
                )
                self._templates.addWidget(button)
        activity = recent_activity(state.rows, _MOST)
        shown = (*activity, state.now.date() if state.now else None)
        if shown == self._shown or state.now is None:
            return
        self._shown = shown
        _clear(self._activity)
        for item in activity:
            self._activity.addWidget(_ActivityRow(item, state.now))
        self._nothing.setVisible(not activity)

    @property
    def buttons(self) -> list[TemplateButton]:
        """One button for each of the first templates."""
        return list(self._buttons)


def _indent(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(theme().px(8), 0, theme().px(8), 0)
    row.addWidget(widget)
    return row


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
