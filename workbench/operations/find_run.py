"""Find the run that somebody means: ``7``, ``#7``, an id or its beginning, ``last``, ``last~2``."""

import re

from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.run import Run
from workbench.operations.project_context import ProjectContext

_NUMBER = re.compile(r"#?(\d{1,15})")
_LAST = re.compile(r"last(?:~(\d{1,9})|(~+))?", re.IGNORECASE)
_SEE = "See wb history list."


def find_run(context: ProjectContext, text: str, *, deleted: bool = False) -> Run:
    """Return a run.

    Args:
        context: The project.
        text: Its number, id, or a beginning that only its id has; ``last`` is the newest run and
            ``last~2`` the second before it.
        deleted: Whether a deleted run is looked for; ``last`` is none.

    Raises:
        NotFoundError: If there is no such run, or it is deleted and that is not wanted.
        InvalidInputError: If several ids begin so.
    """
    last = _LAST.fullmatch(text)
    if last:
        return _last(context, int(last[1] or len(last[2] or "")))
    number = _NUMBER.fullmatch(text)
    run = context.store.find_number(int(number[1])) if number else None
    run = run or _with_id(context, text)
    if run.deleted and not deleted:
        raise NotFoundError(
            f"Run #{run.number} is deleted",
            "It is kept and can be brought back.",
            hint=f"Bring it back with: wb history undelete --run {run.number}",
        )
    return run


def _last(context: ProjectContext, before: int) -> Run:
    run = context.store.newest(before)
    if run is None:
        newest = context.store.newest()
        text = "Nothing was run in this project yet."
        if newest is not None:
            text = f"There are not {before + 1} runs in this project."
        raise NotFoundError("Run not found", text, hint=_SEE if newest else "")
    return run


def _with_id(context: ProjectContext, text: str) -> Run:
    found = context.store.with_prefix(text) if text else []
    exact = [run for run in found if run.id == text]
    if exact or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise InvalidInputError(
            "run",
            f"The ids of several runs begin with {text}",
            hint=f"Two of them are {found[0].id} and {found[1].id}.",
        )
    raise NotFoundError("Run not found", f"This project has no run {text}.", hint=_SEE)
