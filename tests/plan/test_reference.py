from __future__ import annotations

from pathlib import Path

from ecluse.catalogue.measures import Measures
from ecluse.plan.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"
WRITE_AGAIN = """\
docs/measures.md is not what the data say; write it again with:
.venv/bin/python -c "from ecluse.catalogue.measures import load_measures as load; \
from ecluse.plan.reference import markdown; from pathlib import Path; \
Path('docs/measures.md').write_text(markdown(load()), encoding='utf-8')"
"""


def test_the_page_is_what_the_data_say(measures: Measures) -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(measures), WRITE_AGAIN


def test_every_measure_is_written_in_full(measures: Measures) -> None:
    page = markdown(measures)
    for measure in measures.all:
        assert f"\n### {measure.id}\n" in page
        for text in (measure.title, measure.meaning, measure.proof, measure.first_step):
            assert text.fr in page
            assert text.en in page


def test_it_says_which_states_rest_on_observed_usage(measures: Measures) -> None:
    lines = [line for line in markdown(measures).splitlines() if line.startswith("| P")]
    assert [line[2:7] for line in lines if "| usage |" in line] == ["P1.04", "P2.01", "P2.02"]
    assert sum("| declaration |" in line for line in lines) == 26
