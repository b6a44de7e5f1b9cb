"""Sample data of the Run Detail page."""

import math
from dataclasses import replace

from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen

from tests.run_samples import make_run, sample_metrics, sample_outputs, sample_runs
from tests.views.restore_samples import CHANGES, NEW, OLD
from workbench.core.metric import MetricSeries
from workbench.core.run import RunStatus
from workbench.core.snapshot import LeftOut, NotCaptured, NotCapturedReason
from workbench.core.text_diff import BinaryDiff, DiffDocument, diff_contents
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
    )


def failed() -> RunDetailState:
    run = make_run(127, RunStatus.FAILED, seconds=72)
    return replace(state(), run=run, failure_line=FAILURE, metrics=sample_metrics(12))


def grouped_metrics() -> tuple[MetricSeries, ...]:
    curves = {item.name: item for item in sample_metrics()}
    loss = curves["val_loss"]
    train = tuple(
        value - 0.03 + 0.1 * math.exp(-step / 4) for step, value in enumerate(loss.values)
    )
    return (loss, MetricSeries("train_loss", train, loss.seconds, train[-1]), curves["val_auc"])


def log(lines: int = 60) -> bytes:
    text = "\x1b[33mWARN\x1b[0m  features: 3 columns have more than 40% missing values\n"
    for number in range(1, lines):
        text += f"epoch {number:2d}/{lines}  train_loss \x1b[33m0.62{number:02d}\x1b[0m"
        text += "  val_auc 0.7414  \x1b[32mbest, saved outputs/model.pt\x1b[0m\n"
    return f"{text}{FAILURE}\n".encode()


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
