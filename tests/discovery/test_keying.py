from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from ecluse.discovery.keying import KEY_BYTES, Keyer, load_key, normal

KEYER = Keyer(b"k" * KEY_BYTES)


@pytest.mark.parametrize("name", ["jdoe", "JDoe", " jdoe ", "CORP\\jdoe", "corp.example\\JDOE"])
def test_one_person_has_one_token_however_the_login_is_written(name: str) -> None:
    assert normal(name) == "jdoe"
    assert KEYER.user(name) == KEYER.user("jdoe")


def test_a_token_says_nothing_of_the_name() -> None:
    assert re.fullmatch(r"u-[a-z2-7]{16}", KEYER.user("jdoe"))
    assert re.fullmatch(r"a-[a-z2-7]{16}", KEYER.address("192.0.2.7"))
    assert "jdoe" not in repr(KEYER)


def test_a_login_and_an_address_spelt_alike_stay_apart() -> None:
    assert KEYER.user("192.0.2.7")[2:] != KEYER.address("192.0.2.7")[2:]


def test_another_key_gives_other_tokens_and_the_same_key_the_same() -> None:
    assert Keyer(b"k" * KEY_BYTES).user("jdoe") == KEYER.user("jdoe")
    assert Keyer(b"l" * KEY_BYTES).user("jdoe") != KEYER.user("jdoe")


def test_without_a_key_names_stay_in_clear() -> None:
    assert Keyer(None).user("CORP\\JDoe") == "jdoe"
    assert Keyer(None).address("192.0.2.7") == "192.0.2.7"


def test_a_name_that_is_half_a_character_has_a_token_too() -> None:
    assert KEYER.user("\ud800") != KEYER.user("\ud801")


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    assert len(key) == KEY_BYTES
    assert load_key(tmp_path) == key
    path = tmp_path / "keys" / "people.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_key(tmp_path / "elsewhere") != key
