"""Real proxies and resolvers, started on loopback for a test; none is configured on the system."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import dns.message
import dns.query
import pytest

PATIENCE = 20.0


@dataclass(frozen=True)
class Visit:
    """One request: by whom, from which loopback address, to which host; `path` makes it HTTP."""

    service: str | None
    host: str
    source: str
    user: str | None = None
    path: str | None = None
    refused: bool = False


def program(name: str) -> str:
    """Give the path of a server, or skip the test visibly."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"needs {name}: apt-get install {name}")
    return found


def free_port() -> int:
    """Give a port of loopback that nothing holds, over TCP nor UDP."""
    for _ in range(50):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
        ):
            stream.bind(("127.0.0.1", 0))
            port: int = stream.getsockname()[1]
            with contextlib.suppress(OSError):
                datagram.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no free port on loopback")


@contextlib.contextmanager
def place(owner: str | None = None) -> Iterator[Path]:
    """Give a folder that a server which drops root can still reach and, as `owner`, write to."""
    with tempfile.TemporaryDirectory(prefix="ecluse-engine-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if owner and os.geteuid() == 0:
            user = pwd.getpwnam(owner)
            os.chown(folder, user.pw_uid, user.pw_gid)
        yield folder


def wait_for(ready: Callable[[], bool], what: str) -> None:
    """Wait until `ready`; raises TimeoutError naming what never came."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if ready():
            return
        time.sleep(0.05)
    raise TimeoutError(what)


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a server until the block ends; what it said is in the error if it does not start."""
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        wait_for(lambda: process.poll() is not None or ready(), command[0])
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} stopped: {said.read_text(errors='replace')}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    """Tell whether something accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def line_count(path: Path) -> int:
    """Count the lines written so far."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    _ANSWER: ClassVar[bytes] = b'data: {"choices": []}\n\n'

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        streams = self.path.endswith("/chat/completions")
        self.send_header("Content-Type", "text/event-stream" if streams else "text/html")
        self.send_header("Content-Length", str(len(self._ANSWER)))
        self.end_headers()
        self.wfile.write(self._ANSWER)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def site() -> Iterator[int]:
    """Play every web site at once, on one port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def through_proxy(visit: Visit, proxy: int, port: int) -> None:
    """Make a visit through the proxy: a tunnel, or a request in clear where it has a path."""
    words = base64.b64encode(f"{visit.user}:any".encode()).decode()
    headers = {"Proxy-Authorization": f"Basic {words}"} if visit.user else {}
    connection = http.client.HTTPConnection(
        "127.0.0.1", proxy, timeout=PATIENCE, source_address=(visit.source, 0)
    )
    try:
        if visit.path:
            url = f"http://{visit.host}:{port}{visit.path}"
            connection.request("POST", url, b'{"messages": []}', headers)
        else:
            connection.set_tunnel(visit.host, port, headers)
            connection.request("GET", "/")
        connection.getresponse().read()
    except OSError as error:
        if "Tunnel connection failed: 40" not in str(error):
            raise
    finally:
        connection.close()


def ask(visit: Visit, port: int) -> None:
    """Ask a resolver for the address of the host of a visit."""
    question = dns.message.make_query(visit.host, "A")
    dns.query.udp(question, "127.0.0.1", timeout=PATIENCE, port=port, source=visit.source)


def resolves(port: int, host: str = "ready.example") -> bool:
    """Tell whether a resolver answers there, whatever it answers."""
    with contextlib.suppress(OSError, dns.exception.DNSException):
        dns.query.udp(dns.message.make_query(host, "TXT"), "127.0.0.1", timeout=1, port=port)
        return True
    return False


def discover(logs: Path, data: Path, *options: str) -> dict[str, Any]:
    """Run the real command on a folder of logs and give its JSON; raises unless it ends in 0."""
    command = [sys.executable, "-m", "ecluse", "discover", str(logs), "--json", "--lang", "en"]
    done = subprocess.run(
        [*command, "--data", str(data), *options], capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or "Traceback" in done.stderr:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")
    picture: dict[str, Any] = json.loads(done.stdout)
    return picture


def expected(visits: Sequence[Visit], *, users: bool) -> dict[str, tuple[int, int, int]]:
    """Give service → people, requests, refusals, as the visits themselves tell."""
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        if visit.service:
            found.setdefault(visit.service, []).append(visit)
    return {
        service: (
            len({(users and visit.user) or visit.source for visit in made}),
            len(made),
            sum(visit.refused for visit in made),
        )
        for service, made in found.items()
    }


def told(picture: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Give the same of a picture."""
    return {
        one["id"]: (one["people"], one["requests"], one["refused"]) for one in picture["services"]
    }
