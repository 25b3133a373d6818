from __future__ import annotations

import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.proof import InvalidProof

from ecluse.journal import tree
from ecluse.journal.tiles import perfect_from, split_hashes

# The leaves and roots that Certificate Transparency implementations test against.
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [sha256(bytes([n & 255, n >> 8])).digest() for n in range(513)]


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(index: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_consistency(old: int, hashes: list[bytes], *, whole: bool = True) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if old <= k:
        return [*naive_consistency(old, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*naive_consistency(old - k, hashes[k:], whole=False), naive_root(hashes[:k])]


def grown(size: int) -> tuple[tree.Frontier, tree.Perfect]:
    frontier = tree.Frontier()
    full = {
        (level, number): split_hashes(hashes)
        for level, number, hashes in frontier.extend(LEAVES[:size])
    }
    return frontier, perfect_from(lambda lv, n: full.get((lv, n)) or frontier.partial(lv))


@pytest.mark.parametrize("size", range(9))
def test_it_gives_the_golden_roots_of_certificate_transparency(size: int) -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in CT_LEAVES[:size]]
    frontier = tree.Frontier()
    assert list(frontier.extend(hashes)) == []
    assert frontier.root().hex() == tree.root_of(hashes).hex() == CT_ROOTS[size]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513])
def test_the_frontier_has_the_root_of_the_naive_recursion(size: int) -> None:
    frontier, perfect = grown(size)
    expected = naive_root(LEAVES[:size])
    assert frontier.root() == tree.tree_root(size, perfect) == expected
    assert tree.root_of(LEAVES[:size]) == expected


def test_the_frontier_hands_over_full_tiles_once_and_keeps_at_most_255_hashes() -> None:
    frontier = tree.Frontier()
    hashes = [sha256(n.to_bytes(4, "big")).digest() for n in range(70_000)]
    tiles = [(level, number) for level, number, _ in frontier.extend(hashes)]
    assert tiles.count((1, 0)) == 1
    assert len(tiles) == 273 + 1
    assert [len(frontier.partial(level)) for level in range(frontier.levels)] == [112, 17, 1]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_inclusion_proofs_equal_the_naive_recursion_and_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 512))
    index = data.draw(st.integers(0, size - 1))
    frontier, perfect = grown(size)
    path = tree.inclusion_proof(index, size, perfect)
    root = frontier.root()
    assert path == naive_path(index, LEAVES[:size])
    assert tree.verify_inclusion(index, size, LEAVES[index], path, root)
    for wrong in {index - 1, index + 1, index ^ 1} & set(range(size)):
        assert not tree.verify_inclusion(wrong, size, LEAVES[index], path, root)
    assert not tree.verify_inclusion(index, size, LEAVES[512], path, root)
    assert not tree.verify_inclusion(index, size, LEAVES[index], [*path, root], root)
    assert not path or not tree.verify_inclusion(index, size, LEAVES[index], path[:-1], root)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_consistency_proofs_equal_the_naive_recursion_and_verify(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, 512))
    old = data.draw(st.integers(0, new))
    frontier, perfect = grown(new)
    proof = tree.consistency_proof(old, new, perfect)
    roots = (naive_root(LEAVES[:old]), frontier.root())
    assert proof == (naive_consistency(old, LEAVES[:new]) if old > 0 else [])
    assert tree.verify_consistency((old, new), roots, proof)
    assert not tree.verify_consistency((old, new), roots, [*proof, roots[0]])
    other = (LEAVES[512], roots[1])
    assert not tree.verify_consistency((old, new), other, proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 31, 100])
def test_a_flipped_bit_anywhere_in_a_proof_is_seen(size: int) -> None:
    rng = random.Random(size)
    frontier, perfect = grown(size)
    root, old = frontier.root(), (size + 1) // 2
    old_root = naive_root(LEAVES[:old])
    path = tree.inclusion_proof(size - 1, size, perfect)
    proof = tree.consistency_proof(old, size, perfect)

    def included(hashes: list[bytes]) -> bool:
        return tree.verify_inclusion(size - 1, size, LEAVES[size - 1], hashes, root)

    def consistent(hashes: list[bytes]) -> bool:
        return tree.verify_consistency((old, size), (old_root, root), hashes)

    for hashes, check in ((path, included), (proof, consistent)):
        assert check(hashes)
        for position, value in enumerate(hashes):
            flipped = bytearray(value)
            flipped[rng.randrange(32)] ^= 1 << rng.randrange(8)
            assert not check([*hashes[:position], bytes(flipped), *hashes[position + 1 :]])


@pytest.mark.parametrize(
    ("index", "size", "leaf", "proof", "root"),
    [
        (0, 0, bytes(32), [], bytes(32)),
        (-1, 1, bytes(32), [], bytes(32)),
        (1, 1, bytes(32), [], bytes(32)),
        (0, 1, b"", [], b""),
        (0, 1, bytes(31), [], bytes(31)),
        (0, 2, bytes(32), [bytes(33)], bytes(32)),
    ],
)
def test_malformed_inclusion_claims_are_refused(
    index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes
) -> None:
    assert not tree.verify_inclusion(index, size, leaf, proof, root)


@pytest.mark.parametrize(
    ("sizes", "roots", "proof", "good"),
    [
        ((0, 0), (tree.EMPTY_ROOT, tree.EMPTY_ROOT), [], True),
        ((0, 5), (tree.EMPTY_ROOT, bytes(32)), [], True),
        ((0, 5), (bytes(32), bytes(32)), [], False),
        ((0, 0), (tree.EMPTY_ROOT, bytes(32)), [], False),
        ((3, 3), (bytes(32), bytes(32)), [], True),
        ((3, 2), (bytes(32), bytes(32)), [], False),
        ((3, 5), (bytes(32), bytes(32)), [], False),
        ((4, 5), (b"", b""), [b""], False),
    ],
)
def test_edges_of_consistency(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: list[bytes], *, good: bool
) -> None:
    assert tree.verify_consistency(sizes, roots, proof) is good


def test_it_refuses_to_prove_what_is_not_there() -> None:
    _, perfect = grown(5)
    with pytest.raises(ValueError, match="no entry 5"):
        tree.inclusion_proof(5, 5, perfect)
    with pytest.raises(ValueError, match="does not grow"):
        tree.consistency_proof(6, 5, perfect)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 39])
def test_an_independent_implementation_agrees(size: int) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    entries = [b"entry %d" % n for n in range(size)]
    for entry in entries:
        oracle.append_entry(entry)
    hashes = [tree.leaf_hash(entry) for entry in entries]
    root = tree.root_of(hashes)
    assert root == oracle.get_root()
    frontier = tree.Frontier()
    assert not list(frontier.extend(hashes))
    perfect = perfect_from(lambda level, _: frontier.partial(level))
    for index in range(size):
        proof = oracle.prove_inclusion(index + 1)
        verify_inclusion(hashes[index], root, proof)
        path = tree.inclusion_proof(index, size, perfect)
        assert tree.verify_inclusion(index, size, hashes[index], path, root)
        with pytest.raises(InvalidProof):
            verify_inclusion(tree.leaf_hash(b"other"), root, proof)
    for old in range(1, size + 1):
        old_root = tree.root_of(hashes[:old])
        verify_consistency(old_root, root, oracle.prove_consistency(old, size))
        ours = tree.consistency_proof(old, size, perfect)
        assert tree.verify_consistency((old, size), (old_root, root), ours)
