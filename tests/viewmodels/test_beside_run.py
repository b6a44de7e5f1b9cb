"""Which runs can be put beside another one."""

from tests.run_samples import make_run, sample_runs
from workbench.viewmodels.beside_run import (
    NONE,
    OTHER,
    PREVIOUS,
    BesideState,
    chosen_item,
    near_runs,
    run_before,
    run_items,
)


def test_the_run_before_is_of_the_same_script_and_has_metrics() -> None:
    runs = sample_runs()
    train = runs[125]
    before = run_before(runs, train)
    assert before is not None
    assert before.number == 125
    # 122 prepared features, 121 trained.
    after_features = run_before(runs, runs[122])
    assert after_features is not None
    assert (runs[121].script_name, after_features.number) == ("features.py", 121)
    assert run_before(runs, runs[0]) is None


def test_the_nearest_runs_come_first() -> None:
    runs = [make_run(number, script=f"{'a' if number != 4 else 'b'}.py") for number in range(1, 9)]
    offered = [run.number for run in near_runs(runs, runs[4])]
    assert offered == [3, 2, 1, 6, 7, 8, 4]
    assert len(near_runs(runs, runs[4], most=2)) == 2


def test_what_is_offered_names_the_script_only_if_it_is_another_one() -> None:
    runs = [make_run(1), make_run(2, script="features.py"), make_run(3), make_run(4)]
    state = BesideState(others=(runs[2], runs[1]), previous=runs[2])
    items = run_items(runs[3], state, runs[0], runs[2])
    assert items == [
        (PREVIOUS, "#3"), (runs[0].id, "#1"), (runs[1].id, "#2 features.py"),
        (OTHER, "Another run…"),
    ]  # fmt: skip
    assert run_items(runs[3], BesideState(), None, None) == []


def test_a_choice_that_leads_to_the_run_before_is_shown_as_such() -> None:
    one, two = make_run(1), make_run(2)
    assert chosen_item(PREVIOUS, two, two) == PREVIOUS
    assert chosen_item(two.id, two, two) == PREVIOUS
    assert chosen_item(one.id, one, two) == one.id
    assert chosen_item(PREVIOUS, None, None) == NONE
