"""Makes imports cheap again after PySide was loaded.

PySide reads the source of every module that is imported after it, to see whether the module may
use one of its switches for other names (``from __feature__ import snake_case``). No module here
does. For the hundreds of modules of a start, the reading takes a tenth of the time, and Python
keeps each source in memory.
"""

from importlib import import_module
from types import ModuleType


def skip_source_reading() -> None:
    """Let PySide take it that no module uses its switches."""
    import_module("PySide6.QtCore")
    vars(import_module("shibokensupport.feature"))["_mod_uses_pyside"] = _uses_no_switch


def _uses_no_switch(_module: ModuleType) -> bool:
    return False
