from concurrent.futures import Future

from maildesk.ingest.workers.lanes import Job, Lanes


def job(*, slow: bool = False) -> Job:
    return Job((b"",), lambda text, data: (text, data), slow, Future())


def test_slow_mails_leave_one_worker_free() -> None:
    """Of two workers one may sit on a slow mail; the second slow one waits, and a quick one passes it."""
    lanes = Lanes(2)
    first, second, quick = job(slow=True), job(slow=True), job()
    for one in (first, second, quick):
        assert lanes.put(one)
    assert lanes.take() is first
    assert lanes.take() is quick
    lanes.finish(first)
    assert lanes.take() is second


def test_a_lone_worker_does_everything() -> None:
    """With one worker slow mails are read as well."""
    lanes = Lanes(1)
    slow = job(slow=True)
    lanes.put(slow)
    assert lanes.take() is slow


def test_only_quick_mails_line_up_behind_another_and_only_if_nobody_is_idle() -> None:
    """What lines up behind a worker's mail cannot be taken by another worker any more."""
    lanes = Lanes(2)
    lanes.put(job(slow=True))
    lanes.put(job())
    assert lanes.take_ahead() is None
    lanes.put(job())
    ahead = lanes.take_ahead()
    assert ahead is not None
    assert not ahead.is_slow


def test_slow_mails_never_occupy_the_last_worker() -> None:
    """A worker with nothing to do gets nothing while only slow mails are there that it must not begin."""
    lanes = Lanes(2)
    first, second = job(slow=True), job(slow=True)
    lanes.put(first)
    lanes.put(second)
    assert lanes.take() is first
    assert lanes.take() is None
    lanes.finish(first)
    assert lanes.take() is second


def test_closing_gives_back_what_was_left() -> None:
    """At the end what nobody has begun is given back, slow mails first, and nothing is taken any more."""
    lanes = Lanes(2)
    quick, slow = job(), job(slow=True)
    lanes.put(quick)
    lanes.put(slow)
    assert lanes.close() == [slow, quick]
    assert not lanes.put(job())
    assert lanes.take() is None
