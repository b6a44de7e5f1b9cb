"""Times, durations and sizes in words for people."""

from datetime import datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UNITS = ("KB", "MB", "GB", "TB")


def format_moment(moment: datetime | None, now: datetime, *, seconds: bool = False) -> str:
    """Return "Today 10:42", "Yesterday 17:52", "12 May" or "12 May 2025".

    Both times are taken as they are; convert them to local time first.
    """
    if moment is None:
        return "Not started"
    clock = f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"Today {clock}"
    if days == 1:
        return f"Yesterday {clock}"
    day = f"{moment.day} {_MONTHS[moment.month - 1]}"
    if moment.year != now.year:
        day = f"{day} {moment.year}"
    return f"{day} {clock}" if seconds else day


def format_duration(seconds: float | None) -> str:
    """Return "42 s", "14 min 08 s", "2 h 05 min" or "3 d 04 h"; a dash for nothing."""
    if seconds is None:
        return "–"
    whole = int(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86400} d {whole % 86400 // 3600:02d} h"


def format_size(size: int) -> str:
    """Return a number of bytes in decimal units, for example "11.8 MB"."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in _UNITS:
        value /= 1000
        if value < 999.5 or unit == _UNITS[-1]:
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    raise AssertionError("unreachable")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
