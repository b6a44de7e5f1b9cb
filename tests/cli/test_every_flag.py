"""Every command with every flag is carried out, in a project with runs."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.account_lab import TOKEN, account_lab, program_environment, type_code
from tests.cli.shell import WB, Shell
from tests.sync_lab import bare_repo, git, old_repo
from workbench.cli.program import Program

GLOBAL = {"--help", "-h", "--output", "-o", "--query", "--verbose", "--debug", "--only-show-errors"}
# In this order, in one project with three runs; ``…`` stands for its folder.
LINES = """
project create --name second --path .. --template --description words --workspace Team
project create -n third -w Team -a x -g y
project create -n fourth --account x --resource-group y
project create -n fifth --repo https://git.example.com/iris --vststoken
project create -n sixth --template iris -r https://git.example.com/iris --force
project open ../plain --workspace Team --copy new
project open ../plain2 -w Team --copy moved
project list --workspace Team
project list -w Team
project show --project second
project update --repo https://git.example.com/iris --vststoken --project fourth
project update -r https://git.example.com/iris --project third
project delete --name second -a x -g y -w z -y
project delete -n third --account x --resource-group y --workspace z --yes
project delete --project fourth
project sample list
project status --project …
project snapshot --note words --project demo
project update --repo ../repo.git --project demo
project update --share-outputs off --project demo
history push --project .
history status --project .
history fetch --project .
project open ../old.git --path ../old --snapshot --id 9e2d0000-0000-4000-8000-00000000c4d8
project open ../plain.git --path ../cloned --add
project restore --run-id 1 --dry-run --path train.py
project restore --run 1 --yes --project .
project undo-restore --yes --project .
project redo-restore --yes --project .
project undo-restore -y
project redo-restore -y
project restore -r 2 -y
project restore -r 2 --to ../elsewhere
experiment submit --run-configuration local --wait --project . train.py 0.3
experiment submit -c local --no-wait train.py 0.3
experiment status --run last --project .
experiment status -r 1
experiment cancel --run 1 --project .
experiment cancel -r 1
experiment diagnostics --run 1 --file ../d.zip --project .
experiment diagnostics -r 1 -f ../e.zip
experiment prepare --run-configuration local --yes --project .
experiment prepare -c local -y
history list --filter status=completed --top 1 --project .
history list --archived
history list --deleted
history info --run 1 --artifact driver_log --project .
history info -r 1 -a model.txt
history last --project .
history compare 1 2 --differences --project .
history compare 1 --folder
history diff 1 2 --names-only --project .
history diff 1 --folder
history download --run 1 --artifact model.txt --destination ../o --overwrite --project .
history download -r 1 -a log -d ../o
history export --file ../x.csv --filter x --top 1 --project .
history export -f ../x.json
history archive --run 1 2 --project .
history archive -r 1
history unarchive --run 1 2 --project .
history unarchive -r 1
history delete --run 1 2 --project .
history delete -r 3
history undelete --run 1 2 --project .
history undelete -r 3
computetarget list --project .
computetarget attach remote --name far --address host --username me --project .
computetarget attach docker -n box -a host -u me --python p --image i --shared-folder s
computetarget detach --name far --yes --project .
computetarget detach -n box -y
runconfiguration list --project .
runconfiguration create --name own --target local --project . train.py 0.1
runconfiguration create -n own2 -t local
runconfiguration delete --name own --yes --project .
runconfiguration delete -n own2 -y
account login --username alice
account logout --username alice@contoso.example
account login -u alice --device-code
account use --username alice@contoso.example --organization contoso
account use -u alice@contoso.example --organization other
account show
account logout -u alice@contoso.example
account logout --all
account token set --repo https://git.example.com/iris --untried
account token test --repo https://git.example.com/iris
account token list
account token delete --place git.example.com
"""
WORDS = [line.split() for line in LINES.strip().splitlines()]


def declared() -> dict[str, set[str]]:
    """Return the flags of each command, also those that no help names."""
    program: Any = Program()
    program.invocation = invocation = program.invocation_cls(
        cli_ctx=program,
        parser_cls=program.parser_cls,
        commands_loader_cls=program.commands_loader_cls,
        help_cls=program.help_cls,
    )
    loader = invocation.commands_loader
    loader.skip_applicability = True
    commands = loader.load_command_table([])
    for command in commands:
        loader.load_arguments(command)
    return {
        name: {option for argument in command.arguments.values() for option in options(argument)}
        for name, command in commands.items()
    }


def options(argument: Any) -> list[str]:
    return [option for option in argument.options_list or () if option.startswith("-")]


def used() -> dict[str, set[str]]:
    """Return the flags that the lines above give to each command."""
    known = declared()
    found: dict[str, set[str]] = {}
    for words in WORDS:
        name = next(name for name in known if words[: len(name.split())] == name.split())
        flags = {word for word in words if word.startswith("-")}
        found.setdefault(name, set()).update(flags)
    return found


def test_the_lines_hold_every_flag_of_every_command() -> None:
    known, tried = declared(), used()
    assert known.keys() == tried.keys()
    for name, flags in known.items():
        assert flags - GLOBAL <= tried[name], f"{name}: {flags - GLOBAL - tried[name]}"


@pytest.mark.timeout(600)
def test_every_line_does_what_it_says(
    history: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plain", "plain2"):
        (history.folder.parent / name).mkdir()
    bare_repo(history.folder.parent)
    bare_repo(history.folder.parent, "plain.git")
    old_repo(history.folder.parent)
    with account_lab(tmp_path / "lab", monkeypatch) as lab:
        git(history.folder, "commit", "-q", "--allow-empty", "-m", "first")
        git(history.folder, "push", "-q", str(lab.net.git.path("iris")), "master")
        for words in WORDS:
            if words[0] == "account" or "https://git.example.com/iris" in words:
                with_secret(history, *words)
            else:
                history.wb(*(word.replace("…", str(history.folder)) for word in words))


def with_secret(shell: Shell, *words: str) -> None:
    """Carry out a command that uses the keyring, with a person who types what it asks for."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*WB, *words],
        cwd=shell.folder,
        env=program_environment(),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        if "--device-code" in words:
            type_code(process)
        _, said = process.communicate(TOKEN, timeout=60)
    assert process.returncode == 0, (words, said)


def test_no_help_text_names_a_command_or_flag_that_is_not_there(shell: Shell) -> None:
    known = declared()
    for name, flags in known.items():
        shown = shell.wb(*name.split(), "-h").out
        for line in shown.splitlines():
            words = line.split()
            if not words or words[0] != "wb" or ":" in words:
                continue
            command = " ".join(word for word in words[1:4] if word[:1].isalpha())
            matching = [other for other in known if f"{command} ".startswith(f"{other} ")]
            assert matching, line
            named = {word for word in words if word.startswith("-")}
            assert named <= known[matching[0]] | GLOBAL | {"--epochs", "--rate"}, line
        offered = {word for line in shown.splitlines() for word in leading_flags(line)}
        assert offered <= flags | GLOBAL, name


def leading_flags(line: str) -> list[str]:
    """Return the flags that a line of a help text describes."""
    head = line.partition(" : ")[0] if " : " in line else ""
    return [word for word in head.split() if word.startswith("-")]
