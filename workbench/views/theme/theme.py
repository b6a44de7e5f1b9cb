"""The look of the application: one object that knows the scheme, the zoom, fonts and icons."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from workbench.core.appearance import MAX_ZOOM, MIN_ZOOM, ThemeMode
from workbench.views.theme.palette import palette_of
from workbench.views.theme.qss import style_sheet
from workbench.views.theme.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QIcon, QPixmap

    from workbench.views.theme.look import Look

# Arguments for Qt: with them :meth:`Theme.apply` has no style to set.
STYLE_ARGUMENTS = ("-style", "Fusion")
ZOOM_MIN, ZOOM_MAX, ZOOM_STEP = round(MIN_ZOOM * 100), round(MAX_ZOOM * 100), 10
_MIDDLE = 128


class Theme(QObject):
    """Scheme, zoom, colours, fonts and icons. Widgets repaint themselves on ``changed``."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode = ThemeMode.SYSTEM
        self._zoom = 100
        self._dark = False
        self._application: QApplication | None = None
        self._dressed: set[QApplication | QWidget] = set()

    def install(self, application: QApplication) -> None:
        """Style ``application`` with all windows, however it was started, once.

        For windows of tests and tools: see :meth:`dress`.
        """
        if self._application is not application:
            application.setStyle("Fusion")
            self.set_colors(application)
            self.set_font()
            self.dress(application)

    def set_colors(self, application: QApplication) -> None:
        """Colour ``application``, started with ``STYLE_ARGUMENTS``, and follow the system's scheme.

        A window without text and icons needs nothing else but :meth:`dress`.
        """
        self._application = application
        # The style's own palette follows the scheme. Asking for the scheme itself would load a
        # namespace that takes longer than all else before the first paint.
        self._dark = application.palette().color(QPalette.ColorRole.Window).lightness() < _MIDDLE
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme)
        application.setPalette(palette_of(self.tokens))

    def dress(self, target: QApplication | QWidget) -> None:
        """Give a window the style sheet; its dialogs get it as well.

        The application itself could have it. But then Qt works it out again for all parts of a
        page each time some of them are put together, which takes most of the time that making a
        page takes.
        """
        if target not in self._dressed:
            self._dressed.add(target)
            target.destroyed.connect(lambda: self._dressed.discard(target))
            target.setStyleSheet(style_sheet(self.tokens, self.px))

    def set_font(self) -> None:
        """Give the application its usual font; other font files are read when a text needs one."""
        if self._application is not None:
            self._application.setFont(self.font("body"))

    def read_all_fonts(self) -> None:
        """Read the font files that no text needed yet, for weights that a style sheet asks for."""
        self._look.read_all_fonts()

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
            self._look.tell_platform(mode)
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
            self._look.rescale(window, factor)
        self._apply()

    def px(self, pixels: float) -> int:
        """Return a length of the design at the present zoom."""
        return round(pixels * self._zoom / 100)

    def color(self, name: str) -> QColor:
        """Return the colour of a token, for example ``"text_2"``."""
        return QColor(getattr(self.tokens, name.replace("-", "_")))

    def font(self, kind: str = "body") -> "QFont":
        """Return the font of a kind of text; the caller owns it."""
        return self._look.font(kind, self._zoom)

    def line_height(self, kind: str = "body") -> int:
        """Return the height of one line of a kind of text in pixels."""
        return self.px(self._look.line_height(kind))

    def icon(
        self,
        name: str,
        token: str = "text_2",  # noqa: S107 - a colour, no secret
        size: int = 16,
        *,
        on_token: str = "",
        pad: int = 0,
    ) -> "QIcon":
        """Return an icon that follows the theme by itself, also after a change.

        Args:
            name: Name of a Lucide icon in ``resources/icons``.
            token: Its colour; disabled controls show it in ``text_off``.
            size: Ignored by the drawing (an icon has any size), accepted for readable calls.
            on_token: Its colour when the control is checked.
            pad: Free pixels at the right of the picture.
        """
        del size
        return self._look.icon(name, self.color, token, on_token, pad)

    def pixmap(
        self,
        name: str,
        token: str = "text_2",  # noqa: S107 - a colour, no secret
        size: int = 16,
        ratio: float = 1.0,
    ) -> "QPixmap":
        """Return a picture of an icon for painting: ``size`` logical pixels, before zoom."""
        return self._look.picture(name, self.color(token).name(), self.px(size), ratio)

    @cached_property
    def _look(self) -> "Look":
        # Not needed for colours, and it takes its time to load.
        from workbench.views.theme.look import Look  # noqa: PLC0415

        return Look()

    def _wants_dark(self) -> bool:
        if self._mode is ThemeMode.SYSTEM:
            return self._look.system_is_dark()
        return self._mode is ThemeMode.DARK

    def _on_system_scheme(self) -> None:
        if self._mode is ThemeMode.SYSTEM and self._wants_dark() != self._dark:
            self._dark = not self._dark
            self._apply()

    def _apply(self) -> None:
        if self._application is not None:
            self._application.setPalette(palette_of(self.tokens))
            self._application.setFont(self.font("body"))
            sheet = style_sheet(self.tokens, self.px)
            for target in self._dressed:
                target.setStyleSheet(sheet)
        self.changed.emit()


@lru_cache(maxsize=1)
def theme() -> Theme:
    """Return the application's theme; it does nothing until installed."""
    return Theme()
