"""How much a snapshot would add to the history, and what shall be done when that is a lot."""

from dataclasses import dataclass
from enum import Enum

from workbench.core.errors import WorkbenchError
from workbench.core.wording import count, format_size

LARGE_FILE = 100_000_000
MUCH = 200_000_000
_MOST_NAMED = 20


class GrowthChoice(Enum):
    """What is done before a snapshot adds a lot."""

    ASK = "ask"
    STORE = "store"
    LEAVE_OUT = "leave out"


@dataclass(frozen=True, slots=True)
class Growth:
    """Content that is not in the history yet.

    Attributes:
        items: What adds most, as ``(path, bytes)``, the largest first: large files, and folders
            (ending with ``/``) of the project with many new ones.
        files: Number of all new or changed files.
        size: Their bytes.
    """

    items: tuple[tuple[str, int], ...]
    files: int
    size: int

    @property
    def words(self) -> str:
        """How much it is."""
        return f"{count(self.files, 'new or changed file')} with {format_size(self.size)}"


class MuchNewError(Exception):
    """A snapshot would store more new content than it may without a question."""


class GrowthError(WorkbenchError):
    """A snapshot would add a lot, and nobody has said yet what shall be done.

    Attributes:
        growth: How much.
    """

    def __init__(self, growth: Growth) -> None:
        super().__init__(
            "The snapshot would add a lot to the history",
            f"It has {growth.words}. Nothing was stored.",
            retry=True,
        )
        self.growth = growth


def growth_of(files: list[tuple[str, int]]) -> Growth | None:
    """Return what these new files add, ``None`` if it is not worth a question.

    Args:
        files: Path and bytes of each file that is not stored yet.
    """
    size = sum(each for _, each in files)
    large = [(path, each) for path, each in files if each > LARGE_FILE]
    if size <= MUCH and not large:
        return None
    folders: dict[str, int] = {}
    for path, each in files:
        if each <= LARGE_FILE:
            top, slash, _ = path.partition("/")
            name = f"{top}/" if slash else path
            folders[name] = folders.get(name, 0) + each
    rest = sorted(folders.items(), key=lambda item: -item[1]) if size > MUCH else []
    # A folder that adds little is not the reason.
    items = large + [(name, each) for name, each in rest if each * 20 >= size]
    items.sort(key=lambda item: (-item[1], item[0]))
    return Growth(tuple(items[:_MOST_NAMED]), len(files), size)
