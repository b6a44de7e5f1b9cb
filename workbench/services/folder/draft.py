"""A memory of a folder that is being made from an earlier one and what was found since."""

from collections.abc import Iterable

from workbench.core.snapshot import NotCaptured
from workbench.services.folder.clock import is_settled
from workbench.services.folder.memory import Known, Listed, Memory, known, odd_mode
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.quick_look import QuickLook
from workbench.services.folder.walk import FileFacts, FoundFile, Listing, Unreadable, facts_of

_NEVER = FileFacts(0, 0, 0, 0, 0)


class Draft:
    """The files and folders as they are found.

    Attributes:
        changed: Paths of files that are not as in the memory before.
        relisted: Paths of folders that were listed, or are gone.
    """

    def __init__(self, before: Memory, key: str, started: int) -> None:
        """Begin with what is remembered.

        Args:
            before: Nothing, or what is still true of an earlier look.
            key: What was asked for.
            started: When the look began, in nanoseconds since the epoch.
        """
        self._before = before
        self._key = key
        self._started = started
        # Copied when the first of them changes: mostly none does.
        self._files = before.files
        self._listed = before.listed
        self._rules = dict(before.rules)
        self._restless = set(before.restless)
        self._changing: list[NotCaptured] = []
        self._total = before.total
        self._same_beside = True
        self.changed: set[str] = set()
        self.relisted: set[str] = set()

    def take_whole(self, listings: Iterable[Listing], opened: OpenFolder) -> None:
        """Take a look at everything."""
        for listing in listings:
            self._take_listing(listing, opened)

    def take_quick(self, look: QuickLook, opened: OpenFolder) -> None:
        """Take what a quick look found."""
        for listing in look.listings.values():
            self._take_listing(listing, opened)
        for folder in look.gone:
            self._let_go(folder)
        for path in look.missing:
            self.drop(path)

    def take(self, path: str, facts: FileFacts, object_id: str, size: int) -> None:
        """Take a file whose content is known."""
        new = known(facts, object_id)
        settled = size == facts.size and is_settled(
            facts.mtime_ns, facts.ctime_ns, self._started, facts.size
        )
        if size != facts.size:  # some disks do not know how long a link is
            new = (facts[0], size, *new[2:])
        (self._restless.discard if settled else self._restless.add)(path)
        old = self._files.get(path)
        if old == new:
            return
        self._total += size - (old[1] if old else 0)
        self._same_beside = self._same_beside and odd_mode(old) == odd_mode(new)
        self._own_files()[path] = new
        self.changed.add(path)

    def drop(self, path: str, reason: NotCaptured | None = None) -> None:
        """Leave out a file that is gone or could not be read."""
        if reason is not None:
            self._changing.append(reason)
        old = self._files.get(path)
        self._restless.discard(path)
        if old is not None:
            del self._own_files()[path]
            self._total -= old[1]
            self._same_beside = self._same_beside and odd_mode(old) is None
            self.changed.add(path)

    def known_files(self, paths: Iterable[str]) -> list[tuple[str, Known]]:
        """Return what is known of some files; of those that are not gone."""
        return [(path, self._files[path]) for path in paths if path in self._files]

    def finish(self, commit: str, touched: frozenset[str], *, same_beside: bool) -> Memory:
        """Return the new memory.

        Args:
            commit: A snapshot that the memory before was like.
            touched: In what it was not.
            same_beside: Whether it was the same in all that is beside the files.
        """
        changing = tuple(sorted(self._changing, key=lambda each: each.path))
        same = self._same_beside and changing == self._before.changing
        memory = Memory(
            self._key,
            self._listed,
            self._files,
            frozenset(self._restless),
            changing,
            self._rules,
            self._total,
            commit,
            touched | self.changed if commit else frozenset(),
            same_beside and same and bool(commit),
        )
        if same:
            memory.remember_beside(self._before)
        return memory

    def _own_files(self) -> dict[str, Known]:
        if self._files is self._before.files:
            self._files = self._files.copy()  # dict() takes long after a deletion
        return self._files

    def _own_listed(self) -> dict[str, Listed]:
        if self._listed is self._before.listed:
            self._listed = self._listed.copy()
        return self._listed

    def _take_listing(self, listing: Listing, opened: OpenFolder) -> None:
        path, facts = listing.path, listing.facts
        self.relisted.add(path)
        if facts is not None and not is_settled(facts.mtime_ns, facts.ctime_ns, self._started):
            facts = None
        files = tuple(each.path for each in listing.found if isinstance(each, FoundFile))
        beside = tuple(
            each for each in listing.found if not isinstance(each, FoundFile | Unreadable)
        )
        before = self._listed.get(path)
        if before is not None:
            for file in set(before.files).difference(files):
                self.drop(file)
        if (before.beside if before else ()) != beside:
            self._same_beside = False
        self._own_listed()[path] = Listed(facts, tuple(listing.folders), files, beside)
        for name in listing.rule_files:
            self._take_rules(f"{path}/{name}" if path else name, opened)

    def _take_rules(self, path: str, opened: OpenFolder) -> None:
        try:
            facts = facts_of(opened.lstat(path))
        except OSError:
            facts = _NEVER
        if not is_settled(facts.mtime_ns, facts.ctime_ns, self._started):
            facts = _NEVER
        self._rules[path] = facts

    def _let_go(self, folder: str) -> None:
        self.relisted.add(folder)
        gone = self._listed.get(folder)
        if gone is None:
            return
        del self._own_listed()[folder]
        if gone.beside:
            self._same_beside = False
        for file in gone.files:
            self.drop(file)
        for rules in [path for path in self._rules if path.rpartition("/")[0] == folder]:
            del self._rules[rules]
