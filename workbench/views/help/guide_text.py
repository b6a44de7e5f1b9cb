"""Shows a topic of the guide: Markdown in the fonts and colours of the window."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFont,
    QImageReader,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFragment,
    QTextImageFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser

from workbench.viewmodels.help_topics import Topic
from workbench.views.theme.theme import theme

_WIDTH, _MARGIN, _LEAST_PICTURE = 720, 32, 160
_HEADINGS = {1: "title", 2: "section", 3: "strong"}


class GuideText(QTextBrowser):
    """Read-only text with links to other topics.

    Args:
        folder: Where its pictures are.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setObjectName("guideText")
        self.setAccessibleName("Guide")
        self.setOpenLinks(False)
        self.setProperty("bare", True)
        self.setSearchPaths([str(folder)])
        self._folder = folder
        self._topic: Topic | None = None
        self._pictures_fit = 0
        theme().changed.connect(self._restyle)

    def show_topic(self, topic: Topic, section: str = "") -> None:
        """Show a topic from its top, or from a section on."""
        if topic != self._topic:
            self._topic = topic
            self._render()
        self.verticalScrollBar().setValue(self._place_of(section))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to read, and pictures inside the window."""
        super().resizeEvent(event)
        self._fit()
        if self._picture_room() != self._pictures_fit:
            self._fit_pictures()

    def _picture_room(self) -> int:
        px = theme().px
        return max(px(_LEAST_PICTURE), min(px(_WIDTH), self.viewport().width() - 2 * px(_MARGIN)))

    def _fit_pictures(self) -> None:
        self._pictures_fit = self._picture_room()
        block = self.document().begin()
        while block.isValid():
            for piece in _pieces(block):
                if piece.charFormat().isImageFormat():
                    self._style_pieces(block, [piece])
            block = block.next()

    def _fit(self) -> None:
        margin = theme().px(_MARGIN)
        frame = self.document().rootFrame()
        form = frame.frameFormat()
        form.setMargin(margin)
        form.setRightMargin(max(margin, self.viewport().width() - margin - theme().px(_WIDTH)))
        frame.setFrameFormat(form)

    def _place_of(self, section: str) -> int:
        block = self.document().begin()
        while section and block.isValid():
            if block.blockFormat().headingLevel() == 2 and block.text() == section.replace("`", ""):
                place = self.document().documentLayout().blockBoundingRect(block).top()
                return round(place) - theme().px(8)
            block = block.next()
        return 0

    def _restyle(self) -> None:
        place = self.verticalScrollBar().value()
        self._render()
        self.verticalScrollBar().setValue(place)

    def _render(self) -> None:
        if self._topic is None:
            return
        document = self.document()
        document.setDefaultFont(theme().font("body"))
        document.setBaseUrl(QUrl.fromLocalFile(f"{self._folder}/"))
        document.setMarkdown(self._topic.text)
        document.setDocumentMargin(0)
        self._fit()
        self._pictures_fit = self._picture_room()
        block = document.begin()
        while block.isValid():
            self._style(block)
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _style_table(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _style(self, block: QTextBlock) -> None:
        look = theme()
        cursor = QTextCursor(block)
        level = block.blockFormat().headingLevel()
        form = QTextBlockFormat()
        form.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(look.px(24 if level == 2 else 0 if level else 4))
        form.setBottomMargin(look.px(8 if level else 6))
        if block.blockFormat().hasProperty(QTextBlockFormat.Property.BlockCodeFence):
            form.setBackground(look.color("sunken"))
            form.setLeftMargin(look.px(8))
        cursor.mergeBlockFormat(form)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            words = QTextCharFormat()
            words.setFont(look.font(_HEADINGS.get(level, "strong")))
            cursor.mergeCharFormat(words)
            return
        # All of them before any is styled: that makes new ones.
        self._style_pieces(block, _pieces(block))

    def _style_pieces(self, block: QTextBlock, pieces: list[QTextFragment]) -> None:
        for piece in pieces:
            part = QTextCursor(block)
            part.setPosition(piece.position())
            keep = QTextCursor.MoveMode.KeepAnchor
            part.setPosition(piece.position() + piece.length(), keep)
            _style_piece(part, piece.charFormat(), self._folder, self._pictures_fit)


def _pieces(block: QTextBlock) -> list[QTextFragment]:
    """Return the runs of letters with one format."""
    found = []
    place = block.begin()
    while not place.atEnd():
        found.append(place.fragment())
        place += 1
    return found


def _style_piece(cursor: QTextCursor, form: QTextCharFormat, folder: Path, room: int) -> None:
    look = theme()
    if form.isImageFormat():
        image = form.toImageFormat()
        size = QImageReader(str(folder / image.name())).size()
        width = min(room, size.width())
        wanted = QTextImageFormat()
        wanted.setName(image.name())
        wanted.setWidth(width)
        wanted.setHeight(width * size.height() / max(1, size.width()))
        cursor.mergeCharFormat(wanted)
        return
    words = QTextCharFormat()
    if form.fontFixedPitch():
        words.setFont(look.font("mono"))
        words.setBackground(look.color("sunken"))
    elif form.fontWeight() >= QFont.Weight.Bold:
        words.setFont(look.font("strong"))
    if form.isAnchor():
        words.setForeground(look.color("accent_text"))
    cursor.mergeCharFormat(words)


def _style_table(table: QTextTable) -> None:
    look = theme()
    form = table.format()
    form.setBorder(1)
    form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(look.color("line_2"))
    form.setBorderCollapse(True)
    form.setCellPadding(look.px(6))
    form.setCellSpacing(0)
    form.setTopMargin(look.px(8))
    form.setBottomMargin(look.px(8))
    form.setWidth(QTextLength(QTextLength.Type.FixedLength, look.px(_WIDTH)))
    first = 100 // table.columns()
    form.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, first)] * table.columns()
    )
    table.setFormat(form)
