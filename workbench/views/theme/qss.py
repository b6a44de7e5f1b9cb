"""The style sheet (``resources/theme.qss``), filled from the colour table.

It holds what Qt's own style cannot do; fonts are set by the widgets themselves.
"""

from collections.abc import Callable
from functools import lru_cache
from string import Template

from workbench.core.resources import resource_path
from workbench.views.theme.tokens import Tokens

_TONES = (
    "text", "text_2", "text_3", "text_off", "text_on", "accent_text", "ok", "warn", "bad", "idle"
)  # fmt: skip
_SIZES = (*range(2, 13), 18, 20, 22, 23, 24, 26, 28, 30)


def style_sheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """Return the style sheet of a colour table at the zoom that ``px`` stands for."""
    dark = int(tokens.surface[1:3], 16) < 128
    values = tokens._asdict()
    values |= {f"p{size}": str(px(size)) for size in _SIZES}
    values["segment"] = tokens.pressed if dark else tokens.surface
    values["bar"] = tokens.c1 if dark else tokens.accent
    values["split"] = "rgba(255, 255, 255, 72)"
    tones = "\n".join(
        f'Label[tone="{tone}"] {{ color:{getattr(tokens, tone)}; }}' for tone in _TONES
    )
    return _template().substitute(values) + tones


@lru_cache(maxsize=1)
def _template() -> Template:
    return Template(resource_path("theme.qss").read_text(encoding="utf-8"))
