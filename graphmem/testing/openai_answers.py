"""What a server that speaks the OpenAI protocol may answer: right, and wrong in all the ways that servers are.

Each function makes an answer for `graphmem.testing.openai_server.OpenAIServer`.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import Any, Protocol


class Request(Protocol):
    """What was asked."""

    @property
    def document(self) -> dict[str, Any]:
        """The JSON that was sent."""
        ...

    @property
    def texts(self) -> list[str]:
        """The contents of its messages, or the texts to embed."""
        ...


Answer = Callable[[Any, Any], None]
"""Called with the request's handler (`http.server.BaseHTTPRequestHandler`) and the `Request`."""


def send(handler: Any, body: bytes, code: int = 200, **headers: str) -> None:
    """One whole HTTP answer."""
    handler.send_response(code)
    given = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def body(content: object, code: int = 200, **headers: str) -> Answer:
    """The same body whatever was asked: bytes as they are, anything else as JSON."""
    encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda handler, _asked: send(handler, encoded, code, **headers)


def said(content: object, *, usage: tuple[int, int] | None = (100, 20), finish: str = "stop") -> Answer:
    """The model's words: a string as it is, anything else as JSON. `usage`: the tokens of the prompt and of the answer."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return message({"role": "assistant", "content": text}, usage=usage, finish=finish)


def message(fields: dict[str, Any], *, usage: tuple[int, int] | None = (100, 20), finish: str = "stop") -> Answer:
    """A message with these fields in the one choice of a completion."""
    return completion([{"index": 0, "message": fields, "finish_reason": finish}], usage=usage)


def completion(choices: Sequence[Any], *, usage: tuple[int, int] | None = (100, 20)) -> Answer:
    """A completion with these choices."""
    document: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "scripted",
        "choices": choices,
    }
    if usage is not None:
        document["usage"] = dict(zip(("prompt_tokens", "completion_tokens"), usage, strict=True))
        document["usage"]["total_tokens"] = sum(usage)
    return body(document)


def refusal(words: str = "I cannot help with that.") -> Answer:
    """The model will not answer."""
    return message({"role": "assistant", "content": None, "refusal": words})


def tool_call(name: str = "write_file") -> Answer:
    """A call of a tool where text was asked for."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}}
    return message({"role": "assistant", "content": None, "tool_calls": [call]}, finish="tool_calls")


def status(code: int, *, retry_after: float | str | None = None, words: str = "no", kind: str = "") -> Answer:
    """An error. `retry_after`: seconds, or the header's value as it is; `kind`: the error's code."""
    headers = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return body({"error": {"message": words, "type": "error", "param": None, "code": kind or None}}, code, **headers)


def retry_date(seconds: float) -> str:
    """A `Retry-After` that names the moment so many seconds from now."""
    return formatdate(time.time() + seconds, usegmt=True)


def without_formats(then: Answer, *refused: str) -> Answer:
    """A server that refuses `response_format` of these kinds (all, if none is named) with 400, and else answers with `then`."""

    def answer(handler: Any, asked: Any) -> None:
        kind = asked.document.get("response_format", {}).get("type")
        if kind is not None and (not refused or kind in refused):
            status(400, words=f"response_format {kind} is not supported")(handler, asked)
        else:
            then(handler, asked)

    return answer


def hung_up(after: int = 0) -> Answer:
    """The connection is reset: before anything is said, or after so many bytes of an answer that promises more."""

    def answer(handler: Any, _asked: Any) -> None:
        if after:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(after * 10 + 1000))
            handler.end_headers()
            handler.wfile.write(b" " * after)
            handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()

    return answer


def silent(seconds: float = 60.0) -> Answer:
    """Nothing is said, until the client gives up or the server is closed."""

    def answer(handler: Any, _asked: Any) -> None:
        handler.wait(seconds)
        handler.close_connection = True

    return answer


def trickling(pause: float = 0.02, seconds: float = 60.0) -> Answer:
    """One byte at a time: never silent for long, never done."""

    def answer(handler: Any, _asked: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until and not handler.wait(pause):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return answer


def words_vector(text: str, dimension: int) -> list[float]:
    """A vector of unit length by the words of a text: texts that share words are near each other."""
    row = [0.0] * dimension
    row[0] = 0.1
    for word in re.findall(r"\w+", text.casefold()):
        row[zlib.crc32(word.encode()) % dimension] += 1.0
    length = sum(value * value for value in row) ** 0.5
    return [value / length for value in row]


def embedded(dimension: int, *, shuffled: bool = False, leave_out: int = 0) -> Answer:
    """Vectors by the words of the texts. `shuffled`: out of order, `index` saying which is whose; `leave_out`: so many too
    few."""

    def answer(handler: Any, asked: Any) -> None:
        rows: list[Any] = [
            {"object": "embedding", "index": index, "embedding": words_vector(text, dimension)}
            for index, text in enumerate(asked.texts)
        ][: len(asked.texts) - leave_out]
        tokens = sum(len(text) for text in asked.texts) // 4
        document = {"object": "list", "model": "scripted", "data": rows[::-1] if shuffled else rows}
        send(handler, json.dumps({**document, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}).encode())

    return answer


def vectors(rows: Sequence[Any], indexes: Sequence[Any] | None = None) -> Answer:
    """These vectors, whatever they are, with these indexes (else 0, 1, …)."""
    numbers = range(len(rows)) if indexes is None else indexes
    numbered = [{"index": index, "embedding": row} for index, row in zip(numbers, rows, strict=True)]
    return body({"object": "list", "data": numbered, "usage": {"prompt_tokens": 1, "total_tokens": 1}})
