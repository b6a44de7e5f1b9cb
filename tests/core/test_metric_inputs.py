"""Which metrics are results: not those that repeat an argument, and not those that count."""

from dataclasses import replace

from tests.run_samples import make_run
from workbench.core.metric_inputs import input_metrics


def test_what_counts_is_no_result() -> None:
    runs = [
        replace(make_run(number), metrics=(("Epoch", 40), ("step", 900), ("accuracy", 0.9)))
        for number in range(1, 4)
    ]
    assert input_metrics(runs) == {"Epoch", "step"}
