"""Being the witness of other logs, and asking one for its cosignature, over C2SP's protocol.

Source: c2sp.org/tlog-witness. A witness cosigns a checkpoint only if it extends the last one it
saw of that log; whatever it refuses though well signed is entered in its own journal as evidence.
"""

from __future__ import annotations

import time
from base64 import b64encode
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from ecluse.journal import keyring, tree
from ecluse.journal.checkpoint import Checkpoint, read_decimal
from ecluse.journal.errors import JournalError, Unproven
from ecluse.journal.journal import SELF
from ecluse.journal.note import COSIGNATURE, Note, VerifierKey, decode64, read_signatures
from ecluse.journal.post import post
from ecluse.journal.record import Event
from ecluse.journal.store import Signed
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from ecluse.journal.journal import Journal
    from ecluse.journal.note import Signature

MAX_PROOF = 63
MAX_BODY = 1 << 20
SIZE_KIND = "text/x.tlog.size"


class Reply(NamedTuple):
    """What a witness answers: an HTTP status, a content type, a body."""

    status: int
    kind: str
    body: bytes


class Claim(NamedTuple):
    """A request to cosign: the size believed known, the proof, the checkpoint."""

    old: int
    proof: list[bytes]
    note: Note
    head: Checkpoint


def _plain(status: HTTPStatus, text: str) -> Reply:
    return Reply(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def read_claim(body: bytes) -> Claim:
    """Read the body of `add-checkpoint`; ValueError or Unproven if it is malformed."""
    head, gap, rest = body.partition(b"\n\n")
    lines = head.decode().split("\n")
    old = read_decimal(lines[0].removeprefix("old "))
    proof = [decode64(line) or b"" for line in lines[1:]]
    wrong_hash = any(len(value) != tree.HASH_SIZE for value in proof)
    if not gap or not lines[0].startswith("old ") or old is None or wrong_hash:
        raise ValueError("malformed request")
    if len(proof) > MAX_PROOF:
        raise ValueError("proof too long")
    note = Note.parse(rest)
    return Claim(old, proof, note, Checkpoint.of(note))


class Witness:
    """This journal as the witness of others; its key is its own, never the log's."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        with journal.exclusive() as store:
            try:
                self._key = keyring.load(
                    journal.keys_folder, VerifierKey.parse(store.meta("witness"))
                )
            except KeyError:
                name = f"{journal.origin}/witness"
                self._key = keyring.generate(journal.keys_folder, name, COSIGNATURE)
                with store.transaction():
                    store.set_meta("witness", str(self._key.verifier))

    @property
    def key(self) -> VerifierKey:
        """The public key that others trust."""
        return self._key.verifier

    def trust(self, vkey: str, origin: str | None = None) -> str:
        """Watch a log by its public key; its origin is the key's name unless told otherwise."""
        key = VerifierKey.parse(vkey)
        with self._journal.exclusive() as store:
            store.watch(str(key), origin or key.name)
        self._enter("witness.log_trusted", {"origin": origin or key.name, "vkey": str(key)})
        return origin or key.name

    def logs(self) -> list[tuple[str, str, int]]:
        """Give (origin, public key, last size cosigned) of each log watched."""
        with self._journal.exclusive() as store:
            rows = store.watched()
            heads = {origin: store.seen(origin) for origin, _ in rows}
        return [(o, vkey, head.size if (head := heads[o]) else 0) for o, vkey in rows]

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer one `add-checkpoint` request, statuses as in c2sp.org/tlog-witness."""
        try:
            claim = read_claim(body)
        except (ValueError, Unproven):
            return _plain(HTTPStatus.BAD_REQUEST, "malformed request")
        with self._journal.exclusive() as store:
            keys = [VerifierKey.parse(vkey) for _, vkey in store.watched(claim.head.origin)]
            if not keys:
                return _plain(HTTPStatus.NOT_FOUND, "unknown origin")
            try:
                claim.note.signers(keys)
            except Unproven:
                return _plain(HTTPStatus.FORBIDDEN, "no trusted signature")
            seen = store.seen(claim.head.origin) or Signed(0, tree.EMPTY_ROOT, b"")
            refusal, kind = _judge(claim, seen)
            if refusal is None:
                raw = bytes(claim.note)
                store.see(claim.head.origin, Signed(claim.head.size, claim.head.root, raw))
        # Entries wait for the writing thread, which needs the database: only now.
        if kind:
            known = {} if kind == "witness.cosigned" else {"known": seen.note.decode()}
            self._enter(kind, _said(claim) | known)
        if refusal is not None:
            return refusal
        signature = self._key.sign(claim.note.text, int(time.time()))
        return Reply(HTTPStatus.OK, "text/plain; charset=utf-8", signature.line().encode())

    def _enter(self, kind: str, data: dict[str, Any]) -> None:
        self._journal.append(Event(kind=kind, actor=SELF, data=data))


def _said(claim: Claim) -> dict[str, Any]:
    head = claim.head
    return {"origin": head.origin, "size": head.size, "note": bytes(claim.note).decode()}


def _judge(claim: Claim, seen: Signed) -> tuple[Reply | None, str]:
    """Give the refusal if there is one, and the kind of entry to make of the request, or none."""
    head = claim.head
    if claim.old > head.size:
        return _plain(HTTPStatus.BAD_REQUEST, "old size is larger than the checkpoint"), ""
    if claim.old != seen.size:
        kind = "witness.older_checkpoint" if seen.size > head.size else ""
        return Reply(HTTPStatus.CONFLICT, SIZE_KIND, f"{seen.size}\n".encode()), kind
    if seen.size == head.size and seen.root != head.root:
        reply = _plain(HTTPStatus.CONFLICT, "another root is known for this size")
        return reply, "witness.two_roots"
    sizes, roots = (seen.size, head.size), (seen.root, head.root)
    if not tree.verify_consistency(sizes, roots, claim.proof):
        reply = _plain(HTTPStatus.UNPROCESSABLE_ENTITY, "consistency proof does not verify")
        return reply, "witness.inconsistent"
    return None, "witness.cosigned"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    witness: Witness

    def do_POST(self) -> None:
        """Answer `add-checkpoint`; everything else is not found."""
        length = read_decimal(self.headers.get("Content-Length", ""))
        if self.path != "/add-checkpoint" or length is None or length > MAX_BODY:
            self.close_connection = True
            reply = _plain(HTTPStatus.NOT_FOUND, "not found")
        else:
            reply = self._answer(self.rfile.read(length))
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _answer(self, body: bytes) -> Reply:
        try:
            return self.witness.add_checkpoint(body)
        except JournalError as error:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE, error.code)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (inherited name)
        """Say nothing: the journal is the log."""


def server(witness: Witness, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Give an HTTP server of the witness, not started; put TLS in front beyond loopback."""
    handler = type("Handler", (_Handler,), {"witness": witness})
    return ThreadingHTTPServer((host, port), handler)


def ask(journal: Journal, url: str, vkey: str) -> Signature:
    """Have the last checkpoint cosigned by the witness at `url` and keep its line.

    `vkey` is the witness's public key, learnt elsewhere. Unproven if it refuses or its line is
    not good; JournalError if it cannot be reached.
    """
    key = VerifierKey.parse(vkey)
    with journal.exclusive() as store:
        known = store.last_cosigned(str(key))
    note = Note.parse(journal.reader.signed().note)
    head = Checkpoint.of(note)
    if known > head.size:
        raise _behind(known, head.size)
    reply = _submit(journal, url, known, note)
    if reply.status == HTTPStatus.CONFLICT and reply.kind.startswith(SIZE_KIND):
        known = read_decimal(reply.body.decode(errors="replace").strip()) or 0
        if known > head.size:
            raise _behind(known, head.size)
        reply = _submit(journal, url, known, note)
    if reply.status != HTTPStatus.OK:
        raise _declined(reply.status)
    for line in read_signatures(reply.body.decode(errors="replace")):
        if line.by(key) and key.accepts(note.text, line.value):
            journal.cosign(head.size, str(key), line.line())
            return line
    raise _declined(reply.status)


def _submit(journal: Journal, url: str, old: int, note: Note) -> Reply:
    proof = journal.reader.consistency(old, Checkpoint.of(note).size)
    lines = [f"old {old}", *(b64encode(value).decode() for value in proof)]
    body = "\n".join(lines).encode() + b"\n\n" + bytes(note)
    return Reply(*post(f"{url.rstrip('/')}/add-checkpoint", body, "text/plain; charset=utf-8"))


def _behind(known: int, size: int) -> Unproven:
    return Unproven(
        "witness_ahead",
        Text(
            fr=f"Le témoin a déjà vu {known} entrées signées de ce journal, qui n’en a que "
            f"{size}\u00a0: une ancienne copie a été remise en place. Arrêtez d’écrire et "
            "restaurez la copie complète.",
            en=f"The witness has already seen {known} signed entries of this journal, which has "
            f"only {size}: an old copy was put back. Stop writing and restore the complete copy.",
        ),
    )


def _declined(status: int) -> Unproven:
    return Unproven(
        "witness_declined",
        Text(
            fr=f"Le témoin n’a pas cosigné (réponse {status}). Le journal est intact. Vérifiez "
            "qu’il connaît la clé publique de ce journal et que vous avez la sienne\u202f; une "
            "réponse 409 ou 422 dit qu’il a vu une autre histoire.",
            en=f"The witness did not cosign (answer {status}). The journal is untouched. Check "
            "that it knows this journal’s public key and that you have its own; an answer 409 or "
            "422 says that it saw another history.",
        ),
    )
