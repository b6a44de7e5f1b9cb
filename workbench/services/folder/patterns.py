"""Patterns of an ignore file, matched as git matches them.

A pattern is turned into a regular expression that matches exactly the path it leaves out, not what
is below it: whoever walks does not enter a left-out folder.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_KEPT_NAMES = 200_000
_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of an ignore file.

    Attributes:
        text: The line as the user wrote it.
        leaves_out: False for a line with ``!``.
        folders_only: Whether it ends with ``/``.
        name_only: Whether it is matched against the last part of a path.
        regex: Matches the name or the path relative to the ignore file's folder.
    """

    text: str
    leaves_out: bool
    folders_only: bool
    name_only: bool
    regex: re.Pattern[str]


class PatternList:
    """The patterns of one ignore file, in its order; the last that matches decides."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self._patterns = patterns
        self._by_name = [(i, p) for i, p in enumerate(patterns) if p.name_only][::-1]
        self._by_path = [(i, p) for i, p in enumerate(patterns) if not p.name_only][::-1]
        self._known: dict[tuple[str, bool], int] = {}

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._patterns)

    def decide(self, name: str, path: str, *, is_folder: bool) -> Pattern | None:
        """Return the pattern that decides about a path, ``None`` if none matches.

        Args:
            name: Last part of the path.
            path: Path relative to the folder of the ignore file.
            is_folder: Whether it is a folder (a link to a folder is not).
        """
        best = self._decide_by_name(name, is_folder=is_folder)
        for index, pattern in self._by_path:
            if index < best:
                break
            if (is_folder or not pattern.folders_only) and pattern.regex.match(path):
                best = index
                break
        return self._patterns[best] if best >= 0 else None

    def _decide_by_name(self, name: str, *, is_folder: bool) -> int:
        if not self._by_name:
            return -1
        key = (name, is_folder)
        found = self._known.get(key)
        if found is None:
            found = next(
                (
                    index
                    for index, pattern in self._by_name
                    if (is_folder or not pattern.folders_only) and pattern.regex.match(name)
                ),
                -1,
            )
            if len(self._known) > _KEPT_NAMES:
                self._known.clear()
            self._known[key] = found
        return found


def as_text(raw: bytes) -> str:
    """Return bytes as text of one character a byte: git matches bytes."""
    return raw.decode("latin-1")


@lru_cache(maxsize=512)
def parse_patterns(content: bytes) -> PatternList:
    """Return the patterns of an ignore file."""
    lines = as_text(content.removeprefix(b"\xef\xbb\xbf")).split("\n")
    return PatternList(tuple(p for line in lines if (p := _parse_line(line)) is not None))


def _parse_line(line: str) -> Pattern | None:
    line = line.removesuffix("\r").partition("\0")[0]
    if line.startswith("#"):
        return None
    text = _without_trailing_spaces(line)
    body = text.removeprefix("!")
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    if not body:
        return None
    name_only = "/" not in body
    regex = _regex(body if name_only else body.removeprefix("/"), name_only=name_only)
    if regex is None:
        return None
    return Pattern(text, not text.startswith("!"), folders_only, name_only, regex)


def _without_trailing_spaces(line: str) -> str:
    end = None
    index = 0
    while index < len(line):
        if line[index] == " ":
            end = index if end is None else end
        else:
            if line[index] == "\\":
                index += 1
                if index >= len(line):
                    return line
            end = None
        index += 1
    return line[:end]


def _regex(body: str, *, name_only: bool) -> re.Pattern[str] | None:
    """Return the expression for a pattern, ``None`` if git would never match it."""
    plain = re.match(r"[^*?\[\\]*", body)
    start = plain.end() if plain else 0
    # git compares what comes before the first special character by itself, so that two stars
    # right after it count as the start of a pattern
    translated = _Translation(body[start:], name_only=name_only).expression()
    if translated is None:
        return None
    return re.compile(f"{re.escape(body[:start])}{translated}\\Z", re.DOTALL)


_FOLDERS = "(?:.*/)?"
_EVERYTHING = ".*"
_WIDE = {_FOLDERS: "(?:.*?/)??", _EVERYTHING: ".*?"}


class _Translation:
    """Turns the part of a pattern with special characters into a regular expression."""

    def __init__(self, text: str, *, name_only: bool) -> None:
        self._text = text
        self._at = 0
        self._name_only = name_only
        self._any = "[^/]"

    def expression(self) -> str | None:
        parts: list[str] = []
        while self._at < len(self._text):
            part = self._next()
            if part is None:
                return None
            parts.append(part)
        return self._without_retries(parts)

    def _without_retries(self, parts: list[str]) -> str:
        """Join the parts so that the time to match grows no faster than pattern times path.

        What follows a star is best found at the first place where it fits: the next star takes
        whatever is in between. So nothing is tried twice but the last star. The same holds for
        everything between two double stars, which only stand between whole parts of a path.
        """
        sections: list[list[str]] = [[]]
        for part in parts:
            if part in _WIDE:
                sections.append([part])
            else:
                sections[-1].append(part)
        joined = [f"(?>{self._section(each, last=False)})" for each in sections[:-1] if each]
        return "".join(joined) + self._section(sections[-1], last=True)

    def _section(self, parts: list[str], *, last: bool) -> str:
        wide = "".join(_WIDE[part] for part in parts[:1] if part in _WIDE)
        star = f"{self._any}*"
        chunks: list[str] = [""]
        for part in parts[bool(wide) :]:
            if part == star:
                chunks.append("")
            else:
                chunks[-1] += part
        if len(chunks) == 1:
            return wide + chunks[0]
        *between, end = chunks[1:]
        found = "".join(f"(?>{star}?{chunk})" for chunk in between)
        ending = f"{star}{end}" if last else f"{star}?{end}"
        return f"{wide}{chunks[0]}{found}{ending}"

    def _next(self) -> str | None:
        character = self._text[self._at]
        if character == "*":
            return self._stars()
        if character == "[":
            return self._bracket()
        self._at += 1
        if character == "?":
            return self._any
        if character == "\\":
            if self._at == len(self._text):
                return None
            character = self._text[self._at]
            self._at += 1
        return re.escape(character)

    def _stars(self) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] == "*":
            self._at += 1
        rest = self._text[self._at :]
        whole_part = start == 0 or self._text[start - 1] == "/"
        if self._at - start < 2 or self._name_only or not whole_part:
            return f"{self._any}*"
        if rest.startswith("/"):
            self._at += 1
            return _FOLDERS
        return _EVERYTHING if not rest or rest.startswith("\\/") else f"{self._any}*"

    def _bracket(self) -> str | None:
        self._at += 1
        negated = self._text[self._at : self._at + 1] in {"!", "^"}
        self._at += negated
        members: list[str] = []
        first = True
        while first or self._peek() != "]":
            first = False
            member = self._member()
            if member is None:
                return None
            members.append(member)
        self._at += 1
        inside = "".join(members)
        if negated:
            return f"[^/{inside}]"
        return f"(?!/)[{inside}]" if inside else "(?!)"

    def _member(self) -> str | None:
        """Return one character, range or class of a bracket; ``None`` if the bracket is open."""
        if self._text.startswith("[:", self._at):
            return self._class()
        low = self._character()
        if low is None:
            return None
        following = self._text[self._at + 1 : self._at + 2]
        if self._peek() == "-" and following not in {"", "]"}:
            self._at += 1
            high = self._character()
            if high is None:
                return None
            return f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
        return re.escape(low)

    def _class(self) -> str | None:
        end = self._text.find("]", self._at + 2)
        if end < 0:
            return None
        if self._text[end - 1] != ":" or end - 1 < self._at + 2:
            self._at += 1
            return "\\["
        name = self._text[self._at + 2 : end - 1]
        self._at = end + 1
        return _CLASSES.get(name)

    def _character(self) -> str | None:
        character = self._peek()
        self._at += 1
        if character == "\\":
            character = self._peek()
            self._at += 1
        return character or None

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]
