"""A model's server is asked with patience and within limits: pauses, the breaker, budgets, lines, against a real socket."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem.errors import (
    AnswerMalformed,
    BudgetExhausted,
    ModelAccessDenied,
    ModelError,
    ModelRefused,
    ModelUnavailable,
    RateLimited,
    SettingsError,
)
from graphmem.ports.meter import metering
from graphmem.providers.openai.server import ModelServer, Time
from graphmem.settings import ModelLimits
from graphmem.testing.openai_answers import (
    Answer,
    body,
    hung_up,
    retry_date,
    said,
    send,
    silent,
    status,
    trickling,
)
from graphmem.testing.openai_server import OpenAIServer
from tests.support.llm import KEY, quick

pytest.importorskip("openai")
ASKED: dict[str, Any] = {"model": "small", "messages": [{"role": "user", "content": "hello"}]}


@pytest.fixture
def scripted() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


class Held(Time):
    """Time that passes only when somebody sleeps; the dice always show the most."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = 1_000.0
        super().__init__(clock=lambda: self.now, sleep=self._sleep, drawn=lambda: 1.0)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def model_server(scripted: OpenAIServer, limits: ModelLimits | None = None, time: Time | None = None) -> ModelServer:
    return ModelServer(scripted.url, KEY, limits or ModelLimits(seconds=5.0), time or Held())


def words(reply: Any) -> str:
    return str(reply["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    "fault", [status(429), status(500), status(503), status(529), status(408), hung_up(), hung_up(40)]
)
def test_what_passes_is_tried_again(scripted: OpenAIServer, fault: Answer) -> None:
    scripted.then(fault, fault, said("at last"))
    time = Held()
    assert words(model_server(scripted, time=time).ask("chat", ASKED, 1)) == "at last"
    assert time.slept == [0.5, 1.0]
    assert [asked.document["messages"] for asked in scripted.chats] == [ASKED["messages"]] * 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(status(429), RateLimited), (status(503), ModelUnavailable), (hung_up(), ModelUnavailable)],
)
def test_what_does_not_pass_is_told_and_may_be_tried_later(
    scripted: OpenAIServer, fault: Answer, kind: type[ModelError]
) -> None:
    scripted.then(*[fault] * 9)
    with pytest.raises(kind) as raised:
        model_server(scripted).ask("chat", ASKED, 1)
    assert raised.value.retryable
    assert len(scripted.requests) == 3


@pytest.mark.parametrize(("value", "pause"), [(7, 7.0), ("0", 0.0), (-3, 0.0), ("soon", 0.5), ("nan", 0.5)])
def test_the_server_says_how_long_to_wait(scripted: OpenAIServer, value: Any, pause: Any) -> None:
    time = Held()
    scripted.then(status(429, retry_after=value), said("now"))
    assert words(model_server(scripted, time=time).ask("chat", ASKED, 1)) == "now"
    assert time.slept == [pause]


def test_the_server_names_the_moment(scripted: OpenAIServer) -> None:
    time = Held()
    scripted.then(status(429, retry_after=retry_date(9)), said("now"))
    model_server(scripted, time=time).ask("chat", ASKED, 1)
    assert time.slept == [pytest.approx(9, abs=3)]


@pytest.mark.parametrize("value", [21, 1e9, "inf", pytest.param(retry_date(86_400), id="tomorrow")])
def test_a_server_that_asks_for_too_long_a_pause_is_not_waited_for(scripted: OpenAIServer, value: Any) -> None:
    time = Held()
    scripted.then(status(429, retry_after=value))
    with pytest.raises(RateLimited) as raised:
        model_server(scripted, time=time).ask("chat", ASKED, 1)
    assert raised.value.retry_after is not None
    assert raised.value.retry_after > 20
    assert (time.slept, len(scripted.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(401), ModelAccessDenied),
        (status(403), ModelAccessDenied),
        (status(429, kind="insufficient_quota"), ModelAccessDenied),
        (status(404, words="no such model"), ModelRefused),
        (status(400), ModelRefused),
        (status(413), ModelRefused),
        (status(422), ModelRefused),
        (body(b"<html>nothing here</html>", 404, Content_Type="text/html"), ModelRefused),
        (body({"error": "in a word"}, 400), ModelRefused),
        (body(b'{"choices": [', 200), AnswerMalformed),
        (body(b"", 200), AnswerMalformed),
        (body(b"[" * 100_000, 200), AnswerMalformed),
    ],
)
def test_what_will_not_change_is_asked_once(scripted: OpenAIServer, fault: Answer, kind: type[ModelError]) -> None:
    scripted.then(fault, fault)
    with pytest.raises(ModelError) as raised:
        model_server(scripted).ask("chat", ASKED, 1)
    assert type(raised.value) is kind
    assert len(scripted.requests) == 1


def dribbled_head(handler: Any, _asked: Any) -> None:
    """Headers, one byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.wait(0.02):
        handler.wfile.write(b"a")
        handler.wfile.flush()


@pytest.mark.parametrize("fault", [silent(), trickling(), dribbled_head])
def test_a_call_ends_in_time_whatever_the_server_does(scripted: OpenAIServer, fault: Answer) -> None:
    scripted.then(fault, said("awake"))
    server = model_server(scripted, quick(seconds=0.4, attempts=1))
    began = time.perf_counter()
    with pytest.raises(ModelUnavailable, match=r"within 0\.4 s"):
        server.ask("chat", ASKED, 1)
    assert time.perf_counter() - began < 10.0
    assert words(server.ask("chat", ASKED, 1)) == "awake"


def test_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = ModelServer(f"http://127.0.0.1:{free.getsockname()[1]}/v1", KEY, quick())
        with pytest.raises(ModelUnavailable, match="cannot be reached"):
            server.ask("chat", ASKED, 1)


def test_an_endless_answer_is_given_up(scripted: OpenAIServer) -> None:
    scripted.then(said("a" * 10_000_000))
    with pytest.raises(AnswerMalformed, match="more than 4,000,000 bytes"):
        model_server(scripted).ask("chat", ASKED, 1)


def test_the_breaker_opens_rests_and_tries_with_one(scripted: OpenAIServer) -> None:
    time = Held()
    server = model_server(scripted, ModelLimits(attempts=1, failures=3, rest=30), time)
    scripted.then(*[status(500)] * 4, said("well"), said("well"))
    for _ in range(3):
        with pytest.raises(ModelUnavailable):
            server.ask("chat", ASKED, 1)
    with pytest.raises(ModelUnavailable, match="failed 3 times in a row and is left alone") as raised:
        server.ask("chat", ASKED, 1)
    assert raised.value.retry_after == 30
    assert len(scripted.requests) == 3
    time.now += 30
    with pytest.raises(ModelUnavailable, match="status 500"):
        server.ask("chat", ASKED, 1)
    with pytest.raises(ModelUnavailable, match="left alone"):
        server.ask("chat", ASKED, 1)
    time.now += 30
    assert words(server.ask("chat", ASKED, 1)) == words(server.ask("chat", ASKED, 1)) == "well"


def test_while_one_call_tries_no_other_does(scripted: OpenAIServer) -> None:
    time = Held()
    server = model_server(scripted, ModelLimits(attempts=1, failures=1, rest=30), time)
    scripted.then(status(500))
    with pytest.raises(ModelUnavailable):
        server.ask("chat", ASKED, 1)
    time.now += 30
    arrived, go = threading.Event(), threading.Event()

    def slow(handler: Any, asked: Any) -> None:
        arrived.set()
        go.wait(5)
        said("well")(handler, asked)

    scripted.then(slow)
    trying = threading.Thread(target=server.ask, args=("chat", ASKED, 1))
    trying.start()
    assert arrived.wait(5)
    with pytest.raises(ModelUnavailable, match="left alone"):
        server.ask("chat", ASKED, 1)
    go.set()
    trying.join()
    scripted.then(said("all well"))
    assert words(server.ask("chat", ASKED, 1)) == "all well"


def test_a_refusal_is_an_answer_and_opens_no_breaker(scripted: OpenAIServer) -> None:
    server = model_server(scripted, ModelLimits(failures=1))
    scripted.then(status(400), status(401), said("well"))
    for _ in range(2):
        with pytest.raises(ModelRefused):
            server.ask("chat", ASKED, 1)
    assert words(server.ask("chat", ASKED, 1)) == "well"


def test_models_and_kinds_have_breakers_of_their_own(scripted: OpenAIServer) -> None:
    server = model_server(scripted, ModelLimits(attempts=1, failures=1))
    scripted.then(status(500), said("well"))
    with pytest.raises(ModelUnavailable):
        server.ask("chat", ASKED, 1)
    assert words(server.ask("chat", {**ASKED, "model": "other"}, 1)) == "well"
    assert server.ask("embeddings", {"model": "small", "input": ["a"]}, 1)["data"]


def test_so_many_calls_at_once_and_no_more(scripted: OpenAIServer) -> None:
    server = model_server(scripted, ModelLimits(at_once=2, seconds=10))
    guard, now, most = threading.Lock(), [0], [0]

    def counted(handler: Any, asked: Any) -> None:
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
        handler.wait(0.05)
        with guard:
            now[0] -= 1
        said("well")(handler, asked)

    scripted.then(*[counted] * 8)
    threads = [threading.Thread(target=server.ask, args=("chat", ASKED, 1)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(scripted.chats) == 8
    assert most == [2]


def test_a_turn_that_does_not_come_is_told(scripted: OpenAIServer) -> None:
    server = model_server(scripted, quick(at_once=1, seconds=0.3, attempts=1))
    scripted.then(*[silent()] * 4)
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(ModelUnavailable) as raised:
            server.ask("chat", ASKED, 1)
        told.append(str(raised.value))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4
    assert any("calls under way are limited to 1" in one for one in told)


def test_the_budget_of_a_process(scripted: OpenAIServer) -> None:
    server = model_server(scripted, ModelLimits(process_calls=2))
    for _ in range(2):
        server.ask("chat", ASKED, 1)
    with pytest.raises(BudgetExhausted, match="budget of 2 model calls for one process") as raised:
        server.ask("embeddings", {"model": "e", "input": ["a"]}, 1)
    assert not raised.value.retryable
    assert len(scripted.requests) == 2
    assert server.budget.spent.calls == 2


def test_the_budget_of_a_request(scripted: OpenAIServer) -> None:
    server = model_server(scripted, ModelLimits(request_calls=3, request_tokens=1_000))
    scripted.then(*[status(500)] * 3)
    with metering() as meter:
        with pytest.raises(ModelUnavailable):
            server.ask("chat", ASKED, 10)
        with pytest.raises(BudgetExhausted, match="GRAPHMEM_REQUEST_CALLS"):
            server.ask("chat", ASKED, 10)
    assert meter.usage.calls == 3
    with metering():
        server.ask("chat", ASKED, 10)
        with pytest.raises(BudgetExhausted, match="GRAPHMEM_REQUEST_TOKENS"):
            server.ask("chat", ASKED, 1_001)
    assert len(scripted.requests) == 4


def test_the_key_goes_to_the_server_and_nowhere_else(scripted: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = model_server(scripted, quick())
    scripted.then(status(401, words=f"Incorrect key: {KEY}."), hung_up(), hung_up(), hung_up(), said("x"))
    told = []
    for _ in range(2):
        with pytest.raises(ModelError) as raised:
            server.ask("chat", ASKED, 1)
        told += traceback.format_exception(raised.value)
    server.ask("chat", ASKED, 1)
    assert {asked.headers["authorization"] for asked in scripted.requests} == {f"Bearer {KEY}"}
    assert KEY not in "".join(told) + caplog.text + repr(server.__dict__)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "host:80/v1",
        "http://",
        "http://a b/v1",
        "http://host:no/",
        "http://ana:word@host/v1",
        "http://h/?k=v",
    ],
)
def test_an_address_that_cannot_be_used_is_told_at_once_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL") as raised:
        ModelServer(url, KEY, quick())
    assert "word" not in str(raised.value)


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}", f"{KEY}é"])
def test_a_key_that_cannot_be_sent_is_told_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as raised:
        ModelServer("http://127.0.0.1:9/v1", key, quick())
    assert KEY not in str(raised.value)


def test_the_own_models_of_openai_want_a_key() -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        ModelServer("", "", quick())
    assert ModelServer("", KEY, quick()).where == "api.openai.com"


def test_a_server_without_keys_is_asked_without_ours(scripted: OpenAIServer) -> None:
    ModelServer(scripted.url, "", quick()).ask("chat", ASKED, 1)
    assert scripted.requests[0].headers["authorization"] == "Bearer none"


def test_a_body_cut_in_the_middle_is_no_answer(scripted: OpenAIServer) -> None:
    def half(handler: Any, _asked: Any) -> None:
        send(handler, b'{"choices": []}'[:7])

    scripted.then(half)
    with pytest.raises(AnswerMalformed, match="no JSON"):
        model_server(scripted).ask("chat", ASKED, 1)
