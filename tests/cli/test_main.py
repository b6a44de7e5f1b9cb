"""The ``wb`` program: help, errors, exit codes and formats, at every level."""

import json
import os
import subprocess
import sys

import pytest

import workbench
from tests.cli.shell import Shell, environment
from workbench.cli.program import Program


def test_it_tells_its_version(shell: Shell) -> None:
    done = shell.process("--version")
    assert (done.returncode, done.stdout) == (0, f"wb {workbench.__version__}\n")


@pytest.mark.parametrize("words", [(), ("-h",), ("help",)])
def test_it_tells_how_it_is_used(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell.wb(*words)
    assert "experiment      " in done.out
    assert "wb project create -n iris" in done.out


def test_nothing_is_written_anywhere_for_help(shell: Shell, tmp_path: object) -> None:
    shell.process("-h", WORKBENCH_HOME=str(shell.folder / "home"), HOME=str(shell.folder))
    shell.process("history", "list", "-h", WORKBENCH_HOME=str(shell.folder / "home"))
    assert not list(shell.folder.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("frobnicate",), "'frobnicate' is not a command of wb. See wb -h."),
        (
            ("histor",),
            "'histor' is not a command of wb. Did you mean history? See wb -h.",
        ),
        (("history",), "A command is missing. See wb history -h."),
        (
            ("project", "create"),
            "The following arguments are required: --name/-n. See wb project create -h.",
        ),
        (
            ("project", "open", ".", "--copy", "x"),
            "'x' can't be used for --copy; choose from moved, new. See wb project open -h.",
        ),
        (
            ("history", "list", "--top", "many"),
            "Argument --top: invalid int value: 'many'. See wb history list -h.",
        ),
        (
            ("history", "list", "--frob"),
            "Unrecognized arguments: --frob. See wb -h.",
        ),
    ],
)
def test_a_command_line_that_cant_be_used_is_told_in_one_line(
    shell: Shell, words: tuple[str, ...], said: str
) -> None:
    done = shell.wb(*words, code=2)
    assert (done.out, done.err) == ("", f"wb: {said}\n")


def test_an_error_is_one_line_with_a_hint(project: Shell) -> None:
    done = project.wb("history", "info", "--run", "7", code=3)
    assert done.err == "wb: Run not found. This project has no run 7. See wb history list.\n"


@pytest.mark.parametrize("flag", [("-o", "json"), ("-ojson",), ("--output=JSON",)])
def test_an_error_is_json_for_those_who_asked_for_it(project: Shell, flag: tuple[str, ...]) -> None:
    for words, code, title in (
        (("history", "info", "--run", "7"), 3, "Run not found"),
        (("history", "list", "--top", "x"), 2, "Argument --top: invalid int value: 'x'"),
    ):
        done = project.wb(*words, *flag, code=code)
        error = json.loads(done.err)["error"]
        assert (error["title"], error["exitCode"]) == (title, code)
        assert error["hint"]
        assert done.out == ""


def test_without_a_project_it_says_where_one_could_be(shell: Shell) -> None:
    done = shell.wb("history", "list", code=3)
    assert done.err == (
        f"wb: No project here. {shell.folder} isn't in a project folder. "
        "Go to a project folder, or name one with --project.\n"
    )


def test_a_current_folder_that_is_gone_is_told(shell: Shell) -> None:
    gone = shell.folder / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}"; exec "{sys.executable}" -m workbench.cli.main history list'
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=gone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == (
        "wb: The current folder is gone. It was deleted or moved. Go to another folder.\n"
    )


def test_a_name_that_is_not_text_is_written_as_it_is(project: Shell) -> None:
    odd = os.fsencode(project.folder) + b"/od\xffd.txt"
    with open(odd, "wb") as stream:  # noqa: PTH123 - a name in bytes
        stream.write(b"1" * 5000)
    done = subprocess.run(
        [sys.executable, "-m", "workbench.cli.main", "project", "status"],
        cwd=project.folder,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b" od\xffd.txt\n" in done.stdout


def test_a_bug_is_told_in_one_line(shell: Shell) -> None:
    assert Program().exception_handler(ZeroDivisionError("division by zero")) == 1
    assert shell.capture.readouterr().err == (
        "wb: This should not have happened. ZeroDivisionError: division by zero. "
        "Try the same with --debug to see where.\n"
    )


def test_how_much_is_said(shell: Shell) -> None:
    create = ("project", "create", "-a", "me", "-n")
    said = "WARNING: --account and --resource-group mean nothing here: there is no account.\n"
    assert shell.wb(*create, "one").err == said
    assert shell.wb(*create, "two", "--only-show-errors").err == ""
    shell.into("two")
    shell.write("train.py", "import nothing_of_this_name\n")
    assert "DEBUG: " in shell.wb("history", "list", "--debug").err


def test_every_format(history: Shell) -> None:
    one = ("history", "info", "--run", "2", "--query", "{number: run_number, status: status}")
    assert history.wb(*one).data == {"number": 2, "status": "Completed"}
    assert history.wb(*one, "-o", "json").data == {"number": 2, "status": "Completed"}
    assert history.wb(*one, "-o", "jsonc").data == {"number": 2, "status": "Completed"}
    assert history.wb(*one, "-o", "yaml").out == "number: 2\nstatus: Completed\n"
    assert history.wb(*one, "-o", "yamlc").out == "number: 2\nstatus: Completed\n"
    assert history.wb(*one, "-o", "tsv").out == "2\tCompleted\n"
    assert history.wb(*one, "-o", "none").out == ""
    assert history.wb(*one, "-o", "table").out.split() == [
        *("Number", "Status", "--------", "---------", "2", "Completed")
    ]


def test_no_qt_is_imported(history: Shell) -> None:
    code = """
import sys
from workbench.cli.main import main
for words in (["project", "status"], ["project", "restore", "--run-id", "1", "--yes"],
              ["experiment", "submit", "train.py"], ["history", "list"],
              ["history", "compare", "1", "2"], ["computetarget", "list"]):
    assert main(words) == 0, words
print([name for name in sys.modules if name.startswith(("PySide6", "shiboken6", "qasync"))])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=history.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_does_not_wait_for_what_the_command_needs() -> None:
    code = """
import sys
from workbench.cli.main import main
assert main(["history", "list", "-h"]) == 0
print([name for name in sys.modules if name.startswith(("workbench.operations", "git", "yaml"))])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_whoever_has_seen_enough_may_go(history: Shell) -> None:
    listing = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", "history", "list"],
        cwd=history.folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.close()
    assert listing.stderr.read() == b""
    listing.stderr.close()
    assert listing.wait(60) == 0


def completions(shell: Shell, line: str) -> list[str]:
    """Return what is offered for a line, as the function of the shell gets it."""
    # The answers come on a descriptor of their own.
    command = f'exec 8>../answers 9>/dev/null; exec "{sys.executable}" -m workbench.cli.main'
    subprocess.run(
        ["bash", "-c", command],
        cwd=shell.folder,
        env=environment(
            _ARGCOMPLETE="1",
            _ARGCOMPLETE_SHELL="bash",
            _ARGCOMPLETE_SUPPRESS_SPACE="1",
            _ARGCOMPLETE_IFS="\n",
            COMP_LINE=line,
            COMP_POINT=str(len(line)),
            COMP_TYPE="9",
        ),
        check=False,
        timeout=60,
    )
    found = (shell.folder.parent / "answers").read_text().split("\n")
    return [word.replace("\\ ", " ").strip() for word in found if word]


def test_the_shell_completes(history: Shell) -> None:
    for line, offered in {
        "wb hist": ["history"],
        "wb history la": ["last"],
        "wb history list --fi": ["--filter"],
        "wb project restore --run-id ": ["3", "2", "1"],
        "wb project list --workspace My": ["My workspace"],
        "wb project create --template cl": ["classifying-iris"],
        "wb history list --project de": ["demo"],
        "wb experiment submit -c lo": ["local"],
        "wb computetarget detach -n lo": ["local"],
    }.items():
        assert completions(history, line) == offered
    assert {"1", "2", "3", "--folder"} <= set(completions(history, "wb history diff "))


def test_a_word_that_begins_with_an_at_sign_is_not_a_file(project: Shell) -> None:
    project.write("words", "other\n")
    project.write("echo.py", "import sys; print(sys.argv[1:])\n")
    done = project.wb("experiment", "submit", "echo.py", "@words", "-o", "json", "--debug")
    assert "['@words', '-o', 'json', '--debug']\n" in done.out
