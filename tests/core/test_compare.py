"""What differs between runs, row by row."""

from dataclasses import replace
from datetime import timedelta

from tests.run_samples import ENVIRONMENT, NOW, make_run
from workbench.core.compare import compare
from workbench.core.comparison import ComparedOutput, Comparison, Row, Side, Tone
from workbench.core.restore import ChangeKind, FileChange
from workbench.core.run import Output, RunStatus, UserRepository

CHANGE = FileChange("train.py", ChangeKind.MODIFIED, None, None)


def row(comparison: Comparison, section: str, label: str) -> Row:
    return next(row for row in comparison.section(section).rows if row.label == label)


def texts(found: Row) -> list[str]:
    return [cell.text for cell in found.cells]


def notes(found: Row) -> list[str]:
    return [cell.note for cell in found.cells]


def runs_with(*metrics: tuple[tuple[str, float | str], ...]) -> list[Side]:
    return [Side(make_run(126 - place, metrics=each)) for place, each in enumerate(metrics)]


def test_higher_is_better_unless_the_name_says_otherwise() -> None:
    sides = runs_with(
        (("val_auc", 0.8912), ("val_loss", 0.3127), ("precision_at_10", 0.634)),
        (("val_auc", 0.8871), ("val_loss", 0.3215), ("precision_at_10", 0.637)),
    )
    comparison = compare(sides, 0, NOW)
    auc, loss, precision = comparison.section("metrics").rows[:3]
    assert texts(auc) == ["0.8912", "0.8871"]
    assert [cell.delta for cell in auc.cells] == ["", "−0.0041"]
    assert [cell.tone for cell in auc.cells] == [Tone.NEUTRAL, Tone.WORSE]
    assert [cell.best for cell in auc.cells] == [True, False]
    assert (loss.cells[1].delta, loss.cells[1].tone) == ("+0.0088", Tone.WORSE)
    assert [cell.best for cell in loss.cells] == [True, False]
    assert (precision.cells[1].delta, precision.cells[1].tone) == ("+0.003", Tone.BETTER)
    assert [cell.best for cell in precision.cells] == [False, True]


def test_equal_values_have_no_best_and_do_not_differ() -> None:
    comparison = compare(runs_with((("auc", 0.5),), (("auc", 0.5),)), 0, NOW)
    auc = row(comparison, "metrics", "auc")
    assert not auc.differs
    assert [(cell.delta, cell.best) for cell in auc.cells] == [("", False), ("", False)]


def test_metric_that_a_run_lacks_differs_without_a_delta() -> None:
    comparison = compare(runs_with((("auc", 0.5),), (), (("f1", float("nan")),)), 0, NOW)
    auc, f1 = row(comparison, "metrics", "auc"), row(comparison, "metrics", "f1")
    assert texts(auc) == ["0.5", "–", "–"]
    assert [cell.known for cell in auc.cells] == [True, False, False]
    assert [cell.differs for cell in auc.cells] == [False, True, True]
    assert not any(cell.best or cell.delta for cell in (*auc.cells, *f1.cells))


def test_not_a_number_is_the_same_as_not_a_number() -> None:
    nan = float("nan")
    comparison = compare(runs_with((("auc", nan),), (("auc", nan),)), 0, NOW)
    assert not row(comparison, "metrics", "auc").differs


def test_metric_that_repeats_an_argument_is_neither_good_nor_bad() -> None:
    sides = [
        Side(make_run(number, arguments=("--lr", lr), metrics=(("lr", float(lr)), ("auc", auc))))
        for number, lr, auc in ((2, "0.1", 0.5), (1, "0.2", 0.6))
    ]
    comparison = compare(sides, 0, NOW)
    assert [found.label for found in comparison.section("metrics").rows] == [
        "auc",
        "lr",
        "Duration",
    ]
    cell = row(comparison, "metrics", "lr").cells[1]
    assert (cell.delta, cell.tone, cell.best) == ("+0.1", Tone.NEUTRAL, False)


def test_shorter_is_better_among_runs_that_completed() -> None:
    sides = [
        Side(make_run(3, seconds=848)),
        Side(make_run(2, seconds=200)),
        Side(make_run(1, RunStatus.FAILED, seconds=10)),
    ]
    duration = row(compare(sides, 0, NOW), "metrics", "Duration")
    assert texts(duration) == ["14 min 08 s", "3 min 20 s", "10 s"]
    assert [cell.delta for cell in duration.cells] == ["", "−10 min 48 s", "−13 min 58 s"]
    assert [cell.tone for cell in duration.cells] == [Tone.NEUTRAL, Tone.BETTER, Tone.NEUTRAL]
    assert [cell.best for cell in duration.cells] == [False, True, False]


def test_active_run_has_the_duration_so_far() -> None:
    running = make_run(2, RunStatus.RUNNING, ago=timedelta(seconds=31))
    comparison = compare([Side(make_run(1)), Side(running)], 0, NOW)
    assert row(comparison, "metrics", "Duration").cells[1].text == "30 s"
    assert comparison.is_live
    assert not compare([Side(make_run(1)), Side(make_run(2))], 0, NOW).is_live


def test_arguments_are_compared_by_name() -> None:
    sides = [
        Side(make_run(2, arguments=("--model", "ft", "--batch-size=32", "--fast", "data.csv"))),
        Side(make_run(1, arguments=("--model", "xgb", "--batch_size", "32", "depth=6"))),
    ]
    section = compare(sides, 0, NOW).section("arguments")
    assert [(found.label, *texts(found), found.differs) for found in section.rows] == [
        ("--model", "ft", "xgb", True),
        ("--batch-size", "32", "32", False),
        ("--fast", "data.csv", "not set", True),
        ("depth", "not set", "6", True),
    ]
    assert section.differing == 3
    assert len(section.shown(only_differences=True)) == 3


def test_repeated_and_unnamed_arguments_count_each() -> None:
    sides = [
        Side(make_run(2, arguments=("--layer", "1", "--layer", "2", "in", "--dry"))),
        Side(make_run(1, arguments=("--layer", "1"))),
    ]
    section = compare(sides, 0, NOW).section("arguments")
    assert [(found.label, *texts(found)) for found in section.rows] == [
        ("--layer", "1 2", "1"),
        ("Argument 1", "in", "not set"),
        ("--dry", "set", "not set"),
    ]


def test_further_numbers_belong_to_the_option_that_took_one() -> None:
    arguments = ("--layers", "64", "32", "--lr", "1e-3", "data.csv", "7", "--name", "a", "5")
    sides = [Side(make_run(2, arguments=arguments)), Side(make_run(1, arguments=("--layers=64",)))]
    section = compare(sides, 0, NOW).section("arguments")
    assert [(found.label, *texts(found)) for found in section.rows] == [
        ("--layers", "64 32", "64"),
        ("--lr", "1e-3", "not set"),
        ("Argument 1", "data.csv", "not set"),
        ("Argument 2", "7", "not set"),
        ("--name", "a", "not set"),
        ("Argument 3", "5", "not set"),
    ]


def test_snapshot_row_counts_the_files_that_differ() -> None:
    sides = [
        Side(make_run(4)),
        Side(make_run(3), changes=(CHANGE,) * 4),
        Side(make_run(2)),
    ]
    snapshot = row(compare(sides, 0, NOW), "code", "Snapshot")
    assert notes(snapshot) == ["", "4 files differ", "same files"]
    assert [cell.differs for cell in snapshot.cells] == [False, True, False]
    assert snapshot.cells[0].text == sides[0].run.snapshot[:7] if sides[0].run else ""


def test_run_without_a_snapshot_says_why_nothing_is_told() -> None:
    without = replace(make_run(1), snapshot="")
    side = Side(without, changes=None, problem="#1 has no snapshot")
    snapshot = row(compare([Side(make_run(2)), side], 0, NOW), "code", "Snapshot")
    assert (snapshot.cells[1].text, snapshot.cells[1].note) == ("none", "#1 has no snapshot")
    assert snapshot.differs


def test_what_was_not_recorded_is_not_called_different() -> None:
    bare = replace(
        make_run(1), environment=type(ENVIRONMENT)(), repository=UserRepository(recorded=False)
    )
    comparison = compare([Side(make_run(2)), Side(bare)], 0, NOW)
    for label in ("Git repo", "Packages", "Computer", "Operating system"):
        found = row(comparison, "code", label)
        assert found.cells[1].text == "not recorded"
        assert not found.differs


def test_packages_that_differ_have_a_row_each() -> None:
    packages = (*ENVIRONMENT.packages[1:], ("xgboost", "2.1"))
    packages = tuple((name, "2.0.0" if name == "numpy" else version) for name, version in packages)
    other = replace(make_run(1), environment=replace(ENVIRONMENT, packages=packages))
    comparison = compare([Side(make_run(2)), Side(other)], 0, NOW)
    assert notes(row(comparison, "code", "Packages")) == ["", "3 differ"]
    assert texts(row(comparison, "code", "numpy")) == ["1.26.4", "2.0.0"]
    assert texts(row(comparison, "code", "matplotlib")) == ["3.9.0", "not installed"]
    assert texts(row(comparison, "code", "xgboost")) == ["not installed", "2.1"]
    assert not [found for found in comparison.section("code").rows if found.label == "pandas"]


def test_outputs_of_one_size_are_told_apart_by_their_content() -> None:
    def side(number: int, *outputs: tuple[str, int, str]) -> Side:
        held = tuple(ComparedOutput(Output(path, size), digest) for path, size, digest in outputs)
        return Side(make_run(number), outputs=held)

    sides = [
        side(3, ("big.bin", 99, ""), ("model.pt", 5, "a"), ("same.txt", 7, "s")),
        side(2, ("big.bin", 99, ""), ("model.pt", 5, "b"), ("same.txt", 7, "s")),
        side(1, ("model.pt", 6, ""), ("new.csv", 1, "")),
    ]
    comparison = compare(sides, 0, NOW)
    assert notes(row(comparison, "outputs", "big.bin")) == [
        "", "same size, content not compared", "",
    ]  # fmt: skip
    model = row(comparison, "outputs", "model.pt")
    assert [cell.differs for cell in model.cells] == [False, True, True]
    assert notes(model)[1] == "other content"
    assert not row(comparison, "outputs", "same.txt").cells[1].differs
    assert texts(row(comparison, "outputs", "new.csv")) == ["–", "–", "1 B"]


def test_any_run_can_be_the_baseline() -> None:
    comparison = compare(runs_with((("auc", 0.5),), (("auc", 0.75),)), 1, NOW)
    auc = row(comparison, "metrics", "auc")
    assert [cell.delta for cell in auc.cells] == ["−0.25", ""]
    assert comparison.base.title == "#125"


def test_folder_has_code_only() -> None:
    folder = Side(None, changes=(CHANGE,), repository=UserRepository("master", "", 2))
    comparison = compare([Side(make_run(2, metrics=(("auc", 1.0),))), folder], 0, NOW)
    assert comparison.section("metrics").differing == 0
    assert comparison.section("arguments").differing == 0
    assert texts(row(comparison, "metrics", "auc")) == ["1", "–"]
    assert notes(row(comparison, "code", "Snapshot")) == ["", "1 file differs"]
    assert row(comparison, "code", "Git repo").cells[1].text == "master, 2 files not committed"
