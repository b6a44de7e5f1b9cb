"""A process is told from another one that has its id later."""

import json
import subprocess
import sys

import pytest

from tests.run_lab import environment
from workbench.services.process_identity import is_alive, own_identity

_TELL = """
import json, sys
from workbench.services.process_identity import own_identity
print(json.dumps(own_identity()), flush=True)
sys.stdin.read()
"""


def test_a_process_is_alive_until_it_ends() -> None:
    assert is_alive(json.loads(json.dumps(own_identity())))
    argv = [sys.executable, "-c", _TELL]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, env=environment()) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        identity = json.loads(other.stdout.readline())
        assert identity[1] == other.pid
        assert is_alive(identity)
        other.stdin.close()
        # Until its exit code is collected there is still something of this id.
        other.stdout.read()
        other.wait()
        assert not is_alive(identity)


def test_the_same_id_of_another_process_is_another_one() -> None:
    host, pid, unique = own_identity()
    assert not is_alive([host, pid, f"{unique}0"])
    assert not is_alive([host, pid, ""])
    assert is_alive(["another computer", pid, "whatever"])


@pytest.mark.parametrize("nothing", [None, [], ["host", 1], ["host", "1", "x"], {}])
def test_what_is_no_identity_is_refused(nothing: object) -> None:
    with pytest.raises(ValueError, match="not a process"):
        is_alive(nothing)
