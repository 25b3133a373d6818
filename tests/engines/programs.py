"""Real programs started on loopback for a test, and stopped with it; skips visibly without them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

ANSWER = "192.0.2.7"


def needs(program: str) -> str:
    """Give the path of a program, or skip."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not found:
        pytest.skip(f"needs {program}: not installed")
    return found


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """Give a port of the loopback that is free now."""
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that a program which changes user can still read and write."""
    with tempfile.TemporaryDirectory(prefix="ecluse-engine-") as name:
        path = Path(name)
        path.chmod(0o777)
        yield path


@contextlib.contextmanager
def running(command: Sequence[str], ready: Callable[[], bool], log: Path) -> Iterator[None]:
    """Run a program until the test ends; fail with its output when it never gets ready."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        limit = time.monotonic() + 30
        while not ready():
            if process.poll() is not None or time.monotonic() > limit:
                said = log.read_text(errors="replace")[-2000:]
                pytest.fail(f"{command[0]} did not start:\n{said}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def listens(port: int) -> bool:
    """Tell whether something accepts connections on this port of the loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def ask(port: int, name: str, kind: str = "A") -> dns.message.Message:
    """Ask a resolver on loopback; raise dns.exception.Timeout without an answer."""
    query = dns.message.make_query(name, kind)
    return dns.query.udp(query, "127.0.0.1", timeout=5, port=port)


def answers(port: int) -> bool:
    """Tell whether the resolver on this port answers yet."""
    try:
        query = dns.message.make_query("ready.invalid-probe.example", "A")
        dns.query.udp(query, "127.0.0.1", timeout=0.5, port=port)
    except (dns.exception.Timeout, OSError):
        return False
    return True


def refuses(port: int, name: str) -> bool:
    """Tell whether the resolver denies `name` (NXDOMAIN or null address); else check it passed."""
    answer = ask(port, name)
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return True
    found = [str(item) for rrset in answer.answer for item in rrset]
    if found == ["0.0.0.0"]:  # noqa: S104 - an answer, nothing is bound
        return True
    assert found == [ANSWER], (name, answer.to_text())
    return False


class Upstream(threading.Thread):
    """A name server of our own that knows every name, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.socket.settimeout(0.1)
        self.asked: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                data, client = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            question = query.question[0]
            self.asked.append(question.name.to_text(omit_final_dot=True).lower())
            if question.rdtype == dns.rdatatype.A:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", ANSWER))
            with contextlib.suppress(OSError):
                self.socket.sendto(answer.to_wire(), client)


@contextlib.contextmanager
def upstream() -> Iterator[Upstream]:
    """Run the name server that resolvers under test forward to."""
    server = Upstream()
    server.start()
    try:
        yield server
    finally:
        server.over.set()
        server.join(5)
        server.socket.close()
