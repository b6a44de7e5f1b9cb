"""What runs were given, and where they ran: arguments, code, environment and outputs compared."""

from collections.abc import Callable, Sequence

from workbench.core.comparison import (
    NOT_RECORDED,
    NOT_SET,
    NOTHING,
    Cell,
    ComparedOutput,
    Row,
    RowKind,
    Side,
)
from workbench.core.run import Run, RunStatus, UserRepository
from workbench.core.run_arguments import argument_key, argument_pairs, is_number
from workbench.core.snapshot import SHORT_COMMIT
from workbench.core.wording import count, format_size

_WITHOUT_VALUE = "set"
_COMMIT_WORDS = {RunStatus.QUEUED: "not saved yet", RunStatus.PREPARING: "being saved"}


def argument_rows(sides: Sequence[Side], baseline: int) -> tuple[Row, ...]:
    """Return a row for each argument that any run was given, those of the baseline first."""
    given = [_arguments(side.run) for side in sides]
    labels: dict[str, str] = {}
    for arguments in (given[baseline], *given):
        for key, (label, _value) in arguments.items():
            labels.setdefault(key, label)
    rows = []
    for key, label in labels.items():
        base = given[baseline].get(key)
        cells = []
        for side, arguments in zip(sides, given, strict=True):
            found = arguments.get(key)
            value = found[1] if found else None
            if side.run is None:
                cells.append(Cell(NOTHING, known=False))
                continue
            differs = value != (base[1] if base else None)
            text = NOT_SET if value is None else value or _WITHOUT_VALUE
            cells.append(Cell(text, known=value is not None, differs=differs))
        rows.append(Row(RowKind.ARGUMENT, label, tuple(cells)))
    return tuple(rows)


def _arguments(run: Run | None) -> dict[str, tuple[str, str]]:
    """Return arguments as name to compare by → name as written and value."""
    found: dict[str, tuple[str, str]] = {}
    unnamed = 0
    option = ""
    for name, value in argument_pairs(run.request.arguments) if run else ():
        if not name and option and is_number(value):
            # ``--layers 64 32``: a further number belongs to the option that took one.
            label, values = found[option]
            found[option] = (label, f"{values} {value}")
            continue
        option = argument_key(name) if name and is_number(value) else ""
        label = name
        if not name:
            unnamed += 1
            label = f"Argument {unnamed}"
        key = argument_key(name) if name else label
        # Given more than once, each value counts.
        before = found.get(key)
        found[key] = (before[0], f"{before[1]} {value}") if before else (label, value)
    return found


def code_rows(sides: Sequence[Side], baseline: int) -> tuple[Row, ...]:
    """Return the rows about script, snapshot, repository, interpreter, packages and computer."""

    def fact(label: str, of: Callable[[Run], str]) -> Row:
        values = [of(side.run) if side.run else "" for side in sides]
        return Row(RowKind.FACT, label, _cells(values, values[baseline]))

    repositories = [_repository_words(_repository(side)) for side in sides]
    return (
        fact("Script", lambda run: run.request.script),
        _snapshot_row(sides, baseline),
        Row(RowKind.FACT, "Git repo", _cells(repositories, repositories[baseline])),
        fact("Python", lambda run: run.environment.python or run.request.interpreter.version),
        *_package_rows(sides, baseline),
        fact(
            "Interpreter", lambda run: run.environment.interpreter or run.request.interpreter.path
        ),
        fact("Target", lambda run: run.request.target),
        fact("Computer", lambda run: run.environment.host),
        fact("Operating system", lambda run: run.environment.os),
    )


def _cells(values: Sequence[str], base: str) -> tuple[Cell, ...]:
    """Return a cell for each value; what is not known is not called different."""
    return tuple(
        Cell(value, differs=bool(base) and value != base)
        if value
        else Cell(NOT_RECORDED, known=False)
        for value in values
    )


def _snapshot_row(sides: Sequence[Side], baseline: int) -> Row:
    base = sides[baseline]
    cells = []
    for place, side in enumerate(sides):
        text, known = _snapshot_words(side)
        note, differs = "", False
        if place != baseline:
            if side.changes is None:
                note = side.problem
                differs = bool(base.run and side.run and base.run.snapshot != side.run.snapshot)
            else:
                number = len(side.changes)
                differs = number > 0
                verb = "differs" if number == 1 else "differ"
                note = f"{count(number, 'file')} {verb}" if number else "same files"
        cells.append(Cell(text, known=known, differs=differs, note=note))
    return Row(RowKind.SNAPSHOT, "Snapshot", tuple(cells))


def _snapshot_words(side: Side) -> tuple[str, bool]:
    if side.run is None:
        return "not saved", False
    if side.run.snapshot:
        return side.run.snapshot[:SHORT_COMMIT], True
    return _COMMIT_WORDS.get(side.run.status, "none"), False


def _repository(side: Side) -> UserRepository:
    return side.run.repository if side.run else side.repository


def _repository_words(repository: UserRepository) -> str:
    """Return branch, commit and what is not committed, empty if nothing of it is known."""
    if not repository.recorded:
        return ""
    if not repository.branch:
        return "none"
    parts = [f"{repository.branch} {repository.commit[:SHORT_COMMIT]}".strip()]
    if repository.dirty:
        parts.append(f"{count(repository.changed_files, 'file')} not committed")
    return ", ".join(parts)


def _package_rows(sides: Sequence[Side], baseline: int) -> tuple[Row, ...]:
    """Return how many packages there are, then each one that is not everywhere the same."""
    packages = [dict(side.environment.packages) for side in sides]
    base = packages[baseline]
    names = sorted({name for known in packages for name in known}, key=str.lower)
    differing = [
        name for name in names if len({known.get(name) for known in packages if known}) > 1
    ]
    summary, rows = [], []
    for known in packages:
        if not known:
            summary.append(Cell(NOT_RECORDED, known=False))
            continue
        number = sum(known.get(name) != base.get(name) for name in differing) if base else 0
        note = f"{number:,} {'differs' if number == 1 else 'differ'}" if number else ""
        summary.append(Cell(count(len(known), "package"), differs=number > 0, note=note))
    for name in differing:
        cells = []
        for known in packages:
            version = known.get(name)
            differs = bool(base) and bool(known) and version != base.get(name)
            text = NOT_RECORDED if not known else version or "not installed"
            cells.append(Cell(text, known=version is not None, differs=differs))
        rows.append(Row(RowKind.PACKAGE, name, tuple(cells)))
    return (Row(RowKind.FACT, "Packages", tuple(summary)), *rows)


def output_rows(sides: Sequence[Side], baseline: int) -> tuple[Row, ...]:
    """Return a row for each file that any run left in ``outputs``."""
    held = [{item.output.path: item for item in side.outputs} for side in sides]
    paths = sorted({path for files in held for path in files})
    return tuple(
        Row(
            RowKind.OUTPUT,
            path,
            tuple(
                _output_cell(files.get(path), held[baseline].get(path), place == baseline)
                if sides[place].run is not None
                else Cell(NOTHING, known=False)
                for place, files in enumerate(held)
            ),
        )
        for path in paths
    )


def _output_cell(item: ComparedOutput | None, base: ComparedOutput | None, is_base: bool) -> Cell:  # noqa: FBT001
    if item is None:
        return Cell(NOTHING, known=False, differs=base is not None)
    size = format_size(item.output.size)
    if is_base:
        return Cell(size)
    if base is None:
        return Cell(size, differs=True)
    if item.output.size != base.output.size:
        same_words = size == format_size(base.output.size)
        return Cell(size, differs=True, note="other content" if same_words else "")
    if item.digest and base.digest:
        differs = item.digest != base.digest
        return Cell(size, differs=differs, note="other content" if differs else "")
    return Cell(size, note="same size, content not compared")
