"""Filters with names: which names are possible, and what becomes of those there are."""

import pytest

from workbench.core.errors import InvalidInputError
from workbench.core.saved_filter import (
    SavedFilter,
    checked_name,
    renamed_filter,
    with_filter,
    without_filter,
)

GOOD = SavedFilter("Good runs", "val_auc>0.88", "completed")
BAD = SavedFilter("bad runs", "", "failed", "train.py")


def test_they_stand_by_name_and_a_name_is_there_once() -> None:
    known = with_filter(with_filter((), GOOD), BAD)
    assert [each.name for each in known] == ["bad runs", "Good runs"]
    better = SavedFilter("GOOD RUNS", "val_auc>0.9")
    assert with_filter(known, better) == (BAD, better)
    assert without_filter(known, "BAD runs") == (GOOD,)
    assert without_filter(known, "none") == known


def test_another_name_keeps_what_is_asked_for() -> None:
    renamed = renamed_filter((BAD, GOOD), "bad runs", "Worse")
    assert [each.name for each in renamed] == ["Good runs", "Worse"]
    assert renamed[1].shows_like(BAD)
    assert not renamed[1].shows_like(GOOD)


@pytest.mark.parametrize(("name", "words"), [
    (" \t", "Enter a name"),
    ("x" * 61, "at most 60"),
    ("GOOD  runs", "already a filter"),
])  # fmt: skip
def test_a_name_that_can_not_be(name: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        checked_name(name, (GOOD, BAD))


def test_its_own_name_in_another_case_is_possible() -> None:
    assert checked_name("  GOOD   runs ", (GOOD, BAD), "Good runs") == "GOOD runs"
    with pytest.raises(InvalidInputError, match="already"):
        checked_name("Bad Runs", (GOOD, BAD), "Good runs")
