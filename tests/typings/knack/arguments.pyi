from types import TracebackType
from typing import Any, Self

from knack.commands import CLICommandsLoader

class ArgumentsContext:
    def __init__(self, command_loader: CLICommandsLoader, command_scope: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def argument(self, argument_dest: str, **kwargs: Any) -> None: ...
    def positional(self, argument_dest: str, **kwargs: Any) -> None: ...

class CLICommandArgument:
    def __init__(self, dest: str, *, options_list: list[str]) -> None: ...

class ArgumentRegistry:
    arguments: dict[str, dict[str, Any]]
