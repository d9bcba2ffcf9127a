"""What reaches a terminal or a pipe."""

from __future__ import annotations

import json

import pytest

from graphmem.errors import Conflict, GraphmemError, InvalidText, NotFound, ScopeRequired, SettingsError, StoreBusy
from graphmem.errors import EmbeddingFailed as ModelFailed
from graphmem.service.cli.faults import exit_code, tell
from graphmem.service.cli.options import filters_of, metadata_of
from graphmem.service.cli.screen import Screen, progress, visible, write_json
from graphmem.service.cli.views import excerpt


def test_stored_words_cannot_drive_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line("\x1b[31mred\x1b[0m", ("\x07bell", "bold"))
    assert capsys.readouterr().out == "\\x1b[31mred\\x1b[0m\\x07bell\n"


def test_words_that_look_like_markup_stay_words(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line("[bold]plain[/bold] :smile: [link=x]")
    assert capsys.readouterr().out == "[bold]plain[/bold] :smile: [link=x]\n"


def test_a_pipe_gets_no_colour_and_no_line_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line(("word " * 200, "bold red"), indent=4, most=2)
    assert capsys.readouterr().out == " " * 4 + ("word " * 200).rstrip() + "\n"


def test_a_terminal_gets_wrapped_and_cut_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    Screen().line("word " * 200, indent=4, most=2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(len(line) <= 40 and line.startswith("    word") for line in lines)
    assert lines[-1].endswith(" …")


def test_tabs_and_new_lines_are_visible_enough() -> None:
    assert visible("a\tb\nc\rd\u202ee\ud800") == "a\tb\nc\\x0dd\u202ee\\xd800"


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"text": "Zoë\x1b"})
    assert json.loads(capsys.readouterr().out) == {"text": "Zoë\x1b"}


def test_progress_says_each_tenth_elsewhere_than_on_data(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", 20) as show:
        for done in range(1, 21):
            show(done)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [f"reading: {done} of 20" for done in range(2, 21, 2)]


def test_one_item_needs_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", 1) as show:
        show(1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidText("x"), 2),
        (SettingsError("x"), 2),
        (NotFound("x"), 3),
        (StoreBusy("x"), 4),
        (Conflict("x"), 4),
        (ModelFailed("x"), 5),
        (GraphmemError("x"), 1),
        (ZeroDivisionError("x"), 1),
    ],
)
def test_exit_codes(error: Exception, code: int) -> None:
    assert exit_code(error) == code


def test_an_error_is_one_line_that_says_whether_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(StoreBusy("Another writer is at work."), False) == 4
    assert capsys.readouterr() == ("", "Error: Another writer is at work. (The same command may succeed later.)\n")


def test_an_error_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    tell(StoreBusy("Busy."), True)
    assert json.loads(capsys.readouterr().err) == {"error": "store_busy", "message": "Busy.", "retryable": True}


def test_an_unexpected_error_says_how_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(ZeroDivisionError("division\nby zero"), False) == 1
    told = capsys.readouterr().err
    assert told.startswith("Error: ZeroDivisionError: division by zero. ")
    assert "report it" in told
    assert told.count("\n") == 1


def test_a_missing_scope_is_told_in_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(ScopeRequired("Give at least one of user_id, agent_id and run_id."), False) == 2
    assert "-u USER" in capsys.readouterr().err


def test_metadata_pairs() -> None:
    assert metadata_of(["year=2020", "who=Ana", "ok=true", "sum=1=1", "none="]) == {
        "year": 2020,
        "who": "Ana",
        "ok": True,
        "sum": "1=1",
        "none": "",
    }


@pytest.mark.parametrize("pair", ["year", "=2020"])
def test_a_pair_without_its_parts(pair: str) -> None:
    with pytest.raises(GraphmemError, match="KEY=VALUE"):
        metadata_of([pair])


@pytest.mark.parametrize("given", ["{", "[1]", "3"])
def test_a_filter_that_is_no_object(given: str) -> None:
    with pytest.raises(GraphmemError, match="--filter"):
        filters_of(given)


def test_an_excerpt_keeps_what_it_is_about() -> None:
    sentence = "before " * 60 + "Fahrelnissa Zeid" + " after" * 60
    cut = excerpt(sentence, "Fahrelnissa Zeid")
    assert "Fahrelnissa Zeid" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut) <= 170


@pytest.mark.parametrize("sentence", ["", "short", "x" * 500, "word " * 100])
def test_an_excerpt_of_anything(sentence: str) -> None:
    assert len(excerpt(sentence, "absent")) <= 170
