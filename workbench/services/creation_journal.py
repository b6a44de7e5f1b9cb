"""What is known on disk about project folders that are being made.

A project folder takes several steps to make. What a killed process left half way is found here
by the next one, which takes it back, or completes it if the folder was already in its place.
"""

import dataclasses
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from workbench.services.process_identity import is_alive, own_identity
from workbench.services.safe_files import remove_tree, write_atomically

_SUFFIX = ".new"


@dataclass(frozen=True, slots=True)
class Creation:
    """One project that is being made.

    Attributes:
        project_id: Its GUID.
        name: Its name.
        description: Its description.
        workspace: Its workspace.
        template: Its template.
        target: Where its folder will be.
        temporary: Folder next to the target in which it is prepared.
        target_existed: Whether an empty folder was in the target's place.
        made_parents: Folders above that did not exist, outermost first.
    """

    project_id: str
    name: str
    description: str
    workspace: str
    template: str
    target: Path
    temporary: Path
    target_existed: bool
    made_parents: tuple[Path, ...]


class CreationJournal:
    """The list of creations that have begun and not ended, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, creation: Creation) -> None:
        """Note a creation before its first step.

        Raises:
            OSError: If it cannot be written.
        """
        values = dataclasses.asdict(creation) | {
            "target": os.fsdecode(creation.target),
            "temporary": os.fsdecode(creation.temporary),
            "made_parents": [os.fsdecode(path) for path in creation.made_parents],
            "process": own_identity(),
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(creation), json.dumps(values).encode("ascii"))

    def end(self, creation: Creation) -> None:
        """Forget a creation that is complete or was taken back."""
        self._file(creation).unlink(missing_ok=True)

    def interrupted(self) -> list[Creation]:
        """Return the creations whose process is gone; those of other computers are left alone."""
        found = []
        try:
            paths = sorted(self._folder.glob("*.json"))
        except OSError:
            return []
        for path in paths:
            try:
                values = json.loads(path.read_bytes())
                if is_alive(values.pop("process")):
                    continue
                values["target"] = Path(values["target"])
                values["temporary"] = Path(values["temporary"])
                values["made_parents"] = tuple(Path(part) for part in values["made_parents"])
                found.append(Creation(**values))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def _file(self, creation: Creation) -> Path:
        return self._folder / f"{creation.project_id}.json"


def temporary_folder(target: Path) -> Path:
    """Return a free name next to a folder, for preparing it."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}{_SUFFIX}")


def remove_prepared(creation: Creation) -> bool:
    """Remove the prepared folder and the parents made for it; returns whether all is gone."""
    temporary = creation.temporary
    ours = temporary.parent == creation.target.parent and temporary.name.endswith(_SUFFIX)
    gone = True
    if ours and os.path.lexists(temporary):
        gone = remove_tree(temporary)
    if creation.target_existed and not os.path.lexists(creation.target):
        creation.target.mkdir()
    for parent in reversed(creation.made_parents):
        try:
            parent.rmdir()
        except OSError:  # not empty: somebody else uses it already
            break
    return gone
