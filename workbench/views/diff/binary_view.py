"""Two versions of a file that is not shown as text: their sizes, and pictures as pictures."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from workbench.core.text_diff import BinaryDiff
from workbench.core.wording import format_size
from workbench.views.kit.card import Card
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme

# Decoding more than this would stop the window for a moment.
_MAX_PIXELS = 12_000_000


def read_image(data: bytes | None) -> QImage | None:
    """Decode a picture of moderate size; ``None`` if the bytes are none."""
    if not data:
        return None
    content = QByteArray(data)
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not reader.canRead() or size.width() * size.height() > _MAX_PIXELS:
        return None
    image = reader.read()
    return None if image.isNull() else image


class _Picture(QLabel):
    """A picture, made smaller if needed, never larger."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._image: QImage | None = None

    def show_image(self, image: QImage | None, name: str) -> None:
        """Show ``image``, nothing for ``None``."""
        self._image = image
        self.setAccessibleName(name if image else "")
        self.setVisible(image is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image is None:
            self.clear()
            return
        room = self.size()
        size: QSize = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        smooth = Qt.TransformationMode.SmoothTransformation
        keep = Qt.AspectRatioMode.KeepAspectRatio
        self.setPixmap(QPixmap.fromImage(self._image.scaled(size, keep, smooth)))


class _Side(QWidget):
    """One version."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", "secondary", "text_3")
        self._size = Label("", "body")
        self._picture = _Picture()
        card = Card()
        card.body.addWidget(self._title)
        card.body.addWidget(self._size)
        card.body.addWidget(self._picture, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)

    @property
    def words(self) -> str:
        """What is said about this version."""
        return self._size.text()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._picture.isHidden()

    def show_version(self, title: str, size: int | None, data: bytes | None) -> None:
        image = read_image(data)
        words = "Not there" if size is None else format_size(size)
        if size is not None and size >= 1000:
            words += f" ({size:,} bytes)"
        if image is not None:
            words += f", {image.width()} × {image.height()} pixels"
        self._title.setText(title)
        self._size.setText(words)
        self._picture.show_image(image, f"Picture: {title}")


class BinaryView(QWidget):
    """Sizes of both versions side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme().px
        self._words = Label("", "body", "text_2", wrap=True)
        self.left = _Side()
        self.right = _Side()
        sides = QHBoxLayout()
        sides.setSpacing(px(16))
        sides.addWidget(self.left, 1)
        sides.addWidget(self.right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(self._words)
        layout.addLayout(sides)
        layout.addStretch(1)
        self._layout = layout
        self._sides = sides

    @property
    def words(self) -> str:
        """Why no lines are shown."""
        return self._words.text()

    def show_versions(self, content: BinaryDiff, left: str, right: str) -> None:
        """Show both versions under their titles."""
        self.left.show_version(left, content.left_size, content.left)
        self.right.show_version(right, content.right_size, content.right)
        pictures = self.left.has_picture or self.right.has_picture
        if content.problem:
            words = content.problem
        elif content.too_large:
            words = "This file is too large to be compared line by line."
        else:
            words = "" if pictures else "This is not a text file, so only its size is shown."
        self._words.setText(words)
        self._words.setVisible(bool(words))
        # Pictures take all the room there is; sizes alone stay at the top.
        self._layout.setStretchFactor(self._sides, 1 if pictures else 0)
        self._layout.setStretch(2, 0 if pictures else 1)
