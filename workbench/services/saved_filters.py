"""``filters.json``: the saved filters of a project."""

import json
import logging
from dataclasses import asdict
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.saved_filter import Filters, SavedFilter
from workbench.services.safe_files import os_error_reason, put_aside_broken, write_atomically

_log = logging.getLogger(__name__)
_FIELDS = tuple(SavedFilter.__dataclass_fields__)


def read_filters(path: Path) -> Filters:
    """Return the filters, by name.

    A file that can't be understood is put aside as ``filters.json.broken``, so that nothing is
    lost, and counts as none.

    Raises:
        WorkbenchError: If it can't be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = os_error_reason(error)
        raise WorkbenchError(
            "The saved filters can't be read",
            f"{path} can't be read because {reason}.",
            details=str(error),
            retry=True,
        ) from error
    try:
        return tuple(_filter(each) for each in json.loads(data))
    except (ValueError, TypeError, KeyError) as error:
        _log.warning("%s is damaged and kept as %s: %s", path, put_aside_broken(path), error)
        return ()


def write_filters(path: Path, filters: Filters) -> None:
    """Keep these filters and no others.

    Raises:
        WorkbenchError: If they can't be written; the former ones are then still there.
    """
    text = json.dumps([asdict(each) for each in filters], ensure_ascii=False, indent=1)
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise WorkbenchError(
            "The filter wasn't saved",
            f"{path} can't be written because {os_error_reason(error)}. Nothing was changed.",
            details=str(error),
            retry=True,
        ) from error


def _filter(values: dict[str, object]) -> SavedFilter:
    found = {name: values[name] for name in _FIELDS}
    if not all(isinstance(value, str) for value in found.values()):
        raise TypeError("not a text")
    return SavedFilter(**{name: str(value) for name, value in found.items()})
