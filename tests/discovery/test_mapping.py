from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.discovery.mapping import MappingError, load_mapping

GOOD = """# our export
[fields]
host = "dest.host"
time = "Date+Heure"
user = "Compte"

[options]
time_format = "%d/%m/%Y %H:%M:%S"
delimiter = "tab"
zone = "Europe/Paris"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "columns.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_gives_fields_and_options_together(tmp_path: Path) -> None:
    assert load_mapping(write(tmp_path, GOOD)) == {
        "host": "dest.host",
        "time": "Date+Heure",
        "user": "Compte",
        "time_format": "%d/%m/%Y %H:%M:%S",
        "delimiter": "\t",
        "zone": "Europe/Paris",
    }


@pytest.mark.parametrize("text", ['\ufeff[fields]\r\nurl = "URL"\r\n', '[fields]\napp = "App"\n'])
def test_a_byte_order_mark_and_other_fields_are_welcome(tmp_path: Path, text: str) -> None:
    assert len(load_mapping(write(tmp_path, text))) == 1


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("host =", "hots ="), 3, "did you mean 'host'?"),
        (("host =", "colour ="), 3, "known: "),
        (('"dest.host"', "12"), 3, "'host' is not a text"),
        (('"dest.host"', '""'), 3, "'host' is not a text"),
        (('"dest.host"', '"dest.host'), 3, "is not TOML"),
        (("[fields]", "[filds]"), 2, "'filds' is not known here"),
        (("[options]", "[option]"), 7, "'option' is not known here"),
        (('"tab"', '", "'), 9, "'delimiter' is not one character"),
        (("Europe/Paris", "Europe/Lutetia"), 10, "'zone' is not known"),
        (("Europe/Paris", "../etc"), 10, "'zone' is not known"),
        (("%d/%m/%Y %H:%M:%S", "%H:%M"), 8, "'time_format' is not one"),
        (("%d/%m/%Y %H:%M:%S", "%Q"), 8, "'time_format' is not one"),
        (("zone =", "zones ="), 10, "did you mean 'zone'?"),
        (('host = "dest.host"\n', ""), 1, "names nothing reached"),
    ],
)
def test_an_error_names_the_file_and_the_line(
    tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(MappingError) as refusal:
        load_mapping(path)
    assert str(refusal.value).startswith(f"{path}:{line}: ")
    assert words in str(refusal.value)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "columns.toml"
    path.write_bytes(b'[fields]\nhost = "h\xf4te"\n')
    with pytest.raises(MappingError, match=r"columns.toml:2: is not UTF-8"):
        load_mapping(path)


def test_a_file_that_is_absent_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_mapping(tmp_path / "none.toml")
