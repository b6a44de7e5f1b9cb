"""The palette that goes with a table of colours."""

from PySide6.QtGui import QColor, QPalette

from workbench.views.theme.tokens import Tokens

_R = QPalette.ColorRole
_ROLES = {
    _R.Window: "surface",
    _R.WindowText: "text",
    _R.Base: "surface",
    _R.AlternateBase: "sunken",
    _R.Text: "text",
    _R.Button: "surface",
    _R.ButtonText: "text",
    _R.BrightText: "text_on",
    _R.ToolTipBase: "surface",
    _R.ToolTipText: "text",
    _R.Highlight: "selected",
    _R.HighlightedText: "text",
    _R.Link: "accent_text",
    _R.LinkVisited: "accent_text",
    _R.PlaceholderText: "text_3",
    _R.Accent: "accent",
    _R.Light: "surface",
    _R.Midlight: "line",
    _R.Mid: "line_2",
    _R.Dark: "control",
    _R.Shadow: "control",
}


def palette_of(tokens: Tokens) -> QPalette:
    """Return a palette with every role set, so nothing of the system's scheme shows through."""
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(getattr(tokens, name)))
    off = QColor(tokens.text_off)
    for role in (_R.WindowText, _R.Text, _R.ButtonText, _R.HighlightedText, _R.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, off)
    inactive = QColor(tokens.selected_inactive)
    palette.setColor(QPalette.ColorGroup.Inactive, _R.Highlight, inactive)
    return palette
