"""``wb experiment``: running, following, canceling, preparing, diagnosing."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.shell import WB, Shell, environment, terminal
from tests.run_lab import until

_WAIT = """
import pathlib, sys, time
print("begun", flush=True)
while not pathlib.Path("go").exists():
    time.sleep(0.01)
print("ended")
"""


def test_a_run_is_followed_to_its_end(project: Shell) -> None:
    done = project.wb("experiment", "submit", "train.py", "0.25")
    run = project.json("history", "last")
    assert done.out.startswith(f"RunId: {run['run_id']}\naccuracy is 0.750\n\nExecution Details\n")
    assert "Status              : Completed\n" in done.out
    assert "Accuracy            : 0.75\n" in done.out
    assert done.err == ""
    assert run["attachments"] == "driver_log.txt,outputs/model.txt"


def test_the_exit_code_is_that_of_the_script(project: Shell) -> None:
    done = project.process("experiment", "submit", "train.py", "0.25", "7")
    assert done.returncode == 7
    assert "Status              : Failed\n" in done.stdout
    project.write("bang.py", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")
    project.wb("experiment", "submit", "bang.py", code=128 + signal.SIGKILL)
    project.write("typo.py", "print(undefined)\n")
    done = project.process("experiment", "submit", "typo.py")
    assert done.returncode == 1
    assert "Reason     : NameError: name 'undefined' is not defined\n" in done.stdout


@pytest.mark.parametrize("flags", [("-o", "json"), ("--query", "run_number"), ("-o", "none")])
def test_the_log_goes_elsewhere_if_the_answer_is_data(
    project: Shell, flags: tuple[str, ...]
) -> None:
    done = project.wb("experiment", "submit", *flags, "train.py", "0.25")
    assert "accuracy is 0.750\n" in done.err
    if "none" in flags:
        assert done.out == ""
    else:
        found = done.data
        assert found == 1 or found["Accuracy"] == 0.75


def test_words_after_the_script_belong_to_it(project: Shell) -> None:
    project.write("echo.py", "import sys; print(sys.argv[1:])\n")
    words = ("-o", "json", "--debug", "-h", "--no-wait", "@words", "a b")
    project.write("words", "not this\n")
    done = project.wb("experiment", "submit", "--wait", "echo.py", *words)
    assert f"{list(words)}\n" in done.out
    assert project.json("history", "last")["arguments"] == list(words)
    assert "['x']\n" in project.wb("experiment", "submit", "--", "echo.py", "x").out


def test_a_script_is_named_from_the_current_folder(project: Shell) -> None:
    project.write("scripts/inner.py", "print('inner')\n")
    project.into("scripts")
    for name in ("inner.py", "../scripts/inner.py", "scripts/inner.py", "train.py"):
        assert project.wb("experiment", "submit", name).code == 0
    last = project.json("history", "list")
    assert [run["script_name"] for run in last] == ["train.py", *["scripts/inner.py"] * 3]
    done = project.wb("experiment", "submit", "nope.py", code=3)
    assert done.err.startswith("wb: nope.py isn't there. ")
    outside = project.folder.parent.parent / "outside.py"
    outside.write_text("")
    assert (
        "isn't in the project folder"
        in project.wb("experiment", "submit", str(outside), code=2).err
    )
    project.write("data.csv", "1,2\n")
    assert "can't be run" in project.wb("experiment", "submit", "data.csv", code=2).err


def test_a_run_configuration_says_script_arguments_and_variables(project: Shell) -> None:
    project.write("show.py", "import os, sys; print(os.environ['COLOR'], sys.argv[1:])\n")
    project.write(
        "aml_config/blue.runconfig",
        'ArgumentVector:\n  - show.py\n  - "1"\nTarget: local\nFramework: Python\n'
        "EnvironmentVariables:\n  COLOR: blue\n",
    )
    assert "blue ['1']\n" in project.wb("experiment", "submit", "blue.runconfig").out
    done = project.wb("experiment", "submit", "aml_config/blue.runconfig", "2")
    assert "blue ['1', '2']\n" in done.out
    assert "blue ['x']\n" in project.wb("experiment", "submit", "-c", "blue", "show.py", "x").out
    both = ("experiment", "submit", "-c", "blue", "blue.runconfig")
    assert "and -c names one" in project.wb(*both, code=2).err
    assert (
        "red.runconfig doesn't exist" in project.wb("experiment", "submit", "-c", "red", code=3).err
    )
    done = project.wb("experiment", "submit", "local.runconfig", code=2)
    assert done.err.startswith("wb: The run configuration local names no script. ")
    waits = ("experiment", "submit", "--wait", "--no-wait", "show.py")
    assert project.wb(*waits, code=2).err


def test_other_languages_are_run_too(project: Shell) -> None:
    project.write("hello.sh", 'echo "hello $1"\n')
    assert "hello you\n" in project.wb("experiment", "submit", "hello.sh", "you").out


def test_a_run_that_is_not_waited_for_goes_on(project: Shell) -> None:
    project.write("wait.py", _WAIT)
    done = project.process("experiment", "submit", "--no-wait", "wait.py")
    assert done.returncode == 0
    assert "Run #1 is running.\n" in done.stdout
    assert "state    : Running\n" in project.wb("experiment", "status").out
    assert project.json("experiment", "status", "--run", "1")["status"] == "Running"
    project.write("go", "")
    until(
        lambda: project.json("experiment", "status")["status"] == "Completed", "the run has ended"
    )


def test_a_canceled_run_ends_with_all_it_started(project: Shell) -> None:
    project.write("wait.py", _WAIT)
    project.wb("experiment", "submit", "--no-wait", "wait.py")
    assert project.wb("experiment", "cancel", "--run", "last").out == "Run #1: Canceled.\n"
    assert project.json("history", "last")["status"] == "Canceled"
    done = project.wb("experiment", "cancel", "--run", "1")
    assert done.out == "Run #1 has ended already: Canceled.\n"


def test_ctrl_c_in_a_terminal_asks_once(project: Shell) -> None:
    project.write("wait.py", _WAIT)
    with terminal(project.folder, "experiment", "submit", "wait.py") as said:
        said.wait_for("begun")
        said.type("\x03")
        said.wait_for("Cancel run #1? [c]ancel it, [d]etach and leave it running, Enter to go on: ")
        said.type("d\n")
        assert said.wait() == 130
    assert "Run #1 goes on" in said.text
    assert project.json("experiment", "status")["status"] == "Running"
    project.wb("experiment", "cancel", "-r", "1")

    with terminal(project.folder, "experiment", "submit", "wait.py") as said:
        said.wait_for("begun")
        said.type("\x03")
        said.wait_for("Enter to go on: ")
        said.type("c\n")
        assert said.wait() == 130
    assert project.json("history", "last")["status"] == "Canceled"

    with terminal(project.folder, "experiment", "submit", "wait.py") as said:
        said.wait_for("begun")
        said.type("\x03")
        said.wait_for("Enter to go on: ")
        said.type("\n")
        project.write("go", "")
        said.wait_for("ended")
        assert said.wait() == 0


def test_without_a_terminal_an_interrupt_leaves_the_run_alone(project: Shell) -> None:
    project.write("wait.py", _WAIT)
    command = subprocess.Popen(
        [*WB, "experiment", "submit", "wait.py"],
        cwd=project.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline().startswith("RunId: ")
    assert command.stdout.readline() == "begun\n"
    command.send_signal(signal.SIGINT)
    _out, err = command.communicate(timeout=60)
    assert command.returncode == 130
    assert err == ("wb: Interrupted. Run #1 goes on. End it with: wb experiment cancel --run 1.\n")
    project.write("go", "")
    until(
        lambda: project.json("experiment", "status")["status"] == "Completed", "the run has ended"
    )


def test_an_interrupt_while_the_snapshot_is_saved_cancels_the_run(project: Shell) -> None:
    for number in range(40):
        (project.folder / f"big{number}").write_bytes(os.urandom(2_000_000))
    command = subprocess.Popen(
        [*WB, "experiment", "submit", "train.py"],
        cwd=project.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline().startswith("RunId: ")
    command.send_signal(signal.SIGINT)
    _out, err = command.communicate(timeout=60)
    assert command.returncode == 130
    assert err.startswith("wb: Interrupted. ")
    assert project.json("history", "last")["status"] == "Canceled"


def test_killing_the_command_does_not_end_the_run(project: Shell) -> None:
    project.write("wait.py", _WAIT)
    command = subprocess.Popen(
        [*WB, "experiment", "submit", "wait.py"],
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.readline()
    assert command.stdout.readline() == b"begun\n"
    command.kill()
    command.communicate(timeout=60)
    assert project.json("experiment", "status")["status"] == "Running"
    project.write("go", "")
    until(
        lambda: project.json("experiment", "status")["status"] == "Completed", "the run has ended"
    )
    assert "ended\n" in project.wb("history", "info", "-r", "1", "-a", "driver_log").out


def test_the_environment_is_prepared(project: Shell) -> None:
    project.write("aml_config/own.yml", "dependencies:\n  - pip\n")
    project.write(
        "aml_config/own.runconfig",
        "ArgumentVector: [train.py]\nTarget: local\nCondaDependenciesFile: aml_config/none.yml\n",
    )
    done = project.json("experiment", "prepare", "-c", "own")
    assert Path(done["interpreter"]).is_relative_to(project.folder / ".venv")
    assert done["packages"] == []
    project.write("where.py", "import sys; print(sys.prefix)\n")
    assert f"{project.folder}/.venv\n" in project.wb("experiment", "submit", "where.py").out
    missing = project.wb("experiment", "prepare", "-c", "nope", code=3)
    assert "nope.runconfig doesn't exist" in missing.err


def test_an_environment_of_the_users_is_replaced_only_after_a_yes(project: Shell) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=project.folder, check=True
    )
    project.write(".venv/mine", "")
    done = project.process("experiment", "prepare")
    assert done.returncode == 2
    assert "Replace .venv, which Workbench didn't make?" in done.stderr
    assert (project.folder / ".venv/mine").exists()
    project.wb("experiment", "prepare", "--yes")
    assert not (project.folder / ".venv/mine").exists()


def test_diagnostics_hold_no_secret_and_say_what_they_hold(project: Shell) -> None:
    project.write("leak.py", "import os, sys; print(os.environ['DB_PASSWORD'], sys.argv)\nboom\n")
    project.write(
        "aml_config/local.runconfig",
        "ArgumentVector: [leak.py]\nTarget: local\n"
        "EnvironmentVariables:\n  DB_PASSWORD: hunter2hunter2\n  PLAIN: visible-words\n",
    )
    project.write("secret.txt", "a file of the project")
    words = ("--api-key", "abcd1234efgh", "--url", "https://me:pa55word@example.com/x", "--lr", "3")
    project.wb("experiment", "submit", "leak.py", *words, code=1)
    made = project.json("experiment", "diagnostics", "--run", "1")
    assert made["path"] == str(project.folder / "diagnostics.zip")
    with zipfile.ZipFile(made["path"]) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [entry["name"] for entry in made["entries"]] == list(texts)
    whole = "\n".join(texts.values())
    for secret in ("hunter2hunter2", "abcd1234efgh", "pa55word", "a file of the project"):
        assert secret not in whole
    assert "NameError" in texts["log.txt"]
    assert "visible-words" in texts["aml_config/local.runconfig"]
    record = json.loads(texts["run.json"])
    assert record["arguments"][-2:] == ["--lr", "3"]
    assert record["variables"] == ["DB_PASSWORD", "PLAIN"]
    said = project.wb("experiment", "diagnostics", "-r", "1", "-f", "../d.zip").out
    assert "  log.txt\n" in said
    assert (project.folder.parent / "d.zip").is_file()
    bad = ("experiment", "diagnostics", "-r", "1", "-f", "no/such/d.zip")
    assert project.wb(*bad, code=1).err.startswith("wb: d.zip wasn't written. ")
