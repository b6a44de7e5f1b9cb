"""``wb account``: who is signed in, and access tokens."""

from knack.arguments import ArgumentsContext
from knack.commands import CLICommandsLoader, CommandGroup

from workbench.cli import tables
from workbench.cli.completers import account_names, completes, known_places
from workbench.cli.help import Text
from workbench.core.account import SCOPE_OF_TOKENS

_NO_FLAG = (
    "It is asked for in the terminal and not shown, or read from standard input. It is no flag: "
    "others on this computer can read command lines."
)

TEXTS = {
    "account": Text(
        "Sign in with Azure AD, and keep access tokens for Git repos",
        "What is secret is in the keyring of the operating system and nowhere else.",
        (("See who is signed in.", "wb account show"),),
    ),
    "account login": Text(
        "Sign in with Azure AD",
        "It opens a page in the browser and waits until somebody has signed in there; Ctrl-C ends "
        "the wait. Where no browser can be opened it shows a code to be typed on any device.",
        (
            ("Sign in with the browser.", "wb account login"),
            ("Sign in on another device.", "wb account login --device-code"),
        ),
    ),
    "account logout": Text(
        "Forget an account and everything that was kept for it on this computer",
        examples=(
            ("Sign out.", "wb account logout"),
            ("Sign out one of several.", "wb account logout --username ana@contoso.com"),
        ),
    ),
    "account show": Text(
        "Show who is signed in, and which account is used for which organization",
        examples=(("Print the user names.", "wb account show --query accounts[].username -o tsv"),),
    ),
    "account use": Text(
        "Choose which of several accounts is used for an organization of Azure DevOps",
        examples=(
            (
                "Use another account for contoso.",
                "wb account use --username ana@contoso.com --organization contoso",
            ),
        ),
    ),
    "account token": Text(
        "Access tokens: in place of a sign-in, and for servers other than Azure DevOps",
        f"A token is kept for an organization of Azure DevOps, or for a host. It needs the scope "
        f"{SCOPE_OF_TOKENS}.",
        (("See what tokens there are for.", "wb account token list -o table"),),
    ),
    "account token set": Text(
        "Keep an access token for the organization or host of a Git repo",
        f"The repo is asked first, and a token that it doesn't accept is not kept. One that is "
        f"there is replaced. {_NO_FLAG}",
        (
            (
                "Enter a token.",
                "wb account token set --repo https://dev.azure.com/contoso/Lab/_git/Iris",
            ),
            (
                "Have another program tell it.",
                "pass show contoso | wb account token set --repo https://git.example.com/iris",
            ),
        ),
    ),
    "account token test": Text(
        "Ask a Git repo whether it accepts the token that is kept for it",
        examples=(
            (
                "Ask the repo.",
                "wb account token test --repo https://dev.azure.com/contoso/Lab/_git/Iris",
            ),
        ),
    ),
    "account token delete": Text(
        "Delete an access token from the keyring",
        examples=(("Delete one.", "wb account token delete --place dev.azure.com/contoso"),),
    ),
    "account token list": Text(
        "List what there are access tokens for",
        examples=(("Show them as a table.", "wb account token list -o table"),),
    ),
}

_COMMANDS = "workbench.cli.commands.account#{}"
_TOKENS = "workbench.cli.commands.access_token#{}"


def add_commands(loader: CLICommandsLoader) -> None:
    """Name the commands of this group."""
    with CommandGroup(loader, "account", _COMMANDS) as group:
        group.command("login", "log_in")
        group.command("logout", "log_out")
        group.command("show", "show", table_transformer=tables.accounts)
        group.command("use", "use")
    with CommandGroup(loader, "account token", _TOKENS) as group:
        group.command("set", "keep_token")
        group.command("test", "ask_with_token")
        group.command("delete", "delete_token")
        group.command("list", "list_tokens", table_transformer=tables.tokens)


def add_arguments(loader: CLICommandsLoader) -> None:
    """Name the flags of this group's commands."""
    with ArgumentsContext(loader, "account login") as context:
        context.argument(
            "device_code",
            action="store_true",
            help="Show a code to be typed on any device; no browser is opened here.",
        )
        _add_username(context, "User name that the page begins with.")
    with ArgumentsContext(loader, "account logout") as context:
        _add_username(context, "Who; needed if several are signed in.")
        context.argument(
            "everybody", options_list=["--all"], action="store_true", help="Everybody."
        )
    with ArgumentsContext(loader, "account use") as context:
        _add_username(context, "The account.", required=True)
        context.argument(
            "organization",
            metavar="NAME",
            required=True,
            help="Organization of Azure DevOps, for example contoso.",
        )
    for command in ("set", "test"):
        with ArgumentsContext(loader, f"account token {command}") as context:
            context.argument(
                "repo",
                metavar="URL",
                help="Address of the Git repo. Default: that of the current folder's project.",
            )
    with ArgumentsContext(loader, "account token set") as context:
        context.argument("untried", action="store_true", help="Keep it without asking the repo.")
    with ArgumentsContext(loader, "account token delete") as context:
        context.argument(
            "place",
            metavar="PLACE",
            required=True,
            help="What it is for, as wb account token list shows it, or the address of a repo.",
            completer=completes(known_places),
        )


def _add_username(context: ArgumentsContext, help_text: str, *, required: bool = False) -> None:
    context.argument(
        "username",
        options_list=["--username", "-u"],
        metavar="NAME",
        required=required,
        help=help_text,
        completer=completes(account_names),
    )
