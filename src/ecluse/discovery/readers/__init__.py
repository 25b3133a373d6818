"""The log formats, one file each, in the order in which a tie between two is settled."""

from __future__ import annotations

from ecluse.discovery.reader import Reader
from ecluse.discovery.readers import (
    bind,
    cef,
    dnsmasq,
    entra,
    fortigate,
    generic_csv,
    generic_json,
    google_workspace,
    netskope,
    o365,
    o365_csv,
    olfeo,
    olfeo_saas,
    paloalto,
    squid,
    squid_combined,
    stormshield,
    suricata,
    umbrella_dns,
    umbrella_proxy,
    unbound,
    windows_dns,
    zeek,
    zscaler,
)

READERS: tuple[Reader, ...] = (
    squid.READER,
    squid_combined.READER,
    olfeo.READER,
    olfeo_saas.READER,
    stormshield.READER,
    fortigate.READER,
    paloalto.READER,
    zscaler.READER,
    netskope.READER,
    umbrella_dns.READER,
    umbrella_proxy.READER,
    suricata.READER,
    zeek.READER,
    bind.READER,
    unbound.READER,
    dnsmasq.READER,
    windows_dns.READER,
    o365.READER,
    o365_csv.READER,
    entra.READER,
    google_workspace.READER,
    cef.READER,
    generic_csv.READER,
    generic_json.READER,
)


def named(name: str) -> Reader:
    """Give the reader of that name; raises KeyError with the nearest ones."""
    for reader in READERS:
        if reader.name == name:
            return reader
    import difflib

    names = [reader.name for reader in READERS]
    raise KeyError(", ".join(difflib.get_close_matches(name, names) or names))
