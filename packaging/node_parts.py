"""Programs for Node.js that tests use, from a lock with hashes."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from environment import ROOT, Environment, tell
from system_parts import Part, SetupError

OPENID = ROOT / "tests" / "servers" / "openid"
_FILES = ("package.json", "package-lock.json")
NODE_PARTS: tuple[Part, ...] = (
    Part("Node.js", lambda: shutil.which("node") is not None, (("nodejs",),)),
    Part("npm", lambda: shutil.which("npm") is not None, (("npm",),)),
)


def openid_modules(environment: Environment) -> Path:
    """Return where the modules of the OpenID provider are, installed or not."""
    return environment.folder / "openid" / "node_modules"


def ensure_openid_provider(environment: Environment) -> None:
    """Install the OpenID provider that tests sign in at, unless it is there as it should be.

    Raises:
        SetupError: If it can't be installed; the text has what npm said.
    """
    folder = openid_modules(environment).parent
    stamp = folder / "installed"
    wanted = hashlib.sha256(b"".join((OPENID / name).read_bytes() for name in _FILES)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    tell("  Installing the OpenID provider of the tests")
    stamp.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(OPENID / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-3000:]
        raise SetupError(f"Could not install the OpenID provider of the tests.\n\n{said}")
    stamp.write_text(wanted, encoding="ascii")
