"""The inspector's command line lists tools, calls one that reads, and one that moves money.

    mcp_inspector.py INSPECTOR SERVER

SERVER is `crates/codespar-mcp/examples/stdio_sandbox.rs`. The inspector cannot be asked there, so
that money has to be refused. It judges the schemas, too: by rules of its own (`--strict`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jsonschema import Draft202012Validator as Validator

CHARGE = {
    "amount": 150.5,
    "currency": "BRL",
    "method": "pix",
    "description": "Order 42",
    "buyer": {"name": "Maria Silva"},
}

#: What it exits with when a result says that it is an error.
IS_ERROR = 5


class Inspector:
    """The program, with one server per command, in a home of its own."""

    def __init__(self, program: str, server: str, era: str, home: str) -> None:
        self._start = [program, "--cli", "--quiet", "--format", "json", "--protocol-era", era]
        self._server, self._home = server, Path(home)
        self._report = self._home / f"report-{era}"
        self.happened: dict = {}

    def run(self, *options: str) -> tuple[int, dict, str]:
        """The exit code, the result, and what was said on the error output."""
        self._report.unlink(missing_ok=True)
        done = subprocess.run(
            [*self._start, *options, self._server, "operations", f"report={self._report}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "HOME": str(self._home), "MCP_STORAGE_DIR": str(self._home)},
        )
        # It does not wait for the server's end.
        until = time.monotonic() + 30
        while not self._report.exists() and time.monotonic() < until:
            time.sleep(0.05)
        expect(self._report.exists(), "the server has not ended in time", done.stderr)
        self.happened = json.loads(self._report.read_text())
        result = json.loads(done.stdout)["result"] if done.stdout.strip() else {}
        return done.returncode, result, done.stderr

    def call(self, tool: str, arguments: dict) -> tuple[int, dict, str]:
        given = ["--tool-name", tool, "--tool-args-json", json.dumps(arguments)]
        return self.run("--method", "tools/call", *given)


def expect(is_so: bool, what: str, *seen: object) -> None:
    if not is_so:
        raise SystemExit(f"failed: {what}: {str(seen)[:1500]}")


def check(inspector: Inspector) -> int:
    code, result, said = inspector.run("--method", "tools/list", "--strict")
    expect(code == 0 and "Error: tool" not in said, "the list", code, said)
    schemas = {tool["name"]: tool["outputSchema"] for tool in result["tools"]}
    expect("codespar_charge" in schemas, "tools", schemas.keys())

    read = {"name": "sessions_list", "arguments": {}}
    code, result, said = inspector.call("codespar_api_call_read", read)
    answer = result["structuredContent"]
    Validator(schemas["codespar_api_call_read"]).validate(answer)
    expect((code, answer["verdict"]) == (0, "done"), "a read", code, result, said)
    asked = inspector.happened["requests"]
    expect("GET /v1/sessions" in asked, "it was carried out", asked)

    code, result, said = inspector.call("codespar_charge", CHARGE)
    answer = result["structuredContent"]
    Validator(schemas["codespar_charge"]).validate(answer)
    refused = (IS_ERROR, "refused", "confirmation_required")
    expect((code, answer["verdict"], answer.get("code")) == refused, "money", code, result, said)
    expect(inspector.happened["effects"] == [], "nothing has happened", inspector.happened)
    return len(schemas)


def main(program: str, server: str) -> None:
    for era in ("legacy", "modern"):
        with tempfile.TemporaryDirectory() as home:
            tools = check(Inspector(program, server, era, home))
        print(f"inspector, {era}: {tools} tools; a read is done, a charge is refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
