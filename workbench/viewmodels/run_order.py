"""Keeping a long list of runs sorted while single runs come, change and go."""

from collections.abc import Iterable

from workbench.viewmodels.run_columns import SortKey


class RunOrder:
    """A total order of runs: by one column, then newest first; runs without a value stand last.

    Runs are known by their place in the model's own list; ``keys[place]`` is the value of the sort
    column and ``numbers[place]`` the run's number.
    """

    def __init__(self) -> None:
        self.keys: list[SortKey] = []
        self.numbers: list[int] = []
        self.descending = True

    def sorted(self, places: Iterable[int]) -> list[int]:
        """Return places in order."""
        newest_first = sorted(places, key=self.numbers.__getitem__, reverse=True)
        keys = self.keys
        filled = [place for place in newest_first if keys[place] is not None]
        empty = [place for place in newest_first if keys[place] is None]
        filled.sort(key=keys.__getitem__, reverse=self.descending)  # type: ignore[arg-type]
        return filled + empty

    def position(self, order: list[int], place: int) -> int:
        """Return where a place stands, or belongs, in a list that is in order."""
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if self._before(order[middle], place):
                low = middle + 1
            else:
                high = middle
        return low

    def _before(self, one: int, other: int) -> bool:
        if one == other:
            return False
        key, other_key = self.keys[one], self.keys[other]
        if key is None or other_key is None:
            if key is None and other_key is None:
                return self.numbers[one] > self.numbers[other]
            return other_key is None
        if key == other_key:
            return self.numbers[one] > self.numbers[other]
        # One column never mixes numbers and text.
        smaller: bool = key < other_key  # type: ignore[operator]
        return smaller != self.descending
