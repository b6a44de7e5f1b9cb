"""The filter line of the Run List: ``script=train.py status=failed accuracy>0.9 lr=3e-4 #12``.

Terms are separated by spaces and all of them must hold. ``name=value`` (also ``!=``, ``<``, ``<=``,
``>``, ``>=``) asks for a property of the run, a metric or an argument; ``#12`` for a run; anything
else is looked for in everything that is written about the run. Double quotes keep spaces together.
Archived runs match only if a term asks for them (``archived=yes``), deleted ones never. A term that
is still being typed (``accuracy>``) asks for nothing.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from workbench.core.metric import Scalar, format_metric
from workbench.core.run import Run
from workbench.core.run_arguments import argument_key, argument_pairs

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_TERM = re.compile(r"-{0,2}([A-Za-z_][\w./@-]*)(!=|>=|<=|=|>|<)(.*)", re.DOTALL)
_NUMBER_TERM = re.compile(r"#(\d+)")
_DURATION = re.compile(r"([\d.]+)\s*(s|sec|m|min|h|d)?")
_DURATION_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# Properties found by how they begin, so that the filter already works while one types.
_TEXTS: dict[str, Callable[[Run], tuple[str, ...]]] = {
    "status": lambda run: (run.status.value, run.status.label),
    "script": lambda run: (run.request.script, run.script_name),
    "target": lambda run: (run.request.target,),
    "branch": lambda run: (run.repository.branch,),
    "snapshot": lambda run: (run.snapshot,),
    "commit": lambda run: (run.snapshot,),
    "note": lambda run: (run.note, *run.note.split()),
    "archived": lambda run: ("yes",) if run.archived else ("no",),
}
_NUMBERS: dict[str, Callable[[Run], float | None]] = {
    "run": lambda run: run.number,
    "exit": lambda run: run.exit_code,
    "duration": lambda run: run.duration(run.ended) if run.ended else None,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        key: Property, metric or argument name in lower case; empty for text found anywhere.
        operator: ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``; empty for text found anywhere.
        value: What it is compared with, as typed; lower case for text found anywhere.
        number: The value as a number, ``None`` if it is none.
    """

    key: str
    operator: str
    value: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """A parsed filter line.

    Attributes:
        text: The line as typed.
        terms: Its conditions; without any, every run matches that was not put aside.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def asks_archived(self) -> bool:
        """Whether archived runs are asked for; else they are left out."""
        return any(term.key == "archived" for term in self.terms)

    @property
    def reads_text(self) -> bool:
        """Whether :meth:`matches` looks at the text of a run at all."""
        return any(not term.key for term in self.terms)

    def matches(self, run: Run, searchable: str = "") -> bool:
        """Return whether a run meets every condition; one that was put aside has to be asked for.

        Args:
            run: The run.
            searchable: Its :func:`search_text`, for callers that keep it; made when left empty.
        """
        if run.deleted or (run.archived and not self.asks_archived):
            return False
        for term in self.terms:
            if term.key:
                if not _holds(term, run):
                    return False
            else:
                searchable = searchable or search_text(run)
                if term.value not in searchable:
                    return False
        return True


def parse_filter(text: str) -> RunFilter:
    """Read a filter line. Never fails: what is not a condition is text to look for."""
    terms = []
    for token in _TOKEN.findall(text):
        if number := _NUMBER_TERM.fullmatch(token):
            terms.append(Term("run", "=", number[1], float(number[1])))
            continue
        condition = _TERM.fullmatch(token)
        if condition:
            value = condition[3].replace('"', "")
            if value:
                key = argument_key(condition[1])
                terms.append(Term(key, condition[2], value, _number(value)))
            continue
        words = token.replace('"', "").lower()
        if words:
            terms.append(Term("", "", words))
    return RunFilter(text.strip(), tuple(terms))


def search_text(run: Run) -> str:
    """Return everything that is written about a run, in lower case, for a search anywhere."""
    request = run.request
    return "\n".join(
        (
            f"#{run.number}",
            run.status.label,
            request.script,
            " ".join(request.arguments),
            request.target,
            run.snapshot,
            run.id,
            run.repository.branch,
            run.note,
            run.message,
        )
    ).lower()


def _holds(term: Term, run: Run) -> bool:
    negated = term.operator == "!="
    found = _matches_property(term, run)
    if found is None:
        found = _matches_logged(term, run)
    return found != negated


def _matches_property(term: Term, run: Run) -> bool | None:
    """Compare a property of the run (``!=`` as ``=``); ``None`` if the key names none."""
    if words := _TEXTS.get(term.key):
        start = term.value.lower()
        return any(text.lower().startswith(start) for text in words(run))
    if number := _NUMBERS.get(term.key):
        wanted = _seconds(term.value.lower()) if term.key == "duration" else term.number
        found = number(run)
        return found is not None and _compare_number(term, found, wanted)
    return None


def _matches_logged(term: Term, run: Run) -> bool:
    """Compare a metric or an argument of that name (``!=`` as ``=``)."""
    key = term.key
    for name, value in run.metrics:
        if _key(name) == key and _compare_scalar(term, value):
            return True
    for name, text in _arguments(run.request.arguments):
        if name == key and _compare_scalar(term, text):
            return True
    return False


# A project has few names, and mostly a few sets of arguments, for very many runs.
_key = lru_cache(maxsize=4096)(argument_key)


@lru_cache(maxsize=4096)
def _arguments(arguments: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return named arguments as they are compared; one without a value is ``true``."""
    pairs = argument_pairs(arguments)
    return tuple((_key(name), value or "true") for name, value in pairs if name)


def _compare_scalar(term: Term, value: Scalar) -> bool:
    found = _number(value) if isinstance(value, str) else value
    if found is None or term.number is None:
        return term.operator in {"=", "!="} and str(value).lower() == term.value.lower()
    if _compare_number(term, found, term.number):
        return True
    if isinstance(value, str) or term.operator not in {"=", "!="}:
        return False
    # What is shown is rounded: a value copied from the table has to find its run.
    return _number(format_metric(value)) == term.number


def _compare_number(term: Term, found: float, wanted: float | None) -> bool:
    if wanted is None:
        return False
    compare = _COMPARE.get(term.operator)
    if compare is None:
        return math.isclose(found, wanted, rel_tol=1e-9)
    return compare(found, wanted)


def _number(text: str) -> float | None:
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return None


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    number = _number(found[1]) if found else None
    if found is None or number is None:
        return None
    return number * _DURATION_UNITS[found[2] or "s"]
