"""Have ready what the next run needs, so that it starts at once."""

import logging

from workbench.core.errors import WorkbenchError
from workbench.services.script_runner import SpareSupervisor

_log = logging.getLogger(__name__)


class ReadyRuns(SpareSupervisor):
    """A process that waits for the next run of any project; it ends with this one."""

    def prepare(self) -> None:
        """Have a process wait, if none does; without it a run only takes longer to start."""
        try:
            super().prepare()
        except WorkbenchError as error:
            _log.warning("nothing waits for the next run: %s", error)
