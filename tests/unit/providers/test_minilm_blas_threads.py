"""Inside `one_thread` numpy's matrix library has one thread, and outside it has what it had."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphmem.providers.minilm import blas_threads
from graphmem.providers.minilm.blas_threads import one_thread, pools


@pytest.fixture
def before() -> Iterator[list[int]]:
    """Two threads a pool to begin with, whatever the environment says; skipped where no pool can be reached."""
    if not pools():
        pytest.skip("numpy's matrix library cannot be reached here")
    found = _sizes()
    for pool in pools():
        pool.resize(2)
    yield _sizes()
    for pool, size in zip(pools(), found, strict=True):
        pool.resize(size)


def _sizes() -> list[int]:
    return [pool.size() for pool in pools()]


def test_one_inside_and_restored_outside(before: list[int]) -> None:
    with one_thread():
        assert set(_sizes()) == {1}
        with one_thread():
            assert set(_sizes()) == {1}
        assert set(_sizes()) == {1}
    assert _sizes() == before


def test_restored_after_an_error(before: list[int]) -> None:
    with pytest.raises(RuntimeError), one_thread():
        raise RuntimeError
    assert _sizes() == before


def test_the_last_of_several_threads_restores(before: list[int]) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with one_thread():
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with one_thread():
        other.start()
        assert entered.wait(10)
    assert set(_sizes()) == {1}
    leave.set()
    other.join()
    assert _sizes() == before


def test_another_build_of_numpy_is_reached_through_threadpoolctl(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(blas_threads, "_bundled_openblas", lambda: None)
    pools.cache_clear()
    try:
        assert pools()
        with one_thread():
            assert set(_sizes()) == {1}
    finally:
        pools.cache_clear()


def test_what_cannot_be_reached_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas_threads, "_bundled_openblas", lambda: None)
    monkeypatch.setattr(blas_threads, "find_spec", lambda name: None)
    pools.cache_clear()
    try:
        with one_thread():
            assert pools() == ()
    finally:
        pools.cache_clear()
