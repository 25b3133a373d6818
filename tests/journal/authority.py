"""A real local time-stamping authority: `openssl ts` behind a tiny HTTP server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Local test authority
[ca_cert]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[tsa_cert]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """Signs requests; `spoil` may alter answers, to play a dishonest or broken authority."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs openssl: not on this machine")
        folder.mkdir()
        self.folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        new = ("req", "-x509", "-days", "2", "-config", folder / "tsa.cnf", "-newkey", "rsa:2048")
        ca = (folder / "ca.key", folder / "ca.pem")
        openssl(*new, "-nodes", "-extensions", "ca_cert", "-keyout", ca[0], "-out", ca[1])
        issued = ("-subj", "/CN=Local test stamps", "-CAkey", ca[0], "-CA", ca[1])
        files = ("-keyout", folder / "key.pem", "-out", folder / "cert.pem")
        openssl(*new, "-nodes", "-extensions", "tsa_cert", *issued, *files)
        self.certificate = ca[1].read_bytes()
        self.spoil: Callable[[bytes], bytes] = lambda raw: raw
        self.lie: bytes | None = None
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/tsr"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def answer(self, request: bytes) -> bytes:
        (self.folder / "q").write_bytes(self.lie or request)
        config = ("-config", self.folder / "tsa.cnf", "-section", "tsa_config")
        openssl("ts", "-reply", *config, "-queryfile", self.folder / "q", "-out", self.folder / "r")
        return self.spoil((self.folder / "r").read_bytes())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                body = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(authority.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
