"""Which extractor and embedder settings choose, what they need for it, and that the environment says the same."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import SecretStr

from graphmem import Memory, Settings
from graphmem.errors import MissingExtra, SettingsError
from graphmem.extraction.extractor import RuleExtractor
from graphmem.extraction.llm.extractor import LlmExtractor
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from graphmem.providers.openai.embedder import OpenAIEmbedder
from graphmem.settings import ModelLimits, settings_of
from graphmem.wiring import make_embedder, make_extractor
from tests.support.llm import KEY

HERE = "http://127.0.0.1:9/v1"
needs_package = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import openai"], capture_output=True, check=False).returncode != 0,
    reason="the package openai is not installed",
)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, RuleExtractor),
        ({"openai_api_key": KEY}, RuleExtractor),
        ({"extractor": "rules", "llm_model": "small"}, RuleExtractor),
        pytest.param({"llm_model": "small"}, LlmExtractor, marks=needs_package),
        pytest.param({"extractor": "llm", "llm_model": "small"}, LlmExtractor, marks=needs_package),
    ],
)
def test_a_named_model_reads_unless_rules_are_to(given: dict[str, Any], kind: type) -> None:
    assert type(make_extractor(Settings.of(openai_base_url=HERE, **given))) is kind


@needs_package
@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"extractor": "llm", "openai_base_url": HERE}, "GRAPHMEM_LLM_MODEL"),
        ({"llm_model": "small"}, "OPENAI_API_KEY"),
        ({"llm_model": "small", "openai_base_url": "localhost:11434"}, "OPENAI_BASE_URL"),
        ({"embedder": "openai", "openai_base_url": HERE}, "GRAPHMEM_EMBEDDING_MODEL"),
        ({"embedder": "openai", "openai_base_url": HERE, "embedding_model": "e"}, "GRAPHMEM_EMBEDDING_DIMENSION"),
    ],
)
def test_what_is_missing_is_told_when_the_memory_is_made(given: dict[str, Any], variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Memory(Settings.of(url=":memory:", **given))


@needs_package
def test_an_embedder_behind_an_address() -> None:
    chosen = Settings.of(embedder="openai", embedding_model="e", embedding_dimension=7, openai_base_url=HERE)
    made = make_embedder(chosen)
    assert isinstance(made, OpenAIEmbedder)
    assert (made.name, made.dimension, made.remote) == ("e", 7, True)
    assert isinstance(make_embedder(Settings.of()), MiniLmEmbedder)


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmem.providers.openai.connection.find_spec", lambda name: None)
    for given in ({"llm_model": "m"}, {"embedder": "openai", "embedding_model": "e", "embedding_dimension": 7}):
        with pytest.raises(MissingExtra, match=r"graphmem\[openai\]"):
            Memory(Settings.of(url=":memory:", openai_base_url=HERE, **given))


ENVIRONMENT = {
    "GRAPHMEM_EXTRACTOR": "llm",
    "GRAPHMEM_LLM_MODEL": "small",
    "GRAPHMEM_LLM_PROMPT": "Note boats.",
    "GRAPHMEM_LLM_TEMPERATURE": "0",
    "GRAPHMEM_LLM_FORM": "json",
    "GRAPHMEM_RECONCILER": "llm",
    "GRAPHMEM_EMBEDDER": "openai",
    "GRAPHMEM_EMBEDDING_MODEL": "e",
    "GRAPHMEM_EMBEDDING_DIMENSION": "7",
    "OPENAI_BASE_URL": HERE,
    "OPENAI_API_KEY": KEY,
    "GRAPHMEM_MODEL_TIMEOUT": "3.5",
    "GRAPHMEM_MODEL_ATTEMPTS": "2",
    "GRAPHMEM_MODEL_CONCURRENCY": "9",
    "GRAPHMEM_REQUEST_CALLS": "5",
    "GRAPHMEM_REQUEST_TOKENS": "500",
    "GRAPHMEM_PROCESS_CALLS": "6",
    "GRAPHMEM_PROCESS_TOKENS": "600",
}


def test_the_environment_says_the_same() -> None:
    read = Settings.from_env(ENVIRONMENT)
    limits = {"request_calls": 5, "request_tokens": 500, "process_calls": 6, "process_tokens": 600}
    assert read == Settings(
        extractor="llm",
        llm_model="small",
        llm_prompt="Note boats.",
        llm_temperature=0.0,
        llm_form="json",
        reconciler="llm",
        embedder="openai",
        embedding_model="e",
        embedding_dimension=7,
        openai_base_url=HERE,
        openai_api_key=SecretStr(KEY),
        limits=ModelLimits(seconds=3.5, attempts=2, at_once=9, **limits),
    )
    assert KEY not in repr(read) + str(read) + read.model_dump_json()


def test_an_address_alone_leaves_the_rest_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert settings_of(":memory:") == Settings.from_env(ENVIRONMENT | {"GRAPHMEM_URL": ":memory:"})


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("GRAPHMEM_MODEL_TIMEOUT", "soon", "limits.seconds"),
        ("GRAPHMEM_REQUEST_CALLS", "-1", "limits.request_calls"),
        ("GRAPHMEM_EXTRACTOR", "gpt", "extractor"),
        ("GRAPHMEM_EMBEDDING_DIMENSION", "0", "embedding_dimension"),
    ],
)
def test_a_value_that_does_not_fit_names_its_variable(name: str, value: str, field: str) -> None:
    with pytest.raises(SettingsError, match=rf"Setting {field} \(environment: {name}\)"):
        Settings.from_env({name: value})


def test_choosing_a_model_loads_no_package() -> None:
    code = (
        "import sys; from graphmem.settings import Settings; from graphmem.wiring import make_extractor\n"
        f"try: make_extractor(Settings(llm_model='m', openai_base_url={HERE!r}))\n"
        "except Exception as error: assert 'graphmem[openai]' in str(error), error\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert {"openai", "httpx", "httpx2", "spacy"}.isdisjoint(done.stdout.split())
