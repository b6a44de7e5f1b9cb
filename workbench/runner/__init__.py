"""The supervisor process of a run. Standard library only, quick to import.

It is started as ``python -I -S <this folder>/__main__.py <run folder>`` before the snapshot is
taken, starts the script when told to, and records how the script ended. It needs nothing of the
process that started it after that.

On Linux every descendant of the script is found, also one with a session of its own. On macOS and
other Unix systems a descendant whose parent has ended and that left the script's process group is
not found by a cancel. The Windows branch ends the process tree with ``taskkill`` and does not find
a descendant whose parent has ended; it is written from the documentation and is not tested.
"""
