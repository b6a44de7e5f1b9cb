"""Have ready what the next run needs, so that it starts at once."""

import logging

from workbench.core.errors import WorkbenchError
from workbench.services.script_runner import SpareSupervisor

_log = logging.getLogger(__name__)


class ReadyRuns(SpareSupervisor):
    """A process that waits for the next run of any project; it ends with this one."""


def prepare_next_run(ready: ReadyRuns | SpareSupervisor | None) -> None:
    """Have something wait for the next run, if nothing does.

    Without it a run only takes a little longer to start.
    """
    try:
        if ready is not None:
            ready.prepare()
    except WorkbenchError as error:
        _log.warning("nothing waits for the next run: %s", error)
