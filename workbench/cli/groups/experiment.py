"""``wb experiment``: run scripts."""

from argparse import REMAINDER

from knack.arguments import ArgumentsContext
from knack.commands import CLICommandsLoader, CommandGroup

from workbench.cli import tables
from workbench.cli.groups.common import add_configuration, add_project, add_run, add_yes
from workbench.cli.help import Text

TEXTS = {
    "experiment": Text(
        "Run scripts, follow and cancel them, prepare their environment",
        examples=(("Run a script.", "wb experiment submit train.py --rate 0.01"),),
    ),
    "experiment submit": Text(
        "Save a snapshot of the project, run a script, and follow its log to the end",
        "Everything after the script belongs to the script, so flags of wb come before it. The "
        "exit code is the script's own. Ctrl-C asks whether to cancel the run or to leave it "
        "running; with no terminal it is left running.",
        (
            ("Run a script with arguments.", "wb experiment submit train.py --rate 0.01"),
            ("Run what a run configuration says.", "wb experiment submit gpu.runconfig"),
            ("Start a run and come back later.", "wb experiment submit --no-wait train.py"),
        ),
    ),
    "experiment status": Text(
        "Show the state of a run",
        examples=(("Show how the last run is doing.", "wb experiment status"),),
    ),
    "experiment cancel": Text(
        "End a run, with everything that its script started",
        "A run that waits for its turn is canceled at once; a script gets five seconds to end.",
        (("End run 7.", "wb experiment cancel --run 7"),),
    ),
    "experiment prepare": Text(
        "Install the packages of the project into its own environment .venv",
        "The packages come from the file that the run configuration names, or from "
        "requirements.txt. The former environment is kept until all went well.",
        (("Prepare the project of the current folder.", "wb experiment prepare -c local"),),
    ),
    "experiment diagnostics": Text(
        "Write a zip file that helps to find out why a run failed",
        "It holds the run's record, log, metrics and settings and Workbench's own log, without "
        "passwords, tokens and keys. It holds no file of the project and no output.",
        (("Write diagnostics.zip for the last run.", "wb experiment diagnostics --run last"),),
    ),
}

_COMMANDS = "workbench.cli.commands.experiment#{}"


def add_commands(loader: CLICommandsLoader) -> None:
    """Name the commands of this group."""
    with CommandGroup(loader, "experiment", _COMMANDS) as group:
        group.command("submit", "submit", table_transformer=tables.runs)
        group.command("status", "show_state")
        group.command("cancel", "cancel")
        group.command("prepare", "prepare")
        group.command("diagnostics", "write_diagnostics")


def add_arguments(loader: CLICommandsLoader) -> None:
    """Name the flags of this group's commands."""
    with ArgumentsContext(loader, "experiment") as context:
        add_project(context)
    with ArgumentsContext(loader, "experiment submit") as context:
        add_configuration(context)
        context.argument(
            "wait",
            options_list=["--wait"],
            action="store_true",
            help="Follow the run to its end, which is what happens anyway.",
        )
        context.argument(
            "no_wait", action="store_true", help="Return as soon as the script was started."
        )
        context.positional(
            "words",
            nargs=REMAINDER,
            metavar="SCRIPT ARGUMENTS",
            help="The script and its arguments, or NAME.runconfig.",
        )
    with ArgumentsContext(loader, "experiment status") as context:
        add_run(
            context,
            required=False,
            help="Number, id or beginning of the id. Default: the last run.",
        )
    with ArgumentsContext(loader, "experiment cancel") as context:
        add_run(context)
    with ArgumentsContext(loader, "experiment prepare") as context:
        add_configuration(context)
        add_yes(context)
    with ArgumentsContext(loader, "experiment diagnostics") as context:
        add_run(context)
        context.argument(
            "file",
            options_list=["--file", "-f"],
            metavar="FILE",
            help="Where to. Default: diagnostics.zip in the current folder.",
        )
