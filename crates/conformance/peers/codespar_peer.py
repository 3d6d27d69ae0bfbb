"""The official Python client goes through a whole session with the sandbox."""

from __future__ import annotations

import sys

from codespar import (
    ApiError,
    ChargeArgs,
    ChargeBuyer,
    CodeSpar,
    PaymentStatusResult,
    Session,
    SessionConfig,
)

from sandbox import Sandbox, check

MOCKED = "asaas/create_payment"
ANSWER = {"id": "pay_peer_1", "value": 129.9, "status": "PENDING"}
BUYER = {"name": "Ana Souza", "document": "12345678909"}


def create(client: CodeSpar) -> Session:
    config = SessionConfig(servers=["asaas", "celcoin"], mocks={MOCKED: ANSWER})
    session = client.create("user_peer", config)
    check("the session has an id", session.id.startswith("ses_"), session.id)
    check("the session is the user's", session.user_id == "user_peer", session.user_id)
    check("the servers come back", session.servers == ["asaas", "celcoin"], session.servers)
    check("the session is active", session.info.status == "active", session.info)
    names = {row.id for row in session.connections()}
    check("every server has a connection", names == {"asaas", "celcoin"}, names)
    tools = {tool.name for tool in session.tools()}
    check("the commerce tools are listed", "codespar_charge" in tools, tools)
    return session


def execute(session: Session) -> None:
    result = session.execute(MOCKED, {"value": 129.9})
    check("the mocked tool succeeds", result.success, result)
    check("with the declared answer", result.data == ANSWER, result.data)
    check("under its name", (result.server, result.error) == ("mock", None), result)
    check("and an id of its own", bool(result.tool_call_id), result)
    unmocked = session.execute("asaas/get_payment", {"id": "pay_peer_1"})
    check("a tool without a mock fails", not unmocked.success, unmocked)
    check("and says why", "tool_not_mocked" in (unmocked.error or ""), unmocked.error)


def charge(session: Session) -> str:
    arguments = ChargeArgs(
        amount=129.9,
        currency="BRL",
        method="pix",
        description="Order 1042",
        buyer=ChargeBuyer(**BUYER),
    )
    made = session.charge(arguments)
    check("the charge is pending", made.status == "PENDING", made.status)
    check("the amount is kept", (made.amount, made.currency) == (129.9, "BRL"), made.amount)
    check("there is a Pix code", (made.pix_copy_paste or "").startswith("000201"), "no code")
    # The typed result of this client has no tool call id, and a status is asked for by one.
    plain = {"amount": 10, "currency": "BRL", "method": "pix"}
    raw = session.execute("codespar_charge", {**plain, "description": "Order 1043", "buyer": BUYER})
    check("the plain call succeeds too", raw.success and raw.data["id"] != made.id, raw.error)
    return raw.tool_call_id


def payment(session: Session, call: str) -> None:
    first = session.payment_status(call)
    check("the status is of this call", first.tool_call_id == call, first)
    known = {"pending", "succeeded"}
    check("it is pending or already paid", first.payment_status in known, first.payment_status)
    seen: list[PaymentStatusResult] = []
    last = session.payment_status_stream(call, on_update=seen.append, timeout=60)
    check("the stream ends with the payment", last.payment_status == "succeeded", last)
    check("and reported every state", bool(seen) and seen[-1] == last, seen)
    check("with the event that paid it", len(last.events) == 1, last.events)
    again = session.payment_status(call)
    check("a poll afterwards agrees", again == last, again)


def chat(session: Session) -> None:
    sent = session.send("Please charge R$ 25.00 via Pix")
    check("the chat answers", bool(sent.message), sent)
    tools = [(row.tool_name, row.status) for row in sent.tool_calls]
    check("after one tool call", tools == [("codespar_charge", "success")], tools)
    events = list(session.send_stream("Please charge R$ 30.00 via Pix"))
    kinds = [event.type for event in events]
    expected = ["user_message", "assistant_text", "tool_use", "tool_result", "assistant_text", "done"]
    check("the stream tells the whole turn", kinds == expected, kinds)
    done = events[-1].result
    check("and ends with its result", len(done.tool_calls) == 1 and bool(done.message), done)


def close(session: Session) -> None:
    session.close()
    session.close()
    try:
        session.send("are you there?")
    except ApiError as error:
        check("a closed session refuses", error.status == 409, error.status)
    else:
        check("a closed session refuses", False)


def main(program: str) -> None:
    needed = {"CODESPAR_BASE_URL", "CODESPAR_API_KEY"}
    with Sandbox(program, "--settle-after", "2s", expected=needed) as settings:
        key, url = settings["CODESPAR_API_KEY"], settings["CODESPAR_BASE_URL"]
        with CodeSpar(api_key=key, base_url=url, timeout=60) as client:
            session = create(client)
            execute(session)
            payment(session, charge(session))
            chat(session)
            close(session)
    print("codespar: the official Python client completed a session")


if __name__ == "__main__":
    main(sys.argv[1])
