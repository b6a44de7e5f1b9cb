"""Flags that several commands share."""

from typing import Any

from knack.arguments import ArgumentsContext

from workbench.cli.completers import completes, project_names, run_configurations, run_numbers


def add_project(context: ArgumentsContext) -> None:
    """Add ``--project``."""
    context.argument(
        "project",
        options_list=["--project"],
        metavar="PROJECT",
        help="Folder, name or id of the project. Default: the project of the current folder.",
        completer=completes(project_names),
    )


def add_run(context: ArgumentsContext, **more: Any) -> None:
    """Add ``--run``."""
    settings = {
        "options_list": ["--run", "-r"],
        "metavar": "RUN",
        "help": "Number, id, beginning of the id, or last.",
        "required": True,
        "completer": completes(run_numbers),
    }
    context.argument("run", **{**settings, **more})


def add_yes(context: ArgumentsContext) -> None:
    """Add ``--yes``."""
    context.argument(
        "yes", options_list=["--yes", "-y"], action="store_true", help="Do it without asking."
    )


def add_configuration(context: ArgumentsContext) -> None:
    """Add ``--run-configuration``."""
    context.argument(
        "configuration",
        options_list=["--run-configuration", "-c"],
        metavar="NAME",
        help="Run configuration: the name of a file aml_config/NAME.runconfig.",
        completer=completes(run_configurations),
    )


def add_token(context: ArgumentsContext) -> None:
    """Add ``--vststoken``."""
    context.argument(
        "token",
        options_list=["--vststoken"],
        nargs="?",
        const="",
        metavar="",
        help="Keep an access token for the repo first. It is asked for in the terminal, or read "
        "from standard input; as a word of the command it is refused.",
    )
