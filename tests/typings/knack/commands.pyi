from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

class CLICommand:
    cli_ctx: Any
    name: str
    arguments: dict[str, Any]
    handler: str
    table_transformer: Any

    def __init__(self, cli_ctx: Any, name: str, handler: Any, **kwargs: Any) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

class CLICommandsLoader:
    command_table: dict[str, CLICommand]
    skip_applicability: bool
    argument_registry: Any
    cli_ctx: Any
    def __init__(self, cli_ctx: Any = ..., command_cls: type[CLICommand] = ...) -> None: ...
    def load_command_table(self, args: Any) -> dict[str, CLICommand]: ...
    def load_arguments(self, command: str) -> None: ...

class CommandGroup:
    def __init__(
        self, command_loader: CLICommandsLoader, group_name: str, operations_tmpl: str
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def command(
        self,
        name: str,
        handler_name: str,
        *,
        table_transformer: Callable[[Any], list[dict[str, object]]] | None = ...,
    ) -> None: ...
