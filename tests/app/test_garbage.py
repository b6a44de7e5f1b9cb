"""Garbage is looked for by the window itself, and not among what was loaded."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from workbench.app.garbage import GarbageCollector


class Node:
    """Something that can refer to itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qapp: object) -> Iterator[GarbageCollector]:
    assert qapp is not None
    made = GarbageCollector()
    made.start()
    yield made
    made.stop()
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_a_cycle_is_freed_though_python_does_not_look(qtbot: QtBot) -> None:
    assert not gc.isenabled()
    gone = weakref.ref(Node())
    qtbot.waitUntil(lambda: gone() is None)


def test_what_became_old_is_freed_too(collector: GarbageCollector) -> None:
    node = Node()
    gone = weakref.ref(node)
    gc.collect(1)
    gc.collect(1)
    del node
    for _ in range(30):
        collector.look()
    assert gone() is None


def test_what_was_loaded_is_set_aside_and_freed_when_it_is_left(
    collector: GarbageCollector,
) -> None:
    loaded = [[number] for number in range(50_000)]
    before = gc.get_freeze_count()
    collector.look()
    assert gc.get_freeze_count() >= before + len(loaded)
    after = gc.get_freeze_count()
    loaded.clear()
    assert gc.get_freeze_count() <= after - 50_000


@pytest.mark.usefixtures("qapp")
def test_python_looks_again_afterwards() -> None:
    collector = GarbageCollector()
    collector.start()
    collector.stop()
    assert gc.isenabled()
    gc.unfreeze()
