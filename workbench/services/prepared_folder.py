"""Folders that are made as a whole: prepared beside their place, then moved there in one step.

What is being made is noted on disk. What a killed process left half way is found there by the next
one, which takes it back, or completes what it stands for if the folder was already in its place.
"""

import dataclasses
import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from workbench.services.process_identity import is_alive, own_identity
from workbench.services.safe_files import remove_tree, write_atomically

_SUFFIX = ".new"


@dataclass(frozen=True, slots=True)
class PreparedFolder:
    """One folder that is being made.

    Attributes:
        target: Where it will be.
        temporary: Folder next to the target in which it is prepared.
        target_existed: Whether an empty folder was in the target's place.
        made_parents: Folders above that did not exist, outermost first.
    """

    target: Path
    temporary: Path
    target_existed: bool
    made_parents: tuple[Path, ...]

    @property
    def key(self) -> str:
        """A name for what is noted of it."""
        return self.temporary.name.rsplit(".", 2)[1]

    def move_into_place(self) -> None:
        """Move the folder to where it belongs.

        Raises:
            OSError: If something else is there by now, or it cannot be moved.
        """
        if sys.platform == "win32" and self.target_existed:
            self.target.rmdir()
        self.temporary.rename(self.target)

    def remove(self) -> bool:
        """Remove what was prepared and the parents made for it; returns whether all is gone."""
        temporary = self.temporary
        ours = temporary.parent == self.target.parent and temporary.name.endswith(_SUFFIX)
        gone = True
        if ours and os.path.lexists(temporary):
            gone = remove_tree(temporary)
        if self.target_existed and not os.path.lexists(self.target):
            self.target.mkdir()
        for parent in reversed(self.made_parents):
            try:
                parent.rmdir()
            except OSError:  # not empty: somebody else uses it already
                break
        return gone


def place_for(target: Path) -> PreparedFolder:
    """Return how to make a folder that does not exist, or is empty, at a place."""
    existed = os.path.lexists(target)
    if existed:
        target = target.resolve()
    missing = [path for path in target.parents if not path.exists()]
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_SUFFIX}")
    return PreparedFolder(target, temporary, existed, tuple(reversed(missing)))


_Kind = TypeVar("_Kind", bound=PreparedFolder)


class PreparationJournal(Generic[_Kind]):
    """The list of folders that are being made, one file each.

    Args:
        folder: Where the list is.
        kind: What is noted of each.
    """

    def __init__(self, folder: Path, kind: type[_Kind]) -> None:
        self._folder = folder
        self._kind = kind

    def begin(self, prepared: _Kind) -> None:
        """Note a folder before the first step.

        Raises:
            OSError: If it cannot be written.
        """
        values = dataclasses.asdict(prepared) | {
            "target": os.fsdecode(prepared.target),
            "temporary": os.fsdecode(prepared.temporary),
            "made_parents": [os.fsdecode(path) for path in prepared.made_parents],
            "process": own_identity(),
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(prepared), json.dumps(values).encode("ascii"))

    def end(self, prepared: _Kind) -> None:
        """Forget a folder that is in its place or was taken back."""
        self._file(prepared).unlink(missing_ok=True)

    def interrupted(self) -> list[_Kind]:
        """Return the folders whose process is gone; those of other computers are left alone."""
        found = []
        try:
            paths = sorted(self._folder.glob("*.json"))
        except OSError:
            return []
        for path in paths:
            try:
                values = json.loads(path.read_bytes())
                if not is_alive(values.pop("process")):
                    found.append(self._read(values))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def _read(self, values: dict[str, Any]) -> _Kind:
        values["target"] = Path(values["target"])
        values["temporary"] = Path(values["temporary"])
        values["made_parents"] = tuple(Path(part) for part in values["made_parents"])
        return self._kind(**values)

    def _file(self, prepared: _Kind) -> Path:
        return self._folder / f"{prepared.key}.json"
