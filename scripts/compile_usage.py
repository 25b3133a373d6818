"""Compile the usage expression into the SQL that DuckDB runs by default."""

from pathlib import Path

import ibis

from ecluse.discovery import usage

FOLDER = Path(usage.__file__).parent / "sql"


def compiled() -> dict[str, str]:
    """Give the SQL of each query, as DuckDB speaks it."""
    return {
        name: str(ibis.to_sql(expression, dialect="duckdb", pretty=True)) + "\n"
        for name, expression in usage.expressions().items()
    }


if __name__ == "__main__":
    for name, text in compiled().items():
        (FOLDER / f"{name}.sql").write_text(text, encoding="utf-8")
        print(f"{FOLDER.name}/{name}.sql  {len(text)} characters")
