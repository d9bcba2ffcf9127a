"""The command line with a language model: named by the environment, its cost and what was dropped are shown, faults are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmem.service.cli import main
from graphmem.testing import OpenAIServer
from graphmem.testing.openai_answers import said, status
from tests.support.llm import KEY, TEXT, WORKS, answer, stated

pytest.importorskip("openai")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        chosen = {"GRAPHMEM_LLM_MODEL": "small", "OPENAI_BASE_URL": made.url, "OPENAI_API_KEY": KEY}
        for name, value in {**chosen, "GRAPHMEM_MODEL_ATTEMPTS": "1"}.items():
            monkeypatch.setenv(name, value)
        yield made


def test_an_add_shows_facts_drops_and_cost(
    server: OpenAIServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.then(said(answer(WORKS, {**WORKS, "quote": "never said"}), usage=(30, 4)))
    command = ["add", TEXT, "-u", "maya", "--actor", "Maya", "--db", str(tmp_path / "m.db")]
    assert main([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["usage"]["calls"] == 1
    assert document["usage"]["prompt_tokens"] == 30
    assert [one["fact"] for one in document["dropped"]] == ["Maya — work at → Tidewater"]
    server.then(said(answer(*[{**WORKS, "quote": f"never said {number}"} for number in range(22)])))
    assert main(["add", "Hello again.", "-u", "maya", "--db", str(tmp_path / "m.db")]) == 0
    shown = capsys.readouterr().out
    assert shown.count("dropped: Maya") == 20
    assert "22 statements dropped in all" in shown


def test_a_question_about_known_facts_that_fails_is_told(
    server: OpenAIServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHMEM_RECONCILER", "llm")
    command = ["add", "-u", "maya", "--db", str(tmp_path / "m.db")]
    for text, *more in (("Maya breeds cats.",), ("Maya breeds dogs.", status(503, words="busy"))):
        server.then(said(answer(stated(text, "Maya", "breed", text.split()[-1][:-1]))), *more)
        assert main([*command, text]) == 0
    shown = capsys.readouterr().out
    assert "by the rules alone: the question about known facts failed: ModelUnavailable: 127.0.0.1" in shown


def test_a_model_that_fails_is_exit_code_five(
    server: OpenAIServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.then(status(429), status(401))
    command = ["add", TEXT, "-u", "maya", "--db", str(tmp_path / "m.db")]
    assert main(command) == 5
    assert "The same command may succeed later" in capsys.readouterr().err
    assert main([*command, "--json"]) == 5
    told = json.loads(capsys.readouterr().err)
    assert (told["error"], told["retryable"]) == ("model_access_denied", False)
    assert KEY not in told["message"]
