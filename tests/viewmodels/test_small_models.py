"""Output files and packages."""

from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from workbench.core.run import Output
from workbench.viewmodels.outputs_model import (
    OutputKind,
    OutputsModel,
    has_preview,
    output_kind,
)
from workbench.viewmodels.packages_model import PackagesModel

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def test_outputs_keep_their_rows_while_more_come(qapp: object) -> None:
    model = OutputsModel()
    QAbstractItemModelTester(model, FATAL, model)
    model.set_outputs([Output("b.png", 10), Output("d.txt", 20)])
    kept = QPersistentModelIndex(model.index(1))
    model.set_outputs([Output("a.png", 1), Output("c.png", 2), Output("d.txt", 21)])
    assert [output.path for output in model.outputs] == ["a.png", "c.png", "d.txt"]
    assert (kept.row(), kept.data()) == (2, "d.txt")
    assert kept.data(Qt.ItemDataRole.AccessibleTextRole) == "d.txt, 21 B"
    assert (model.row_of("c.png"), model.row_of("b.png")) == (1, -1)
    model.deleteLater()


def test_kind_of_an_output() -> None:
    assert output_kind("plots/Roc.PNG") is OutputKind.IMAGE
    assert output_kind("predictions.csv") is OutputKind.TABLE
    assert output_kind("metrics.json") is OutputKind.TEXT
    assert output_kind("model.pt") is OutputKind.OTHER
    assert not has_preview(Output("model.pt", 1))
    assert not has_preview(Output("big.csv", 3_000_000))
    assert has_preview(Output("big.png", 3_000_000))


def test_packages_are_narrowed_by_name(qapp: object) -> None:
    model = PackagesModel()
    QAbstractItemModelTester(model, FATAL, model)
    model.set_packages([("numpy", "1.26.4"), ("pandas", "2.2.2"), ("scikit-learn", "1.5.0")])
    model.set_filter(" PAN ")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["pandas"]
    assert model.index(0, 1).data() == "2.2.2"
    assert model.total == 3
    model.set_filter("")
    assert model.rowCount() == 3
    model.deleteLater()
