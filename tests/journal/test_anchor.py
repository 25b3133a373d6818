from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Journal, JournalError, Unproven
from ecluse.journal.anchor import moment_of, request, stamp
from ecluse.journal.post import post

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journal.authority import Authority

pytestmark = pytest.mark.real


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_openssl_reads_the_request(tmp_path: Path) -> None:
    path = tmp_path / "q"
    path.write_bytes(request(b"content", bytes([0x40, 1, 2, 3, 4, 5, 6, 7])))
    command = ["openssl", "ts", "-query", "-in", str(path), "-text"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "Hash Algorithm: sha256" in text
    assert "Nonce: 0x4001020304050607" in text
    assert "Certificate required: yes" in text


def test_a_checkpoint_is_stamped_checked_kept_and_entered(
    journal: Journal, authority: Authority
) -> None:
    found = stamp(journal, authority.url, authority.certificate)
    assert (found.size, found.checked) == (1, True)
    assert found.moment.startswith("20")
    assert found.moment.endswith("Z")
    ((size, url, note, response),) = journal._store.tokens()
    assert (size, url) == (1, authority.url)
    assert note == journal.reader.signed(1).note
    assert moment_of(response, note) == found.moment
    said = json.loads(journal.reader.entry(1))
    assert said["event"] == "journal.anchored"


def test_without_a_certificate_the_stamp_says_it_was_not_checked(
    journal: Journal, authority: Authority
) -> None:
    assert stamp(journal, authority.url).checked is False


def test_an_answer_to_another_request_is_refused(journal: Journal, authority: Authority) -> None:
    nonce = bytes([0x41] * 8)
    authority.lie = request(journal.reader.signed().note, nonce)
    with pytest.raises(Unproven) as refusal:
        stamp(journal, authority.url)
    assert "another request" in refusal.value.text.en
    authority.lie = request(b"other bytes", nonce)
    with pytest.raises(Unproven) as refusal:
        stamp(journal, authority.url)
    assert "other bytes" in refusal.value.text.en
    assert journal._store.tokens() == []
    assert journal.size == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _raw: b"",
        lambda _raw: b"<html>",
        lambda raw: raw[:200],
        lambda _raw: b"\x30\x05\x30\x03\x02\x01\x02",
        lambda raw: raw.replace(b"\x02\x01\x00", b"\x02\x01\x02", 1),
    ],
)
def test_a_garbled_or_negative_answer_is_refused_not_kept(
    journal: Journal, authority: Authority, spoil: Callable[[bytes], bytes]
) -> None:
    authority.spoil = spoil
    with pytest.raises(Unproven) as refusal:
        stamp(journal, authority.url)
    assert refusal.value.code == "token"
    assert journal._store.tokens() == []


def test_every_truncation_of_an_answer_is_refused(journal: Journal, authority: Authority) -> None:
    note = journal.reader.signed().note
    response = authority.answer(request(note, bytes([0x41] * 8)))
    moment_of(response, note)
    for end in range(len(response)):
        with pytest.raises(Unproven):
            moment_of(response[:end], note)


def test_a_forged_signature_is_seen_when_the_certificate_is_known(
    journal: Journal, authority: Authority
) -> None:
    authority.spoil = lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])
    with pytest.raises(Unproven) as refusal:
        stamp(journal, authority.url, authority.certificate)
    assert "certificate" in refusal.value.text.en


def test_an_authority_that_fails_or_is_absent_is_named(
    journal: Journal, authority: Authority
) -> None:
    authority.status = 500
    with pytest.raises(Unproven) as refusal:
        stamp(journal, authority.url)
    assert "HTTP 500" in refusal.value.text.en
    for url in ("http://127.0.0.1:9/", "ftp://127.0.0.1/", "nonsense", "http://127.0.0.1:x/"):
        with pytest.raises(JournalError) as error:
            post(url, b"", "text/plain")
        assert error.value.code == "unreachable"
        assert url in error.value.text.fr
