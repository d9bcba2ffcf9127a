"""The settings of a server: from the environment, from an address, and the password in nothing that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphmem.errors import SettingsError
from graphmem.settings import Settings
from graphmem.wiring import make_store, sqlite_path
from tests.support.embedding import HashingEmbedder

SECRET = "sesame-4711"


def test_the_variables_of_neo4j_are_taken() -> None:
    settings = Settings.from_env(
        {
            "NEO4J_URI": "neo4j+s://abc.example:7687",
            "NEO4J_USERNAME": "ana",
            "NEO4J_PASSWORD": SECRET,
            "NEO4J_DATABASE": "graph",
        }
    )
    assert settings.is_server
    assert (settings.url, settings.neo4j_username) == ("neo4j+s://abc.example:7687", "ana")
    assert (settings.neo4j_password.get_secret_value(), settings.neo4j_database) == (SECRET, "graph")


def test_our_own_variable_goes_first() -> None:
    settings = Settings.from_env({"NEO4J_URI": "neo4j://abc", "GRAPHMEM_URL": ":memory:"})
    assert settings.url == ":memory:"
    assert not settings.is_server


def test_without_any_variable_the_graph_is_a_file() -> None:
    assert not Settings.from_env({}).is_server


@pytest.mark.parametrize(
    ("url", "bare", "name", "password"),
    [
        (f"neo4j://ana:{SECRET}@host:7687", "neo4j://host:7687", "ana", SECRET),
        ("bolt://ana:a%40b%2Fc%3A@host", "bolt://host", "ana", "a@b/c:"),
        ("neo4j://host?policy=eu", "neo4j://host?policy=eu", "neo4j", ""),
        (f"neo4j+ssc://:{SECRET}@[::1]:7688", "neo4j+ssc://[::1]:7688", "neo4j", SECRET),
    ],
)
def test_credentials_are_taken_out_of_the_address(url: str, bare: str, name: str, password: str) -> None:
    settings = Settings.of(url=url)
    assert settings.url == bare
    assert (settings.neo4j_username, settings.neo4j_password.get_secret_value()) == (name, password)
    again = Settings.of(**settings.model_dump(exclude_unset=True))
    assert again == settings


def test_the_password_is_in_nothing_that_can_be_read() -> None:
    settings = Settings.of(url=f"neo4j://ana:{SECRET}@host", neo4j_database="graph")
    store = make_store(settings, HashingEmbedder())
    shown = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json(), repr(store)]
    shown += [repr(vars(store))]
    assert all(SECRET not in text for text in shown)


@pytest.mark.parametrize(
    "values",
    [
        {"neo4j_password": [SECRET]},
        {"neo4j_pasword": SECRET, "neo4j_password": SECRET},
        {"url": f"neo4j://ana:{SECRET}@[::1", "neo4j_password": SECRET},
        {"url": f"neo4j://ana:{SECRET}/x@host"},
        {"url": f"neo4j://host/{SECRET}@"},
        {"url": "neo4j://", "neo4j_password": SECRET},
        {"url": "neo4j://:7687"},
        {"url": "neo4j://host:port"},
        {"url": "neo4j://host:99999"},
        {"url": "neo4j://host:0"},
        {"url": "neo4j://host/database"},
        {"url": f"bolt://host:7687?policy={SECRET}"},
        {"url": "bolt+s://host?x=y"},
        {"url": "neo4j://host", "neo4j_database": "system"},
        {"url": "neo4j://host", "neo4j_username": ""},
        {"url": "neo4j://host", "neo4j_database": ""},
        {"url": "http://host:7474"},
    ],
    ids=lambda values: ",".join(values),
)
def test_what_cannot_be_used_is_refused_and_not_repeated(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        make_store(Settings.of(**values), HashingEmbedder())
    links: list[BaseException | None] = [caught.value, caught.value.__cause__]
    assert all(SECRET not in str(link) for link in links)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("bolt:127.0.0.1:17795", "bolt://127.0.0.1:17795"),
        ("localhost:7687", "bolt://localhost:7687"),
        ("[::1]:7687", "bolt://[::1]:7687"),
        ("neo4j:127.0.0.1", "neo4j://127.0.0.1"),
        ("neo4j//x", "neo4j://x"),
        ("neo4j:/127.0.0.1:1", "neo4j://127.0.0.1:1"),
        ("neo4j/127.0.0.1:1", "neo4j://127.0.0.1:1"),
        ("NEO4J+S:abc.example", "neo4j+s://abc.example"),
        ("bolt+ssc:", "bolt+ssc://…"),
        (f"neo4j:ana:{SECRET}@host:7687", "neo4j://host:7687"),
    ],
)
def test_an_address_without_its_slashes_is_no_file(url: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"did you mean {re.escape(meant)}[?]") as caught:
        make_store(Settings.of(url=url), HashingEmbedder())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        "C:\\x.db",
        "C:/x.db",
        "c:7687",
        "neo4j.db",
        "neo4j",
        "neo4j/x.db",
        "bolts:x",
        "./localhost:7687",
        "a:b",
        "x:99.db",
    ],
)
def test_the_name_of_a_file_stays_one(path: str) -> None:
    assert sqlite_path(path) == str(Path(path))
    assert sqlite_path(f"sqlite:///{path}") == str(Path(path))


def test_the_database_that_keeps_no_data_is_named() -> None:
    with pytest.raises(SettingsError, match="set NEO4J_DATABASE to neo4j"):
        make_store(Settings.of(url="neo4j://host", neo4j_database="System"), HashingEmbedder())
