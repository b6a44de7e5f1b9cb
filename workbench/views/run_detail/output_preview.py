"""The content of an output file: a picture, a text or a table."""

import csv
import io
import json

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QWidget,
)

from workbench.core.run import Output
from workbench.core.wording import format_size
from workbench.viewmodels.outputs_model import OutputKind, has_preview, output_kind
from workbench.viewmodels.text_table import TextTableModel
from workbench.views.kit.empty_state import EmptyState
from workbench.views.theme.theme import theme

_MOST_PIXELS = 40_000_000
_MOST_ROWS, _MOST_COLUMNS, _MOST_CELL = 1_000, 60, 500
_MOST_JSON = 500_000
_MARGIN = 32


class OutputPreview(QStackedWidget):
    """Shows what it can, and says what it can't.

    Args:
        can_open: Whether a file that is not shown can be opened with the system from here.
    """

    def __init__(self, *, can_open: bool = True) -> None:
        super().__init__()
        self._can_open = can_open
        self.setObjectName("outputPreview")
        self.blank = QWidget()
        self.picture = PictureView()
        self.text = QPlainTextEdit()
        self.model = TextTableModel()
        self.table = QTableView()
        self.nothing = EmptyState("file-box", "No preview", "", "Open", "external-link")
        self._set_up()
        for widget in (self.blank, self.picture, self.text, self.table, self.nothing):
            self.addWidget(widget)

    @property
    def can_copy(self) -> bool:
        """Whether the content can go into the clipboard."""
        return self.currentWidget() in (self.picture, self.text, self.table)

    @property
    def size_text(self) -> str:
        """The size of a picture, or of the table; empty for anything else."""
        shown = self.currentWidget()
        if shown is self.picture:
            size = self.picture.image.size()
            return f"{size.width():,} × {size.height():,}"
        return self.model.size_text if shown is self.table else ""

    def clear(self, output: Output | None) -> None:
        """Show nothing while the content is read; say at once if there will be none."""
        self.setAccessibleName(f"Preview of {output.path}" if output else "Preview")
        self.setCurrentWidget(self.blank)
        if output is not None and not has_preview(output):
            self._show_nothing(output)

    def show_content(self, output: Output, data: bytes) -> None:
        """Show the content of a file."""
        kind = output_kind(output.path)
        if not has_preview(output):
            self._show_nothing(output)
        elif kind is OutputKind.IMAGE:
            image = read_image(data)
            if image.isNull():
                self._show_nothing(output)
            else:
                self.picture.set_image(image)
                self.setCurrentWidget(self.picture)
        elif kind is OutputKind.TABLE:
            self.model.set_rows(*read_table(output.path, data))
            self.setCurrentWidget(self.table)
        else:
            self.text.setPlainText(read_text(output.path, data))
            self.setCurrentWidget(self.text)

    def show_words(self, title: str, text: str) -> None:
        """Say why there is no content."""
        self.nothing.set_text(title, text)
        self.nothing.set_action("")
        self.setCurrentWidget(self.nothing)

    def _show_nothing(self, output: Output) -> None:
        hint = " Open or save the file." if self._can_open else ""
        self.nothing.set_text("No preview", f"{format_size(output.size)}.{hint}")
        self.nothing.set_action("Open" if self._can_open else "")
        self.setCurrentWidget(self.nothing)

    def _set_up(self) -> None:
        self.text.setReadOnly(True)
        self.text.setProperty("bare", True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Text of the file")
        self.text.document().setDocumentMargin(theme().px(12))
        self.table.setModel(self.model)
        self.table.setAccessibleName("Table of the file")
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.table.horizontalHeader().setHighlightSections(False)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.text.setFont(theme().font("mono"))
        self.table.setFont(theme().font("secondary"))
        self.table.verticalHeader().setDefaultSectionSize(theme().px(28))
        self.table.horizontalHeader().setDefaultSectionSize(theme().px(120))


class PictureView(QScrollArea):
    """A picture, fitted into the view or in its own size."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._fit = True
        self._canvas = _Canvas()
        self.setWidget(self._canvas)
        self.setWidgetResizable(False)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Picture")

    def set_image(self, image: QImage) -> None:
        """Show a picture."""
        self.image = image
        self._canvas.pixmap = QPixmap.fromImage(image)
        self._place()

    def set_fit(self, *, on: bool) -> None:
        """Fit the picture into the view, or show it pixel by pixel."""
        self._fit = on
        self._place()

    @property
    def shown_size(self) -> QSize:
        """Size in which the picture is drawn."""
        return self._canvas.size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture again."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if self.image.isNull():
            return
        size = self.image.size()
        if self._fit:
            edge = 2 * theme().px(_MARGIN)
            room = self.viewport().size() - QSize(edge, edge)
            if size.width() > room.width() or size.height() > room.height():
                size = size.scaled(
                    room.expandedTo(QSize(16, 16)), Qt.AspectRatioMode.KeepAspectRatio
                )
        self._canvas.resize(size.expandedTo(QSize(1, 1)))
        self._canvas.update()


class _Canvas(QWidget):
    """Draws the picture on the ground for pictures, so that transparent ones can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.pixmap = QPixmap()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture in the size of the widget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme().color("img_bg"))
        painter.drawPixmap(self.rect(), self.pixmap)
        painter.end()


def read_image(data: bytes) -> QImage:
    """Return a picture; a null one if this is none, or one that would fill the memory."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _MOST_PIXELS:
        return QImage()
    return reader.read()


def read_text(path: str, data: bytes) -> str:
    """Return the text of a file; JSON on one line is laid out."""
    text = data.decode("utf-8", "replace")
    if path.lower().endswith(".json") and len(text) <= _MOST_JSON and text.count("\n") <= 1:
        try:
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return text
    return text


def read_table(path: str, data: bytes) -> tuple[list[str], list[list[str]]]:
    """Return the header and the first rows of a table of texts."""
    text = data.decode("utf-8-sig", "replace").replace("\0", "�")
    separator = "\t" if path.lower().endswith(".tsv") else ","
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([cell[:_MOST_CELL] for cell in row[:_MOST_COLUMNS]])
            if len(rows) > _MOST_ROWS:
                break
    except csv.Error:
        rows = [[line[:_MOST_CELL]] for line in text.splitlines()[: _MOST_ROWS + 1]]
    width = max((len(row) for row in rows), default=0)
    header = rows[0] + [""] * (width - len(rows[0])) if rows else []
    return header, rows[1:]
