"""Times, durations, sizes and counts in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.wording import count, format_duration, format_moment, format_size

NOW = datetime(2024, 5, 14, 11, 52, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "Today 11:52"),
        (NOW.replace(hour=0, minute=0), "Today 00:00"),
        (NOW - timedelta(hours=12), "Yesterday 23:52"),
        (NOW - timedelta(days=2), "12 May"),
        (NOW - timedelta(days=365), "15 May 2023"),
        (NOW + timedelta(days=1), "15 May"),
        (None, "Not started"),
    ],
)
def test_moments(moment: datetime | None, words: str) -> None:
    assert format_moment(moment, NOW) == words


def test_moments_with_seconds() -> None:
    assert format_moment(NOW, NOW, seconds=True) == "Today 11:52:07"
    assert format_moment(NOW - timedelta(days=2), NOW, seconds=True) == "12 May 11:52:07"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (4.26, "4.3 s"),
        (42.9, "42 s"),
        (59.99, "59 s"),
        (60, "1 min 00 s"),
        (848, "14 min 08 s"),
        (7_500, "2 h 05 min"),
        (273_600, "3 d 04 h"),
    ],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert format_duration(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 KB"),
        (212_000, "212 KB"),
        (999_499, "999 KB"),
        (999_600, "1.0 MB"),
        (4_200_000_000, "4.2 GB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert format_size(size) == words


@given(st.integers(0, 10**15))
def test_a_size_is_short_and_near(size: int) -> None:
    number, unit = format_size(size).split()
    factor = {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit]
    assert len(number) <= 4
    assert abs(float(number) * factor - size) <= 0.06 * max(size, 1)


def test_counts() -> None:
    assert count(1, "file") == "1 file"
    assert count(0, "file") == "0 files"
    assert count(12_500, "file") == "12,500 files"
    assert count(2, "entry", "entries") == "2 entries"
