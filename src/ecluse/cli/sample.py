"""A made-up week of a made-up company's logs, to see what discovery gives."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from ecluse.kernel.clock import now

SEED = 29
STAFF = 48
AI = (
    ("chatgpt.com", 26, 22),
    ("claude.ai", 9, 9),
    ("chat.mistral.ai", 8, 7),
    ("gemini.google.com", 7, 8),
    ("copilot.microsoft.com", 12, 11),
    ("www.perplexity.ai", 5, 5),
    ("chat.deepseek.com", 3, 3),
    ("www.deepl.com", 19, 14),
    ("api.openai.com", 2, 12),
    ("api.githubcopilot.com", 4, 16),
    ("huggingface.co", 3, 3),
    ("app.gamma.app", 2, 2),
    ("otter.ai", 2, 2),
    ("resume-ia.interne.example", 6, 4),
    ("notes-ai.example", 3, 3),
)
PLAIN = ("intranet.example", "www.journal.example", "mail.example.org", "banque.example.net",
         "cdn.example.com", "meteo.example", "train.example.org", "paie.example.net")  # fmt: skip


@contextmanager
def made() -> Iterator[str]:
    """Write the sample into a temporary folder and give its path."""
    with tempfile.TemporaryDirectory(prefix="ecluse-sample-") as folder:
        write(Path(folder), now())
        yield folder


def write(folder: Path, end: datetime) -> None:
    """Write a week of proxy and DNS logs that ends at `end`; the same seed, the same people."""
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    visits = sorted(_visits(chance, end))
    (folder / "proxy.log").write_text("".join(map(_squid, visits)), encoding="utf-8")
    seen = [visit for visit in visits if visit[1] % 3 == 0]
    (folder / "dns.log").write_text("".join(map(_dnsmasq, seen)), encoding="utf-8")


Visit = tuple[datetime, int, str, int]


def _visits(chance: random.Random, end: datetime) -> Iterator[Visit]:
    for days in range(7, 0, -1):
        day = (end - timedelta(days=days)).replace(hour=7, minute=0, second=0, microsecond=0)
        for host, people, times in AI:
            for person in range(people):
                for _ in range(chance.randrange(times)):
                    yield _one(chance, day, person * 7 % STAFF, host)
        for person in range(STAFF):
            for _ in range(40):
                yield _one(chance, day, person, chance.choice(PLAIN))
        for person in (3, 11):
            yield _one(chance, day, person, "dns.google")
        yield _one(chance, day, 17, "nordvpn.com")


def _one(chance: random.Random, day: datetime, person: int, host: str) -> Visit:
    moment = day + timedelta(
        seconds=chance.randrange(11 * 3600), milliseconds=chance.randrange(999)
    )
    return moment, person, host, chance.randrange(900, 400_000)


def _squid(visit: Visit) -> str:
    moment, person, host, size = visit
    refused = host == "chat.deepseek.com" and person % 2 == 0
    code = "TCP_DENIED/403" if refused else "TCP_TUNNEL/200"
    return (
        f"{moment.timestamp():.3f} {size % 9000:6d} 192.0.2.{person + 10} {code} {size} CONNECT "
        f"{host}:443 agent{person:02d} HIER_DIRECT/198.51.100.7 - {size // 7}\n"
    )


def _dnsmasq(visit: Visit) -> str:
    moment, person, host, _ = visit
    return (
        f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S} dnsmasq[412]: "
        f"query[A] {host} from 192.0.2.{person + 10}\n"
    )
