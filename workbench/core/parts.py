"""The parts that others wrote and Workbench uses: name, version and licence of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from workbench.core.resources import resource_path

# Packages that Workbench asks for; these ask for more.
PACKAGES = (
    "PySide6-Essentials",
    "GitPython",
    "msal",
    "keyring",
    "knack",
    "qasync",
    "platformdirs",
    "psutil",
    "tomlkit",
    "ruamel.yaml",
    "Pygments",
    "requests",
    "inotify-simple",
    "isal",
)
_SHIPPED = {
    "inter": ("Inter", "OFL-1.1"),
    "jetbrains-mono": ("JetBrains Mono", "OFL-1.1"),
    "lucide": ("Lucide", "ISC"),
}
_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_NAME_MOST = 60
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A font, a set of icons, or a package.

    Attributes:
        name: Its name.
        version: Its version; empty if it has none.
        licence: Short name of its licence.
        files: Its licence texts.
    """

    name: str
    version: str
    licence: str
    files: tuple[Path, ...]

    def text(self) -> str:
        """Return its licence text, or which licence it is used under if it came without one."""
        texts = [path.read_text("utf-8", "replace") for path in self.files if path.is_file()]
        return "\n\n".join(texts) or f"{self.name} is used under {self.licence}."


def parts() -> Iterator[Part]:
    """Yield what ships with Workbench, then each package that is installed with what it needs.

    To read about all packages takes a moment; whoever shows them can take one at a time.
    """
    for file, (name, licence) in _SHIPPED.items():
        yield Part(name, "", licence, (resource_path("licenses", f"{file}.txt"),))
    seen: set[str] = set()
    waiting = list(reversed(PACKAGES))
    while waiting:
        wanted = _key(waiting.pop())
        if wanted in seen:
            continue
        seen.add(wanted)
        try:
            package = metadata.distribution(wanted)
        except metadata.PackageNotFoundError:
            # Needed on another system only.
            continue
        yield _part(package)
        for requirement in package.requires or ():
            match = _REQUIREMENT.match(requirement)
            if match is not None and "extra ==" not in requirement:
                waiting.append(match.group())


def _part(package: metadata.Distribution) -> Part:
    facts = package.metadata
    licence = _fact(facts, "License-Expression") or _short(_fact(facts, "License"))
    licence = licence or _classified(facts)
    files = [
        Path(str(package.locate_file(path)))
        for path in package.files or ()
        if ".dist-info/" in str(path) and _LICENCE_FILE.search(str(path))
    ]
    return Part(facts["Name"], package.version, licence, tuple(files))


def _fact(facts: "metadata.PackageMetadata", name: str) -> str:
    # Once the keyring's libraries are loaded, asking for what is missing raises an error.
    values = facts.get_all(name)
    return values[0] if values else ""


def _short(licence: str) -> str:
    """Return the name of a licence; some packages put all of its text there."""
    return licence if len(licence) < _NAME_MOST else ""


def _classified(facts: "metadata.PackageMetadata") -> str:
    names = facts.get_all("Classifier") or []
    found = [name.rpartition(" :: ")[2] for name in names if name.startswith("License ::")]
    return ", ".join(found) or "See its text"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()
