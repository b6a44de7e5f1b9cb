"""The user guide: contents that can be searched at the left, the text at the right."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from workbench.core.resources import resource_path
from workbench.viewmodels.help_topics import Entry, contents, read_topics, topic_id
from workbench.views.help.guide_text import GuideText
from workbench.views.help.shortcuts import shortcuts_topic
from workbench.views.kit.card import Panel
from workbench.views.kit.fields import SearchField
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers, Page
from workbench.views.theme.theme import theme

_CONTENTS, _ROW = 280, 32
_ENTRY = Qt.ItemDataRole.UserRole
FIRST, SHORTCUTS = "first-steps", "shortcuts"


class HelpPage(Page):
    """The guide.

    Signals:
        back_requested: Back to where the user came from.
    """

    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("helpPage")
        folder = resource_path("help")
        self._topics = {topic.id: topic for topic in [*read_topics(folder), shortcuts_topic()]}
        self.search = SearchField("Search the guide", "Search the guide")
        self.search.line.setObjectName("guideSearch")
        self.list = QListWidget()
        self.list.setObjectName("guideContents")
        self.list.setAccessibleName("Contents of the guide")
        self.text = GuideText(folder)
        self._build()
        self._connect()
        self._fill("")
        self.setFocusProxy(self.list)
        self.show_topic(FIRST)

    def offers(self) -> Offers:
        """Return what can be done now, by the id of the command."""
        return {"back": Offer(self.back_requested.emit), "find": Offer(self._focus_search)}

    def show_topic(self, identity: str, section: str = "") -> None:
        """Show a topic, and choose it in the contents."""
        for row in range(self.list.count()):
            entry: Entry = self.list.item(row).data(_ENTRY)
            if (entry.topic, entry.section) == (identity, section):
                self.list.setCurrentRow(row)
                return
        self.text.show_topic(self._topics[identity], section)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search into the contents with the down key or Enter."""
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in keys:
            self._fill(self.search.text())
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _focus_search(self) -> None:
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def _fill(self, words: str) -> None:
        """List what holds the words; what is shown stays chosen if it does."""
        row = self.list.currentRow()
        shown = self.list.item(row).data(_ENTRY) if row >= 0 else None
        self.list.blockSignals(True)
        self.list.clear()
        for entry in contents(list(self._topics.values()), words):
            title = entry.title.replace("`", "")
            # A section stands below its topic.
            item = QListWidgetItem(f"    {title}" if entry.section else title)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, title)
            self.list.addItem(item)
            if entry == shown:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._none.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))
        self._restyle()
        if words and self.list.count() and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def _on_row(self, row: int) -> None:
        if row >= 0:
            entry: Entry = self.list.item(row).data(_ENTRY)
            self.text.show_topic(self._topics[entry.topic], entry.section)

    def _follow(self, link: QUrl) -> None:
        """Follow a link to another topic; the guide has no others."""
        identity = topic_id(link.fileName().removesuffix(".md"))
        if identity in self._topics:
            self.show_topic(identity)

    def _restyle(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            entry: Entry = item.data(_ENTRY)
            item.setFont(theme().font("body" if entry.section else "strong"))
            item.setSizeHint(QSize(0, theme().px(_ROW)))

    def _connect(self) -> None:
        self.search.searched.connect(self._fill)
        self.search.line.installEventFilter(self)
        self.list.currentRowChanged.connect(self._on_row)
        self.text.anchorClicked.connect(self._follow)
        theme().changed.connect(self._restyle)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._step_back)

    def _step_back(self) -> None:
        if self.search.text():
            self.search.line.clear()
        else:
            self.back_requested.emit()

    def _build(self) -> None:
        px = theme().px
        side = Panel("sunken", "right")
        side.setFixedWidth(px(_CONTENTS))
        self._none = Label("Nothing in the guide has these words", "body", "text_2", wrap=True)
        column = QVBoxLayout(side)
        column.setContentsMargins(px(16), px(16), px(16), px(16))
        column.setSpacing(px(12))
        column.addWidget(Label("Help", "title"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._none)
        column.addStretch(0)
        area = Panel("surface")
        inner = QVBoxLayout(area)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(area, 1)
