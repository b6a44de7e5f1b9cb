"""Which words differ between two versions of one line."""

import re
from difflib import SequenceMatcher

from workbench.core.line_match import Budget

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MAX_LENGTH = 4_000
_MAX_TOKENS = 400
_SIMILAR = 0.35

Spans = tuple[tuple[int, int], ...]


def changed_words(left: str, right: str, budget: Budget) -> tuple[Spans, Spans]:
    """Return ``(start, end)`` of the parts of each line that the other does not have.

    Both are empty when the lines have little in common (then the whole lines differ), when only
    their indents differ, or when the budget is used up.
    """
    if max(len(left), len(right)) > _MAX_LENGTH:
        return (), ()
    lefts, rights = _TOKEN.findall(left), _TOKEN.findall(right)
    size = max(len(lefts), len(rights))
    if size > _MAX_TOKENS or not budget.spend(20 * size + len(lefts) * len(rights)):
        return (), ()
    blocks = SequenceMatcher(None, lefts, rights, autojunk=False).get_matching_blocks()
    left_kept = {block.a + k for block in blocks for k in range(block.size)}
    right_kept = {block.b + k for block in blocks for k in range(block.size)}
    common = _weight([lefts[index] for index in left_kept])
    if 2 * common < _SIMILAR * (_weight(lefts) + _weight(rights)):
        return (), ()
    return _spans(lefts, left_kept), _spans(rights, right_kept)


def _weight(tokens: list[str]) -> int:
    """Return the letters of all words; punctuation says little about likeness."""
    return sum(len(token) for token in tokens if token[0].isalnum() or token[0] == "_")


def _spans(tokens: list[str], kept: set[int]) -> Spans:
    """Return the spans of tokens that are not kept, joined across white space, without indents."""
    spans: list[tuple[int, int]] = []
    position = 0
    gap_is_space = False
    for index, token in enumerate(tokens):
        start, position = position, position + len(token)
        if index in kept:
            gap_is_space = gap_is_space and token.isspace()
            continue
        if index == 0 and token.isspace():
            continue
        if spans and gap_is_space:
            spans[-1] = (spans[-1][0], position)
        else:
            spans.append((start, position))
        gap_is_space = True
    return tuple(spans)
