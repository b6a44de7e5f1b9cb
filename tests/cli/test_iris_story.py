"""The Iris story from the original's documentation, wholly from the command line."""

import pytest

from tests.cli.shell import Shell


@pytest.mark.timeout(900)
def test_the_iris_story(shell: Shell) -> None:
    # The project, from the sample.
    samples = shell.wb("project", "sample", "list", "-o", "table").out
    assert "classifying-iris" in samples
    shell.wb("project", "create", "-n", "iris", "--template", "classifying-iris")
    shell.into("iris")
    ready = shell.wb("experiment", "prepare", "-c", "local").out
    assert ready.startswith("The environment is ready: ")

    # The experiment, with descending regularization rates.
    for rate in ("10", "0.5", "0.01"):
        done = shell.wb("experiment", "submit", "-c", "local", "iris_sklearn.py", rate)
        assert done.out.startswith("RunId: iris_")
        assert f"Regularization Rate : {rate}" in done.out
        assert "Execution Details\n=================\n" in done.out

    # The run history, as a table.
    head, line, *rows = shell.wb("history", "list", "-o", "table").out.splitlines()
    starts = [place for place in range(len(line)) if line[place] == "-" != line[place - 1 : place]]
    cut = [
        [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(line) + 80], strict=True)]
        for text in (head, *rows)
    ]
    columns = ["Duration", "Run_id", "Run_number", "Script_name", "Start_time_utc", "Status"]
    assert cut[0][-6:] == columns
    assert set(cut[0][:-6]) == {"Regularization Rate", "Accuracy"}
    column, accuracy = cut[0].index("Regularization Rate"), cut[0].index("Accuracy")
    assert [row[column] for row in cut[1:]] == ["0.01", "0.5", "10.0"]
    assert all(row[-1] == "Completed" and row[-3] == "iris_sklearn.py" for row in cut[1:])

    # The best run.
    best = shell.wb(
        "history", "list", "--query", "@[?Accuracy != null] | max_by(@, &Accuracy).Accuracy"
    ).data
    assert best == max(float(row[accuracy]) for row in cut[1:])

    # What a run wrote, and what it left.
    run_id = cut[1][-5]
    log = shell.wb("history", "info", "--run", run_id, "--artifact", "driver_log").out
    assert "Accuracy" in log
    attachments = shell.json("history", "info", "--run", run_id)["attachments"].split(",")
    assert "outputs/confusion_matrix.png" in attachments
    shell.wb("history", "download", "--run", run_id, "-d", "../kept")
    picture = shell.folder.parent / "kept/outputs/confusion_matrix.png"
    assert picture.read_bytes().startswith(b"\x89PNG")

    # A change, a run, and back to the first one.
    script = shell.folder / "iris_sklearn.py"
    first = script.read_bytes()
    script.write_bytes(first + b"\n# changed\n")
    shell.wb("experiment", "submit", "iris_sklearn.py", "0.5")
    assert "+# changed\n" in shell.wb("history", "diff", "last").out
    shell.wb("project", "restore", "--run-id", "1", "--yes")
    assert script.read_bytes() == first
    shell.wb("project", "undo-restore", "--yes")
    assert script.read_bytes() == first + b"\n# changed\n"
