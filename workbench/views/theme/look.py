"""What of the look takes longer to load than its colours: fonts, icons, zoom, the platform."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from workbench.core.appearance import ThemeMode
from workbench.core.resources import resource_path
from workbench.views.theme.icon_engine import ColorOf, TokenIconEngine
from workbench.views.theme.icons import paint_icon
from workbench.views.theme.rescale import rescale

_SANS, _MONO = "Inter", "JetBrains Mono"
_W = QFont.Weight
_FONT_FILES: dict[tuple[str, QFont.Weight], str] = {
    (_SANS, _W.Normal): "Inter-Regular.ttf",
    (_SANS, _W.Medium): "Inter-Medium.ttf",
    (_SANS, _W.DemiBold): "Inter-SemiBold.ttf",
    (_MONO, _W.Normal): "JetBrainsMono-Regular.ttf",
    (_MONO, _W.Medium): "JetBrainsMono-Medium.ttf",
    (_MONO, _W.DemiBold): "JetBrainsMono-SemiBold.ttf",
}
# kind: (family, size, line height, weight)
_FONTS: dict[str, tuple[str, int, int, QFont.Weight]] = {
    "title": (_SANS, 20, 28, _W.DemiBold),
    "section": (_SANS, 14, 20, _W.DemiBold),
    "body": (_SANS, 13, 20, _W.Normal),
    "medium": (_SANS, 13, 20, _W.Medium),
    "strong": (_SANS, 13, 20, _W.DemiBold),
    "secondary": (_SANS, 12, 16, _W.Normal),
    "secondary_medium": (_SANS, 12, 16, _W.Medium),
    "secondary_strong": (_SANS, 12, 16, _W.DemiBold),
    "axis": (_SANS, 11, 16, _W.Normal),
    "axis_medium": (_SANS, 11, 16, _W.Medium),
    "axis_strong": (_SANS, 11, 16, _W.DemiBold),
    "mono": (_MONO, 12, 20, _W.Normal),
    "mono_medium": (_MONO, 12, 20, _W.Medium),
}


class Look:
    """Makes each font, icon and picture once, and speaks with the platform about its scheme."""

    def __init__(self) -> None:
        self._read: set[tuple[str, QFont.Weight]] = set()
        self._fonts: dict[tuple[str, int], QFont] = {}
        self._pictures: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str, str, int], QIcon] = {}
        self._engines: list[TokenIconEngine] = []

    def line_height(self, kind: str) -> int:
        """Return the height of one line of a kind of text, before zoom."""
        return _FONTS[kind][2]

    def font(self, kind: str, zoom: int) -> QFont:
        """Return the font of a kind of text at a zoom in percent; the caller owns it."""
        key = (kind, zoom)
        if key not in self._fonts:
            family, _size, _line, weight = _FONTS[kind]
            self._read_font(family, weight)
            self._fonts[key] = _make_font(kind, zoom)
        return QFont(self._fonts[key])

    def read_all_fonts(self) -> None:
        """Read the font files that nothing needed yet, for weights that a style sheet asks for."""
        for family, weight in _FONT_FILES:
            self._read_font(family, weight)

    def icon(self, name: str, colors: ColorOf, token: str, on_token: str, pad: int) -> QIcon:
        """Return an icon that follows the theme by itself.

        Args:
            name: Name of a shipped icon.
            colors: Returns the present colour of a token.
            token: Its colour; disabled controls show it in ``text_off``.
            on_token: Its colour when the control is checked; empty for the same.
            pad: Free pixels at the right of the picture.
        """
        key = (name, token, on_token, pad)
        if key not in self._icons:
            engine = TokenIconEngine(name, colors, token, on_token, pad)
            # The QIcon owns the C++ engine; its Python half has to live as long.
            self._engines.append(engine)
            self._icons[key] = QIcon(engine)
        return self._icons[key]

    def picture(self, name: str, color: str, side: int, ratio: float) -> QPixmap:
        """Return a picture of an icon for painting.

        Args:
            name: Name of a shipped icon.
            color: Its colour as ``#RRGGBB``.
            side: Width and height in logical pixels.
            ratio: Device pixels per logical pixel.
        """
        key = (name, color, side, ratio)
        if key not in self._pictures:
            self._pictures[key] = _make_picture(*key)
        return self._pictures[key]

    def rescale(self, window: QWidget, factor: float) -> None:
        """Multiply the sizes of everything in a window by ``factor``; the window's own stay."""
        rescale(window, factor)

    def system_is_dark(self) -> bool:
        """Whether the system shows its windows in dark colours."""
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def tell_platform(self, mode: ThemeMode) -> None:
        """Let native parts (title bar, file dialogs) follow where the platform can."""
        hints = QGuiApplication.styleHints()
        if mode is ThemeMode.SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = mode is ThemeMode.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _read_font(self, family: str, weight: QFont.Weight) -> None:
        if (family, weight) not in self._read:
            self._read.add((family, weight))
            file = resource_path("fonts", _FONT_FILES[family, weight])
            QFontDatabase.addApplicationFont(str(file))


def _make_font(kind: str, zoom: int) -> QFont:
    family, size, _line, weight = _FONTS[kind]
    font = QFont()
    font.setFamilies([family, "monospace" if family == _MONO else "sans-serif"])
    font.setPixelSize(max(1, round(size * zoom / 100)))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if family == _MONO:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)
    else:
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setFeature(QFont.Tag("cv05"), 1)
    if kind == "title":
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, -0.2)
    return font


def _make_picture(name: str, color: str, side: int, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(side, side) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        paint_icon(painter, QRectF(0, 0, side, side), name, QColor(color))
    finally:
        # A pixmap that goes away while it is painted on ends the process.
        painter.end()
    return picture
