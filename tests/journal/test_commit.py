from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import NotDurable
from ecluse.journal.commit import Crowd, GroupCommit, Receipt
from ecluse.journal.record import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator


class Disk:
    """Counts batches; each takes a millisecond, and fails when told to."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.error: Exception | None = None
        self.size = 0

    def write(self, drafts: list[Draft]) -> list[Receipt]:
        time.sleep(0.001)
        if self.error:
            raise self.error
        self.batches.append(len(drafts))
        first, self.size = self.size, self.size + len(drafts)
        return [Receipt(first + i, draft.head) for i, draft in enumerate(drafts)]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def commit(disk: Disk) -> Iterator[GroupCommit]:
    made = GroupCommit(disk.write)
    yield made
    made.close()


def one(number: int) -> Draft:
    return Draft(b"%d" % number, b"")


def test_threads_share_commits_and_each_gets_its_own_receipt(
    commit: GroupCommit, disk: Disk
) -> None:
    wrong: list[int] = []

    def writer(number: int) -> None:
        for turn in range(10):
            draft = one(number * 10 + turn)
            (receipt,) = commit.wait([draft])
            if receipt.leaf_hash != draft.head:
                wrong.append(number)

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert sum(disk.batches) == 160
    assert len(disk.batches) < 100


def test_coroutines_of_one_turn_are_one_group(commit: GroupCommit, disk: Disk) -> None:
    async def main() -> list[Receipt]:
        crowd = Crowd(commit, asyncio.get_running_loop())
        return await asyncio.gather(*(crowd.join(one(n)) for n in range(50)))

    receipts = asyncio.run(main())
    assert [receipt.leaf_hash for receipt in receipts] == [b"%d" % n for n in range(50)]
    assert disk.batches == [50]


def test_a_cancelled_coroutine_does_not_disturb_the_others(commit: GroupCommit) -> None:
    async def main() -> Receipt:
        crowd = Crowd(commit, asyncio.get_running_loop())
        first, second = crowd.join(one(1)), crowd.join(one(2))
        first.cancel()
        return await second

    assert asyncio.run(main()).index == 1


@pytest.mark.parametrize("error", [NotDurable.__new__(NotDurable), RuntimeError("defect")])
def test_a_failure_reaches_every_waiter_and_later_ones_are_served(
    commit: GroupCommit, disk: Disk, error: Exception
) -> None:
    disk.error = error
    with pytest.raises(type(error)):
        commit.wait([one(1)])

    async def main() -> None:
        crowd = Crowd(commit, asyncio.get_running_loop())
        results = await asyncio.gather(
            *(crowd.join(one(n)) for n in range(3)), return_exceptions=True
        )
        assert [type(result) for result in results] == [type(error)] * 3

    asyncio.run(main())
    disk.error = None
    assert commit.wait([one(1)])[0].index == 0


def test_closing_writes_what_waits_then_refuses(disk: Disk) -> None:
    commit = GroupCommit(disk.write)
    settled: list[object] = []
    commit.submit([one(1)], settled.append)
    commit.close()
    assert settled == [[Receipt(0, b"1")]]
    with pytest.raises(NotDurable) as refusal:
        commit.wait([one(2)])
    assert refusal.value.code == "closed"

    async def main() -> None:
        with pytest.raises(NotDurable):
            await Crowd(commit, asyncio.get_running_loop()).join(one(3))

    asyncio.run(main())
