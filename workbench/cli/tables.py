"""Tables: which columns ``--output table`` has, in which order."""

from collections.abc import Callable

from workbench.cli.answer import Record
from workbench.cli.run_keys import RUN_KEYS
from workbench.core.wording import format_size

Row = dict[str, object]
_PROJECT = {
    "Name": "name",
    "Workspace": "workspace",
    "Runs": "runs",
    "Path": "path",
    "Opened_utc": "opened_utc",
}
_RUN = {
    "Duration": "duration",
    "Run_id": "run_id",
    "Run_number": "run_number",
    "Script_name": "script_name",
    "Start_time_utc": "start_time_utc",
    "Status": "status",
}
_TARGET = {
    "Name": "name",
    "Type": "type",
    "Address": "address",
    "Username": "username",
    "Python": "pythonLocation",
}
_CONFIGURATION = {
    "Name": "name",
    "Target": "target",
    "Command": "command",
    "Framework": "framework",
}
_ACCOUNT = {"Username": "username", "Name": "name", "Organizations": "used_for"}
_TOKEN = {"Place": "place", "Saved_utc": "saved_utc"}
_TEMPLATE = {"Template": "name", "Title": "title", "Summary": "summary"}


def runs(data: Record | list[Record]) -> list[Row]:
    """Return the columns of a list of runs: one for each scalar metric, then those of a run."""
    records = _listed(data)
    metrics = dict.fromkeys(name for record in records for name in record if name not in RUN_KEYS)
    columns = {name: name for name in metrics} | _RUN
    return _columns(records, columns)


def projects(data: Record | list[Record]) -> list[Row]:
    """Return the columns of a list of projects."""
    return _columns(_listed(data), _PROJECT)


def templates(data: list[Record]) -> list[Row]:
    """Return the columns of a list of templates."""
    return _columns(data, _TEMPLATE)


def changes(data: Record) -> list[Row]:
    """Return the columns of a list of changed files."""
    return [
        {
            "Change": change["change"],
            "Path": change["path"],
            "Size": _size(change["size_after"]),
        }
        for change in data["changes"]
    ]


def targets(data: Record | list[Record]) -> list[Row]:
    """Return the columns of a list of compute targets."""
    return _columns(_listed(data), _TARGET)


def configurations(data: Record | list[Record]) -> list[Row]:
    """Return the columns of a list of run configurations."""
    records = [
        {**record, "command": " ".join(record["argumentVector"])} for record in _listed(data)
    ]
    return _columns(records, _CONFIGURATION)


def accounts(data: Record) -> list[Row]:
    """Return the columns of the list of accounts."""
    records = [
        {**record, "used_for": ", ".join(record["organizations"])} for record in data["accounts"]
    ]
    return _columns(records, _ACCOUNT)


def tokens(data: Record | list[Record]) -> list[Row]:
    """Return the columns of the list of access tokens."""
    return _columns(_listed(data), _TOKEN)


def comparison(data: Record) -> list[Row]:
    """Return a line for each compared property, with a column for each run."""
    titles = [side["title"] for side in data["compared"]]
    return [
        {
            "": section["title"],
            "Property": row["label"],
            **dict(zip(titles, map(_compared, row["values"]), strict=True)),
        }
        for section in data["sections"]
        for row in section["rows"]
    ]


def _compared(cell: Record) -> str:
    mark = "*" if cell.get("best") else None
    parts = (cell["value"] or "–", cell.get("delta"), cell.get("note"), mark)
    return " ".join(part for part in parts if part)


def _columns(data: list[Record], names: dict[str, str]) -> list[Row]:
    return [{column: _cell(record.get(key)) for column, key in names.items()} for record in data]


def _listed(data: Record | list[Record]) -> list[Record]:
    return data if isinstance(data, list) else [data]


def _cell(value: object) -> object:
    # A value that is not there would move the column to the end.
    return "" if value is None else value


def _size(value: object) -> str:
    return format_size(value) if isinstance(value, int) else ""


Transformer = Callable[[Record | list[Record]], list[Row]]
