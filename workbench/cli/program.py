"""``wb`` put together: knack's framework with the habits of this program."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from knack.cli import CLI
from knack.config import CLIConfig
from knack.events import EVENT_INVOKER_POST_PARSE_ARGS
from knack.invocation import CommandInvoker
from knack.util import CLIError, CommandResultItem

import workbench
from workbench.cli.answer import Answer, ExitCode
from workbench.cli.console_log import ConsoleLog
from workbench.cli.errors import InterruptedByUserError, asks_for_json, exit_code, tell
from workbench.cli.help import Help
from workbench.cli.loader import Commands
from workbench.cli.output import WORDS, Output, asked_format
from workbench.cli.parsing import Parser
from workbench.core.errors import WorkbenchError

_NAME = "wb"


class _NoConfig(CLIConfig):
    """Answers every question with its default: the program has no configuration file."""

    def __init__(self, **_kwargs: Any) -> None:
        self.config_dir = ""

    def get(self, _section: str, _option: str, fallback: Any = None) -> Any:
        """Return the default."""
        return fallback

    def getboolean(self, _section: str, _option: str, fallback: Any = None) -> Any:
        """Return the default."""
        return fallback


class _Invocation(CommandInvoker):
    """One call of the program."""

    def execute(self, args: Any) -> CommandResultItem:
        """Carry out a command line."""
        try:
            item = super().execute(args)
        except KeyboardInterrupt as error:
            raise InterruptedByUserError from error
        answer = self.data["answer"]
        if isinstance(answer, Answer):
            item.exit_code = answer.exit_code
            if not asked_format(self) and not self.data["query_active"]:
                self.data["output"] = WORDS
        return item


class Program(CLI):
    """The command line of Workbench."""

    def __init__(self) -> None:
        super().__init__(
            cli_name=_NAME,
            config_dir=os.devnull,
            out_file=sys.stdout,
            config_cls=_NoConfig,
            logging_cls=ConsoleLog,
            invocation_cls=_Invocation,
            output_cls=Output,
            parser_cls=Parser,
            commands_loader_cls=Commands,
            help_cls=Help,
        )
        self._words: Sequence[str] = ()
        self._parsed = False
        self.register_event(EVENT_INVOKER_POST_PARSE_ARGS, self._on_parsed)

    def run(self, words: Sequence[str]) -> int:
        """Carry out a command line and return the exit code."""
        self._words = words
        with self.logging.shown():
            try:
                return int(self.invoke(list(words)))
            except SystemExit as end:
                return end.code if isinstance(end.code, int) else ExitCode.OK

    def show_version(self) -> None:
        """Write the version."""
        print(f"{_NAME} {workbench.__version__}", file=self.out_file)

    def exception_handler(self, ex: Exception) -> int:
        """Tell an error in one line, and return the exit code."""
        if isinstance(ex, BrokenPipeError):
            raise ex
        error = ex if isinstance(ex, WorkbenchError) else self._translated(ex)
        tell(error, as_json=self._wants_json(), details=self.logging.details)
        return exit_code(error)

    def _translated(self, error: Exception) -> WorkbenchError:
        if isinstance(error, CLIError):
            return WorkbenchError(str(error))
        if self.logging.traces:
            sys.excepthook(type(error), error, error.__traceback__)
        return WorkbenchError(
            "This should not have happened",
            f"{type(error).__name__}: {error}",
            hint="" if self.logging.traces else "Try the same with --debug to see where.",
        )

    def _wants_json(self) -> bool:
        if self._parsed:
            return asked_format(self.invocation) in {"json", "jsonc"}
        return asks_for_json(self._words)

    def _on_parsed(self, _cli_ctx: CLI, **_kwargs: Any) -> None:
        self._parsed = True

    def _should_enable_color(self) -> bool:
        return "NO_COLOR" not in os.environ and super()._should_enable_color()
