from typing import Any

from knack.util import CommandResultItem

class CommandInvoker:
    cli_ctx: Any
    data: dict[str, Any]
    parser: Any
    commands_loader: Any
    def __init__(self, cli_ctx: Any = ..., **kwargs: Any) -> None: ...
    def execute(self, args: Any) -> CommandResultItem: ...
