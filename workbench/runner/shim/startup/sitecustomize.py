"""Runs in each Python that a run starts: makes ``azureml.logging`` importable, then steps aside.

It is found through PYTHONPATH, which child processes inherit. It must do no harm in any Python,
old ones included: nothing here may fail.
"""

# ruff: noqa: INP001
import os
import sys


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


_step_aside()
