"""Which runs a list is about."""

from collections.abc import Sequence
from dataclasses import replace

from workbench.core.errors import InvalidInputError
from workbench.core.run import Run
from workbench.core.run_filter import parse_filter


def chosen(runs: Sequence[Run], text: str, top: int | None, *, deleted: bool = False) -> list[Run]:
    """Return the runs that a filter line asks for, the newest first.

    Args:
        runs: All runs, oldest first.
        text: The filter line.
        top: At most so many; ``None`` for all.
        deleted: Whether these are deleted runs.

    Raises:
        InvalidInputError: If ``top`` is below 1.
    """
    if top is not None and top < 1:
        raise InvalidInputError("top", "--top must be 1 or more")
    wanted = parse_filter(text)
    found = [
        run
        for run in reversed(runs)
        # A filter matches no deleted run; here it is asked about them.
        if wanted.matches(replace(run, deleted=False, archived=False) if deleted else run)
    ]
    return found[:top]
