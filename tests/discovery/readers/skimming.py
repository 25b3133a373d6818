"""A reader's skim held against its parse: what it sees from afar is what a full reading gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.discovery.parsing.hosts import plain
from tests.discovery.readers.hostile import CONTEXT, mutated

if TYPE_CHECKING:
    from ecluse.discovery.reader import Reader


def agrees(reader: Reader, lines: Sequence[str]) -> bool:
    """Tell whether the block is accepted; if it is, assert that each row is what parse reads."""
    assert reader.skim is not None
    columns = reader.skim("".join(f"{line}\n" for line in lines).encode())
    if columns is None:
        return False
    assert len(columns.places) == len(lines)
    for row, line in enumerate(lines):
        record = reader.parse(line, CONTEXT)
        assert reader.parse(columns.raw(row).decode(), CONTEXT) == record
        place = columns.places[row]
        host = reader.host_of(place) if place else None
        assert host == (record.host if record else None)
        if record is not None:
            assert plain(columns.addresses[row].decode()) == record.source_ip
            assert plain(columns.users[row].decode()) == record.user
    return True


def assert_skim_never_misreads(reader: Reader, samples: Sequence[str]) -> None:
    """Accept the samples; then accept or decline each mutated one, never read it otherwise."""
    assert agrees(reader, samples)

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(mutated(samples))
    def check(line: str) -> None:
        if line.strip() and not set(line) & {"\n", "\r", "\0", "\ud800"}:
            agrees(reader, [samples[0], line])

    check()

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300))
    def check_bytes(block: bytes) -> None:
        assert reader.skim is not None
        reader.skim(block)

    check_bytes()
