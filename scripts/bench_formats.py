"""Writes 50,000 domains in every format and times each: `bench_formats.py [--json]`."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import time

from ecluse.enforcement.artefact import Format, produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats import FORMATS
from ecluse.enforcement.refusal import Refused

DOMAINS = 50_000
MOST_SECONDS = 2.0


def decision() -> Decision:
    """Make a decision of 50,000 domains, none below another, the same at each run."""
    chance = random.Random(50_000)
    names = [f"{chance.getrandbits(40):x}.d{rank}.example" for rank in range(DOMAINS)]
    chance.shuffle(names)
    date = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    return Decision(tuple(map(Host, names)), reason="bench", author="bench", date=date)


def measure(chosen: Format) -> dict[str, object]:
    """Time the whole way from the facts to the bytes; also when a known limit refuses them."""
    start = time.perf_counter()
    made = decision()
    built = time.perf_counter()
    try:
        size, refused = len(produce(chosen, made)), None
    except Refused as error:
        # The product takes fewer: what is measured is writing them all the same.
        size, refused = len(chosen.render(made)), str(error)
    done = time.perf_counter()
    return {
        "format": chosen.name,
        "domains": DOMAINS,
        "seconds": round(done - start, 3),
        "rendering": round(done - built, 3),
        "bytes": size,
        "refused": refused,
    }


def main() -> int:
    """Print one line a format; 1 if one of them took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    found = [measure(one) for one in FORMATS]
    slow = [one for one in found if float(str(one["seconds"])) > MOST_SECONDS]
    if options.json:
        print(json.dumps({"most_seconds": MOST_SECONDS, "formats": found}, indent=2))
    else:
        print(f"{'format':22} {'seconds':>8} {'rendering':>10} {'bytes':>12}  limit")
        for one in found:
            limit = "over the product's limit, refused" if one["refused"] else ""
            shown = (one["format"], one["seconds"], one["rendering"], one["bytes"], limit)
            print("{:22} {:>8} {:>10} {:>12,}  {}".format(*shown))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
