"""What ``wb`` says besides its answer: on standard error, as much as was asked for."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from knack.events import EVENT_INVOKER_POST_PARSE_ARGS
from knack.log import CLILogging

OWN = "workbench.cli"
_WORKBENCH = "workbench"


class _ErrorStream(logging.StreamHandler[Any]):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
        self.addFilter(self._is_wanted)
        self.own = logging.WARNING
        self.workbench = logging.CRITICAL
        self.others = logging.CRITICAL

    def emit(self, record: logging.LogRecord) -> None:
        self.setStream(sys.stderr)
        super().emit(record)

    def _is_wanted(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(OWN):
            return record.levelno >= self.own
        if record.name.startswith(_WORKBENCH):
            return record.levelno >= self.workbench
        return record.levelno >= self.others


class ConsoleLog(CLILogging):
    """Shows warnings; ``--verbose`` and ``--debug`` show more, ``--only-show-errors`` less.

    Attributes:
        details: Whether technical text of errors is shown.
        traces: Whether a bug is shown with all calls that led to it.
    """

    def __init__(self, name: str, cli_ctx: Any = None) -> None:
        super().__init__(name, cli_ctx)
        self.details = False
        self.traces = False
        self._handler = _ErrorStream()
        cli_ctx.register_event(EVENT_INVOKER_POST_PARSE_ARGS, self._on_parsed)

    def configure(self, args: Any) -> None:
        """Do nothing yet: a word of the command line may be meant for a script."""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the log while a command is carried out."""
        root = logging.getLogger()
        level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.WARNING)
        try:
            yield
        finally:
            root.removeHandler(self._handler)
            root.setLevel(level)

    def _on_parsed(self, _cli_ctx: Any, **kwargs: Any) -> None:
        args = kwargs["args"]
        self.traces = bool(args._log_verbosity_debug)
        self.details = self.traces or bool(args._log_verbosity_verbose)
        if args._log_verbosity_only_show_errors:
            self._handler.own = logging.ERROR
        if self.details:
            self._handler.own = self._handler.workbench = logging.INFO
            logging.getLogger().setLevel(logging.INFO)
        if self.traces:
            self._handler.own = self._handler.workbench = self._handler.others = logging.DEBUG
            logging.getLogger().setLevel(logging.DEBUG)
