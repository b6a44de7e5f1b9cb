"""``wb project``: make, open, save and restore projects."""

import argparse

from knack.arguments import ArgumentsContext
from knack.commands import CLICommandsLoader, CommandGroup

from workbench.cli import tables
from workbench.cli.completers import completes, template_names, workspace_names
from workbench.cli.groups.common import add_project, add_run, add_token, add_yes
from workbench.cli.help import Text

TEXTS = {
    "project": Text(
        "Make, open, save and restore projects",
        "Nothing that these commands do to a project folder is lost: a snapshot of the whole "
        "folder is saved before a restore changes anything.",
        (("Show what would be saved with the next run.", "wb project status"),),
    ),
    "project create": Text(
        "Make a project folder from a template",
        "The folder gets the template's files, run settings in aml_config, and a Git repository "
        "on master. Nothing is committed. With --repo a blank project is a clone of what is on "
        "the repo's master; any other template needs a repo without files there, or --force.",
        (
            ("Make an empty project below the current folder.", "wb project create -n churn"),
            (
                "Make the Iris project in another place.",
                "wb project create -n iris --path ~/projects --template classifying-iris",
            ),
            (
                "Clone a Git repo, and push the history of runs there.",
                "wb project create -n iris --repo https://dev.azure.com/contoso/Lab/_git/Iris",
            ),
            (
                "The same with an access token; it is asked for, and goes to the keyring.",
                "wb project create -n iris -r https://dev.azure.com/contoso/_git/Iris --vststoken",
            ),
        ),
    ),
    "project open": Text(
        "Make a project of a folder, or open one from a Git repo, and add it to the list",
        "A folder gets .azureml/project.json and, if it has none, aml_config. Nothing else in "
        "it changes; its own Git repository is not touched. Of a Git repo you get a clone, with "
        "all runs and snapshots of the project.",
        (
            ("Make a project of the current folder.", "wb project open ."),
            ("This folder is a copy, and a project of its own.", "wb project open . --copy new"),
            (
                "Open a project on another computer.",
                "wb project open https://dev.azure.com/contoso/Lab/_git/Iris --path iris",
            ),
        ),
    ),
    "project update": Text(
        "Link the project to a Git repo, once, or decide what goes there",
        "The repo is asked first. Its history is pushed there from then on, also by the window; "
        "a linked repo can't be changed or removed. Logs and outputs go there only if you switch "
        "that on, for this computer; files above 50 MB stay here.",
        (
            (
                "Link the project of the current folder.",
                "wb project update --repo https://dev.azure.com/contoso/Lab/_git/Iris",
            ),
            (
                "Enter an access token for it first.",
                "wb project update --repo https://git.example.com/iris --vststoken",
            ),
            (
                "Have logs and outputs on your other computers too.",
                "wb project update --share-outputs on",
            ),
        ),
    ),
    "project list": Text(
        "List the projects of this computer, the last opened first",
        examples=(("Show them as a table.", "wb project list -o table"),),
    ),
    "project show": Text(
        "Show a project",
        examples=(("Print its id.", "wb project show --query id -o tsv"),),
    ),
    "project delete": Text(
        "Take a project off the list",
        "Its folder, runs and snapshots stay where they are; wb project open brings it back.",
        (("Take a project off the list.", "wb project delete -n churn"),),
    ),
    "project sample": Text(
        "Projects to start from",
        examples=(("Show what there is.", "wb project sample list -o table"),),
    ),
    "project sample list": Text(
        "List the templates that a new project can start from",
        examples=(("Show what there is.", "wb project sample list -o table"),),
    ),
    "project status": Text(
        "Show what changed since the last run, and what the next snapshot would hold",
        "What is left out is named with the rule that does it, and its size.",
        (
            ("Look at the project of the current folder.", "wb project status"),
            ("Print the changed files.", "wb project status --query changes[].path -o tsv"),
        ),
    ),
    "project snapshot": Text(
        "Save a snapshot of the whole project folder now",
        examples=(
            ("Save the folder with a note.", 'wb project snapshot --note "before the cleanup"'),
        ),
    ),
    "project restore": Text(
        "Put the project folder back to the snapshot of a run",
        "It shows what will change first, and saves a safety snapshot before anything changes. "
        "Your branch, index and HEAD stay as they are.",
        (
            ("Only show what would change.", "wb project restore --run-id 7 --dry-run"),
            ("Restore everything.", "wb project restore --run-id 7"),
            ("Restore two files.", "wb project restore --run-id 7 --path train.py conf/a.yml"),
            (
                "Look at run 7 in a folder of its own.",
                "wb project restore --run-id 7 --to ../seven",
            ),
        ),
    ),
    "project undo-restore": Text(
        "Take the last restore back",
        "Again and again: each time one step further back. What the folder holds now is saved "
        "first.",
        (("Take the last restore back without being asked.", "wb project undo-restore --yes"),),
    ),
    "project redo-restore": Text(
        "Do again what undo-restore took back",
        examples=(("Restore once more.", "wb project redo-restore --yes"),),
    ),
}

_COMMANDS = "workbench.cli.commands.project#{}"
_REMOTE = "workbench.cli.commands.remote#{}"
_RESTORES = "workbench.cli.commands.restore#{}"


def add_commands(loader: CLICommandsLoader) -> None:
    """Name the commands of this group."""
    with CommandGroup(loader, "project", _COMMANDS) as group:
        group.command("create", "create_project_here")
        group.command("list", "list_all_projects", table_transformer=tables.projects)
        group.command("show", "show_project", table_transformer=tables.projects)
        group.command("delete", "delete_project")
        group.command("status", "show_status", table_transformer=tables.changes)
        group.command("snapshot", "save_snapshot")
    with CommandGroup(loader, "project", _REMOTE) as group:
        group.command("open", "open_project_place")
        group.command("update", "update_project")
    with CommandGroup(loader, "project sample", _COMMANDS) as group:
        group.command("list", "list_samples", table_transformer=tables.templates)
    with CommandGroup(loader, "project", _RESTORES) as group:
        group.command("restore", "restore_run", table_transformer=tables.changes)
        group.command("undo-restore", "undo_last_restore")
        group.command("redo-restore", "redo_last_restore")


def add_arguments(loader: CLICommandsLoader) -> None:
    """Name the flags of this group's commands."""
    for command in (
        "show",
        "update",
        "status",
        "snapshot",
        "restore",
        "undo-restore",
        "redo-restore",
    ):
        with ArgumentsContext(loader, f"project {command}") as context:
            add_project(context)
    for command in ("restore", "undo-restore", "redo-restore"):
        with ArgumentsContext(loader, f"project {command}") as context:
            add_yes(context)
    _add_create(loader)
    _add_open(loader)
    with ArgumentsContext(loader, "project list") as context:
        context.argument(
            "workspace",
            options_list=["--workspace", "-w"],
            metavar="NAME",
            help="Only those of this workspace.",
            completer=completes(workspace_names),
        )
    with ArgumentsContext(loader, "project delete") as context:
        add_project(context)
        context.argument(
            "name",
            options_list=["--name", "-n"],
            metavar="NAME",
            help="Name of the project, the same as --project NAME.",
        )
        _accept_silently(context, "account", "--account", "-a")
        _accept_silently(context, "resource_group", "--resource-group", "-g")
        _accept_silently(context, "workspace", "--workspace", "-w")
        context.argument(
            "yes", options_list=["--yes", "-y"], action="store_true", help=argparse.SUPPRESS
        )
    with ArgumentsContext(loader, "project update") as context:
        context.argument(
            "repo",
            options_list=["--repo", "-r"],
            metavar="URL",
            help="Address of the Git repo.",
        )
        context.argument(
            "share_outputs",
            choices=["on", "off"],
            help="Whether logs, metrics and outputs of the runs on this computer go to the Git "
            "repo with the history. Off unless you switch it on.",
        )
        add_token(context)
    with ArgumentsContext(loader, "project snapshot") as context:
        context.argument("note", metavar="TEXT", help="Words that are kept with the snapshot.")
    _add_restore(loader)


def _add_create(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "project create") as context:
        context.argument(
            "name",
            options_list=["--name", "-n"],
            metavar="NAME",
            required=True,
            help="Name of the project and of its new folder.",
        )
        context.argument(
            "path",
            metavar="FOLDER",
            help="Folder that gets the project's folder. Default: the current folder.",
        )
        context.argument(
            "template",
            nargs="?",
            const="linear-regression",
            metavar="TEMPLATE",
            help="What to start from: see wb project sample list. Alone: linear-regression. "
            "Without it the project is blank.",
            completer=completes(template_names),
        )
        context.argument("description", metavar="TEXT", help="What the project is about.")
        context.argument(
            "workspace",
            options_list=["--workspace", "-w"],
            metavar="NAME",
            help="Workspace that it is grouped under; a new name makes one.",
            completer=completes(workspace_names),
        )
        context.argument(
            "repo",
            options_list=["--repo", "-r"],
            metavar="URL",
            help="Address of a Git repo: it becomes origin, and gets the history.",
        )
        add_token(context)
        context.argument(
            "force",
            action="store_true",
            help="Replace the files on master by the template's: one new commit on top, pushed. "
            "What was there stays in the repo's history.",
        )
        _accept_silently(context, "account", "--account", "-a")
        _accept_silently(context, "resource_group", "--resource-group", "-g")


def _add_open(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "project open") as context:
        context.positional("place", metavar="PLACE", help="The folder, or address of a Git repo.")
        context.argument(
            "path",
            metavar="FOLDER",
            help="New folder for the clone of a Git repo. Default: the repo's name, below the "
            "current folder.",
        )
        context.argument(
            "last_run",
            options_list=["--snapshot"],
            action="store_true",
            help="Get the files as in the snapshot of the last run, not as on the default branch.",
        )
        context.argument(
            "project_id",
            options_list=["--id"],
            metavar="GUID",
            help="Which project, if the Git repo has the history of several.",
        )
        context.argument(
            "add", action="store_true", help="Make a project of a Git repo that holds none."
        )
        context.argument(
            "workspace",
            options_list=["--workspace", "-w"],
            metavar="NAME",
            help="Workspace for a project that is not listed yet.",
            completer=completes(workspace_names),
        )
        context.argument(
            "copy",
            choices=["moved", "new"],
            help="What this folder is if another one carries the same project id: the project, "
            "moved here, or a new project.",
        )


def _add_restore(loader: CLICommandsLoader) -> None:
    with ArgumentsContext(loader, "project restore") as context:
        add_run(context, options_list=["--run-id", "--run", "-r"])
        context.argument("dry_run", action="store_true", help="Only show what would change.")
        context.argument(
            "path",
            nargs="+",
            metavar="FILE",
            help="Restore only these files and folders, named from the current folder.",
        )
        context.argument(
            "to",
            metavar="FOLDER",
            help="Put the snapshot into this new folder; the project stays as it is.",
        )


def _accept_silently(context: ArgumentsContext, name: str, *flags: str) -> None:
    """Accept a flag that old scripts have and that means nothing any more."""
    context.argument(name, options_list=list(flags), help=argparse.SUPPRESS)
