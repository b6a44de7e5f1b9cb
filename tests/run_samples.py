"""Runs, outputs and metrics as a real project would have them, for tests and pictures."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from workbench.core.metric import MetricSeries, Scalar
from workbench.core.run import (
    Interpreter,
    InterpreterKind,
    Output,
    Run,
    RunEnvironment,
    RunRequest,
    RunStatus,
    UserRepository,
)

NOW = datetime(2024, 5, 14, 11, 52, tzinfo=UTC)
VENV = Interpreter("/home/ada/churn/.venv/bin/python", InterpreterKind.VENV, "3.11.7", ".venv")
ENVIRONMENT = RunEnvironment(
    python="3.11.7",
    interpreter=VENV.path,
    packages=(
        ("matplotlib", "3.9.0"),
        ("numpy", "1.26.4"),
        ("pandas", "2.2.2"),
        ("scikit-learn", "1.5.0"),
        ("torch", "2.3.0"),
    ),
    os="Linux 6.1 x86_64",
    host="workstation-7",
    user="ada",
)


def now() -> datetime:
    """Return the moment at which the samples are looked at."""
    return NOW


def make_run(
    number: int,
    status: RunStatus = RunStatus.COMPLETED,
    *,
    script: str = "train.py",
    arguments: tuple[str, ...] = ("--lr", "3e-4", "--epochs", "40"),
    seconds: float = 60,
    metrics: tuple[tuple[str, Scalar], ...] = (),
    ago: timedelta | None = None,
) -> Run:
    """Return a run that began ``ago`` (by default older the smaller its number)."""
    created = NOW - (ago if ago is not None else timedelta(minutes=20 * (200 - number)))
    has_started = status not in {RunStatus.PREPARING, RunStatus.QUEUED}
    started = created + timedelta(seconds=1) if has_started else None
    ended = None
    if started is not None and not status.is_active:
        ended = started + timedelta(seconds=seconds)
    return Run(
        id=f"churn_{1715675336 + number}",
        number=number,
        project_id="7d1c0000-0000-4000-8000-00000000c4d8",
        status=status,
        request=RunRequest(script, arguments, VENV),
        created=created,
        started=started,
        ended=ended,
        exit_code={RunStatus.COMPLETED: 0, RunStatus.FAILED: 1}.get(status),
        snapshot=f"{number * 7919:07x}".ljust(40, "c") if has_started else "",
        snapshot_is_new=True,
        repository=UserRepository("feature/ft-transformer", "4be1a90" + "0" * 33, 3),
        environment=ENVIRONMENT,
        metrics=metrics,
    )


def make_runs(count: int) -> list[Run]:
    """Return many plain completed runs, quickly."""
    first = make_run(1, metrics=(("accuracy", 0.5),))
    step = timedelta(minutes=3)
    return [
        replace(
            first,
            id=f"many_{number}",
            number=number,
            created=first.created + step * number,
            metrics=(("accuracy", 0.5 + (number * 37 % 1000) / 2500),),
        )
        for number in range(1, count + 1)
    ]


def sample_runs(count: int = 131) -> list[Run]:
    """Return the history of a project: improving metrics, failures, two queued and one running."""
    return [_sample(number, count) for number in range(1, count + 1)]


def _sample(number: int, count: int) -> Run:
    place = number / count
    lr = ("--lr", f"{[1, 3, 5][number % 3]}e-4")
    arguments: tuple[str, ...] = ("--model", "ft-transformer", *lr, "--dropout", "0.1")
    arguments = (*arguments, "--epochs", "40")
    ago = timedelta(minutes=11) * (count - number) + timedelta(minutes=8)
    if number > count - 2:
        return make_run(number, RunStatus.QUEUED, arguments=arguments, ago=ago)
    auc = 0.84 + 0.05 * math.sqrt(place) + 0.003 * math.sin(number * 2.3)
    metrics: tuple[tuple[str, Scalar], ...] = (
        ("val_auc", round(auc, 4)),
        ("val_loss", round(0.4 - 0.09 * place + 0.004 * math.cos(number), 4)),
        ("val_f1", round(0.66 + 0.08 * place + 0.004 * math.sin(number), 4)),
    )
    if number == count - 2:
        return make_run(number, RunStatus.RUNNING, arguments=arguments, metrics=metrics, ago=ago)
    if number % 11 == 6:
        return make_run(number, RunStatus.FAILED, arguments=arguments, seconds=72, ago=ago)
    if number % 25 == 24:
        return make_run(number, RunStatus.CANCELED, arguments=arguments, seconds=227, ago=ago)
    script = "features.py" if number % 9 == 5 else "train.py"
    if script == "features.py":
        arguments, metrics = ("--input", "data/raw", "--min-tenure", "2"), ()
    seconds = 60 + 700 * place + 60 * math.sin(number)
    return make_run(
        number, script=script, arguments=arguments, seconds=seconds, metrics=metrics, ago=ago
    )


def sample_metrics(epochs: int = 40) -> tuple[MetricSeries, ...]:
    """Return what one training run logs: curves, a single number, a text and a list."""
    steps = range(1, epochs + 1)
    seconds = tuple(20.9 * step for step in steps)

    def curve(name: str, values: list[float]) -> MetricSeries:
        return MetricSeries(name, tuple(values), seconds, values[-1])

    loss = [0.31 + 0.28 * math.exp(-step / 6) + 0.003 * math.sin(step) for step in steps]
    auc = [0.8912 - 0.15 * math.exp(-step / 5) + 0.002 * math.sin(step * 2) for step in steps]
    f1 = [0.742 - 0.23 * math.exp(-step / 5) + 0.004 * math.sin(step * 3) for step in steps]
    rate = [3e-4 * (step / 4 if step < 4 else math.cos((step - 4) / 23)) for step in steps]
    return (
        curve("val_auc", auc),
        curve("val_f1", f1),
        curve("val_loss", loss),
        curve("learning_rate", rate),
        MetricSeries("precision_at_10", (0.634,), (840.0,), 0.634),
        MetricSeries("parameters", (2147905.0,), (1.0,), 2147905),
        MetricSeries("device", (), (), "cuda:0 NVIDIA A10"),
        MetricSeries("confusion", (812, 41, 66, 281), (840.0,) * 4, (812, 41, 66, 281)),
    )


def sample_outputs() -> tuple[Output, ...]:
    """Return output files of several kinds."""
    return (
        Output("confusion_matrix.png", 21_400),
        Output("metrics.json", 2_012),
        Output("model.pt", 8_600_000),
        Output("predictions.csv", 310_000),
        Output("reports/roc_curve.png", 34_000),
    )
