"""The sandbox program, for the length of a `with` block."""

from __future__ import annotations

import os
import signal
import subprocess


class Sandbox:
    """Starts the program on a free port and reads where it listens from what it prints."""

    #: Each of these lines is printed once, before the program answers requests.
    EXPECTED = {
        "CODESPAR_BASE_URL",
        "CODESPAR_API_KEY",
        "UPIVIA_BASE_URL",
        "UPIVIA_API_KEY",
        "UPIVIA_PAT",
        "UPIVIA_COOKIE",
    }

    def __init__(self, program: str, *options: str, expected: set[str] | None = None) -> None:
        self._command = [program, "--port", "0", *options]
        self._expected = expected or self.EXPECTED

    def __enter__(self) -> dict[str, str]:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        settings: dict[str, str] = {}
        for line in self._process.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            settings[name] = value
            if self._expected <= settings.keys():
                return settings
        self._stop()
        missing = ", ".join(sorted(self._expected - settings.keys()))
        raise RuntimeError(f"the sandbox ended without printing {missing}")

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=10)
        self._process.stdout.close()


def check(what: str, truth: bool, seen: object = None) -> None:
    """Fails the run unless this holds; unlike `assert`, also under `python -O`."""
    if not truth:
        raise SystemExit(f"failed: {what}: {seen!r}")
