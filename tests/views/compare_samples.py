"""Runs to compare, as a real project would have them."""

import math
from dataclasses import replace
from datetime import timedelta

from tests.run_samples import ENVIRONMENT, NOW, make_run
from workbench.core.compare import compare
from workbench.core.comparison import ComparedOutput, Comparison, Side
from workbench.core.metric import MetricSeries, Scalar
from workbench.core.restore import ChangeKind, FileChange
from workbench.core.run import Output, Run, RunStatus
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.viewmodels.compare_states import CompareState

_LONG_PATH = "data/prepared/2024-05-14/features/customers-with-a-very-long-file-name-of-all.parquet"
_LONG_NAME = "validation_area_under_the_precision_recall_curve_of_the_holdout_customers"
_PATHS = (
    "conda_dependencies.yml", "data/split.py", "metrics.py", "models/ft_transformer.py",
    "models/xgb.py", "notebooks/look.ipynb", "README.md", "train.py", "utils.py",
)  # fmt: skip


def _run(number: int, *, ago: timedelta, seconds: float, arguments: str, target: str) -> Run:
    run = make_run(number, arguments=tuple(arguments.split()), seconds=seconds, ago=ago)
    return replace(run, request=replace(run.request, target=target))


def _metrics(
    auc: float, f1: float, loss: float, precision: float
) -> tuple[tuple[str, Scalar], ...]:
    return (
        ("val_auc", auc), ("val_f1", f1), ("val_loss", loss), ("precision_at_10", precision),
    )  # fmt: skip


def changes(number: int) -> tuple[FileChange, ...]:
    """Return some files that differ."""

    def entry(path: str, letter: str) -> TreeEntry:
        return TreeEntry(path, MODE_FILE, letter * 40, 1200)

    return tuple(
        FileChange(path, ChangeKind.MODIFIED, entry(path, "a"), entry(path, "b"))
        for path in sorted(_PATHS[:number])
    )


def runs() -> tuple[Run, Run, Run]:
    """Return three runs: the best one, one with another dropout, one of another model."""
    first = _run(
        126, ago=timedelta(minutes=70), seconds=848, target="gpu-vm-weu",
        arguments="--model ft-transformer --lr 3e-4 --dropout 0.1 --epochs 40",
    )  # fmt: skip
    second = _run(
        125, ago=timedelta(minutes=93), seconds=861, target="gpu-vm-weu",
        arguments="--model ft-transformer --lr 3e-4 --dropout 0.2 --epochs 40",
    )  # fmt: skip
    third = _run(
        121, ago=timedelta(hours=18), seconds=200, target="docker-python",
        arguments="--model xgb --lr 0.05 --max-depth 6",
    )  # fmt: skip
    packages = tuple(
        (name, "2.2.1" if name == "torch" else version) for name, version in ENVIRONMENT.packages
    )
    other = replace(ENVIRONMENT, python="3.10.14", packages=(*packages, ("xgboost", "2.0.3")))
    return (
        _as(first, "9f3c2e1", 0.8912, 0.7421, 0.3127, 0.634),
        _as(second, "2ad90b7", 0.8871, 0.7338, 0.3215, 0.637),
        replace(_as(third, "71b0f4a", 0.8894, 0.7405, 0.3158, 0.629), environment=other),
    )


def _as(run: Run, snapshot: str, *values: float) -> Run:
    return replace(run, snapshot=snapshot.ljust(40, "0"), metrics=_metrics(*values))


def sides() -> tuple[Side, ...]:
    """Return the three runs with their code and outputs."""
    first, second, third = runs()
    outputs = (
        ComparedOutput(Output("metrics.json", 2_012)),
        ComparedOutput(Output("model.pt", 8_600_000), "a"),
        ComparedOutput(Output("roc_curve.png", 34_000), "r"),
    )
    others = (
        ComparedOutput(Output("metrics.json", 2_020)),
        ComparedOutput(Output("model.pt", 8_600_000), "b"),
        ComparedOutput(Output("roc_curve.png", 34_000), "r"),
    )
    xgb = (
        ComparedOutput(Output("metrics.json", 1_804)),
        ComparedOutput(Output("model.json", 912_000)),
    )
    return (
        Side(first, outputs=outputs),
        Side(second, changes(4), outputs=others),
        Side(third, changes(9), outputs=xgb),
    )


def comparison(number: int = 3, baseline: int = 0) -> Comparison:
    """Return the first of these runs, compared."""
    return compare(sides()[:number], baseline, NOW)


def _curve(
    name: str, ends: tuple[float, float], seconds: float, points: int, seed: int
) -> MetricSeries:
    (first, last), values = ends, []
    for place in range(points):
        falling = (first - last) * math.exp(-place / (points / 6))
        wave = (last - first) * 0.02 * math.sin(place * 2.1 + seed)
        values.append(last + falling + wave)
    moments = tuple(seconds * (place + 1) / points for place in range(points))
    return MetricSeries(name, tuple(values), moments, values[-1])


def curves() -> tuple[tuple[MetricSeries, ...], ...]:
    """Return what the three runs logged over time."""
    return tuple(
        (
            _curve("val_auc", (low, auc), seconds, points, seed),
            _curve("val_f1", (0.5, 0.74), seconds, points, seed),
            _curve("val_loss", (high, loss), seconds, points, seed),
            MetricSeries("precision_at_10", (0.634,), (seconds,), 0.634),
        )
        for low, auc, high, loss, seconds, points, seed in (
            (0.74, 0.8912, 0.58, 0.3127, 848, 40, 0),
            (0.735, 0.8871, 0.6, 0.3215, 861, 40, 1),
            (0.8, 0.8894, 0.48, 0.3158, 200, 40, 2),
        )
    )


def state(number: int = 3, baseline: int = 0) -> CompareState:
    """Return a comparison of runs that ended."""
    return CompareState(comparison(number, baseline), curves()[:number])


def live() -> CompareState:
    """Return a comparison with a run that goes on."""
    first, second, _third = sides()
    metrics = _metrics(0.8793, 0.7301, 0.3305, 0.62)
    going = make_run(129, RunStatus.RUNNING, metrics=metrics, ago=timedelta(minutes=8))
    made = compare((first, second, Side(going, changes(1))), 0, NOW)
    return CompareState(made, curves())


def with_folder() -> CompareState:
    """Return a run beside the folder as it is now."""
    first, _second, _third = sides()
    folder = Side(None, changes(3), repository=replace(runs()[0].repository, changed_files=5))
    return CompareState(compare((first, folder), 0, NOW), (curves()[0], ()))


def long() -> CompareState:
    """Return runs with very long names of everything."""
    made = []
    for side, run, metric in zip(sides(), runs(), (-0.123456789, 1234567.89, 1e-12), strict=True):
        arguments = ("--configuration-file", _LONG_PATH, "--beschreibungstext", "Wiederholung " * 9)
        given = arguments[: 2 if run.number == 121 else 4]
        changed = replace(
            run,
            number=run.number * 1000,
            request=replace(run.request, script=_LONG_PATH, arguments=given),
            metrics=((_LONG_NAME, metric), *run.metrics),
        )
        outputs = (*side.outputs, ComparedOutput(Output(_LONG_PATH, 1)))
        made.append(replace(side, run=changed, outputs=outputs))
    return CompareState(compare(made, 0, NOW), ())
