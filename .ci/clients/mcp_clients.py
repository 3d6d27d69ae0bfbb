"""The official client of the Model Context Protocol puts the server to use.

    mcp_clients.py SERVER

SERVER is `crates/codespar-mcp/examples/stdio_sandbox.rs`. Each scenario has a server of its own, and
looks at the end at what has happened on it. The package that is installed says which versions of
the protocol are spoken.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of

import anyio
from jsonschema import Draft202012Validator as Validator

from mcp_peer import MODES, connect, plain, said

CHARGE = {
    "amount": 150.5,
    "currency": "BRL",
    "method": "pix",
    "description": "Order 42",
    "buyer": {"name": "Maria Silva"},
}
BOLETO = {
    **CHARGE,
    "method": "boleto",
    "due_date": "2027-01-31",
    "consumer_id": "con_1",
    "buyer": {"name": "Maria Silva", "document": "111.444.777-35"},
}
KEYED = {"name": "charges_create", "arguments": BOLETO}
SLOW = {"name": "client_whoami", "arguments": {}}


def expect(is_so: bool, what: str, *seen: object) -> None:
    if not is_so:
        raise AssertionError(f"{what}: {seen}")


async def yes(_: str):
    return said("accept", True)


async def no(_: str):
    return said("decline")


async def lists_tools(program: str, version: str) -> None:
    async with connect(program, version) as peer:
        tools = await peer.tools()
        expect(await peer.tools() == tools, "the list is the same each time")
        names = {tool["name"] for tool in tools}
        expect({"codespar_charge", "codespar_api_call_read"} <= names, "tools", names)
        expect(len(names) == len(tools) and max(map(len, names)) <= 40, "names", names)
        for tool in tools:
            hints = tool["annotations"]
            told = [hints[hint] for hint in ("readOnlyHint", "destructiveHint", "idempotentHint")]
            expect(all(isinstance(hint, bool) for hint in told), "hints", tool)
            expect("openWorldHint" in hints and tool["title"], "title", tool)
            Validator.check_schema(tool["inputSchema"])
            Validator.check_schema(tool["outputSchema"])
        hints = {tool["name"]: tool["annotations"] for tool in tools}
        expect(hints["codespar_charge"]["destructiveHint"], "a charge is destructive", hints)
        expect(hints["codespar_api_call_read"]["readOnlyHint"], "a read only reads", hints)
    expect(peer.effects == [], "nothing has happened", peer.effects)
    expect(peer.requests[-1].startswith("DELETE "), "the session is closed", peer.requests)


async def calls_tools_that_read(program: str, version: str) -> None:
    async with connect(program, version, no) as peer:
        await peer.tools()
        read = {"name": "sessions_list", "arguments": {"limit": 2}}
        answer = await peer.call("codespar_api_call_read", read)
        expect((answer["verdict"], answer["is_error"]) == ("done", False), "a read", answer)
        answer = await peer.call("codespar_api_find", {"words": "charges"})
        expect("charges_create" in str(answer["data"]), "what was found", answer)
        answer = await peer.call("codespar_charge", {**CHARGE, "amount": "150,50"})
        expect((answer["verdict"], answer["is_error"]) == ("nothing_sent", True), "wrong", answer)
        expect("amount" in answer["message"], "the member is named", answer)
        answer = await peer.call("codespar_api_call_read", KEYED)
        expect(answer["is_error"], "money goes through no gate for reads", answer)
        answer = await peer.call("no_such_tool", {})
        expect(answer["verdict"] == "nothing_sent", "an unknown tool", answer)
    expect((peer.effects, peer.asked) == ([], []), "nothing has happened", peer.effects)


async def asks_before_money(program: str, version: str) -> None:
    async def confirms_nothing(_: str):
        return said("accept", False)

    async def closes(_: str):
        return said("cancel")

    for person, verdict, code, effects in [
        (yes, "done", None, 1),
        (no, "refused", "declined", 0),
        (confirms_nothing, "refused", "declined", 0),
        (closes, "refused", "dismissed", 0),
        (None, "refused", "confirmation_required", 0),
    ]:
        async with connect(program, version, person) as peer:
            await peer.tools()
            answer = await peer.call("codespar_charge", CHARGE, "toolu_1")
            came = (answer["verdict"], answer.get("code"))
            expect(came == (verdict, code), "the verdict", person, answer)
            expect(answer["is_error"] == (verdict != "done"), "the flag", answer)
        expect(len(peer.effects) == effects, "what has happened", person, peer.effects)
        expect(len(peer.asked) == (1 if person else 0), "how often it asked", peer.asked)
        for question in peer.asked:
            for part in ("150.5 BRL", "Maria Silva", "codespar_charge"):
                expect(part in question, "the question", question)


async def a_repeated_call_is_one(program: str, version: str) -> None:
    async with connect(program, version, yes) as peer:
        await peer.tools()
        first = await peer.call("codespar_charge", CHARGE, "toolu_1")
        again = await peer.call("codespar_charge", CHARGE, "toolu_1")
        expect(first == again and len(peer.asked) == 1, "the same answer", first, again)
        other = await peer.call("codespar_charge", {**CHARGE, "amount": 1}, "toolu_1")
        expect(other.get("code") == "call_id_reused", "another call under its id", other)
        second = await peer.call("codespar_charge", CHARGE, "toolu_2")
        expect(second["verdict"] == "done", "a person wants it twice", second)
        expect("toolu_1" in peer.asked[-1], "it asks whether it is meant", peer.asked)
    expect(len(peer.effects) == 2, "two were wanted", peer.effects)


async def a_slow_call_is_cancelled(program: str, version: str) -> None:
    async with connect(program, version) as peer:
        await peer.tools()
        await cancelled(peer, "codespar_api_call_read", SLOW)
        read = {"name": "sessions_list", "arguments": {}}
        answer = await peer.call("codespar_api_call_read", read)
        expect(answer["verdict"] == "done", "the server goes on", answer)
    asked = peer.requests.count("GET /v1/whoami")
    expect(asked == 1, "it is not asked again", peer.requests)


async def a_payment_is_cancelled_and_called_again(program: str, version: str) -> None:
    async with connect(program, version, yes) as peer:
        await peer.tools()
        await cancelled(peer, "codespar_api_call_money", KEYED, "toolu_1")
        # The server may still be taking the connection down.
        for _ in range(50):
            answer = await peer.call("codespar_api_call_money", KEYED, "toolu_1")
            if answer["verdict"] != "unknown":
                break
            await anyio.sleep(0.1)
        expect(answer["verdict"] == "done", "the same call once more", answer)
    keys = [effect["key"] for effect in peer.effects]
    expect(keys == [answer["key"]], "one effect under the key", peer.effects, answer)


async def a_question_is_cancelled(program: str, version: str) -> None:
    asked, late = anyio.Event(), anyio.Event()

    async def hesitates(_: str):
        asked.set()
        await late.wait()
        return said("accept", True)

    async with connect(program, version, hesitates) as peer:
        await peer.tools()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(peer.call, "codespar_charge", CHARGE, "toolu_1")
            await asked.wait()
            await peer.cancel()
            tasks.cancel_scope.cancel()
        late.set()
        # Time for what must not happen.
        await anyio.sleep(0.5)
        await peer.tools()
    expect(peer.effects == [], "nothing has happened", peer.effects)


async def an_answer_holds_once(program: str, version: str) -> None:
    """The rounds of 2026-07-28 by hand: what came with a question is used once, for its call."""
    async with connect(program, version, no) as peer:
        await peer.tools()
        session = peer.client.session
        question = await session.call_tool("codespar_charge", CHARGE, allow_input_required=True)
        answers = {name: said("accept", True) for name in question.input_requests}

        async def comes_back(arguments: dict, state: str) -> dict:
            result = await session.call_tool(
                "codespar_charge",
                arguments,
                input_responses=answers,
                request_state=state,
                allow_input_required=True,
            )
            return peer.answer("codespar_charge", plain(result))

        state = question.request_state
        middle = len(state) // 2
        forged = state[:middle] + ("A" if state[middle] != "A" else "B") + state[middle + 1 :]
        for arguments, sealed in [(CHARGE, forged), ({**CHARGE, "amount": 9000}, state)]:
            answer = await comes_back(arguments, sealed)
            expect(answer["verdict"] == "refused", "it is not the answer to this", answer)
        answer = await comes_back(CHARGE, state)
        expect(answer["verdict"] == "done", "the call that was asked about", answer)
        answer = await comes_back(CHARGE, state)
        expect(answer["verdict"] == "refused", "the answer was used", answer)
    expect(len(peer.effects) == 1, "one effect", peer.effects)


async def cancelled(peer, name: str, arguments: dict, call_id: str = "") -> None:
    """Makes a call, and cancels it as soon as it is on its way."""
    sent = anyio.Event()

    async def progress(*_: object) -> None:
        sent.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(peer.call, name, arguments, call_id, progress)
        await sent.wait()
        # Time for the request to reach the one that is slow to answer it.
        await anyio.sleep(0.5)
        await peer.cancel()
        tasks.cancel_scope.cancel()


SCENARIOS = [
    lists_tools,
    calls_tools_that_read,
    asks_before_money,
    a_repeated_call_is_one,
    a_slow_call_is_cancelled,
    a_payment_is_cancelled_and_called_again,
    a_question_is_cancelled,
]


async def main(program: str) -> int:
    failed = passed = 0
    for version in MODES:
        scenarios = list(SCENARIOS)
        if version == "2026-07-28":
            scenarios.append(an_answer_holds_once)
        for scenario in scenarios:
            try:
                with anyio.fail_after(90):
                    await scenario(program, version)
                passed += 1
            except Exception as error:
                failed += 1
                print(f"failed: {version}: {scenario.__name__}: {causes(error)}", file=sys.stderr)
    print(f"mcp {version_of('mcp')}, {' and '.join(MODES)}: {passed} passed, {failed} failed")
    return 1 if failed else 0


def causes(error: BaseException) -> str:
    """What is in a group of errors."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(causes(each) for each in error.exceptions)
    return f"{type(error).__name__}: {error}"[:1500]


if __name__ == "__main__":
    sys.exit(anyio.run(main, sys.argv[1]))
