"""``wb project``: making, opening, listing, looking, saving."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_a_project_is_made_below_the_current_folder(shell: Shell) -> None:
    made = shell.json(
        *("project", "create", "-n", "iris", "--template", "iris"),
        *("--description", "Flowers", "-w", "Team"),
    )
    folder = shell.folder / "iris"
    assert made["path"] == str(folder)
    assert made["description"] == "Flowers"
    assert made["history_branch"] == f"AzureMLHistory/{made['id']}"
    assert (folder / "iris_sklearn.py").is_file()
    stored = json.loads((folder / ".azureml/project.json").read_text())
    assert stored["Id"] == made["id"]
    branch = subprocess.run(
        ["git", "symbolic-ref", "HEAD"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert branch.stdout == "refs/heads/master\n"
    (row,) = shell.json("project", "list")
    assert (row["name"], row["workspace"], row["template"]) == ("iris", "Team", "classifying-iris")


def test_a_bare_template_flag_gives_a_script_that_runs(shell: Shell) -> None:
    shell.wb("project", "create", "-n", "line", "--path", "deep/er", "--template")
    shell.into("deep/er/line")
    shell.wb("experiment", "submit", "train.py", "--epochs", "2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-n", "a b"), "wb: Use A–Z, a–z, 0–9, - _ and . only.\n"),
        (
            ("-n", "iris", "--template", "rose"),
            (
                "wb: There is no template rose. Choose from blank, classifying-iris, "
                "linear-regression.\n"
            ),
        ),
        (("-n", "demo"), "has files in it. Choose an empty one or use Open folder.\n"),
    ],
)
def test_what_cant_be_made_is_refused(project: Shell, words: tuple[str, ...], said: str) -> None:
    project.folder = project.folder.parent
    done = project.wb("project", "create", *words, code=2)
    assert done.err.endswith(said)


def test_a_folder_with_its_own_git_becomes_a_project_and_keeps_it(shell: Shell) -> None:
    shell.write("mine/a.py", "print(1)\n")
    shell.into("mine")
    subprocess.run(["git", "init", "-q"], cwd=shell.folder, check=True)
    before = sorted(path.name for path in (shell.folder / ".git").iterdir())
    opened = shell.json("project", "open", ".")
    assert opened["path"] == str(shell.folder)
    assert sorted(path.name for path in (shell.folder / ".git").iterdir()) == before
    assert shell.json("project", "open", str(shell.folder)) == opened
    assert [row["path"] for row in shell.json("project", "list")] == [str(shell.folder)]


def test_a_copy_of_a_project_has_to_be_told_what_it_is(project: Shell) -> None:
    copy = project.folder.parent / "copy"
    subprocess.run(["cp", "-r", str(project.folder), str(copy)], check=True)
    known = project.json("project", "show")["id"]
    project.folder = copy
    done = project.wb("history", "list", code=1)
    assert done.err.endswith(
        f"Say which it is: wb project open {copy} --copy moved, or --copy new.\n"
    )
    made = project.json("project", "open", ".", "--copy", "new")
    assert made["id"] != known
    assert project.json("history", "list") == []


def test_the_project_is_found_from_below_by_name_by_id_and_by_folder(project: Shell) -> None:
    shown = project.json("project", "show")
    folder = project.folder
    project.write("deep/er/x.txt", "")
    project.into("deep/er")
    assert project.json("project", "show") == shown
    project.folder = folder.parent
    for place in ("demo", shown["id"], "./demo/deep", str(folder)):
        assert project.json("project", "show", "--project", place) == shown
    done = project.wb("project", "show", "--project", "nowhere", code=3)
    assert "neither a project folder nor the name of a listed project" in done.err


def test_a_project_is_found_where_a_branch_of_the_users_has_no_project_file(
    project: Shell,
) -> None:
    known = project.json("project", "show")["id"]
    (project.folder / ".azureml/project.json").unlink()
    project.write("below/x", "")
    project.into("below")
    assert project.json("project", "show")["id"] == known


def test_two_projects_of_one_name_are_told_apart_by_their_folders(project: Shell) -> None:
    project.folder = project.folder.parent
    project.wb("project", "create", "-n", "demo", "--path", "other")
    done = project.wb("project", "show", "--project", "demo", "--debug", code=0)
    # The folder of that name, which is here, comes first.
    assert done.data["path"] == str(project.folder / "demo")
    project.folder = project.write("empty/x", "").parent
    done = project.wb("project", "show", "--project", "demo", code=2)
    assert "Several projects are called demo" in done.err


def test_looking_at_a_project_does_not_change_the_list(project: Shell) -> None:
    before = project.json("project", "list")
    project.wb("project", "show")
    project.wb("history", "list")
    assert project.json("project", "list") == before


def test_a_deleted_project_keeps_everything_and_comes_back(history: Shell) -> None:
    done = history.wb("project", "delete")
    assert f"wb project open {history.folder}" in done.out
    assert history.json("project", "list") == []
    history.wb("project", "open", ".")
    assert [run["run_number"] for run in history.json("history", "list")] == [3, 2, 1]


def test_the_list_as_a_table(history: Shell) -> None:
    head, line, row = history.wb("project", "list", "-o", "table").out.splitlines()
    assert head.split() == ["Name", "Workspace", "Runs", "Path", "Opened_utc"]
    assert set(line) == {"-", " "}
    assert row.split()[:5] == ["demo", "My", "workspace", "3", str(history.folder)]


def test_the_samples(shell: Shell) -> None:
    samples = shell.json("project", "sample", "list")
    assert [sample["name"] for sample in samples] == [
        *("blank", "classifying-iris", "linear-regression")
    ]
    assert "Classifying Iris" in shell.wb("project", "sample", "list", "-o", "table").out


def test_the_status_tells_what_changed_and_what_a_snapshot_would_hold(history: Shell) -> None:
    history.write("train.py", "print('other')\n")
    (history.folder / "notes/new.txt").unlink()
    history.write("more.txt", "x" * 2000)
    history.write(".venv/lib/big", "x" * 10_000)
    history.write(".venv/pyvenv.cfg", "")
    status = history.json("project", "status")
    changes = {change["path"]: change["change"] for change in status["changes"]}
    assert changes == {"train.py": "modified", "notes/new.txt": "deleted", "more.txt": "added"}
    assert status["last_run"]["run_number"] == 3
    left_out = {found["path"]: found for found in status["left_out"]}
    assert left_out[".venv/"]["size"] == 10_000
    assert left_out[".venv/"]["rule"]
    assert status["snapshot"]["largest"][0] == {"path": "more.txt", "size": 2000}
    assert status["snapshot"]["files"] == len(status["snapshot"]["largest"])
    words = history.wb("project", "status").out
    assert "Changed since run #3:\n  A more.txt\n  D notes/new.txt\n  M train.py\n" in words
    assert " 10 KB  .venv/  (" in words
    table = history.wb("project", "status", "-o", "table").out.splitlines()
    assert table[2].split() == ["added", "more.txt", "2.0", "KB"]


def test_the_status_of_a_folder_that_did_not_change(history: Shell) -> None:
    assert "Nothing changed since run #3." in history.wb("project", "status").out


def test_what_cant_be_captured_is_named_with_the_reason(project: Shell) -> None:
    assert "Nothing was run yet." in project.wb("project", "status").out
    subprocess.run(["mkfifo", str(project.folder / "pipe")], check=True)
    (found,) = project.json("project", "status")["not_captured"]
    assert found == {"path": "pipe", "reason": "not a regular file"}
    done = project.wb("project", "snapshot")
    assert "Not captured: pipe (not a regular file)\n" in done.out


def test_a_snapshot_is_saved_once(project: Shell) -> None:
    first = project.json("project", "snapshot", "--note", "before lunch")
    assert first["is_new"]
    second = project.json("project", "snapshot")
    assert (second["is_new"], second["commit"]) == (False, first["commit"])
    assert project.wb("project", "snapshot").out.startswith("Nothing changed since snapshot ")


def test_a_missing_folder_keeps_its_history(history: Shell) -> None:
    folder = history.folder
    history.folder = folder.parent
    folder.rename(folder.parent / "moved")
    runs = history.json("history", "list", "--project", "demo")
    assert [run["run_number"] for run in runs] == [3, 2, 1]
    done = history.wb("project", "status", "--project", "demo", code=3)
    assert done.err.startswith(f"wb: Folder not found. {folder} isn't there.")
    history.folder = Path(folder.parent / "moved")
    assert len(history.json("history", "list")) == 3
