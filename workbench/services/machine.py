"""Which computer this is: an id that goes with Workbench's data folder."""

import re
import uuid
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.services.safe_files import os_error_reason, write_atomically

_ID = re.compile(r"[0-9a-f]{32}")


def machine_id(data: Path) -> str:
    """Return the id of this computer, making it if there is none yet.

    Raises:
        WorkbenchError: If it can't be kept.
    """
    path = data / "machine-id"
    try:
        if path.exists() and _ID.fullmatch(known := path.read_text("ascii", "replace").strip()):
            return known
        data.mkdir(parents=True, exist_ok=True)
        made = uuid.uuid4().hex
        write_atomically(path, f"{made}\n".encode("ascii"))
        # Another process may have done the same: what is there counts.
        return path.read_text("ascii").strip()
    except OSError as error:
        raise WorkbenchError(
            "Workbench's data folder can't be used",
            f"{path} can't be written because {os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error
