"""What a report is about, and how its figures and moments are written; it keeps no state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from ecluse.catalogue.services import Service
from ecluse.discovery.picture import Found, Picture
from ecluse.discovery.report import words
from ecluse.discovery.report.countries import Countries
from ecluse.discovery.report.model import DASH, Column, clean
from ecluse.discovery.report.timeline import Timeline
from ecluse.kernel import clock
from ecluse.kernel.text import NBSP, Lang, Text, number, size
from ecluse.plan.wording import counted

PEOPLE = (Text("personne", "person"), Text("personnes", "people"))
NOT_MEASURED = Text("non mesuré", "not measured")


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture, its use over time, and for whom they are written."""

    picture: Picture
    timeline: Timeline
    lang: Lang
    zone: tzinfo
    countries: Countries = field(default_factory=Countries)

    def say(self, sentence: Text, **values: str) -> str:
        """Write a sentence with its values in the report's language."""
        return sentence.to(self.lang).format(**values)

    def number(self, count: int) -> str:
        """Write a count."""
        return number(count, self.lang)

    def counted(self, count: int, one: Text, many: Text) -> str:
        """Write a count before its noun."""
        return counted(count, one, many).to(self.lang)

    def noun(self, count: int, one: Text, many: Text) -> str:
        """Write the noun that goes with a count, singular or plural as the language has it."""
        single = count < 2 if self.lang == "fr" else count == 1
        return (one if single else many).to(self.lang)

    def people(self) -> str:
        """Write how many people the logs show, the denominator of every count of people."""
        return self.counted(self.picture.people, *PEOPLE)

    def percent(self, part: int, whole: int) -> str:
        """Write a share; what is not zero is never written as zero."""
        share = 100 * part / max(whole, 1)
        if 0 < share < 0.1:
            return f"<{NBSP}{number(0.1, self.lang, 1)}{_percent(self.lang)}"
        return f"{number(share, self.lang, 0 if share in {0, 100} else 1)}{_percent(self.lang)}"

    def size(self, count: int | None) -> str:
        """Write bytes; those that nobody counted are said so."""
        return NOT_MEASURED.to(self.lang) if count is None else size(count, self.lang)

    def day(self, moment: datetime | None) -> str:
        """Write a date."""
        return clock.day(moment, self.lang, self.zone) if moment else DASH

    def column(self, head: Text, of: str = "", *, number: bool = False) -> Column:
        """Make the head of a column, with its denominator."""
        return Column(head.to(self.lang), self.say(words.OUT_OF, count=of) if of else "", number)

    def service(self, found: Found) -> Service:
        """Give the service of a row of the picture."""
        return self.picture.catalogue.by_id[found["service"]]

    def vendor(self, service: Service) -> str:
        """Write the vendor and its country, or a dash."""
        name = self.countries.of(service.country).name.to(self.lang) if service.country else ""
        both = [clean(part) for part in (service.vendor, name) if part]
        return f"{NBSP}· ".join(both) or DASH

    def sent(self) -> int | None:
        """Add up the bytes sent to known services; None where no row counts any."""
        known = [one["bytes_up"] for one in self.picture.services if one["bytes_up"] is not None]
        return sum(known) if known else None

    def ai_requests(self) -> int:
        """Count the requests to known services."""
        return sum(one["requests"] for one in self.picture.services)


def _percent(lang: Lang) -> str:
    return f"{NBSP}%" if lang == "fr" else "%"
