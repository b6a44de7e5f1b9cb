"""The cards of the New project dialog from which a template is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from workbench.core.project import Template
from workbench.views.theme.theme import theme

_HEIGHT = 104
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -2,
    Qt.Key.Key_Down: 2,
}


class TemplateCard(QAbstractButton):
    """One template: icon, name, two lines; a check mark when it is chosen."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.setText(template.title)
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.summary)
        self.setCheckable(True)
        self._take_tab(chosen=False)
        self.toggled.connect(lambda on: self._take_tab(chosen=on))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _take_tab(self, *, chosen: bool) -> None:
        """Be the one of its cards that Tab stops at, if it is the chosen one."""
        policy = Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)

    def sizeHint(self) -> QSize:
        """Return the size of a card."""
        return QSize(theme().px(162), theme().px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        width = 2.0 if chosen or self.hasFocus() else 1.0
        outline = "focus" if self.hasFocus() else "accent" if chosen else "line_2"
        painter.setPen(QPen(look.color(outline), width))
        ground = "accent_soft" if chosen else "hover" if self.underMouse() else "surface"
        painter.setBrush(look.color(ground))
        half = width / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, look.px(8), look.px(8))
        ratio, edge = self.devicePixelRatioF(), look.px(13)
        tone = "accent_text" if chosen else "text_2"
        icon = look.pixmap(self.template.icon or "file", tone, 20, ratio)
        painter.drawPixmap(edge, edge, icon)
        if chosen:
            check = look.pixmap("circle-check", "accent_text", 16, ratio)
            painter.drawPixmap(self.width() - look.px(28), edge, check)
        room = self.width() - 2 * edge
        painter.setFont(look.font("medium"))
        painter.setPen(look.color("text"))
        title = QRect(edge, look.px(41), room, look.px(20))
        painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setFont(look.font("secondary"))
        painter.setPen(look.color("text_2"))
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        lines = QRect(edge, look.px(61), room, look.px(36))
        painter.drawText(lines, flags, self.template.summary)
        painter.end()


class TemplateCards(QWidget):
    """Cards in two columns; the arrow keys move the choice.

    Signals:
        chosen: Id of the template that is chosen now.
    """

    chosen = Signal(str)

    def __init__(self, templates: Sequence[Template], current: str) -> None:
        super().__init__()
        self.setObjectName("template")
        self.setAccessibleName("Template")
        self._cards = [TemplateCard(template) for template in templates]
        group = QButtonGroup(self)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().px(12))
        for index, card in enumerate(self._cards):
            group.addButton(card)
            card.installEventFilter(self)
            card.clicked.connect(lambda _=False, name=card.template.id: self.chosen.emit(name))
            layout.addWidget(card, index // 2, index % 2)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(1, 1)
        wanted = [card for card in self._cards if card.template.id == current]
        (wanted or self._cards)[0].setChecked(True)

    @property
    def current(self) -> Template:
        """The chosen template."""
        return next(card.template for card in self._cards if card.isChecked())

    def card(self, template: str) -> TemplateCard:
        """Return the card of a template."""
        return next(card for card in self._cards if card.template.id == template)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the choice with the arrow keys."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()), 0)
            if step and isinstance(watched, TemplateCard):
                index = self._cards.index(watched) + step
                if 0 <= index < len(self._cards):
                    self._cards[index].setFocus(Qt.FocusReason.OtherFocusReason)
                    self._cards[index].click()
                return True
        return super().eventFilter(watched, event)
