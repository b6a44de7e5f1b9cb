"""``wb history``: look at runs, compare, export, archive and delete them."""

from typing import Any

from knack.arguments import ArgumentsContext
from knack.commands import CLICommandsLoader, CommandGroup

from workbench.cli import tables
from workbench.cli.completers import completes, run_numbers
from workbench.cli.groups.common import add_project, add_run
from workbench.cli.help import Text

_BEST = '--query "@[?Accuracy != null] | max_by(@, &Accuracy).Accuracy"'
_FAILED = "wb history list --filter 'status=failed lr>0.01' -o table"

TEXTS = {
    "history": Text(
        "Look at runs, compare, export, archive and delete them",
        examples=(("List the runs, the newest first.", "wb history list -o table"),),
    ),
    "history list": Text(
        "List the runs of the project, the newest first",
        "In JSON every scalar metric stands under its own name. In a table each has a column.",
        (
            ("Show the runs as a table.", "wb history list -o table"),
            ("Find the best accuracy.", f"wb history list {_BEST}"),
            ("Show failed runs with a high rate.", _FAILED),
            ("Show completed runs.", "wb history list --query \"[?status=='Completed']\" -o table"),
        ),
    ),
    "history push": Text(
        "Push snapshots and run records to the project's Git repo, and get those of others",
        "The window does it by itself. The exit code is 1 if something keeps the history here.",
        (("Push the history of the current folder's project.", "wb history push"),),
    ),
    "history fetch": Text(
        "Get snapshots and run records from the project's Git repo, and push nothing",
        examples=(("See the runs of other computers.", "wb history fetch"),),
    ),
    "history status": Text(
        "Show how much of the history is on this computer only",
        "The Git repo is not asked.",
        (("Print the number of snapshots.", "wb history status --query snapshots_to_push"),),
    ),
    "history info": Text(
        "Show one run, or print one of its files",
        examples=(
            ("Show run 7.", "wb history info --run 7"),
            ("Print its log.", "wb history info --run 7 --artifact driver_log"),
        ),
    ),
    "history last": Text(
        "Show the newest run",
        examples=(("Print its status.", "wb history last --query status -o tsv"),),
    ),
    "history compare": Text(
        "Put two or three runs side by side: metrics, arguments, code, environment, outputs",
        examples=(
            ("Show only what differs.", "wb history compare 5 7 --differences"),
            ("Compare the last run with the folder now.", "wb history compare last --folder"),
        ),
    ),
    "history diff": Text(
        "Show what changed in the code, as a patch",
        "With one run: since the run before it. With two: from the first to the second.",
        (
            ("What changed for run 7.", "wb history diff 7"),
            ("What changed from run 5 to run 7.", "wb history diff 5 7"),
            ("What changed in the folder since run 7.", "wb history diff 7 --folder"),
        ),
    ),
    "history download": Text(
        "Copy the log and the outputs of a run into a folder",
        examples=(
            ("Copy everything of run 7.", "wb history download --run 7 -d run7"),
            ("Copy the model only.", "wb history download -r 7 --artifact model.pkl -d ."),
        ),
    ),
    "history export": Text(
        "Write runs to a CSV or JSON file",
        "Both hold what is known of each run, and its metrics.",
        (
            ("Write all runs as a table.", "wb history export -f runs.csv"),
            ("Write good runs only.", "wb history export -f r.json --filter 'acc>0.9'"),
        ),
    ),
    "history archive": Text(
        "Put runs aside: lists show them only with archived=yes in the filter",
        examples=(("Put two runs aside.", "wb history archive --run 5 6"),),
    ),
    "history unarchive": Text(
        "Put archived runs back into the list",
        examples=(("Put run 5 back.", "wb history unarchive --run 5"),),
    ),
    "history delete": Text(
        "Delete runs that have ended, which can be taken back",
        "No list shows them any more. Their snapshots, logs and outputs are kept, so that undelete "
        "brings everything back.",
        (("Delete two runs.", "wb history delete --run 5 6"),),
    ),
    "history undelete": Text(
        "Bring deleted runs back",
        examples=(
            ("See what was deleted.", "wb history list --deleted -o table"),
            ("Bring run 5 back.", "wb history undelete --run 5"),
        ),
    ),
}

_COMMANDS = "workbench.cli.commands.history#{}"
_REMOTE = "workbench.cli.commands.remote#{}"
_COMPARISONS = "workbench.cli.commands.comparison#{}"
_FILES = "workbench.cli.commands.run_files#{}"
_PUT_ASIDE = ("archive", "unarchive", "delete", "undelete")


def add_commands(loader: CLICommandsLoader) -> None:
    """Name the commands of this group."""
    with CommandGroup(loader, "history", _COMMANDS) as group:
        group.command("list", "list_runs", table_transformer=tables.runs)
        group.command("last", "show_last", table_transformer=tables.runs)
        for verb in _PUT_ASIDE:
            group.command(verb, verb, table_transformer=tables.runs)
    with CommandGroup(loader, "history", _REMOTE) as group:
        group.command("push", "push_history")
        group.command("fetch", "fetch_history")
        group.command("status", "show_sync")
    with CommandGroup(loader, "history", _COMPARISONS) as group:
        group.command("compare", "compare", table_transformer=tables.comparison)
        group.command("diff", "diff", table_transformer=tables.changes)
    with CommandGroup(loader, "history", _FILES) as group:
        group.command("info", "show_run", table_transformer=tables.runs)
        group.command("download", "download")
        group.command("export", "export")


def add_arguments(loader: CLICommandsLoader) -> None:
    """Name the flags of this group's commands."""
    with ArgumentsContext(loader, "history") as context:
        add_project(context)
    for command in ("list", "export"):
        with ArgumentsContext(loader, f"history {command}") as context:
            context.argument(
                "filter_text",
                options_list=["--filter"],
                metavar="TEXT",
                help="The same as in the window's filter box, for example "
                "'script=train.py accuracy>0.9'.",
            )
            context.argument("top", type=int, metavar="N", help="Only the newest N of them.")
    with ArgumentsContext(loader, "history list") as context:
        context.argument("archived", action="store_true", help="List archived runs instead.")
        context.argument("deleted", action="store_true", help="List deleted runs instead.")
    for verb in _PUT_ASIDE:
        with ArgumentsContext(loader, f"history {verb}") as context:
            add_run(context, nargs="+", help="Numbers, ids or beginnings of ids of runs.")
    _add_comparisons(loader)
    _add_files(loader)


def _add_comparisons(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "history compare") as context:
        _add_runs(context, nargs="+", help="Runs to compare; the first is the baseline.")
        context.argument(
            "folder", action="store_true", help="Also compare the project folder as it is now."
        )
        context.argument("differences", action="store_true", help="Leave out what is the same.")
    with ArgumentsContext(loader, "history diff") as context:
        _add_runs(context, nargs="+", help="One or two runs.")
        context.argument(
            "folder", action="store_true", help="From the run to the project folder as it is now."
        )
        context.argument("names_only", action="store_true", help="Only name the files.")


def _add_runs(context: ArgumentsContext, **more: Any) -> None:
    context.positional("runs", metavar="RUN", completer=completes(run_numbers), **more)


def _add_files(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "history info") as context:
        add_run(context)
        context.argument(
            "artifact",
            options_list=["--artifact", "-a"],
            metavar="FILE",
            help="Print this file of the run: driver_log, or the path of an output.",
        )
    with ArgumentsContext(loader, "history download") as context:
        add_run(context)
        context.argument(
            "artifact",
            options_list=["--artifact", "-a"],
            nargs="+",
            metavar="FILE",
            help="Only these files: driver_log, or paths of outputs.",
        )
        context.argument(
            "destination",
            options_list=["--destination", "-d"],
            metavar="FOLDER",
            required=True,
            help="Where to; it is made if needed.",
        )
        context.argument("overwrite", action="store_true", help="Replace files that are there.")
    with ArgumentsContext(loader, "history export") as context:
        context.argument(
            "file",
            options_list=["--file", "-f"],
            metavar="FILE",
            required=True,
            help="Where to; its ending says the format.",
        )
