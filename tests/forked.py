"""Running code in a copy of this process: under another user, with limits, or to be killed."""

import os
import pickle
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

OTHER_USER = 65534
"""A user that owns nothing; used only when the tests run as root."""

_CHANGES = {
    "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.chmod",
    "os.utime", "os.truncate", "os.write",
}  # fmt: skip


def in_child(function: Callable[[], Any]) -> int:
    """Run a function in a forked child; return 0, 1 if it raised, or minus the signal."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            code = _call(function)
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _call(function: Callable[[], Any]) -> int:
    try:
        function()
    except BaseException:  # noqa: BLE001 - the child has nobody else to tell
        traceback.print_exc()
        return 1
    return 0


def as_ordinary_user(function: Callable[[], Any]) -> Any:
    """Run a function as a user who is not root and return what it returns (it is pickled)."""
    if os.geteuid() != 0:
        return function()
    with tempfile.TemporaryFile() as result:

        def child() -> None:
            os.setgroups([])
            os.setresgid(OTHER_USER, OTHER_USER, OTHER_USER)
            os.setresuid(OTHER_USER, OTHER_USER, OTHER_USER)
            os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
            os.environ["HOME"] = tempfile.gettempdir()
            result.write(pickle.dumps(function()))
            result.flush()

        assert in_child(child) == 0
        result.seek(0)
        return pickle.loads(result.read())


def give_to_ordinary_user(root: Path) -> None:
    """Let that user own a folder and everything in it."""
    if os.geteuid() != 0:
        return
    for path in [root, *root.rglob("*")]:
        os.chown(path, OTHER_USER, OTHER_USER, follow_symlinks=False)


def kill_at_change(number: int, starts: str) -> None:
    """Kill this process just before the ``number``-th change to the file system.

    Counting starts with the first event one of whose arguments ends with ``starts``.
    """
    count = -1

    def watch(event: str, args: tuple[object, ...]) -> None:
        nonlocal count
        changes = event in _CHANGES or (event == "open" and _writes(args))
        if not changes:
            return
        if count < 0 and not any(str(argument).endswith(starts) for argument in args):
            return
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _writes(args: tuple[object, ...]) -> bool:
    flags = args[2] if len(args) > 2 else 0
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
