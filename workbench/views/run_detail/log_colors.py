"""Colours that a program asked for, in the colours of the theme."""

from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout

from workbench.viewmodels.ansi import TextStyle
from workbench.viewmodels.log_buffer import Span
from workbench.views.theme.theme import theme

_TOKENS = {
    "black": "text_3",
    "red": "bad",
    "green": "ok",
    "yellow": "warn",
    "blue": "accent_text",
    "magenta": "c4",
    "cyan": "c3",
    "white": "text",
}
_GROUNDS = {
    "red": "bad_soft",
    "green": "ok_soft",
    "yellow": "warn_soft",
    "blue": "accent_soft",
}


def text_format(span: Span) -> QTextLayout.FormatRange:
    """Return how a part of a line is drawn."""
    result = QTextLayout.FormatRange()
    result.start, result.length = span.start, span.length
    result.format = _char_format(span.style)
    return result


def _char_format(style: TextStyle) -> QTextCharFormat:
    result = QTextCharFormat()
    front, ground = style.foreground, style.background
    if style.inverse:
        result.setForeground(theme().color("surface"))
        result.setBackground(theme().color(_TOKENS.get(front, "text_2")))
    else:
        # Exact colours are made for a terminal's ground and may not be readable on this one.
        if front in _TOKENS:
            result.setForeground(theme().color(_TOKENS[front]))
        elif style.dim:
            result.setForeground(theme().color("text_3"))
        if ground:
            result.setBackground(theme().color(_GROUNDS.get(ground, "idle_soft")))
    if style.bold:
        result.setFontWeight(QFont.Weight.Bold)
    result.setFontItalic(style.italic)
    result.setFontUnderline(style.underline)
    return result
