"""Write a Squid native log of any length: 4,000 people, 3,000 hosts, one line in fifty to AI."""

from __future__ import annotations

import argparse
import random
import sys
from itertools import accumulate

PEOPLE, HOSTS, BATCH = 4_000, 3_000, 50_000
AI = [
    ("chatgpt.com", 30), ("api.openai.com", 6), ("claude.ai", 12), ("api.anthropic.com", 3),
    ("chat.mistral.ai", 9), ("gemini.google.com", 10), ("copilot.microsoft.com", 14),
    ("www.perplexity.ai", 6), ("chat.deepseek.com", 4), ("www.deepl.com", 14),
    ("api.githubcopilot.com", 7), ("huggingface.co", 4), ("assistant-ia.interne.example", 2),
    ("notes.summarize-ai.example", 2),
]  # fmt: skip
NAMES = ("static", "www", "cdn", "app", "login", "img", "mail", "assets", "api", "portal")
ENDINGS = ("example", "test", "example.org", "example.net", "example.com")


def hosts(chance: random.Random) -> tuple[list[str], list[float]]:
    """Give 3,000 hosts and their cumulated weights: a few are visited all day, most rarely."""
    plain = [
        f"{chance.choice(NAMES)}.site{rank}.{chance.choice(ENDINGS)}"
        for rank in range(HOSTS - len(AI))
    ]
    weights = [1 / (rank + 3) ** 0.8 for rank in range(len(plain))]
    scale = sum(weights) / 49 / sum(weight for _, weight in AI)
    names = plain + [name for name, _ in AI]
    return names, list(accumulate(weights + [weight * scale for _, weight in AI]))


def write(lines: int, seed: int, days: int) -> None:
    """Write `lines` lines over `days` days to standard output; the same seed, the same bytes."""
    chance = random.Random(seed)
    names, weights = hosts(chance)
    moment, step = 1_794_000_000.0, days * 86_400 / max(lines, 1)
    for start in range(0, lines, BATCH):
        size = min(BATCH, lines - start)
        batch = []
        for host in chance.choices(names, cum_weights=weights, k=size):
            moment += step
            person = chance.randrange(PEOPLE)
            client = f"10.{person >> 8 & 255}.{person & 255}.7"
            began, elapsed = f"{moment:.3f}", chance.randrange(1, 90_000)
            volume = chance.randrange(300, 900_000)
            if chance.random() < 0.92:
                what = f"TCP_TUNNEL/200 {volume} CONNECT {host}:443"
                peer = "HIER_DIRECT/198.51.100.34 -"
            else:
                what = f"TCP_MISS/200 {volume} GET http://{host}/p/{chance.randrange(5_000)}.html"
                peer = "HIER_DIRECT/198.51.100.34 text/html"
            batch.append(f"{began} {elapsed:6d} {client} {what} u{person:04d} {peer}\n")
        sys.stdout.write("".join(batch))


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int)
    parser.add_argument("--seed", type=int, default=29)
    parser.add_argument("--days", type=int, default=7)
    options = parser.parse_args()
    write(options.lines, options.seed, options.days)


if __name__ == "__main__":
    main()
