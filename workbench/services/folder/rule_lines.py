"""Lines of ignore files: found, added and taken out; all else in the file stays as it is."""

from collections.abc import Iterator

_SPECIAL = b"\\*?["


def path_line(path: str, *, back: bool = False) -> bytes:
    """Return the line that names exactly one path of an ignore file's folder.

    Args:
        path: Relative to the file's folder; a folder ends with ``/``.
        back: Whether it takes the path back in.

    Raises:
        ValueError: If an ignore file can't name it.
    """
    raw = path.encode("utf-8", "surrogateescape")
    if b"\n" in raw or b"\r" in raw or b"\0" in raw:
        raise ValueError(path)
    escaped = b"".join(b"\\" + bytes([c]) if c in _SPECIAL else bytes([c]) for c in raw)
    if escaped.endswith(b" "):
        escaped = escaped[:-1] + b"\\ "
    return (b"!/" if back else b"/") + escaped


def with_line(content: bytes, line: bytes) -> bytes:
    """Return an ignore file with one more line at its end, in the file's own style."""
    end = b"\r\n" if content.endswith(b"\r\n") or b"\r\n" in content[-400:] else b"\n"
    glue = end if content and not content.endswith(b"\n") else b""
    return content + glue + line + end


def without_line(content: bytes, line: bytes) -> bytes:
    """Return an ignore file without the lines that are exactly this one."""
    return b"".join(each for each in content.splitlines(keepends=True) if _text(each) != line)


def number_of(content: bytes, text: str) -> int:
    """Return the number of the last line with this pattern, from 1; 0 if there is none."""
    wanted = text.encode("utf-8", "surrogateescape").rstrip()
    found = [number for number, line in _numbered(content) if line.rstrip() == wanted]
    return found[-1] if found else 0


def _numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        yield number, line.removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf")


def _text(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")
