"""``wb computetarget`` and ``wb runconfiguration``: the files in ``aml_config``."""

from argparse import REMAINDER

from knack.arguments import ArgumentsContext
from knack.commands import CLICommandsLoader, CommandGroup

from workbench.cli import tables
from workbench.cli.completers import completes, compute_targets, run_configurations
from workbench.cli.groups.common import add_project, add_yes
from workbench.cli.help import Text

TEXTS = {
    "computetarget": Text(
        "Where runs take place: the files aml_config/NAME.compute",
        examples=(("List the compute targets.", "wb computetarget list -o table"),),
    ),
    "computetarget list": Text(
        "List the compute targets of the project",
        examples=(("Show them as a table.", "wb computetarget list -o table"),),
    ),
    "computetarget attach": Text(
        "Add a compute target, and a run configuration of its name",
        "It writes the files that other programs of the original read too. Runs take place on "
        "this computer: a target that is elsewhere is kept for later.",
        (
            ("Add a computer.", "wb computetarget attach remote -n gpu -a gpu.example.com -u ana"),
            (
                "Add another Python of this computer.",
                "wb computetarget attach local -n old --python /usr/bin/python3.9",
            ),
        ),
    ),
    "computetarget detach": Text(
        "Delete a compute target, and the run configuration of its name",
        examples=(("Remove a target.", "wb computetarget detach -n gpu --yes"),),
    ),
    "runconfiguration": Text(
        "How scripts are run: the files aml_config/NAME.runconfig",
        examples=(("List the run configurations.", "wb runconfiguration list -o table"),),
    ),
    "runconfiguration create": Text(
        "Make a run configuration",
        examples=(
            ("Make one for this computer.", "wb runconfiguration create -n fast -t local"),
            (
                "Make one that knows its script.",
                "wb runconfiguration create -n fast -t local train.py --epochs 3",
            ),
        ),
    ),
    "runconfiguration list": Text(
        "List the run configurations of the project",
        examples=(("Show them as a table.", "wb runconfiguration list -o table"),),
    ),
    "runconfiguration delete": Text(
        "Delete a run configuration",
        examples=(("Remove one.", "wb runconfiguration delete -n fast --yes"),),
    ),
}

_COMMANDS = "workbench.cli.commands.settings#{}"
_KINDS = ["local", "docker", "remotedocker", "remote", "cluster"]


def add_commands(loader: CLICommandsLoader) -> None:
    """Name the commands of these groups."""
    with CommandGroup(loader, "computetarget", _COMMANDS) as group:
        group.command("list", "list_targets", table_transformer=tables.targets)
        group.command("attach", "attach", table_transformer=tables.targets)
        group.command("detach", "detach")
    with CommandGroup(loader, "runconfiguration", _COMMANDS) as group:
        group.command("list", "list_configurations", table_transformer=tables.configurations)
        group.command("create", "create", table_transformer=tables.configurations)
        group.command("delete", "delete")


def add_arguments(loader: CLICommandsLoader) -> None:
    """Name the flags of these groups' commands."""
    for group in ("computetarget", "runconfiguration"):
        with ArgumentsContext(loader, group) as context:
            add_project(context)
    for command in ("computetarget detach", "runconfiguration delete"):
        with ArgumentsContext(loader, command) as context:
            add_yes(context)
    _add_names(loader)
    _add_attach(loader)
    with ArgumentsContext(loader, "runconfiguration create") as context:
        context.argument(
            "target",
            options_list=["--target", "-t"],
            metavar="NAME",
            required=True,
            help="Compute target.",
            completer=completes(compute_targets),
        )
        context.positional(
            "words",
            nargs=REMAINDER,
            metavar="SCRIPT ARGUMENTS",
            help="Script and arguments; without them the script is named when something is run.",
        )


def _add_names(loader: CLICommandsLoader) -> None:
    for command, source in (
        ("computetarget attach", None),
        ("computetarget detach", compute_targets),
        ("runconfiguration create", None),
        ("runconfiguration delete", run_configurations),
    ):
        with ArgumentsContext(loader, command) as context:
            context.argument(
                "name",
                options_list=["--name", "-n"],
                metavar="NAME",
                required=True,
                help="Its name; the file is called after it.",
                completer=completes(source) if source else None,
            )


def _add_attach(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "computetarget attach") as context:
        context.positional("kind", choices=_KINDS, metavar="TYPE", help="What it is.")
        context.argument(
            "address", options_list=["--address", "-a"], metavar="HOST", help="Name of the host."
        )
        context.argument(
            "username", options_list=["--username", "-u"], metavar="NAME", help="Login name there."
        )
        context.argument("python", metavar="PATH", help="Python to run scripts with.")
        context.argument("image", metavar="IMAGE", help="Docker image.")
        context.argument("shared_folder", metavar="FOLDER", help="Folder that runs share.")
