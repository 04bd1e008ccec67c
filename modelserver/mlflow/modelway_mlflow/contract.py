"""What a model's server answers beside KServe's library: the contract that the sample model server keeps, too."""

import asyncio
import json
import logging
import time
from typing import Any, Awaitable, Callable, Optional

from . import metrics
from .options import Options

Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]

_READ = ("GET", "HEAD")
# Of a request whose client has gone before its answer; no status that is sent.
_GONE = 499

log = logging.getLogger("modelway")


class Refusal(Exception):
    """Is answered with a status and a text; its connection is closed, since the rest of the body is not read."""

    def __init__(self, status: int, text: str, *headers: tuple[bytes, bytes]):
        super().__init__(text)
        self.status, self.headers = status, headers


class Contract:
    """Stands in front of an ASGI application that answers the V1 protocol for one model."""

    def __init__(self, app: Any, options: Options):
        self._app, self._options = app, options
        self._status_path = f"/v1/models/{options.model_name}"
        self._labels = {"model": options.model_name, "version": options.model_version}
        self._in_flight = 0
        self.draining = False

    def drain(self) -> None:
        """Makes the model report that it is not ready; requests are still answered."""
        self.draining = True
        metrics.READY.labels(**self._labels).set(0)

    async def __call__(self, scope: dict, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path = scope["path"]
        if path == self._status_path or path.startswith(self._status_path + ":"):
            send = self._with_lineage(send)
        if path == self._status_path + ":predict":
            return await self._predict(scope, receive, send)
        if path in (self._status_path, "/v1/models", "/metrics", "/", "/healthz"):
            if scope["method"] not in _READ:
                return await _not_allowed(scope, send, ", ".join(_READ))
            if path == "/healthz":
                return await _reply(send, 200, {"status": "alive"})
            if path == self._status_path:
                return await _reply(send, 503 if self.draining else 200, {"name": self._options.model_name, "ready": not self.draining})
            return await self._app(scope | {"method": "GET"}, receive, send)
        await self._nothing(path, send)

    async def _nothing(self, path: str, send: Send) -> None:
        name, _, verb = path.removeprefix("/v1/models/").partition(":")
        if path.startswith(self._status_path + ":"):
            text = f'the model "{self._options.model_name}" has no verb "{verb}": expected :predict'
        elif path.startswith("/v1/models/"):
            text = f'there is no model "{name}" here: expected {self._options.model_name}'
            if verb == "predict":
                metrics.REQUESTS.labels(metrics.UNKNOWN_MODEL, "", "404").inc()
        else:
            text = f"there is nothing at {path}"
        await _reply(send, 404, {"error": text})

    def _with_lineage(self, send: Send) -> Send:
        told = [(name, value.encode()) for name, value in (
            (b"x-model-version", self._options.model_version), (b"x-model-lineage", self._options.model_lineage)) if value]

        async def sent(message: dict) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message["headers"], *told]}
            await send(message)

        return sent

    async def _predict(self, scope: dict, receive: Receive, send: Send) -> None:
        start, code = time.perf_counter(), _GONE

        async def observed(message: dict) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        self._in_flight += 1
        with metrics.IN_FLIGHT.labels(**self._labels).track_inprogress():
            try:
                await self._bounded(scope, receive, observed)
            finally:
                self._in_flight -= 1
                took = time.perf_counter() - start
                metrics.REQUESTS.labels(**self._labels, code=str(code)).inc()
                metrics.LATENCY.labels(**self._labels).observe(took)
                log.info("%s %s %d %.1f ms", scope["method"], scope["path"], code, took * 1000)

    async def _bounded(self, scope: dict, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            return await _not_allowed(scope, send, "POST")
        try:
            if self._in_flight > self._options.max_in_flight:
                raise Refusal(503, "too many predictions are in work: try again in a second", (b"retry-after", b"1"))
            body = await self._body(scope, receive)
        except Refusal as refusal:
            return await _reply(send, refusal.status, {"error": str(refusal)}, *refusal.headers, (b"connection", b"close"))
        if body is None:  # the client has gone
            return
        # The library looks at the Content-Type; the contract does not, so that `curl -d` works as it is.
        kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-type", b"transfer-encoding", b"content-length")]
        headers = [*kept, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self._app(scope | {"headers": headers}, _once(body, receive), send)

    async def _body(self, scope: dict, receive: Receive) -> Optional[bytes]:
        too_large = Refusal(413, f"the body is larger than {self._options.max_body_bytes} bytes: send fewer instances at a time")
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._options.max_body_bytes:
            raise too_large

        async def read() -> Optional[bytes]:
            body = bytearray()
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > self._options.max_body_bytes:
                    raise too_large
                if not message.get("more_body"):
                    return bytes(body)

        try:
            return await asyncio.wait_for(read(), self._options.request_timeout or None)
        except asyncio.TimeoutError as error:
            raise Refusal(408, "the body did not come in time: send it at once") from error


def _once(body: bytes, receive: Receive) -> Receive:
    """Returns a receiver that gives a whole body, and then what comes after it."""
    given = False

    async def next_message() -> dict:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message


async def _not_allowed(scope: dict, send: Send, methods: str) -> None:
    text = f"the method {scope['method']} is not allowed here: use {methods}"
    await _reply(send, 405, {"error": text}, (b"allow", methods.encode()))


async def _reply(send: Send, status: int, content: dict, *headers: tuple[bytes, bytes]) -> None:
    body = json.dumps(content, separators=(",", ":")).encode() + b"\n"
    await send({"type": "http.response.start", "status": status,
                "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]})
    await send({"type": "http.response.body", "body": body})
