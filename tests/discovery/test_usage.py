"""The usage expression: the checked-in SQL is its own, and engines agree on what it gives."""

from __future__ import annotations

import importlib.util
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from ecluse.catalogue.services import load_services
from ecluse.discovery import usage

COMPILER = Path(__file__).parents[2] / "scripts" / "compile_usage.py"
MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MICROSECONDS = int(MOMENT.timestamp() * 1_000_000)


def row(**given: Any) -> tuple[Any, ...]:
    usual = {"time": MICROSECONDS, "kind": "service", "format": "squid", "source": 0}
    return tuple({**usual, **given}.get(name) for name in usage.COLUMNS)


ROWS = [
    row(user="u-ann", address="a-1", host="chatgpt.com", bytes_up=10, bytes_down=5),
    row(user="u-ann", address="a-1", host="ab.chatgpt.com", action="blocked"),
    row(user="u-bob", address="a-2", host="chatgpt.com", time=MICROSECONDS + 3_600_000_000),
    row(address="a-2", host="chatgpt.com"),
    row(address="a-9", host="chat.mistral.ai"),
    row(address="a-9", host="api.mistral.ai", bytes_up=7),
    row(user="u-ann", host="www.bing.com", place="www.bing.com/chat"),
    row(user="u-cat", app="ChatGPT", app_key="chatgpt"),
    row(user="u-cat", host="my-gpt.example", kind="candidate", api="/v1/messages", stream=True),
    row(user="u-dan", host="dns.google", kind="doh"),
]
PEOPLE = [{"address": "a-2", "person": "u-bob"}]


def tables() -> dict[str, pa.Table]:
    domains, apps = usage.catalogue_tables(load_services())
    return {
        "usage": usage.usage_table(list(ROWS)),
        "people": pa.Table.from_pylist(PEOPLE, usage.PEOPLE),
        "domains": domains,
        "apps": apps,
    }


def in_duckdb(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as base:
        base.execute("SET TimeZone = 'UTC'")
        for name, table in tables().items():
            base.register(name, table)
        found: list[dict[str, Any]] = base.sql(usage.sql(query)).to_arrow_table().to_pylist()
    return found


def test_the_sql_checked_in_is_what_the_expression_compiles_to() -> None:
    spec = importlib.util.spec_from_file_location("compile_usage", COMPILER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.compiled() == {name: usage.sql(name) for name in usage.QUERIES}


def test_the_longest_domain_wins_and_a_shared_host_needs_its_path() -> None:
    found = {one["service"]: one for one in in_duckdb("services")}
    assert found["chatgpt"]["requests"] == 5
    assert {"le-chat", "mistral-api"} <= set(found)
    bing = load_services().match("www.bing.com", "/chat")
    assert bing is not None
    assert found[bing.id]["requests"] == 1


def test_people_are_logins_and_an_address_is_its_only_login() -> None:
    found = {one["service"]: one for one in in_duckdb("services")}
    assert found["chatgpt"]["people"] == 3
    assert found["mistral-api"]["people"] == 1


def test_bytes_refusals_and_moments_add_up() -> None:
    chatgpt = next(one for one in in_duckdb("services") if one["service"] == "chatgpt")
    assert (int(chatgpt["bytes_up"]), int(chatgpt["refused"])) == (10, 1)
    assert chatgpt["last_seen"] - chatgpt["first_seen"] == (
        datetime(2026, 11, 20, 10, 30, tzinfo=UTC) - MOMENT
    )


def test_candidates_and_what_hides_are_kept_apart() -> None:
    (candidate,) = in_duckdb("candidates")
    assert (candidate["host"], candidate["an_api"], int(candidate["streams"])) == (
        "my-gpt.example",
        "/v1/messages",
        1,
    )
    (blind,) = in_duckdb("blind")
    assert (blind["kind"], blind["requests"]) == ("doh", 1)


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark", "clickhouse", "trino"])
@pytest.mark.parametrize("query", usage.QUERIES)
def test_the_expression_compiles_for_engines_where_logs_live(dialect: str, query: str) -> None:
    compiled = str(ibis.to_sql(usage.expressions()[query], dialect=dialect))
    assert "suffix_2" in compiled


@pytest.mark.real
@pytest.mark.timeout(240)
@pytest.mark.enable_socket
def test_spark_gives_what_duckdb_gives(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("needs java: install default-jre-headless")
    pyspark = pytest.importorskip("pyspark.sql", reason="needs pyspark")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", str(tmp_path))
        .config("spark.sql.warehouse.dir", str(tmp_path))
        .getOrCreate()
    )
    try:
        assert spark_answers(session, tmp_path) == {
            query: sorted(map(comparable, in_duckdb(query)), key=str) for query in usage.QUERIES
        }
    finally:
        session.stop()


def spark_answers(session: Any, folder: Path) -> dict[str, list[dict[str, Any]]]:
    import pyarrow.parquet as pq

    for name, table in tables().items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, coerce_timestamps="us")
        session.read.parquet(str(path)).createOrReplaceTempView(name)
    answers = {}
    for query in usage.QUERIES:
        compiled = str(ibis.to_sql(usage.expressions()[query], dialect="pyspark"))
        rows = [one.asDict() for one in session.sql(compiled).collect()]
        answers[query] = sorted(map(comparable, rows), key=str)
    return answers


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.timestamp()
        return value if value is None or isinstance(value, str) else int(value)

    return {key: plain(value) for key, value in sorted(found.items())}
