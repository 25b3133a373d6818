"""The blocklist formats, one file each, in the order in which they are shown."""

from __future__ import annotations

from ecluse.enforcement.artefact import Format
from ecluse.enforcement.formats import (
    adguard,
    chrome_policy,
    defender_indicators,
    dnsmasq,
    edge_policy,
    firefox_policy,
    fortigate_feed,
    hosts,
    pac,
    paloalto_edl_domain,
    paloalto_edl_url,
    rpz,
    squid_dstdomain,
    squid_server_name,
    stormshield_csv,
    unbound,
    zscaler_category,
)

FORMATS: tuple[Format, ...] = (
    squid_dstdomain.FORMAT,
    squid_server_name.FORMAT,
    rpz.FORMAT,
    unbound.FORMAT,
    dnsmasq.FORMAT,
    hosts.FORMAT,
    adguard.FORMAT,
    pac.FORMAT,
    paloalto_edl_domain.FORMAT,
    paloalto_edl_url.FORMAT,
    fortigate_feed.FORMAT,
    stormshield_csv.FORMAT,
    zscaler_category.FORMAT,
    chrome_policy.FORMAT,
    edge_policy.FORMAT,
    firefox_policy.FORMAT,
    defender_indicators.FORMAT,
)
