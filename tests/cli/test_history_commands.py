"""``wb history``: looking at runs, comparing, exporting, putting aside."""

import csv
import json
import subprocess

from tests.cli.shell import WB, Shell, environment


def test_the_table_has_the_columns_of_the_original(history: Shell) -> None:
    lines = history.wb("history", "list", "-o", "table").out.splitlines()
    assert lines[0].split("  ")[0] == "Regularization Rate"
    columns = [word for word in lines[0].split("  ") if word]
    assert [column.strip() for column in columns] == [
        *("Regularization Rate", "Accuracy", "Duration", "Run_id", "Run_number", "Script_name"),
        *("Start_time_utc", "Status"),
    ]
    rows = [[cell.strip() for cell in line.split("  ") if cell] for line in lines[2:]]
    assert [(row[0], row[1], row[5], row[7]) for row in rows] == [
        ("0.2", "0.8", "train.py", "Failed"),
        ("0.01", "0.99", "train.py", "Completed"),
        ("0.5", "0.5", "train.py", "Completed"),
    ]
    assert rows[0][3].startswith("demo_")


def test_old_queries_work(history: Shell) -> None:
    query = "@[?Accuracy != null] | max_by(@, &Accuracy).Accuracy"
    assert history.wb("history", "list", "--query", query).out == "0.99\n"
    query = "[?status=='Completed'].run_number"
    assert history.wb("history", "list", "--query", query).data == [2, 1]
    query = "[?properties.CommitId != null] | length(@)"
    assert history.wb("history", "list", "--query", query).data == 3


def test_the_record_of_a_run_has_the_shape_of_the_original(history: Shell) -> None:
    run = history.json("history", "info", "--run", "2")
    assert (run["Accuracy"], run["Regularization Rate"]) == (0.99, 0.01)
    assert run["attachments"] == "driver_log.txt,outputs/model.txt"
    assert run["duration"].startswith("0:00:0")
    assert (run["status"], run["target"], run["script_name"]) == ("Completed", "local", "train.py")
    assert run["run_id"].startswith("demo_")
    assert run["start_time_utc"] < run["end_time_utc"]
    assert len(run["properties"]["CommitId"]) == 40
    assert (run["hidden"], run["arguments"]) == (False, ["0.01"])
    assert history.json("history", "list")[1] == run


def test_the_last_run(history: Shell) -> None:
    assert history.json("history", "last")["run_number"] == 3
    assert history.wb("history", "last", "--query", "status", "-o", "tsv").out == "Failed\n"


def test_a_run_is_named_in_many_ways(history: Shell) -> None:
    first = history.json("history", "info", "--run", "1")
    for name in ("1", "#1", first["run_id"], first["run_id"][:-1], "last~2", "last~~", "LAST~2"):
        assert history.json("history", "info", "--run", name)["run_number"] == 1
    assert history.json("history", "info", "--run", "last")["run_number"] == 3
    several = history.wb("history", "info", "--run", "demo_", code=2)
    assert "The ids of several runs begin with demo_" in several.err
    for name in ("9", "last~3", "x", "", "demo_0"):
        history.wb("history", "info", "--run", name, code=3)


def test_the_filter_is_that_of_the_window(history: Shell) -> None:
    def numbers(*words: str) -> list[int]:
        return [run["run_number"] for run in history.json("history", "list", *words)]

    assert numbers("--filter", "status=completed") == [2, 1]
    assert numbers("--filter", "accuracy>0.6 status=completed") == [2]
    assert numbers("--filter", "#3") == [3]
    assert numbers("--filter", "nothing of this") == []
    assert numbers("--top", "2") == [3, 2]
    assert numbers("--top", "1", "--filter", "status=completed") == [2]
    history.wb("history", "list", "--top", "0", code=2)


def test_a_file_of_a_run_is_printed_as_it_is(history: Shell) -> None:
    for name in ("driver_log", "driver_log.txt", "log"):
        done = history.wb("history", "info", "--run", "1", "--artifact", name)
        assert done.out == "accuracy is 0.500\n"
    for name in ("model.txt", "outputs/model.txt"):
        assert history.wb("history", "info", "-r", "1", "-a", name).out == "0.5\n"
    history.write("bytes.py", "open('outputs/b', 'wb').write(bytes(range(256)))\n")
    history.wb("experiment", "submit", "bytes.py")
    printed = subprocess.run(
        [*WB, "history", "info", "-r", "last", "-a", "b"],
        cwd=history.folder,
        env=environment(),
        capture_output=True,
        check=True,
    )
    assert printed.stdout == bytes(range(256))
    missing = history.wb("history", "info", "-r", "1", "-a", "nope", code=3)
    assert missing.err == (
        "wb: Run #1 has no file nope. It has driver_log.txt, outputs/model.txt.\n"
    )


def test_files_are_copied_and_none_is_overwritten(history: Shell) -> None:
    done = history.json("history", "download", "--run", "1", "-d", "../copy")
    copy = history.folder.parent / "copy"
    assert done["files"] == [str(copy / "driver_log.txt"), str(copy / "outputs/model.txt")]
    assert (copy / "outputs/model.txt").read_text() == "0.5\n"
    (copy / "outputs/model.txt").write_text("mine")
    (copy / "driver_log.txt").unlink()
    again = ("history", "download", "--run", "2", "-d", "../copy")
    assert "is there already. Add --overwrite to replace it." in history.wb(*again, code=2).err
    assert not (copy / "driver_log.txt").exists()
    assert (copy / "outputs/model.txt").read_text() == "mine"
    history.wb(*again, "--overwrite", "--artifact", "model.txt")
    assert (copy / "outputs/model.txt").read_text() == "0.01\n"
    assert not (copy / "driver_log.txt").exists()


def test_runs_are_compared(history: Shell) -> None:
    data = history.json("history", "compare", "1", "2")
    assert [side["title"] for side in data["compared"]] == ["#1", "#2"]
    assert data["compared"][1]["files_that_differ"] == [
        {"path": "notes/new.txt", "change": "added"},
        {"path": "train.py", "change": "modified"},
    ]
    table = history.wb("history", "compare", "1", "2").out
    (line,) = [line for line in table.splitlines() if "Accuracy" in line]
    assert line.split()[:3] == ["Metrics", "Accuracy", "0.5"]
    assert "*" in line
    assert "Target" in table
    assert "Target" not in history.wb("history", "compare", "1", "2", "--differences").out
    assert "Folder now" in history.wb("history", "compare", "3", "--folder").out
    assert history.wb("history", "compare", "1", "2", "-o", "table").out == table
    history.wb("history", "compare", "1", code=2)
    history.wb("history", "compare", "1", "2", "3", "last", code=2)


def test_a_diff_is_a_patch_that_git_applies(history: Shell) -> None:
    history.wb("project", "restore", "--run-id", "1", "--to", "../first")
    patch = history.wb("history", "diff", "1", "2").out
    assert "+# changed\n" in patch
    assert history.wb("history", "diff", "2").out == patch
    subprocess.run(
        ["git", "apply", "-"],
        cwd=history.folder.parent / "first",
        input=patch,
        text=True,
        check=True,
    )
    for name in ("train.py", "notes/new.txt"):
        assert (history.folder.parent / "first" / name).read_bytes() == (
            history.folder / name
        ).read_bytes()
    names = history.wb("history", "diff", "1", "2", "--names-only").out
    assert names == "A notes/new.txt\nM train.py\n"
    assert history.wb("history", "diff", "3").out == "Run #2 and run #3 hold the same files.\n"


def test_a_diff_with_the_folder(history: Shell) -> None:
    same = history.wb("history", "diff", "3", "--folder").out
    assert same == "Run #3 and the folder hold the same files.\n"
    history.write("notes/new.txt", "other, without an end of line")
    (history.folder / "picture").write_bytes(b"\x00\x01")
    (history.folder / "train.py").chmod(0o755)
    patch = history.wb("history", "diff", "3", "--folder").out
    assert "-new\n+other, without an end of line\n\\ No newline at end of file\n" in patch
    assert "Binary files /dev/null and b/picture differ\n" in patch
    assert "old mode 100644\nnew mode 100755\n" in patch
    assert history.json("history", "diff", "3", "--folder", "--names-only")["patch"] == ""
    history.wb("history", "diff", "1", "2", "3", code=2)
    history.wb("history", "diff", "1", "2", "--folder", code=2)
    first = history.wb("history", "diff", "1", code=3)
    assert "No run before #1 has a snapshot here." in first.err


def test_runs_are_exported(history: Shell) -> None:
    assert history.json("history", "export", "-f", "../runs.csv")["runs"] == 3
    with (history.folder.parent / "runs.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["Accuracy"] for row in rows] == ["0.8", "0.99", "0.5"]
    assert [row["status"] for row in rows] == ["failed", "completed", "completed"]
    history.wb("history", "export", "-f", "../r.json", "--filter", "#2", "--top", "5")
    (run,) = json.loads((history.folder.parent / "r.json").read_text())
    assert run["metrics"] == {"Regularization Rate": 0.01, "Accuracy": 0.99}
    said = history.wb("history", "export", "-f", "../r.txt", code=2)
    assert "Let it end with .csv or .json." in said.err
    history.wb("history", "export", "-f", "../no/such/r.csv", code=1)


def test_archived_runs_are_listed_only_when_asked_for(history: Shell) -> None:
    done = history.wb("history", "archive", "--run", "1", "3")
    assert done.out == ("Archived #1, #3.\nTake it back with: wb history unarchive --run 1 3\n")
    assert numbers(history) == [2]
    assert numbers(history, "--archived") == [3, 1]
    assert numbers(history, "--filter", "archived=yes status=failed") == [3]
    assert history.json("history", "info", "--run", "1")["hidden"]
    history.wb("history", "unarchive", "--run", "1", "3")
    assert numbers(history) == [3, 2, 1]


def test_deleted_runs_come_back_whole(history: Shell) -> None:
    before = history.json("history", "info", "--run", "3")
    done = history.wb("history", "delete", "--run", "3", "1")
    assert done.out == "Deleted #3, #1.\nTake it back with: wb history undelete --run 3 1\n"
    assert numbers(history) == [2]
    assert numbers(history, "--deleted") == [3, 1]
    assert history.json("history", "last")["run_number"] == 2
    for words in (("history", "info", "--run", "3"), ("project", "restore", "--run-id", "3")):
        gone = history.wb(*words, code=3)
        assert "wb history undelete --run 3" in gone.err
    # Its number is not given to another run.
    history.wb("experiment", "submit", "train.py")
    assert numbers(history) == [4, 2]
    history.wb("history", "undelete", "--run", "3", "1")
    assert numbers(history) == [4, 3, 2, 1]
    assert history.json("history", "info", "--run", "3") == before
    history.wb("project", "restore", "--run-id", "1", "--yes")


def test_a_run_that_goes_on_is_not_deleted(history: Shell) -> None:
    history.write("wait.py", "import time; time.sleep(600)\n")
    history.wb("experiment", "submit", "--no-wait", "wait.py")
    done = history.wb("history", "delete", "--run", "1", "4", code=1)
    assert done.err == (
        "wb: Run #4 is running. Only runs that have ended can be deleted. Nothing was changed. "
        "Cancel it first.\n"
    )
    assert numbers(history) == [4, 3, 2, 1]
    history.wb("experiment", "cancel", "-r", "4")


def numbers(shell: Shell, *words: str) -> list[int]:
    """Return the numbers of the listed runs."""
    return [run["run_number"] for run in shell.json("history", "list", *words)]
