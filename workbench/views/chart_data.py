"""What a chart shows in other forms: its numbers as a table, and its picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from workbench.core.wording import count
from workbench.viewmodels.text_table import TextTableModel
from workbench.views.command_menu import LINE, open_menu
from workbench.views.kit.buttons import Button
from workbench.views.kit.dialogs import Dialog
from workbench.views.kit.label import Label
from workbench.views.kit.page import Offer, Offers
from workbench.views.kit.restyle import announce
from workbench.views.theme.theme import theme

CHART_MENU = (
    "choose_metric", "log_scale", "reset_chart", LINE,
    "chart_data", "copy_chart", "save_chart",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChartData:
    """The numbers of a chart.

    Attributes:
        title: What it shows.
        header: Titles of the columns.
        rows: A row for each place on the X axis.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


class ChartDataDialog(Dialog):
    """The numbers of a chart, for reading, copying and saving.

    Signals:
        save_requested: :class:`ChartData` to save as a file.
    """

    save_requested = Signal(object)

    def __init__(self, parent: QWidget, data: ChartData) -> None:
        super().__init__(parent, f"{data.title}: chart data")
        px = theme().px
        self.data = data
        self.model = TextTableModel()
        self.model.setParent(self)
        self.model.set_rows(data.header, data.rows)
        self.table = QTableView()
        self.table.setObjectName("chartData")
        self.table.setAccessibleName(f"Chart data of {data.title}")
        self.table.setModel(self.model)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(32))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.body.addWidget(Label(count(len(data.rows), "row"), "body", "text_2"))
        self.body.addWidget(self.table, 1)
        self.copy = Button("Copy", "copy")
        self.save = Button("Save as CSV…", "download")
        close = Button("Close", kind="primary")
        close.setDefault(True)
        for button in (self.copy, self.save, close):
            self.footer.addWidget(button)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.save_requested.emit(self.data))
        close.clicked.connect(self.reject)
        self.resize(px(640), px(520))

    def reject(self) -> None:
        """Close it."""
        self.hide()
        self.deleteLater()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.text())
        self.copy.set_text("Copied")
        announce(self, "Chart data copied")


class ChartForms(QObject):
    """Offers the other forms of one chart.

    Args:
        card: The widget of the chart.
        grab: Returns a picture of it.

    Signals:
        data_save_requested: :class:`ChartData` to save as a file.
        picture_save_requested: Title of the chart, and its picture as PNG bytes.
    """

    data_save_requested = Signal(object)
    picture_save_requested = Signal(str, bytes)

    def __init__(self, card: QWidget, grab: Callable[[], QPixmap]) -> None:
        super().__init__(card)
        self._card = card
        self._grab = grab

    def offers(self, title: str, read: Callable[[], ChartData]) -> Offers:
        """Return what can be done with a chart.

        Args:
            title: What it shows.
            read: Returns its numbers.
        """
        return {
            "chart_data": Offer(lambda: self._show_data(read())),
            "copy_chart": Offer(self._copy),
            "save_chart": Offer(
                lambda: self.picture_save_requested.emit(title, png_bytes(self._grab()))
            ),
        }

    def open_menu(self, place: QPoint, offers: Offers) -> None:
        """Open the menu of the chart."""
        open_menu(self._card, "chartContextMenu", place, CHART_MENU, offers)

    def _show_data(self, data: ChartData) -> None:
        dialog = ChartDataDialog(self._card.window(), data)
        dialog.save_requested.connect(self.data_save_requested)
        dialog.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setPixmap(self._grab())
        announce(self._card, "Chart image copied")


def png_bytes(picture: QPixmap) -> bytes:
    """Return a picture as the content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())
