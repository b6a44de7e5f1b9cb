"""The look of the application: one object that knows the scheme, the zoom, fonts and icons."""

from functools import cache, lru_cache

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from workbench.core.settings import MAX_ZOOM, MIN_ZOOM, ThemeMode
from workbench.views.theme.files import resource_path
from workbench.views.theme.icons import TokenIconEngine, paint_icon
from workbench.views.theme.palette import palette_of
from workbench.views.theme.qss import style_sheet
from workbench.views.theme.rescale import rescale
from workbench.views.theme.tokens import DARK, LIGHT, Tokens

ZOOM_MIN, ZOOM_MAX, ZOOM_STEP = round(MIN_ZOOM * 100), round(MAX_ZOOM * 100), 10
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


class Theme(QObject):
    """Scheme, zoom, colours, fonts and icons. Widgets repaint themselves on ``changed``."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode = ThemeMode.SYSTEM
        self._zoom = 100
        self._dark = False
        self._application: QApplication | None = None
        self._icons: dict[tuple[str, str, str, int], QIcon] = {}
        self._engines: list[TokenIconEngine] = []
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def apply(self) -> None:
        """Style the running application; from then on follow the system's scheme."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.install(application)

    def install(self, application: QApplication) -> None:
        """Style ``application``; a second call does nothing.

        A font file is read when a text first needs it; :meth:`load_fonts` reads the others.
        """
        if self._application is application:
            return
        self._application = application
        application.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_scheme)
        self._dark = self._wants_dark()
        self._apply()

    def load_fonts(self) -> None:
        """Read the font files that no text needed yet, for weights that a style sheet asks for."""
        for family, weight in _FONT_FILES:
            _load_font(family, weight)

    @property
    def mode(self) -> ThemeMode:
        """What the user chose."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark scheme is shown now."""
        return self._dark

    @property
    def tokens(self) -> Tokens:
        """The colours shown now."""
        return DARK if self._dark else LIGHT

    @property
    def zoom(self) -> int:
        """Size of everything in percent."""
        return self._zoom

    def set_mode(self, mode: ThemeMode) -> None:
        """Choose a scheme, or follow the system."""
        self._mode = mode
        if self._application is not None:
            _tell_platform(mode)
        dark = self._wants_dark()
        if dark != self._dark:
            self._dark = dark
            self._apply()

    def set_zoom(self, percent: int) -> None:
        """Scale everything; values outside 80 to 200 % are brought into that range."""
        percent = max(ZOOM_MIN, min(ZOOM_MAX, percent))
        if percent == self._zoom:
            return
        factor = percent / self._zoom
        self._zoom = percent
        for window in QApplication.topLevelWidgets() if self._application is not None else ():
            rescale(window, factor)
        self._apply()

    def px(self, pixels: float) -> int:
        """Return a length of the design at the present zoom."""
        return round(pixels * self._zoom / 100)

    def color(self, name: str) -> QColor:
        """Return the colour of a token, for example ``"text_2"``."""
        return QColor(getattr(self.tokens, name.replace("-", "_")))

    def font(self, kind: str = "body") -> QFont:
        """Return the font of a kind of text; the caller owns it."""
        return QFont(_font(kind, self._zoom))

    def line_height(self, kind: str = "body") -> int:
        """Return the height of one line of a kind of text in pixels."""
        return self.px(_FONTS[kind][2])

    def icon(
        self,
        name: str,
        token: str = "text_2",  # noqa: S107 - a colour, no secret
        size: int = 16,
        *,
        on_token: str = "",
        pad: int = 0,
    ) -> QIcon:
        """Return an icon that follows the theme by itself, also after a change.

        Args:
            name: Name of a Lucide icon in ``resources/icons``.
            token: Its colour; disabled controls show it in ``text_off``.
            size: Ignored by the drawing (an icon has any size), accepted for readable calls.
            on_token: Its colour when the control is checked.
            pad: Free pixels at the right of the picture.
        """
        del size
        key = (name, token, on_token, pad)
        if key not in self._icons:
            engine = TokenIconEngine(name, self.color, token, on_token, pad)
            # The QIcon owns the C++ engine; its Python half has to live as long.
            self._engines.append(engine)
            self._icons[key] = QIcon(engine)
        return self._icons[key]

    def pixmap(
        self,
        name: str,
        token: str = "text_2",  # noqa: S107 - a colour, no secret
        size: int = 16,
        ratio: float = 1.0,
    ) -> QPixmap:
        """Return a picture of an icon for painting: ``size`` logical pixels, before zoom."""
        key = (name, token, self.px(size), ratio)
        found = self._pixmaps.get(key)
        if found is None:
            side = self.px(size)
            found = QPixmap(QSize(side, side) * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            try:
                paint_icon(painter, QRectF(0, 0, side, side), name, self.color(token))
            finally:
                # A pixmap that goes away while it is painted on ends the process.
                painter.end()
            self._pixmaps[key] = found
        return found

    def _wants_dark(self) -> bool:
        if self._mode is ThemeMode.SYSTEM:
            scheme = QGuiApplication.styleHints().colorScheme()
            return scheme == Qt.ColorScheme.Dark
        return self._mode is ThemeMode.DARK

    def _on_system_scheme(self) -> None:
        if self._mode is ThemeMode.SYSTEM and self._wants_dark() != self._dark:
            self._dark = not self._dark
            self._apply()

    def _apply(self) -> None:
        self._pixmaps.clear()
        if self._application is not None:
            self._application.setPalette(palette_of(self.tokens))
            self._application.setFont(self.font("body"))
            self._application.setStyleSheet(style_sheet(self.tokens, self.px))
        self.changed.emit()


def _tell_platform(mode: ThemeMode) -> None:
    """Let native parts (title bar, file dialogs) follow where the platform can."""
    hints = QGuiApplication.styleHints()
    if mode is ThemeMode.SYSTEM:
        hints.unsetColorScheme()
    else:
        dark = mode is ThemeMode.DARK
        hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)


@cache
def _load_font(family: str, weight: QFont.Weight) -> None:
    file = resource_path("fonts", _FONT_FILES[family, weight])
    QFontDatabase.addApplicationFont(str(file))


@lru_cache(maxsize=128)
def _font(kind: str, zoom: int) -> QFont:
    family, size, _line, weight = _FONTS[kind]
    _load_font(family, weight)
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


@lru_cache(maxsize=1)
def theme() -> Theme:
    """Return the application's theme; it does nothing until installed."""
    return Theme()
