"""The user guide: its topics, their sections, and searching them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_NUMBER = re.compile(r"^\d+-")
_TITLE, _SECTION, _CODE = "# ", "## ", "```"


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the guide.

    Attributes:
        id: Its name in links, for example ``"restore"``.
        title: Its heading.
        text: All of it, as Markdown.
    """

    id: str
    title: str
    text: str

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Heading and text of each section; what stands before the first has no heading."""
        parts: list[tuple[str, list[str]]] = [("", [])]
        in_code = False
        for line in self.text.splitlines():
            in_code ^= line.startswith(_CODE)
            if line.startswith(_SECTION) and not in_code:
                parts.append((line.removeprefix(_SECTION), []))
            elif not line.startswith(_TITLE) or in_code:
                parts[-1][1].append(line)
        return [(heading, "\n".join(lines)) for heading, lines in parts]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents.

    Attributes:
        topic: Id of the topic.
        section: Heading of a section in it; empty for the topic itself.
        title: What the line says.
    """

    topic: str
    section: str
    title: str


def read_topics(folder: Path) -> list[Topic]:
    """Return the topics in a folder in the order of their names, ``1-first-steps.md`` first."""
    return [
        topic_of(topic_id(path.stem), path.read_text("utf-8"))
        for path in sorted(folder.glob("*.md"))
    ]


def topic_id(name: str) -> str:
    """Return the id of the topic in a file of this name, without the number that orders it."""
    return _NUMBER.sub("", name)


def topic_of(identity: str, text: str) -> Topic:
    """Return a topic whose first line is its title."""
    title = text.partition("\n")[0].removeprefix(_TITLE)
    return Topic(identity, title, text)


def contents(topics: Sequence[Topic], words: str = "") -> list[Entry]:
    """Return all topics with their sections; with words, the sections that hold all of them."""
    wanted = words.casefold().split()
    entries: list[Entry] = []
    for topic in topics:
        found = [
            Entry(topic.id, heading, heading)
            for heading, text in topic.sections
            if heading and _holds(f"{topic.title} {heading} {text}", wanted)
        ]
        if found or _holds(topic.text, wanted):
            entries += [Entry(topic.id, "", topic.title), *found]
    return entries


def _holds(text: str, wanted: Iterable[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)
