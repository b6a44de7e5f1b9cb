from typing import Any

class CLIError(Exception): ...

class CommandResultItem:
    result: Any
    exit_code: int
