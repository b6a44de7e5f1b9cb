"""Bytes of a file as lines of text, with what is needed to tell two versions apart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextSide:
    """One version of a text file.

    Attributes:
        lines: Its lines without line breaks.
        ending: ``"LF"``, ``"CRLF"``, ``"mixed"`` (then CR stays in the lines) or empty if there is
            no line break.
        encoding: ``"UTF-8"``, ``"UTF-8 with BOM"`` or ``"Latin-1"``.
        final_break: Whether the last line ends with a line break.
        exists: False for a file that is not there.
    """

    lines: tuple[str, ...] = ()
    ending: str = ""
    encoding: str = "UTF-8"
    final_break: bool = True
    exists: bool = True


def read_text(data: bytes | None) -> TextSide | None:
    """Decode a file: UTF-8 with or without BOM, else Latin-1. ``None`` if it is not text."""
    if data is None:
        return TextSide(exists=False)
    if b"\0" in data:
        return None
    bom = data.startswith(b"\xef\xbb\xbf")
    try:
        text, encoding = data.decode("utf-8-sig"), "UTF-8 with BOM" if bom else "UTF-8"
    except UnicodeDecodeError:
        if _looks_binary(data):
            return None
        text, encoding = data.decode("latin-1"), "Latin-1"
    crlf, breaks = text.count("\r\n"), text.count("\n")
    ending = "" if not breaks else "LF" if not crlf else "CRLF" if crlf == breaks else "mixed"
    final_break = text.endswith("\n") or not text
    lines = text.split("\r\n" if ending == "CRLF" else "\n")
    if final_break:
        lines.pop()
    return TextSide(tuple(lines), ending, encoding, final_break)


def _looks_binary(data: bytes) -> bool:
    """Guess from control characters whether bytes that are not UTF-8 are no text at all."""
    sample = data[:65_536]
    controls = sum(sample.count(bytes([code])) for code in range(32) if code not in {9, 10, 12, 13})
    upper = sum(sample.count(bytes([code])) for code in range(128, 160))
    return controls > len(sample) * 0.01 or upper > len(sample) * 0.1


def join_text(side: TextSide) -> str:
    """Return the text a side was read from (without a byte order mark)."""
    line_break = "\r\n" if side.ending == "CRLF" else "\n"
    return line_break.join(side.lines) + (line_break if side.final_break and side.lines else "")
