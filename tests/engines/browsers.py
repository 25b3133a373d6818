"""Chromium and Firefox, headless, on a policy file, against a web server of our own on loopback."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines import programs

PAGE = "<title>reached</title><p>the page itself</p>"
CHROMIUM_POLICIES = Path("/etc/chromium/policies/managed")
FIREFOX = Path("/usr/lib/firefox-esr")


@contextlib.contextmanager
def site() -> Iterator[tuple[int, list[str]]]:
    """Serve one page whatever the host; give the port, and the hosts asked for so far."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.headers.get("Host") or "").partition(":")[0])
            body = PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
            thread.join(5)


@contextlib.contextmanager
def chromium_policy(data: bytes) -> Iterator[None]:
    """Put a policy file of our own where Chromium reads them, and take it away again."""
    made = [one for one in (CHROMIUM_POLICIES, *CHROMIUM_POLICIES.parents) if not one.exists()]
    path = CHROMIUM_POLICIES / f"ecluse-test-{uuid.uuid4().hex}.json"
    try:
        try:
            CHROMIUM_POLICIES.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            pytest.skip(f"needs chromium policies: {CHROMIUM_POLICIES} is not writable ({error})")
        path.chmod(0o644)
        yield
    finally:
        path.unlink(missing_ok=True)
        for one in made:
            with contextlib.suppress(OSError):
                one.rmdir()


def chromium_dump(url: str, port: int, folder: Path) -> str:
    """Give what Chromium ends up with and says, every host name leading to our server."""
    command = [
        programs.needs("chromium"),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={folder}/profile",
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
        "--dump-dom",
        url,
    ]
    done = _run(command, folder)
    return done.stdout + done.stderr


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a browser in its own group, so that none of its processes outlives it."""
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def firefox_with(policy: bytes, folder: Path) -> Path:
    """Make a Firefox of links to the installed one, with a `distribution` folder of its own."""
    programs.needs("firefox-esr")
    if not FIREFOX.is_dir():
        pytest.skip(f"needs firefox-esr: {FIREFOX} is missing")
    here = folder / "firefox"
    here.mkdir()
    for one in FIREFOX.iterdir():
        if one.name in {"firefox-esr", "firefox-bin"}:
            # Copied: the program looks for its policies beside itself, links followed.
            shutil.copy2(one, here / one.name)
        elif one.name != "distribution":
            (here / one.name).symlink_to(one)
    (here / "distribution").mkdir()
    (here / "distribution" / "policies.json").write_bytes(policy)
    return here / "firefox-esr"


def firefox_fetch(
    program: Path, url: str, port: int, folder: Path, over: Callable[[], bool], patience: float
) -> None:
    """Let Firefox open `url` with our server as its proxy, until `over`, or `patience` seconds."""
    profile = folder / f"profile-{uuid.uuid4().hex}"
    profile.mkdir()
    settings = {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": port,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "toolkit.telemetry.reportingpolicy.firstRun": False,
        "app.normandy.enabled": False,
        "dom.security.https_first": False,
    }
    lines = [f'user_pref("{key}", {_js(value)});' for key, value in settings.items()]
    (profile / "user.js").write_text("\n".join(lines) + "\n")
    shot = folder / f"{profile.name}.png"
    command = [str(program), "--headless", "--profile", str(profile), "--screenshot", str(shot)]
    environment = {**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"}
    with (folder / "firefox.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, url], stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        limit = time.monotonic() + patience
        while process.poll() is None and not over() and time.monotonic() < limit:
            time.sleep(0.1)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _js(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
