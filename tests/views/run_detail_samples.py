"""Sample data of the Run Detail page."""

import math
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen

from tests.run_samples import NOW, make_run, sample_metrics, sample_outputs, sample_runs
from tests.views.restore_samples import CHANGES, NEW, OLD
from workbench.core.log_stretch import LogStream, LogStretch
from workbench.core.metric import MetricSeries
from workbench.core.progress import Progress
from workbench.core.run import RunStatus
from workbench.core.run_files import NotShared, RunFilesPlace, SharedFiles
from workbench.core.snapshot import LeftOut, NotCaptured, NotCapturedReason
from workbench.core.text_diff import BinaryDiff, DiffDocument, diff_contents
from workbench.viewmodels.beside_run import BesideState
from workbench.viewmodels.run_files_words import RunFilesState
from workbench.viewmodels.run_states import RunDetailState

HISTORY = "AzureMLHistory/7d1c0000-0000-4000-8000-00000000c4d8"
FAILURE = "RuntimeError: CUDA ran out of memory, tried to allocate 6.20 GiB"


def state() -> RunDetailState:
    runs = sample_runs()
    run = replace(
        runs[125],
        note="Lower dropout closes the gap between train and validation loss.",
        not_captured=1,
    )
    return RunDetailState(
        run,
        position=6,
        total=131,
        newer=runs[126].id,
        older=runs[124].id,
        previous=runs[124],
        metrics=sample_metrics(),
        outputs=sample_outputs(),
        changes=CHANGES,
        not_captured=(NotCaptured("run/control.sock", NotCapturedReason.SPECIAL),),
        left_out=(
            LeftOut(".venv/", "pyvenv.cfg", "built-in"),
            LeftOut("data/raw/", "data/raw/", ".amlignore"),
        ),
        history_branch=HISTORY,
        beside=beside(),
    )


def far_away(progress: float | None = None, *, shared: bool = True) -> RunDetailState:
    """Return a run of another computer, whose files are not here."""
    full = state()
    environment = replace(full.run.environment, host="gpu-vm-weu")
    files = SharedFiles("c" * 40, 6, 4_200_000, (NotShared("outputs/model.pt", 182_000_000),))
    place = RunFilesPlace(is_here=False, shared=files if shared else None, is_sharing=shared)
    told = None if progress is None else Progress("bring files", progress, "Getting log")
    return replace(
        full,
        run=replace(full.run, machine="2" * 32, environment=environment, output_count=4),
        outputs=(),
        files=RunFilesState(place, told),
    )


def beside() -> BesideState:
    """Return the run before, and its curves."""
    runs = sample_runs()
    others = tuple(runs[number - 1] for number in (125, 124, 123, 121, 120))
    return BesideState(others, runs[124], ghost=runs[124], ghost_metrics=earlier_metrics())


def earlier_metrics() -> tuple[MetricSeries, ...]:
    """Return what an earlier run logged: the same, a little worse."""
    worse = {"val_auc": -0.008, "val_f1": -0.012, "val_loss": 0.009, "train_loss": 0.012}
    found = []
    for series in grouped_metrics():
        shift = worse.get(series.name)
        if shift is not None:
            values = tuple(value + shift for value in series.values)
            found.append(replace(series, values=values, last=values[-1]))
    return tuple(found)


def with_epochs(metrics: tuple[MetricSeries, ...]) -> tuple[MetricSeries, ...]:
    """Return metrics of a script that also logs in which epoch it is."""
    seconds = metrics[0].seconds
    epochs = tuple(float(epoch) for epoch in range(1, len(seconds) + 1))
    return (*metrics, MetricSeries("epoch", epochs, seconds, len(seconds)))


def failed() -> RunDetailState:
    run = make_run(127, RunStatus.FAILED, seconds=72)
    return replace(state(), run=run, failure_line=FAILURE, metrics=sample_metrics(12))


def grouped_metrics() -> tuple[MetricSeries, ...]:
    curves = {item.name: item for item in sample_metrics()}
    loss = curves["val_loss"]
    train = tuple(
        value - 0.03 + 0.1 * math.exp(-step / 4) for step, value in enumerate(loss.values)
    )
    train_loss = MetricSeries("train_loss", train, loss.seconds, train[-1])
    return (loss, train_loss, curves["val_auc"], curves["val_f1"], curves["learning_rate"])


def log(lines: int = 60) -> bytes:
    text = "\x1b[33mWARN\x1b[0m  features: 3 columns have more than 40% missing values\n"
    for number in range(1, lines):
        text += f"epoch {number:2d}/{lines}  train_loss \x1b[33m0.62{number:02d}\x1b[0m"
        text += "  val_auc 0.7414  \x1b[32mbest, saved outputs/model.pt\x1b[0m\n"
    return f"{text}{FAILURE}\n".encode()


def log_notes(data: bytes) -> list[LogStretch]:
    """Return when the lines of a log came, every 20 s; the first and the last are errors."""
    lines, end, found = data.splitlines(keepends=True), 0, []
    begun = (NOW - timedelta(minutes=40)).timestamp()
    for number, line in enumerate(lines):
        end += len(line)
        stream = LogStream.ERRORS if number in (0, len(lines) - 1) else LogStream.OUTPUT
        found.append(LogStretch(end, stream, begun + 20 * number))
    return found


def picture(width: int = 800, height: int = 560) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(QPen(QColor("#1D5BD6"), 3))
    painter.drawRect(60, 40, width - 100, height - 100)
    painter.drawLine(60, height - 60, width - 40, 40)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(content.data())


def table(rows: int = 30) -> bytes:
    lines = [f"{number},user_{number},{number / rows:.3f}" for number in range(rows)]
    return ("id,name,score\n" + "\n".join(lines) + "\n").encode()


def difference() -> DiffDocument | BinaryDiff:
    return diff_contents(OLD.encode(), NEW.encode())
