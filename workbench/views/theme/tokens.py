"""Every colour of the application by name, for light and dark, and the sizes they go with.

Nothing else in the views names a colour. ``text_3`` and stronger may carry information on every
surface of the table (4.5:1 or more); ``text_off`` is for disabled controls only.
"""

from typing import NamedTuple


class Tokens(NamedTuple):
    """One colour scheme. Values are ``#RRGGBB``; ``overlay`` is ``#AARRGGBB``."""

    window: str
    chrome: str
    surface: str
    sunken: str
    hover: str
    pressed: str
    selected: str
    selected_inactive: str
    overlay: str
    line: str
    line_2: str
    control: str
    text: str
    text_2: str
    text_3: str
    text_off: str
    text_on: str
    accent: str
    accent_hover: str
    accent_press: str
    accent_text: str
    accent_soft: str
    accent_line: str
    focus: str
    ok: str
    ok_soft: str
    ok_line: str
    warn: str
    warn_soft: str
    warn_line: str
    bad: str
    bad_soft: str
    bad_line: str
    idle: str
    idle_soft: str
    idle_line: str
    c1: str
    c2: str
    c3: str
    c4: str
    c5: str
    c6: str
    grid: str
    axis: str
    ghost: str
    add_bg: str
    add_mark: str
    del_bg: str
    del_mark: str
    gap_bg: str
    k_key: str
    k_str: str
    k_num: str
    k_com: str
    k_fn: str
    img_bg: str


LIGHT = Tokens(
    window="#EEF0F3",
    chrome="#F6F7F9",
    surface="#FFFFFF",
    sunken="#F7F8FA",
    hover="#EFF2F5",
    pressed="#E3E7EC",
    selected="#E4EEFE",
    selected_inactive="#E9ECF0",
    overlay="#61161B22",
    line="#E4E7EB",
    line_2="#CED4DB",
    control="#838C98",
    text="#171B21",
    text_2="#48515C",
    text_3="#616A76",
    text_off="#9AA3AE",
    text_on="#FFFFFF",
    accent="#1D5BD6",
    accent_hover="#184CB6",
    accent_press="#133D94",
    accent_text="#1A55C8",
    accent_soft="#E8F0FE",
    accent_line="#B9D0FA",
    focus="#1D5BD6",
    ok="#1A7540",
    ok_soft="#E6F4EB",
    ok_line="#B5DDC3",
    warn="#875500",
    warn_soft="#FDF3DC",
    warn_line="#EACF93",
    bad="#BC2A20",
    bad_soft="#FDECEA",
    bad_line="#F2C0BB",
    idle="#57606C",
    idle_soft="#EDF0F3",
    idle_line="#D3D8DE",
    c1="#1D5BD6",
    c2="#C2570C",
    c3="#0B7A75",
    c4="#9333A8",
    c5="#7A6500",
    c6="#57606C",
    grid="#EBEEF1",
    axis="#CED4DB",
    ghost="#838C98",
    add_bg="#E6F6EB",
    add_mark="#B4E3C3",
    del_bg="#FDEDEC",
    del_mark="#F7C4BF",
    gap_bg="#F3F4F6",
    k_key="#8A2DA0",
    k_str="#1A6E3C",
    k_num="#8A4B00",
    k_com="#606A76",
    k_fn="#1A55C8",
    img_bg="#FFFFFF",
)
DARK = Tokens(
    window="#101317",
    chrome="#16191E",
    surface="#1B1F25",
    sunken="#171A1F",
    hover="#242A31",
    pressed="#2C333C",
    selected="#1D3052",
    selected_inactive="#272D35",
    overlay="#9E06080A",
    line="#2A3038",
    line_2="#3B434E",
    control="#76808D",
    text="#E7EAEE",
    text_2="#B4BCC6",
    text_3="#949EAA",
    text_off="#626C78",
    text_on="#FFFFFF",
    accent="#2D68DB",
    accent_hover="#336EE0",
    accent_press="#2459C2",
    accent_text="#86B4FF",
    accent_soft="#1A2A48",
    accent_line="#2F4F8A",
    focus="#6FA3FF",
    ok="#5FCB89",
    ok_soft="#162B1F",
    ok_line="#28533A",
    warn="#E6B656",
    warn_soft="#30260F",
    warn_line="#5C4A1E",
    bad="#FF8D82",
    bad_soft="#371B1A",
    bad_line="#6B322E",
    idle="#A6B0BB",
    idle_soft="#272D35",
    idle_line="#3B434E",
    c1="#6FA3FF",
    c2="#F2994A",
    c3="#3FC1B5",
    c4="#D58CEB",
    c5="#D8BC4C",
    c6="#A6B0BB",
    grid="#262C34",
    axis="#3B434E",
    ghost="#76808D",
    add_bg="#15291D",
    add_mark="#245236",
    del_bg="#331B1B",
    del_mark="#6B2F2B",
    gap_bg="#16191E",
    k_key="#D79BEA",
    k_str="#7FCB95",
    k_num="#E3AE6B",
    k_com="#8A94A0",
    k_fn="#86B4FF",
    img_bg="#FFFFFF",
)

# Sizes in logical pixels at 100 % zoom.
RADIUS_CHIP, RADIUS_CONTROL, RADIUS_CARD = 4, 6, 8
HEADER, RUN_BAR, STATUS_BAR, PAGE_HEADER, TAB_ROW = 40, 48, 24, 56, 40
ACTIVITY_BAR = 64
CONTROL, CONTROL_SMALL, TABLE_ROW, HEADER_ROW, LIST_ROW, PROJECT_ROW = 32, 28, 32, 32, 40, 56
PAGE_MARGIN, PANEL_MARGIN, GAP, CARD_GAP = 24, 16, 8, 16

# Dash pattern (in pen widths; empty is solid) and marker of each chart series.
SERIES: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("c1", (), "o"),
    ("c2", (6, 3), "s"),
    ("c3", (2, 2), "t"),
    ("c4", (8, 3, 2, 3), "d"),
    ("c5", (4, 2), "+"),
    ("c6", (1, 3), "x"),
)
