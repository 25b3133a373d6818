"""Defender for Endpoint indicators as CSV, with their expiry; never more than one import takes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, Limit
from ecluse.enforcement.decision import Decision, Host
from ecluse.kernel.text import Text

COLUMNS = (
    "IndicatorType",
    "IndicatorValue",
    "ExpirationTime",
    "Action",
    "Severity",
    "Title",
    "Description",
    "RecommendedActions",
    "RbacGroups",
    "Category",
    "MitreTechniques",
    "GenerateAlert",
)


def render(decision: Decision) -> bytes:
    """Give one indicator a row; a host alone is a URL, a domain covers what is below it."""
    return _table(decision, decision.hosts, "Block", "Ecluse: forbidden AI service")


def allow(decision: Decision) -> bytes:
    """Give the approved hosts as indicators that allow."""
    return _table(decision, decision.approved_alone, "Allowed", "Ecluse: approved AI service")


def _table(decision: Decision, hosts: Iterable[Host], action: str, title: str) -> bytes:
    until = f"{decision.until.isoformat()}T23:59:59.0Z" if decision.until else ""
    description = "; ".join(header.facts(decision))
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for host in hosts:
        kind = ("Url", f"https://{host.name}/") if host.exact else ("DomainName", host.name)
        writer.writerow(
            [*kind, until, action, "Informational", title, description, "", "", "", "", "FALSE"]
        )
    return held.getvalue().encode()


FORMAT = Format(
    name="defender-indicators",
    title="Microsoft Defender for Endpoint, indicateurs / indicators",
    render=render,
    allow=allow,
    limits=(
        Limit(500, "entries", "Microsoft Defender for Endpoint, Manage indicators: 500 a batch"),
    ),
    use=Text(
        "Paramètres > Points de terminaison > Indicateurs > URL/Domaines > Importer",
        "Settings > Endpoints > Indicators > URLs/Domains > Import",
    ),
)
