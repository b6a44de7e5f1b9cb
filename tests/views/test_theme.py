"""Colours keep their contrast, and a change of theme or zoom reaches what is on screen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.core.resources import resource_path
from workbench.core.settings import ThemeMode
from workbench.views.kit.buttons import Button
from workbench.views.kit.label import Label
from workbench.views.theme.theme import theme
from workbench.views.theme.tokens import DARK, LIGHT, Tokens

SOFT = ("accent_soft", "ok_soft", "warn_soft", "bad_soft", "idle_soft")
GROUNDS = ("surface", "chrome", "sunken", "hover", "selected", "selected_inactive")
TEXT = {
    "text": (*GROUNDS, "window", "ok_soft", "warn_soft", "bad_soft", "accent_soft", "idle_soft",
             "add_bg", "del_bg", "add_mark", "del_mark", "pressed", "accent_line"),
    "text_2": (*GROUNDS, "window", "warn_soft", "bad_soft", "ok_soft", "accent_soft", "idle_soft",
               "gap_bg", "add_bg", "del_bg"),
    "text_3": (*GROUNDS, *SOFT, "window", "add_bg", "del_bg", "gap_bg"),
    # A program chooses the colours of its output, and found words are marked in it.
    "accent_text": (*GROUNDS, *SOFT, "window"),
    "ok": (*GROUNDS, *SOFT),
    "warn": (*GROUNDS, *SOFT),
    "bad": (*GROUNDS, *SOFT),
    "idle": (*GROUNDS, *SOFT),
    "c3": ("surface", "sunken", *SOFT),
    "c4": ("surface", "sunken", *SOFT),
    "surface": ("text_3", "bad", "ok", "warn", "accent_text", "c3", "c4", "text", "text_2"),
    "text_on": ("accent", "accent_hover", "accent_press"),
    "k_key": ("surface", "sunken", "add_bg", "del_bg"),
    "k_str": ("surface", "sunken", "add_bg", "del_bg"),
    "k_num": ("surface", "sunken", "add_bg", "del_bg"),
    "k_com": ("surface", "sunken", "add_bg", "del_bg"),
    "k_fn": ("surface", "sunken", "add_bg", "del_bg"),
}  # fmt: skip
GRAPHICS = {
    # Curves and markers; the bar of a selected run in the table.
    **{
        f"c{number}": ("surface", "sunken", "hover", "selected", "selected_inactive")
        for number in range(1, 7)
    },
    **dict.fromkeys(("text_2", "ok", "warn", "bad", "idle", "accent_text"), (*GROUNDS, *SOFT)),
    "text_on": ("accent", "accent_hover", "accent_press"),
    "control": ("surface", "chrome", "sunken"),
    "focus": ("surface", "chrome", "sunken"),
    "accent": ("surface", "chrome"),
    "ghost": ("surface",),
}


def _luminance(name: str) -> float:
    color = QColor(name)
    parts = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (GRAPHICS, 3.0)], ids=["text", "lines"])
def test_contrast(tokens: Tokens, pairs: dict[str, tuple[str, ...]], least: float) -> None:
    values = tokens._asdict()
    weak = [
        f"{front} on {ground}: {contrast(values[front], values[ground]):.2f}"
        for front, grounds in pairs.items()
        for ground in grounds
        if contrast(values[front], values[ground]) < least
    ]
    assert not weak


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_both_tables_hold_colours_only() -> None:
    for tokens in (LIGHT, DARK):
        assert all(QColor(value).isValid() for value in tokens)


def test_palette_is_complete(qapp: QApplication) -> None:
    theme().set_mode(ThemeMode.DARK)
    palette = qapp.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(DARK.surface)
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(DARK.text)
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled == QColor(DARK.text_off)


@pytest.mark.parametrize(
    ("kind", "family", "size", "weight"),
    [
        ("title", "Inter", 20, 600),
        ("body", "Inter", 13, 400),
        ("medium", "Inter", 13, 500),
        ("mono", "JetBrains Mono", 12, 400),
    ],
)
def test_fonts_are_the_bundled_ones(
    qapp: QApplication, kind: str, family: str, size: int, weight: int
) -> None:
    info = QFontInfo(theme().font(kind))
    assert (info.family(), info.pixelSize(), info.weight()) == (family, size, weight)


def test_live_switch_repaints_without_a_restart(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    layout.addWidget(Label("x"))
    window.resize(80, 40)
    window.show()
    before = window.grab().toImage().pixelColor(2, 2)
    with qtbot.waitSignal(theme().changed):
        theme().set_mode(ThemeMode.DARK)
    after = window.grab().toImage().pixelColor(2, 2)
    assert (before, after) == (QColor(LIGHT.surface), QColor(DARK.surface))


def test_choosing_the_mode_that_is_shown_changes_nothing(qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme().changed):
        theme().set_mode(ThemeMode.LIGHT)


def _ink(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> set[str]:
    image = icon.pixmap(QSize(48, 48), 1.0, mode).toImage()
    opaque = {
        image.pixelColor(x, y).name().upper()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert opaque
    return opaque


def test_icons_follow_the_theme_by_themselves(qapp: QApplication) -> None:
    icon = theme().icon("square", "bad")
    assert LIGHT.bad in _ink(icon)
    theme().set_mode(ThemeMode.DARK)
    assert DARK.bad in _ink(icon)
    assert DARK.text_off in _ink(icon, QIcon.Mode.Disabled)


def test_icon_has_the_pixels_of_the_screen(qapp: QApplication) -> None:
    picture = theme().icon("play").pixmap(QSize(16, 16), 2.0)
    assert picture.size() == QSize(32, 32)
    assert theme().pixmap("play", "text", 16, 2.0).size() == QSize(32, 32)


def test_every_icon_can_be_drawn(qapp: QApplication) -> None:
    names = [file.stem for file in resource_path("icons").glob("*.svg")]
    assert len(names) > 60
    for name in names:
        assert _ink(theme().icon(name, "text"))


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        theme().pixmap("no-such-icon")


def test_zoom_scales_fonts_margins_and_fixed_sizes_and_comes_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    layout.setContentsMargins(24, 12, 24, 12)
    layout.setSpacing(7)
    label, fixed = Label("Words"), QWidget()
    fixed.setFixedSize(33, 15)
    layout.addWidget(label)
    layout.addWidget(fixed)
    layout.addWidget(Button("Go", "play"))
    for percent in (150, 90, 110, 200):
        theme().set_zoom(percent)
        assert label.font().pixelSize() == round(13 * percent / 100)
        assert layout.contentsMargins().left() == round(24 * percent / 100)
        assert fixed.minimumWidth() == fixed.maximumWidth() == round(33 * percent / 100)
        assert layout.spacing() == round(7 * percent / 100)
    theme().set_zoom(100)
    assert (layout.spacing(), layout.contentsMargins().top(), fixed.width()) == (7, 12, 33)


@pytest.mark.parametrize(("wanted", "got"), [(10, 80), (500, 200), (130, 130)])
def test_zoom_has_limits(qapp: QApplication, wanted: int, got: int) -> None:
    theme().set_zoom(wanted)
    assert theme().zoom == got
