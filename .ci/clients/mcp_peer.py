"""The official client of the Model Context Protocol, of either generation, behind one face."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import mcp
from jsonschema import Draft202012Validator as Validator
from mcp import types
from mcp.client.stdio import StdioServerParameters, stdio_client

#: The first release of the package that speaks 2026-07-28 has a client of another kind.
IS_NEW = hasattr(mcp, "Client")

#: How they connect, by the version that they must come to speak.
MODES = {"2026-07-28": "auto", "2025-11-25": "legacy"} if IS_NEW else {"2025-11-25": None}

SECONDS = 60

Person = Callable[[str], Awaitable[types.ElicitResult]]


class Peer:
    """A client that is connected, and what its person was asked."""

    def __init__(self, client: object) -> None:
        self._client = client
        self.asked: list[str] = []
        self.schemas: dict[str, dict] = {}
        #: What has happened on the server's side, known at the end.
        self.effects: list[dict] = []
        self.requests: list[str] = []

    @property
    def client(self):
        return self._client

    async def tools(self) -> list[dict]:
        listed = plain(await self._client.list_tools())["tools"]
        self.schemas = {tool["name"]: tool.get("outputSchema") for tool in listed}
        return listed

    async def call(self, name: str, arguments: dict, call_id: str = "", progress=None) -> dict:
        """The structured answer. It fits what was declared, and so does the error flag."""
        meta = {"claudecode/toolUseId": call_id} if call_id else None
        answered = await self._client.call_tool(
            name, arguments, progress_callback=progress, meta=meta
        )
        return self.answer(name, plain(answered))

    def answer(self, name: str, result: dict) -> dict:
        answer = result["structuredContent"]
        schema = self.schemas.get(name) or next(iter(self.schemas.values()))
        Validator(schema).validate(answer)
        if not result["content"] or not result["content"][0]["text"].strip():
            raise ValueError(f"{name}: a result without text")
        return {**answer, "is_error": result.get("isError", False)}

    async def cancel(self) -> None:
        """Tells the server that the newest request is cancelled, where the package does not."""
        if not IS_NEW:
            newest = self._client._request_id - 1
            told = types.CancelledNotification(
                method="notifications/cancelled",
                params=types.CancelledNotificationParams(requestId=newest, reason="a test"),
            )
            await self._client.send_notification(types.ClientNotification(told))


def plain(model: object) -> dict:
    """A message as it is on the wire."""
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


def said(action: str, confirm: bool | None = None) -> types.ElicitResult:
    content = None if confirm is None else {"confirm": confirm}
    return types.ElicitResult(action=action, content=content)


@asynccontextmanager
async def connect(
    program: str, version: str, person: Person | None = None
) -> AsyncIterator[Peer]:
    """A client of a server of its own. The client ends the process, by force if need be."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        words = ["operations", "slow", f"report={report}"]
        server = stdio_client(StdioServerParameters(command=program, args=words))
        async with started(server, version, person) as peer:
            yield peer
        if not report.exists():
            raise ValueError("the server has not ended in time: it was killed")
        happened = json.loads(report.read_text())
        peer.effects, peer.requests = happened["effects"], happened["requests"]


@asynccontextmanager
async def started(server: object, version: str, person: Person | None) -> AsyncIterator[Peer]:
    peer = None

    async def asked(_: object, params: object) -> types.ElicitResult:
        peer.asked.append(params.message)
        return await person(params.message)

    callback = asked if person else None
    if IS_NEW:
        client = mcp.Client(
            server,
            mode=MODES[version],
            elicitation_callback=callback,
            read_timeout_seconds=SECONDS,
        )
        async with client:
            peer = Peer(client)
            speaks(client.protocol_version, version)
            yield peer
    else:
        async with server as (incoming, outgoing):
            limit = timedelta(seconds=SECONDS)
            async with mcp.ClientSession(
                incoming, outgoing, limit, elicitation_callback=callback
            ) as session:
                peer = Peer(session)
                speaks((await session.initialize()).protocolVersion, version)
                yield peer


def speaks(spoken: str, version: str) -> None:
    if spoken != version:
        raise ValueError(f"they speak {spoken}, not {version}")
