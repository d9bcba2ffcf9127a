"""Takes in many items, some in a transaction, and finds out which of them cannot be taken without losing the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from graphmem.domain.results import AddReceipt, AddResult, Failure
from graphmem.errors import (
    BudgetExhausted,
    ClosedError,
    GraphmemError,
    InputError,
    ModelAccessDenied,
    ModelUnavailable,
    SettingsError,
    StoreError,
    quoted,
)
from graphmem.remember.draft import Intake
from graphmem.remember.pipeline import Remember

OnError: TypeAlias = Literal["raise", "collect"]
NOT_OF_AN_ITEM = (StoreError, ClosedError, SettingsError, ModelUnavailable, ModelAccessDenied, BudgetExhausted)
"""What is wrong then is wrong for the items that follow, too: they are not tried."""


def on_error_of(given: str) -> OnError:
    """Raises InputError for a word that is none of the two."""
    for known in get_args(OnError):
        if given == known:
            return known  # type: ignore[no-any-return]
    raise InputError(f"on_error={quoted(given)} is unknown: use 'raise' or 'collect'.")


def failed(error: GraphmemError) -> AddResult:
    """The result of an item that was not added."""
    told = Failure(code=error.code, message=str(error), retryable=error.retryable)
    return AddResult(results=(), receipt=AddReceipt(episode_ids=(), version=0), error=told)


class Filling:
    """The batches of one `add_many`. When it collects errors, a batch that fails is halved until what is at fault stands
    alone; an error that is not an item's own ends the trying, and is told of every item that is left."""

    def __init__(self, remember: Remember, on_error: OnError) -> None:
        self._remember = remember
        self._raises = on_error == "raise"
        self._end: GraphmemError | None = None

    async def __call__(self, batch: Sequence[Intake | InputError]) -> list[AddResult]:
        """A result for each, in order. Raises what is wrong unless errors are collected."""
        wrong = next((one for one in batch if isinstance(one, InputError)), None)
        if self._raises and wrong is not None:
            raise wrong
        taken = iter(await self._added([one for one in batch if isinstance(one, Intake)]))
        return [failed(one) if isinstance(one, InputError) else next(taken) for one in batch]

    async def _added(self, intakes: Sequence[Intake]) -> list[AddResult]:
        if self._end is not None or not intakes:
            return [failed(self._end) for _ in intakes] if self._end else []
        try:
            return await self._remember(intakes)
        except NOT_OF_AN_ITEM as error:
            if self._raises:
                raise
            self._end = error
            return [failed(error) for _ in intakes]
        except GraphmemError as error:
            if self._raises:
                raise
            if len(intakes) == 1:
                return [failed(error)]
        half = len(intakes) // 2
        return [*await self._added(intakes[:half]), *await self._added(intakes[half:])]
