from __future__ import annotations

import socket
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.squid_dstdomain import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases
from tests.engines import programs


def read(data: bytes) -> cases.Matcher:
    entries = cases.bare(data, "#")

    def blocks(host: str) -> bool:
        return any(
            host == one.lstrip(".") or (one.startswith(".") and host.endswith(one))
            for one in entries
        )

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_it_refuses_an_exception_it_cannot_express() -> None:
    with pytest.raises(Refused, match=r"far\.below\.blocked\.example"):
        produce(FORMAT, cases.decision(exceptions=True))


def test_the_allow_list_holds_the_approved_hosts() -> None:
    entries = cases.bare(produce(FORMAT, cases.decision(approved=cases.ALLOWED), allow=True), "#")
    assert entries == [".mail.example", ".talk.example"]


def _configuration(folder: Path, port: int, hosts: list[str]) -> Path:
    (folder / "hosts").write_text("".join(f"127.0.0.1 {host}\n" for host in hosts))
    (folder / "ai.txt").write_bytes(produce(FORMAT, cases.decision()))
    path = folder / "squid.conf"
    path.write_text(
        f"""http_port 127.0.0.1:{port}
pid_filename none
pinger_enable off
hosts_file {folder}/hosts
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log
coredump_dir {folder}
shutdown_lifetime 0 seconds
acl forbidden_ai dstdomain "{folder}/ai.txt"
http_access deny forbidden_ai
http_access allow all
"""
    )
    return path


def _connect(proxy: int, host: str, port: int) -> int:
    with socket.create_connection(("127.0.0.1", proxy), 10) as link:
        link.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        return int(link.recv(4096).split()[1])


def _swallow(listener: socket.socket) -> None:
    while True:
        try:
            link, _ = listener.accept()
        except OSError:
            return
        link.close()


@pytest.mark.real
def test_squid_parses_it_without_an_overlap() -> None:
    squid = programs.needs("squid")
    with programs.folder() as folder:
        path = _configuration(folder, programs.free_port(), [])
        done = subprocess.run(
            [squid, "-k", "parse", "-f", str(path)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert "subdomain" not in done.stderr
    assert "ERROR" not in done.stderr


@pytest.mark.real
def test_squid_says_so_when_two_entries_overlap() -> None:
    squid = programs.needs("squid")
    with programs.folder() as folder:
        path = _configuration(folder, programs.free_port(), [])
        with (folder / "ai.txt").open("a") as file:
            file.write(".under.blocked.example\n")
        done = subprocess.run(
            [squid, "-k", "parse", "-f", str(path)], capture_output=True, text=True, check=False
        )
    assert "is a subdomain of" in done.stderr


@pytest.mark.real
def test_squid_refuses_the_connect_and_lets_the_neighbour_through() -> None:
    squid = programs.needs("squid")
    made = cases.decision()
    hosts = cases.around(made)
    port = programs.free_port()
    with programs.folder() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_swallow, args=(listener,), daemon=True).start()
        target = listener.getsockname()[1]
        path = _configuration(folder, port, hosts)
        command = [squid, "-N", "-f", str(path)]
        with programs.running(command, lambda: programs.listens(port), folder / "out.log"):
            found = {host: _connect(port, host, target) for host in hosts}
        listener.shutdown(socket.SHUT_RDWR)
    assert found == {host: 403 if cases.expected(made, host) else 200 for host in hosts}
    assert found["neighbour.example"] == 200
    assert found["x.y.blocked.example"] == 403
