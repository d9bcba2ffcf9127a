"""Writers wait in turn, give up in time, and never take each other's place."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graphmem.errors import StoreBusy, StoreReadOnly, StoreUnavailable
from graphmem.stores.sqlite.write_queue import WriteQueue, queue_for

HOLDER = """
import sys, time
from graphmem.stores.sqlite.write_queue import queue_for
with queue_for(sys.argv[1]).turn(time.monotonic() + 30):
    print("held", flush=True)
    sys.stdin.readline()
"""


def soon(seconds: float = 30) -> float:
    """A deadline."""
    return time.monotonic() + seconds


def hold(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the turn until it is told to go on."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def let_go(holder: subprocess.Popen[str]) -> None:
    """Tell it."""
    holder.communicate("\n", timeout=30)


@pytest.mark.parametrize("in_file", [True, False])
def test_threads_take_turns_in_the_order_they_came(tmp_path: Path, in_file: bool) -> None:
    queue = queue_for(str(tmp_path / "a.db")) if in_file else WriteQueue(None)
    order: list[int] = []

    def take(number: int) -> None:
        with queue.turn(soon()):
            order.append(number)

    with queue.turn(soon()):
        threads = []
        for number in range(12):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while len(queue._tickets) < number + 2:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(timeout=30)
    assert order == list(range(12))


def test_who_waits_too_long_is_told_so_and_leaves_the_line(tmp_path: Path) -> None:
    queue = queue_for(str(tmp_path / "a.db"))
    with queue.turn(soon()), pytest.raises(StoreBusy), queue.turn(soon(0.05)):
        pass
    with queue.turn(soon()):
        assert len(queue._tickets) == 1


def test_a_store_of_the_same_process_shares_the_queue(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    assert queue_for(str(tmp_path / "a.db")) is queue_for(str(tmp_path / "link.db"))
    assert queue_for(str(tmp_path / "a.db")) is not queue_for(str(tmp_path / "b.db"))


def test_another_process_is_waited_for(tmp_path: Path) -> None:
    queue = queue_for(str(tmp_path / "a.db"))
    holder = hold(tmp_path / "a.db")
    with pytest.raises(StoreBusy, match="Another process"), queue.turn(soon(0.1)):
        pass
    threading.Timer(0.2, let_go, [holder]).start()
    with queue.turn(soon()):
        assert 0 in queue._held
    assert queue._held == set()


def test_a_place_given_up_is_not_taken_from_a_later_writer(tmp_path: Path) -> None:
    """Those who gave up still wait in the kernel; when they get the lock, they must not let go what another now holds."""
    path = tmp_path / "a.db"
    queue = queue_for(str(path))
    holder = hold(path)
    for _ in range(3):
        with pytest.raises(StoreBusy), queue.turn(soon(0.05)):
            pass
    let_go(holder)
    with queue.turn(soon()):
        deadline = soon(5)
        while any(thread.name == "graphmem-lock" for thread in threading.enumerate()) and time.monotonic() < deadline:
            time.sleep(0.01)
        other = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=2)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    let_go(other)


def test_a_process_that_dies_lets_go(tmp_path: Path) -> None:
    holder = hold(tmp_path / "a.db")
    holder.kill()
    holder.wait()
    with queue_for(str(tmp_path / "a.db")).turn(soon(5)):
        pass


def test_a_lock_file_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable), WriteQueue(str(tmp_path / "nowhere" / "a.db-lock")).turn(soon()):
        pass
    with pytest.raises((StoreUnavailable, StoreReadOnly)), WriteQueue("/proc/a.db-lock").turn(soon()):
        pass
