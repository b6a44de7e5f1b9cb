"""What a command writes to standard output: the format that was asked for, or its own words."""

from collections.abc import Callable
from typing import Any

from knack.events import EVENT_INVOKER_POST_PARSE_ARGS, EVENT_PARSER_GLOBAL_CREATE
from knack.output import OutputProducer

from workbench.cli.answer import Answer

FORMATS = ("json", "jsonc", "table", "tsv", "yaml", "yamlc", "none")
WORDS = "words"
_DEFAULT = "json"


class Output(OutputProducer):
    """Writes the answer of a command.

    Without ``--output`` a command that has words for people writes those, any other JSON.
    """

    def __init__(self, cli_ctx: Any = None) -> None:
        super().__init__(cli_ctx)
        cli_ctx.unregister_event(EVENT_PARSER_GLOBAL_CREATE, OutputProducer.on_global_arguments)
        cli_ctx.register_event(EVENT_PARSER_GLOBAL_CREATE, _add_argument)
        cli_ctx.unregister_event(
            EVENT_INVOKER_POST_PARSE_ARGS, OutputProducer.handle_output_argument
        )
        cli_ctx.register_event(EVENT_INVOKER_POST_PARSE_ARGS, _note_format)

    def get_formatter(self, format_type: str) -> Callable[[Any], str]:
        """Return what turns an answer into text."""
        if format_type == WORDS:
            answer = self.cli_ctx.invocation.data["answer"]
            return lambda _result: answer.text if isinstance(answer, Answer) else ""
        formatter: Callable[[Any], str] = super().get_formatter(format_type)
        return formatter


def asked_format(invocation: Any) -> str:
    """Return the format that the user asked for; empty if for none."""
    return str(invocation.data["asked_format"] or "")


def _add_argument(_cli_ctx: Any, **kwargs: Any) -> None:
    kwargs["arg_group"].add_argument(
        "--output",
        "-o",
        dest=OutputProducer.ARG_DEST,
        choices=list(FORMATS),
        type=str.lower,
        help="Output format. Without it: words where something is done, JSON where something is "
        "looked up.",
    )


def _note_format(cli_ctx: Any, **kwargs: Any) -> None:
    data = cli_ctx.invocation.data
    data["asked_format"] = getattr(kwargs["args"], OutputProducer.ARG_DEST)
    data["output"] = data["asked_format"] or _DEFAULT
