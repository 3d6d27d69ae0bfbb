"""The official Python client puts the Upivia side of the sandbox to use."""

from __future__ import annotations

import hashlib
import sys
import urllib.request

from upivia import UpiviaClient, UpiviaError

from sandbox import Sandbox, check

MAIL = {"to": "ana@example.com", "subject": "Report", "body": "All went well."}


def refusal(call) -> UpiviaError:
    try:
        call()
    except UpiviaError as error:
        return error
    raise SystemExit("failed: a call that has to be refused was not")


def service_requests(client: UpiviaClient) -> None:
    sent = client.service_requests.create(
        service="email", operation="send", payload=MAIL, idempotency_key="peer-1"
    )
    check("the mail is sent", sent["status"] == "executed", sent)
    check("at its price", (sent["cost_cents"], sent["actual_cost_cents"]) == (1, 1), sent)
    again = client.service_requests.create(
        service="email", operation="send", payload=MAIL, idempotency_key="peer-1"
    )
    check("the same key gives the same answer", again == sent, again)
    other = {**MAIL, "to": "rui@example.com"}
    error = refusal(
        lambda: client.service_requests.create(
            service="email", operation="send", payload=other, idempotency_key="peer-1"
        )
    )
    check("with another payload it is a conflict", error.kind == "idempotency_conflict", error)
    read = client.service_requests.get(sent["request_id"])
    check("it can be read again", read == sent, read)

    called = client.service_requests.create_and_wait(
        service="voice_call",
        operation="create",
        payload={"to": "+5511999990000", "say": "Hello."},
        poll_interval=0.1,
        timeout=60,
    )
    check("a call goes on and ends", called["status"] == "executed", called)

    for wanted in ("blocked", "failed", "approval_required"):
        outcome = client.service_requests.create(
            service="email", operation="send", payload=MAIL, metadata={"sandbox": wanted}
        )
        check("the outcome is the one asked for", outcome["status"] == wanted, outcome)
    waiting = client.approvals.list()["approvals"]
    check("one request waits for a person", len(waiting) == 1, waiting)
    decided = client.approvals.approve(waiting[0]["id"])
    check("and is done once approved", decided["status"] == "executed", decided)

    # Two mails at one cent and a call at twenty-five.
    balance = client.balance.get()
    check("all of it was paid for once", balance["amount_cents"] == 5000 - 27, balance)
    logs = list(client.audit_logs.iter(limit=2))
    ids = {row["id"] for row in logs}
    check("the log has every step, once", len(logs) == len(ids) == 7, len(logs))


def chat(client: UpiviaClient) -> None:
    session = client.chat.sessions.create(title="Peer")
    turn = list(client.chat.turn(session_id=session["id"], message="What is new today?"))
    names = [event.event for event in turn]
    check("the turn names its model first", names[0] == "model", names)
    check("and ends with done", names[-1] == "done" and turn[-1].data == {"ok": True}, names)
    words = "".join(event.data["delta"] for event in turn if event.event == "message_delta")
    check("the pieces are one text", words == "You said: What is new today?", words)

    turn = client.chat.turn(
        session_id=session["id"], message="Use email.send please", require_approval_all=True
    )
    pending = [event.data for event in turn if event.event == "tool_pending"]
    check("the tool waits", len(pending) == 1, pending)
    client.chat.resolve_approval(pending[0]["approval_id"], "approve")
    waited = {"request_id": pending[0]["request_id"], "action": "approve"}
    names = [
        event.event for event in client.chat.turn(session_id=session["id"], continue_from=waited)
    ]
    check("once approved it is done", "tool_done" in names and names[-1] == "done", names)
    history = client.chat.sessions.get(session["id"])["messages"]
    check("all of it is remembered", len(history) == 5, history)


def triggers(client: UpiviaClient, agent: str) -> None:
    made = client.triggers.create(
        {
            "agent_id": agent,
            "kind": "webhook",
            "operation": "email.send",
            "payload_template": {"to": "ops@example.com", "body": "{{message}}"},
        }
    )
    trigger, secret = made["trigger"]["id"], made["secret"]
    payload = {"message": "naïve 🚀", "ratio": 1.0}
    fired = client.triggers.fire(trigger, payload, secret=secret)
    check("the trigger is accepted", fired["accepted"] is True, fired)
    check("and does its work", fired["dispatch_status"] == "executed", fired)
    error = refusal(lambda: client.triggers.fire(trigger, payload, secret="whsec_other"))
    check("a wrong secret is refused", (error.status, error.kind) == (401, "unauthorized"), error)
    listed = [row["id"] for row in client.triggers.iter(limit=1)]
    check("the trigger is listed", listed == [trigger], listed)


def storage(client: UpiviaClient) -> None:
    content = "Olá, storage\n".encode()
    stored = client.storage.objects.upload(
        filename="olá.txt", content=content, content_type="text/plain"
    )["object"]
    check("the file is live", stored["status"] == "live", stored)
    check("under its name", stored["filename"] == "olá.txt", stored)
    check("with its type", stored["content_type"] == "text/plain", stored)
    check("whole", stored["sha256"] == hashlib.sha256(content).hexdigest(), stored)
    place = client.storage.objects.download(stored["id"], expires_in=60)
    with urllib.request.urlopen(place["url"], timeout=20) as answer:
        check("what comes back is what was sent", answer.read() == content)

    large = bytes(range(256)) * 64
    presigned = client.storage.objects.presign(
        filename="large.bin", content_type="application/octet-stream", size_bytes=len(large)
    )
    put = urllib.request.Request(presigned["upload_url"], data=large, method="PUT")
    put.add_header("content-type", "application/octet-stream")
    urllib.request.urlopen(put, timeout=20).close()
    place = presigned["object"]["id"]
    error = refusal(lambda: client.storage.objects.confirm(place, sha256="0" * 64))
    check("a wrong hash is refused", error.code == "checksum_mismatch", error)
    digest = hashlib.sha256(large).hexdigest()
    sealed = client.storage.objects.confirm(place, sha256=digest)["object"]
    check("the right one seals it", sealed["status"] == "live", sealed)
    listed = {row["id"] for row in client.storage.objects.iter(limit=1)}
    check("both are listed", listed == {stored["id"], place}, listed)


def main(program: str) -> None:
    with Sandbox(program, "--settle-after", "500ms") as settings:
        url = settings["UPIVIA_BASE_URL"]
        cookie = {"cookie": settings["UPIVIA_COOKIE"]}
        key, pat = settings["UPIVIA_API_KEY"], settings["UPIVIA_PAT"]
        with UpiviaClient(api_key=key, pat=pat, base_url=url, default_headers=cookie) as client:
            agent = client.agents.list()["agents"][0]["id"]
            service_requests(client)
            chat(client)
            triggers(client, agent)
            storage(client)
        with UpiviaClient(api_key="agent_key_wrong", pat=pat, base_url=url) as stranger:
            error = refusal(lambda: stranger.service_requests.get("req_1"))
            check("a wrong key is refused", (error.status, error.code) == (401, "unauthorized"), error)
            error = refusal(lambda: stranger.triggers.list())
            check("a token is no session", (error.status, error.code) == (403, "forbidden"), error)
    print("upivia: the official Python client completed requests, a chat, a trigger and uploads")


if __name__ == "__main__":
    main(sys.argv[1])
