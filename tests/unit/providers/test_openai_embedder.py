"""An embedder of the OpenAI protocol: its vectors are whose they should be, of the length expected, or refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from graphmem.errors import EmbeddingFailed, ModelAccessDenied, ModelError, ModelRefused, ModelUnavailable
from graphmem.ports.meter import metering
from graphmem.providers.openai.embedder import OpenAIEmbedder
from graphmem.providers.openai.server import ModelServer
from graphmem.testing.openai_answers import Answer, body, embedded, status, vectors, words_vector
from graphmem.testing.openai_server import DIMENSION, OpenAIServer
from tests.support.llm import KEY, quick

pytest.importorskip("openai")
TEXTS = [f"word{number} and more" for number in range(7)]


@pytest.fixture
def scripted() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def embedder(scripted: OpenAIServer, batch: int = 3) -> OpenAIEmbedder:
    return OpenAIEmbedder(ModelServer(scripted.url, KEY, quick(batch=batch)), "vectors-1", DIMENSION)


def test_batches_in_order(scripted: OpenAIServer) -> None:
    with metering() as meter:
        rows = embedder(scripted).embed(TEXTS)
    assert (rows.dtype, rows.shape) == (np.float32, (7, DIMENSION))
    np.testing.assert_allclose(rows, [words_vector(text, DIMENSION) for text in TEXTS], atol=1e-6)
    assert [asked.texts for asked in scripted.embeddings] == [TEXTS[:3], TEXTS[3:6], TEXTS[6:]]
    assert {asked.document["model"] for asked in scripted.embeddings} == {"vectors-1"}
    assert (meter.usage.calls, meter.usage.embedding_calls) == (0, 3)
    assert meter.usage.embedding_tokens == sum(sum(map(len, asked.texts)) // 4 for asked in scripted.embeddings)


def test_nothing_to_embed_asks_nothing(scripted: OpenAIServer) -> None:
    assert embedder(scripted).embed([]).shape == (0, DIMENSION)
    assert scripted.requests == []


def test_the_index_says_whose_a_vector_is(scripted: OpenAIServer) -> None:
    scripted.then(embedded(DIMENSION, shuffled=True))
    rows = embedder(scripted, batch=10).embed(TEXTS)
    np.testing.assert_allclose(rows, [words_vector(text, DIMENSION) for text in TEXTS], atol=1e-6)


def test_any_length_of_vector_is_brought_to_one(scripted: OpenAIServer) -> None:
    scripted.then(vectors([[3.0] + [0.0] * 14 + [4.0], [1e30] * DIMENSION]))
    rows = embedder(scripted).embed(TEXTS[:2])
    np.testing.assert_allclose(rows[0, [0, 15]], [0.6, 0.8], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_text_without_a_word_has_a_vector_too(scripted: OpenAIServer) -> None:
    embedder(scripted).embed(["", " \n"])
    assert scripted.embeddings[0].texts == [".", "."]


def test_a_length_that_may_not_be_asked_for_is_not(scripted: OpenAIServer) -> None:
    scripted.then(status(400, words="dimensions is not supported"))
    one = embedder(scripted)
    one.embed(TEXTS)
    asked = [asked.document.get("dimensions") for asked in scripted.embeddings]
    assert asked == [DIMENSION, None, None, None]


GOOD = [1.0] * DIMENSION


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (embedded(DIMENSION + 1), f"2 vectors of length 17 for 2 texts, and {DIMENSION} is expected"),
        (embedded(DIMENSION, leave_out=1), "did not give a vector for each of 2 texts"),
        (vectors([GOOD, GOOD, GOOD]), "3 vectors of length 16 for 2 texts"),
        (vectors([GOOD, GOOD[:-1]]), "length 15, 16"),
        (vectors([GOOD, GOOD], [0, 0]), "did not give a vector for each"),
        (vectors([GOOD, GOOD], [1, 2]), "did not give a vector for each"),
        (vectors([GOOD, "AAAA"]), "length 0, 16"),
        (vectors([GOOD, None]), "length 0, 16"),
        (vectors([GOOD, ["a"] * DIMENSION]), "no numbers"),
        (vectors([GOOD, [[1.0]] * DIMENSION]), "no numbers"),
        (vectors([GOOD, [float("nan")] * DIMENSION]), "NaN, infinity or zero"),
        (vectors([GOOD, [float("inf")] * DIMENSION]), "NaN, infinity or zero"),
        (vectors([GOOD, [0.0] * DIMENSION]), "NaN, infinity or zero"),
        (vectors([GOOD, [10**400, *GOOD[1:]]]), "no numbers"),
        (body({"data": "two vectors"}), "did not give a vector for each"),
        (body({}), "did not give a vector for each"),
        (body([]), "did not give a vector for each"),
        (body(b"{"), "no JSON"),
        (body(b" " * 5_000_000), "more than 4,000,000 bytes"),
    ],
)
def test_other_vectors_are_refused(scripted: OpenAIServer, reply: Answer, why: str) -> None:
    scripted.then(reply, reply)
    with pytest.raises(EmbeddingFailed) as raised:
        embedder(scripted).embed(TEXTS[:2])
    assert why in str(raised.value)
    assert not raised.value.retryable


def test_an_answer_cut_in_the_middle_is_asked_for_once_more(scripted: OpenAIServer) -> None:
    scripted.then(body(b'{"data": [{"index"'))
    assert embedder(scripted).embed(TEXTS[:2]).shape == (2, DIMENSION)
    assert len(scripted.requests) == 2


@pytest.mark.parametrize(
    ("fault", "kind", "calls"),
    [(status(503), ModelUnavailable, 3), (status(401), ModelAccessDenied, 1), (status(404), ModelRefused, 2)],
)
def test_a_server_that_does_not_answer(
    scripted: OpenAIServer, fault: Answer, kind: type[ModelError], calls: int
) -> None:
    scripted.then(*[fault] * calls)
    with pytest.raises(ModelError) as raised:
        embedder(scripted).embed(TEXTS)
    assert type(raised.value) is kind
    assert len(scripted.requests) == calls
