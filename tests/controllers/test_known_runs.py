"""What is asked all the time about the runs of a project, however many there are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import thread_time

from tests.run_samples import make_run
from tests.yardstick import allowed
from workbench.controllers.known_runs import KnownRuns
from workbench.core.run import RunStatus

_MANY = 100_000
# What one answer may take of the window's thread.
_MOST_SECONDS = 0.002


def test_what_is_known_follows_each_change() -> None:
    now = datetime.now(UTC)
    begin, end = now - timedelta(hours=12), now + timedelta(hours=12)
    old = replace(make_run(1), snapshot="a", ended=now - timedelta(days=1))
    going = replace(make_run(2, RunStatus.RUNNING), snapshot="a", ended=None)
    known = KnownRuns([old, going])
    assert (len(known), known.snapshots, known.newest) == (2, 1, going)
    assert list(known.active()) == [going]
    assert known.ended_between(begin, end) == []

    ended = replace(going, status=RunStatus.COMPLETED, ended=now)
    new = replace(make_run(3, RunStatus.QUEUED), snapshot="", ended=None)
    known.put(ended)
    known.put(new)
    assert known.all() == [old, ended, new]
    assert (known.snapshots, known.newest, list(known.active())) == (1, new, [new])
    assert known.ended_between(begin, end) == [ended]
    known.put(replace(new, snapshot="b", status=RunStatus.RUNNING))
    assert (known.snapshots, known.get(new.id)) == (2, known.newest)


def test_a_deleted_run_is_known_no_longer_and_comes_back_in_its_place() -> None:
    runs = [make_run(number) for number in (1, 2, 3)]
    known = KnownRuns(runs)
    known.put(replace(runs[2], deleted=True))
    known.put(replace(runs[0], deleted=True))
    assert (known.all(), known.newest) == ([runs[1]], runs[1])
    assert known.get(runs[2].id) is None
    known.put(runs[2])
    known.put(runs[0])
    assert (known.all(), known.newest) == (runs, runs[2])


def test_answers_take_no_time_with_a_hundred_thousand_runs() -> None:
    base = make_run(1)
    known = KnownRuns(
        replace(base, id=f"r{number}", number=number, snapshot=f"{number:040}")
        for number in range(_MANY)
    )
    now = datetime.now(UTC)
    before = thread_time()
    known.put(replace(base, id="new", number=_MANY, snapshot="new"))
    found = (known.snapshots, known.newest, known.ended_between(now, now), list(known.active()))
    assert thread_time() - before < allowed(_MOST_SECONDS)
    assert found[0] == _MANY + 1
