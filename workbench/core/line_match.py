"""Which lines of two texts belong together, in bounded time.

Lines that stand exactly once in both texts are the anchors (as "patience" comparison does). Only
the short stretches between anchors are compared line by line, and only while a budget of work
lasts; what is left counts as replaced. The result is always right, a coarse one merely less pretty.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORK = 400_000_000
_MAX_SEGMENT = 600
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A run of equal lines: ``size`` lines from ``left`` and from ``right``, counted from 0."""

    left: int
    right: int
    size: int


@dataclass(frozen=True, slots=True)
class _Segment:
    left: int
    left_end: int
    right: int
    right_end: int
    depth: int = 0


class Budget:
    """An amount of work that may be done in all; spending more than is left is refused."""

    def __init__(self, work: int = _WORK) -> None:
        self._left = work

    def spend(self, work: int) -> bool:
        """Take ``work`` steps; False (and nothing taken) when there are not so many left."""
        if work > self._left:
            return False
        self._left -= work
        return True


def match_lines(left: Sequence[str], right: Sequence[str]) -> list[Match]:
    """Return the equal runs of lines in order; neighbouring runs are joined."""
    budget = Budget()
    found: list[Match] = []
    todo = [_Segment(0, len(left), 0, len(right))]
    while todo:
        segment = _trim(left, right, todo.pop(), found)
        if segment.left == segment.left_end or segment.right == segment.right_end:
            continue
        anchors = _anchors(left, right, segment) if segment.depth < _MAX_DEPTH else []
        if anchors:
            todo.extend(_between(segment, anchors))
            found.extend(Match(i, j, 1) for i, j in anchors)
        else:
            found.extend(_compare(left, right, segment, budget))
    return _joined(found)


def _trim(
    left: Sequence[str], right: Sequence[str], segment: _Segment, found: list[Match]
) -> _Segment:
    """Cut equal lines off both ends of a segment and note them as found."""
    start_left, start_right = segment.left, segment.right
    end_left, end_right = segment.left_end, segment.right_end
    while start_left < end_left and start_right < end_right:
        if left[start_left] != right[start_right]:
            break
        start_left += 1
        start_right += 1
    while start_left < end_left and start_right < end_right:
        if left[end_left - 1] != right[end_right - 1]:
            break
        end_left -= 1
        end_right -= 1
    if start_left > segment.left:
        found.append(Match(segment.left, segment.right, start_left - segment.left))
    if end_left < segment.left_end:
        found.append(Match(end_left, end_right, segment.left_end - end_left))
    return _Segment(start_left, end_left, start_right, end_right, segment.depth)


def _anchors(left: Sequence[str], right: Sequence[str], segment: _Segment) -> list[tuple[int, int]]:
    """Return the longest rising list of lines that are unique in both sides of the segment."""
    where_left = _unique(left, segment.left, segment.left_end)
    where_right = _unique(right, segment.right, segment.right_end)
    pairs = [(i, where_right[line]) for line, i in where_left.items() if line in where_right]
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tops, j)
        before.append(top_pairs[place - 1] if place else -1)
        if place == len(tops):
            tops.append(j)
            top_pairs.append(index)
        else:
            tops[place] = j
            top_pairs[place] = index
    chain: list[tuple[int, int]] = []
    index = top_pairs[-1] if top_pairs else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    chain.reverse()
    return chain


def _unique(lines: Sequence[str], start: int, end: int) -> dict[str, int]:
    """Return the position of each line that stands once in the range, in order."""
    counts = Counter(lines[start:end])
    return {lines[i]: i for i in range(start, end) if counts[lines[i]] == 1}


def _between(segment: _Segment, anchors: list[tuple[int, int]]) -> list[_Segment]:
    result = []
    left, right = segment.left, segment.right
    for i, j in [*anchors, (segment.left_end, segment.right_end)]:
        if i > left and j > right:
            result.append(_Segment(left, i, right, j, segment.depth + 1))
        left, right = i + 1, j + 1
    return result


def _compare(
    left: Sequence[str], right: Sequence[str], segment: _Segment, budget: Budget
) -> list[Match]:
    """Compare a segment without anchors exactly if that is cheap, else call it replaced."""
    lefts = left[segment.left : segment.left_end]
    rights = right[segment.right : segment.right_end]
    if max(len(lefts), len(rights)) > _MAX_SEGMENT:
        return []
    counts = Counter(rights)
    pairs = sum(counts[line] for line in lefts)
    # Each search for the longest run costs at most the lines plus the equal pairs, and finds one.
    if not pairs or not budget.spend(min(len(lefts), len(rights)) * (len(lefts) + pairs)):
        return []
    matcher = SequenceMatcher(None, lefts, rights, autojunk=False)
    return [
        Match(segment.left + block.a, segment.right + block.b, block.size)
        for block in matcher.get_matching_blocks()
        if block.size
    ]


def _joined(found: list[Match]) -> list[Match]:
    result: list[Match] = []
    for match in sorted(found, key=lambda item: item.left):
        last = result[-1] if result else None
        touches = last is not None and (
            last.left + last.size == match.left and last.right + last.size == match.right
        )
        if last is not None and touches:
            result[-1] = Match(last.left, last.right, last.size + match.size)
        else:
            result.append(match)
    return result
