"""What the shell offers for the values of flags."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

_SOURCES = "workbench.cli.commands.completion"

project_names = "project_names"
workspace_names = "workspace_names"
template_names = "template_names"
run_numbers = "run_numbers"
run_configurations = "run_configurations"
compute_targets = "compute_targets"
account_names = "account_names"
known_places = "known_places"


def completes(source: str) -> Callable[..., list[str]]:
    """Return a completer that imports what it needs only when the shell asks.

    Args:
        source: Name of a function in ``workbench.cli.commands.completion``.
    """

    def complete(*, parsed_args: Any, **_more: Any) -> list[str]:
        function = getattr(import_module(_SOURCES), source)
        project = getattr(parsed_args, "project", None)
        return list(function(project))

    return complete
