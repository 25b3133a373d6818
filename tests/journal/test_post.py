from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from ecluse.journal.post import Answer, post


def test_it_sends_the_body_and_the_whole_target_and_follows_nothing() -> None:
    seen: list[tuple[str, bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, body, self.headers["Content-Type"]))
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Type", "text/x")
            self.end_headers()
            self.wfile.write(b"elsewhere")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    answer = post(f"http://127.0.0.1:{server.server_address[1]}/a?b=c", b"body", "text/y")
    thread.join()
    server.server_close()
    assert answer == Answer(302, "text/x", b"elsewhere")
    assert seen == [("/a?b=c", b"body", "text/y")]
