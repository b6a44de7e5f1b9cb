"""Colours and styles that a program asks for by escape sequences (ANSI SGR)."""

from dataclasses import dataclass, replace

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_STEPS = (0, 95, 135, 175, 215, 255)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a piece of log text looks.

    Attributes:
        foreground: Name of one of the eight colours, ``"#rrggbb"``, or empty for the usual one.
        background: The same for the ground.
        bold: Whether it is bold.
        dim: Whether it is weaker than usual.
        italic: Whether it is italic.
        underline: Whether it is underlined.
        inverse: Whether foreground and background are swapped.
    """

    foreground: str = ""
    background: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False


PLAIN = TextStyle()

_SWITCHES: dict[int, dict[str, bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    7: {"inverse": True},
    21: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    27: {"inverse": False},
}


def apply_sgr(style: TextStyle, parameters: str) -> TextStyle:
    """Return the style after an SGR sequence with these parameters, for example ``"1;31"``.

    What is not known changes nothing.
    """
    codes = [int(part) if part.isascii() and part.isdigit() else 0 for part in _split(parameters)]
    position = 0
    while position < len(codes):
        code = codes[position]
        position += 1
        if code == 0:
            style = PLAIN
        elif code in _SWITCHES:
            style = replace(style, **_SWITCHES[code])  # type: ignore[arg-type]
        elif code in {38, 48}:
            color, used = _extended(codes[position:])
            position += used
            style = _with_color(style, color, ground=code == 48)
        else:
            style = _basic(style, code)
    return style


def _split(parameters: str) -> list[str]:
    return parameters.replace(":", ";").split(";")


def _basic(style: TextStyle, code: int) -> TextStyle:
    if code in {39, 49}:
        return _with_color(style, "", ground=code == 49)
    for first, ground in ((30, False), (90, False), (40, True), (100, True)):
        if first <= code < first + 8:
            return _with_color(style, _NAMES[code - first], ground=ground)
    return style


def _with_color(style: TextStyle, color: str, *, ground: bool) -> TextStyle:
    return replace(style, background=color) if ground else replace(style, foreground=color)


def _extended(codes: list[int]) -> tuple[str, int]:
    """Return the colour of ``5;n`` or ``2;r;g;b`` and how many codes that took."""
    if len(codes) >= 2 and codes[0] == 5:
        return _indexed(min(codes[1], 255)), 2
    if len(codes) >= 4 and codes[0] == 2:
        red, green, blue = (min(code, 255) for code in codes[1:4])
        return f"#{red:02x}{green:02x}{blue:02x}", 4
    return "", len(codes)


def _indexed(index: int) -> str:
    if index < 16:
        return _NAMES[index % 8]
    if index >= 232:
        level = 8 + (index - 232) * 10
        return f"#{level:02x}{level:02x}{level:02x}"
    red, green, blue = (index - 16) // 36, (index - 16) // 6 % 6, (index - 16) % 6
    return f"#{_STEPS[red]:02x}{_STEPS[green]:02x}{_STEPS[blue]:02x}"
