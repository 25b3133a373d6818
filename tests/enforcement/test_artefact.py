from __future__ import annotations

from typing import Any

import pytest

from ecluse.enforcement.artefact import Format, Limit, produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.refusal import Refused
from ecluse.kernel.text import Text
from tests.enforcement import cases


def _names(made: Decision) -> bytes:
    return "\n".join(host.name for host in made.hosts).encode()


def _format(**changed: object) -> Format:
    facts: dict[str, Any] = {
        "name": "plain",
        "title": "Plain",
        "render": _names,
        "use": Text("a", "b"),
        **changed,
    }
    return Format(**facts)


def test_nothing_to_cut_is_refused() -> None:
    with pytest.raises(Refused, match="nothing to write"):
        produce(_format(), Decision(()))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit(3, "entries", "the manual"), r"4 entries, but the limit is 3 \(the manual\)"),
        (Limit(10, "bytes", "the manual"), r"\d+ bytes, but the limit is 10"),
    ],
)
def test_a_limit_is_an_error_with_its_number_and_source(limit: Limit, said: str) -> None:
    with pytest.raises(Refused, match=said):
        produce(_format(limits=(limit,)), cases.decision())


def test_entries_are_counted_as_the_format_writes_them() -> None:
    chosen = _format(each_suffix=2, each_exact=3)
    assert chosen.entries([Host("a.example"), Host("b.example", exact=True)]) == 5


def test_a_merge_is_refused_where_there_is_none() -> None:
    with pytest.raises(Refused, match="merges with no export"):
        produce(_format(), cases.decision(), export=(b"", "export.csv"))


def test_an_allow_list_that_would_open_a_forbidden_host_is_refused() -> None:
    with pytest.raises(Refused, match=r"deep\.chat\.example is forbidden below"):
        produce(_format(allow=_names), cases.decision(), allow=True)
