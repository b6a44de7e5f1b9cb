"""Runs in each Python that a run starts: makes ``azureml.logging`` importable, then steps aside.

In the Python of the script itself it is also the gate: it waits for the word that the snapshot is
saved. Nobody says it if that fails, and nothing has been run then.

It is found through PYTHONPATH, which child processes inherit. It must do no harm in any Python,
old ones included: nothing here may fail.
"""

# ruff: noqa: INP001
import os
import sys


def _wait_at_the_gate():
    # type: () -> None
    ends = os.environ.pop("WORKBENCH_RUN_GATE", "")
    if not ends:
        return
    word = b""
    try:
        told, gate = map(int, ends.split(","))
        site = getattr(sys.modules.get("site"), "USER_SITE", None)
        places = "\0".join(sys.path + [site or ""])  # noqa: RUF005 - old Pythons too
        if sys.version_info < (3,):  # noqa: UP036 - for them too
            os.write(told, places)
        else:
            os.write(told, places.encode("utf-8", "surrogateescape"))
        os.close(told)
        word = os.read(gate, 1)
        os.close(gate)
    finally:
        if not word:
            os._exit(1)


def _step_aside():
    # type: () -> None
    # Plain text operations: this runs at each start of Python and must not import more.
    here = __file__.rpartition(os.sep)[0]
    sys.path[:] = [entry for entry in sys.path if entry != here]
    # At the end: a real package of this name wins.
    sys.path.append(here.rpartition(os.sep)[0] + os.sep + "packages")
    # The user's own file of this name, which stands in the shadow of this one.
    own = sys.modules.pop("sitecustomize", None)
    try:
        __import__("sitecustomize")
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
    finally:
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)


_wait_at_the_gate()
_step_aside()
