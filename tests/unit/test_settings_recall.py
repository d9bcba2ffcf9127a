"""What can be set about a search: bounds are kept, the environment is read, and a key is shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem import Memory, Settings
from graphmem.errors import SettingsError
from graphmem.settings import RankingFactors, RecallBudget, settings_of
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


def test_a_reranker_comes_from_the_environment() -> None:
    given = {"URL": "https://host/rerank", "MODEL": "small", "KEY": "not-for-anybody", "TIMEOUT": "2.5"}
    made = Settings.from_env({f"GRAPHMEM_RERANK_{name}": value for name, value in given.items()})
    assert (made.rerank_url, made.rerank_model, made.rerank_timeout) == ("https://host/rerank", "small", 2.5)
    assert made.rerank_key.get_secret_value() == "not-for-anybody"
    assert "not-for-anybody" not in f"{made} {made!r} {made.model_dump_json()}"
    assert settings_of(made) is made


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"rerank_timeout": 0}, "rerank_timeout (environment: GRAPHMEM_RERANK_TIMEOUT)"),
        ({"budget": {"hops": 4}}, "budget.hops"),
        ({"budget": {"beam": 0}}, "budget.beam"),
        ({"budget": {"minutes": 1}}, "budget.minutes"),
        ({"factors": {"half_life": 0}}, "factors.half_life"),
        ({"factors": {"feedback": -1}}, "factors.feedback"),
        ({"factors": {"feedback": float("inf")}}, "factors.feedback: Input should be a finite number; got inf."),
        ({"recall": {"keyword": -1}}, "recall.keyword: Input should be greater than or equal to 0; got -1."),
    ],
)
def test_what_does_not_fit_is_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.of(**values)
    assert named in str(raised.value)


def test_a_key_that_does_not_fit_is_not_shown() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.of(rerank_key=["not-for-anybody"])
    assert "rerank_key" in str(raised.value)
    assert "not-for-anybody" not in str(raised.value)


def test_an_address_that_is_given_keeps_the_rest_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_RERANK_MODEL", "small")
    assert (settings_of(":memory:").url, settings_of(":memory:").rerank_model) == (":memory:", "small")
    with pytest.raises(SettingsError, match="not int"):
        settings_of(3)  # type: ignore[arg-type]


def test_a_memory_searches_by_its_own_budget_and_factors() -> None:
    narrow = Settings.of(url=":memory:", budget=RecallBudget(hops=0), factors=RankingFactors(feedback=0.5))
    with Memory(narrow, embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        one = memory.add("Ana knows Bo.", user_id="u").results[0]
        memory.feedback(one.id, 1)
        found = memory.search("Ana", user_id="u", hops=2)
        assert found.hits[0].score_parts["feedback"] == 0.5
        assert (found.trace.counts["hops"], found.trace.exhausted) == (0, ("hops",))
