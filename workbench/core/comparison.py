"""Comparisons: two or three runs side by side, and what differs between them."""

from dataclasses import dataclass, field
from enum import Enum

from workbench.core.restore import FileChange
from workbench.core.run import Output, Run, RunEnvironment, UserRepository

FEWEST, MOST = 2, 3
NOTHING = "–"
NOT_SET = "not set"
NOT_RECORDED = "not recorded"
FOLDER_NOW = "Folder now"


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """What the user asked to compare.

    Attributes:
        run_ids: Ids of the runs, in the order of the columns.
        baseline: Id of the run that the others are compared with; empty for the first one.
        with_folder: Whether the project folder as it is now is compared too, as the last column.
    """

    run_ids: tuple[str, ...]
    baseline: str = ""
    with_folder: bool = False

    @property
    def number(self) -> int:
        """How many different things are compared."""
        return len(set(self.run_ids)) + self.with_folder


class RowKind(Enum):
    """What a row is about."""

    METRIC = "metric"
    ARGUMENT = "argument"
    SNAPSHOT = "snapshot"
    FACT = "fact"
    PACKAGE = "package"
    OUTPUT = "output"


class Tone(Enum):
    """What a difference from the baseline means."""

    NEUTRAL = "neutral"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row says about one run.

    Attributes:
        text: The value in words.
        known: Whether there is a value; else the text says that there is none.
        differs: Whether it is another one than the baseline's.
        delta: How much more or less than the baseline's it is, for a number.
        tone: Whether that is better or worse.
        best: Whether no other run has a better value.
        note: What else is to be said, for example ``"4 files differ"``.
    """

    text: str
    known: bool = True
    differs: bool = False
    delta: str = ""
    tone: Tone = Tone.NEUTRAL
    best: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One property of all runs.

    Attributes:
        kind: What it is about.
        label: Its name.
        cells: One for each run.
    """

    kind: RowKind
    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether any run has another value than the baseline."""
        return any(cell.differs for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together.

    Attributes:
        id: Name in code: ``"metrics"``, ``"arguments"``, ``"code"`` or ``"outputs"``.
        title: Name for the user.
        rows: All rows, those that are the same too.
    """

    id: str
    title: str
    rows: tuple[Row, ...]

    @property
    def differing(self) -> int:
        """Number of rows that differ."""
        return sum(row.differs for row in self.rows)

    @property
    def same(self) -> int:
        """Number of rows that are the same wherever they are known, in two places at least."""
        return sum(
            not row.differs and sum(cell.known for cell in row.cells) >= FEWEST for row in self.rows
        )

    def shown(self, *, only_differences: bool) -> tuple[Row, ...]:
        """Return all rows, or those that differ."""
        return tuple(row for row in self.rows if row.differs or not only_differences)


@dataclass(frozen=True, slots=True)
class ComparedOutput:
    """A captured output file with what its content is known by.

    Attributes:
        output: Path and size.
        digest: Equal for equal content; empty where no other run has a file of this size, or
            where it is too big to be read.
    """

    output: Output
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a run, or the project folder as it is now.

    Attributes:
        run: The run; ``None`` for the folder.
        changes: Files that differ from the baseline's, going from there to here; ``None`` if that
            can't be told.
        problem: Why it can't be told, as a few words.
        outputs: Captured output files, sorted by path.
        repository: State of the user's own repository.
    """

    run: Run | None
    changes: tuple[FileChange, ...] | None = ()
    problem: str = ""
    outputs: tuple[ComparedOutput, ...] = ()
    repository: UserRepository = field(default_factory=UserRepository)

    @property
    def id(self) -> str:
        """Id of the run, empty for the folder."""
        return self.run.id if self.run else ""

    @property
    def title(self) -> str:
        """What it is called, for example ``"#126"``."""
        return f"#{self.run.number}" if self.run else FOLDER_NOW

    @property
    def environment(self) -> RunEnvironment:
        """Where the run ran."""
        return self.run.environment if self.run else RunEnvironment()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side.

    Attributes:
        sides: What is compared, in the order of the columns.
        baseline: Place of the run that the others are compared with.
        sections: Everything that is compared.
    """

    sides: tuple[Side, ...]
    baseline: int
    sections: tuple[Section, ...]

    @property
    def base(self) -> Side:
        """What the others are compared with."""
        return self.sides[self.baseline]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs among the sides."""
        return tuple(side.run for side in self.sides if side.run is not None)

    @property
    def is_live(self) -> bool:
        """Whether anything may still change, because a run is active."""
        return any(run.status.is_active for run in self.runs)

    def section(self, identity: str) -> Section:
        """Return a section by its name in code."""
        return next(section for section in self.sections if section.id == identity)
