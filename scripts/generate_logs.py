"""Write a log of any length in one of the single-line formats, with generate_squid's traffic."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generate_squid import PEOPLE, hosts

Line = Callable[[datetime, int, str, int], str]


def address(person: int) -> str:
    """Give the address of a person."""
    return f"10.{person >> 8 & 255}.{person & 255}.7"


def olfeo(at: datetime, who: int, host: str, size: int) -> str:
    """One line of Olfeo on premises."""
    stamp = f"{at:%d/%m/%Y %H:%M:%S}"
    request = f'"CONNECT https://{host}:443 HTTP/1.1"'
    return f"{address(who)} - u{who:04d} [{stamp}] {request} 200 - - {size % 90} Informatique"


def combined(at: datetime, who: int, host: str, size: int) -> str:
    """One line of Squid's combined format."""
    stamp = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
    request = f'"CONNECT {host}:443 HTTP/1.1" 200 {size} "-" "Mozilla/5.0"'
    return f"{address(who)} - u{who:04d} [{stamp}] {request} TCP_TUNNEL:HIER_DIRECT"


def stormshield(at: datetime, who: int, host: str, size: int) -> str:
    """One l_web line of Stormshield."""
    stamp = f"{at:%Y-%m-%d %H:%M:%S}"
    return (
        f'id=firewall time="{stamp}" fw="SN310A" tz=+0000 startime="{stamp}" pri=5 '
        f"src={address(who)} srcport=50123 dst=198.51.100.20 dstport=443 dstname={host} "
        f'user="u{who:04d}" sent={size // 9} rcvd={size} op=GET result=200 arg="/" '
        'cat_site="{misc}" action=pass logtype="web"'
    )


def fortigate(at: datetime, who: int, host: str, size: int) -> str:
    """One webfilter line of FortiGate."""
    return (
        f'date={at:%Y-%m-%d} time={at:%H:%M:%S} devname="fw1" devid="FGT1" logid="0316013056" '
        f'type="utm" subtype="webfilter" level="notice" vd="root" '
        f'eventtime={int(at.timestamp())} tz="+0000" policyid=1 user="u{who:04d}" '
        f'srcip={address(who)} srcport=50123 dstip=198.51.100.20 dstport=443 service="HTTPS" '
        f'hostname="{host}" action="passthrough" url="/" sentbyte={size // 9} rcvdbyte={size} '
        'catdesc="Information Technology"'
    )


def paloalto(at: datetime, who: int, host: str, size: int) -> str:
    """One THREAT/url line of PAN-OS."""
    stamp = f"{at:%Y/%m/%d %H:%M:%S}"
    return (
        f"1,{stamp},0016,THREAT,url,2305,{stamp},{address(who)},198.51.100.20,0.0.0.0,0.0.0.0,"
        f"web,u{who:04d},,ssl,vsys1,trust,untrust,ae1,ae2,fwd,{stamp},{size},1,50123,443,0,0,"
        f'0x0,tcp,alert,"{host}/",(9999),computer-and-internet-info,informational,'
        "client-to-server,1,0x0,10.0.0.0-10.255.255.255,France,,text/html"
    )


def zscaler(at: datetime, who: int, host: str, size: int) -> str:
    """One tab-separated line of a Zscaler NSS web feed."""
    return (
        f"{at:%Y-%m-%d %H:%M:%S}\treason=Allowed\tevent_id=1{size}\tprotocol=HTTPS\t"
        f"action=Allowed\ttransactionsize={size}\tresponsesize={size}\trequestsize={size // 9}\t"
        f"urlcategory=AI\tserverip=198.51.100.20\trequestmethod=GET\trefererURL=None\t"
        f"useragent=Mozilla\tproduct=NSS\tlocation=Siege\tClientIP={address(who)}\tstatus=200\t"
        f"user=u{who:04d}\turl={host}/\tvendor=Zscaler\thostname={host}"
    )


def suricata(at: datetime, who: int, host: str, size: int) -> str:
    """One tls event of Suricata."""
    return (
        f'{{"timestamp":"{at:%Y-%m-%dT%H:%M:%S.000000}+0000","flow_id":{size},"in_iface":"eth0",'
        f'"event_type":"tls","src_ip":"{address(who)}","src_port":50123,'
        f'"dest_ip":"198.51.100.20","dest_port":443,"proto":"TCP",'
        f'"tls":{{"sni":"{host}","version":"TLS 1.3"}}}}'
    )


def zeek(at: datetime, who: int, host: str, size: int) -> str:
    """One ssl event of Zeek as JSON."""
    return (
        f'{{"ts":{at.timestamp():.6f},"uid":"C{size}","id.orig_h":"{address(who)}",'
        f'"id.orig_p":50123,"id.resp_h":"198.51.100.20","id.resp_p":443,"version":"TLSv13",'
        f'"server_name":"{host}","resumed":false,"established":true}}'
    )


def bind(at: datetime, who: int, host: str, size: int) -> str:
    """One line of BIND's query log."""
    return (
        f"{at:%d-%b-%Y %H:%M:%S.000} queries: info: client @0x7f{size:08x} {address(who)}#50123 "
        f"({host}): query: {host} IN A +E(0) (192.0.2.53)"
    )


def unbound(at: datetime, who: int, host: str, size: int) -> str:
    """One line of Unbound's query log."""
    return f"[{int(at.timestamp())}] unbound[812:{size % 4:x}] info: {address(who)} {host}. A IN"


def dnsmasq(at: datetime, who: int, host: str, size: int) -> str:
    """One line of dnsmasq."""
    del size
    return f"{at:%b} {at.day:2d} {at:%H:%M:%S} dnsmasq[412]: query[A] {host} from {address(who)}"


def windows_dns(at: datetime, who: int, host: str, size: int) -> str:
    """One PACKET line of a French Windows DNS server."""
    labels = "".join(f"({len(label)}){label}" for label in host.split("."))
    return (
        f"{at:%d/%m/%Y %H:%M:%S} 0294 PACKET  000002DA{size:08X} UDP Rcv {address(who):<15} "
        f"7822   Q [0001   D   NOERROR] A      {labels}(0)"
    )


FORMATS: dict[str, Line] = {
    "squid-combined": combined,
    "olfeo": olfeo,
    "stormshield": stormshield,
    "fortigate": fortigate,
    "paloalto": paloalto,
    "zscaler": zscaler,
    "suricata": suricata,
    "zeek": zeek,
    "bind": bind,
    "unbound": unbound,
    "dnsmasq": dnsmasq,
    "windows-dns": windows_dns,
}


def lines(name: str, count: int, seed: int = 29, days: int = 7) -> Iterator[str]:
    """Give `count` lines of a format over `days` days."""
    chance = random.Random(seed)
    names, weights = hosts(chance)
    write, moment = FORMATS[name], datetime(2026, 11, 6, 21, tzinfo=UTC)
    step = timedelta(days=days) / max(count, 1)
    for host in chance.choices(names, cum_weights=weights, k=count):
        moment += step
        yield write(moment, chance.randrange(PEOPLE), host, chance.randrange(900, 900_000))


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("lines", type=int)
    options = parser.parse_args()
    for line in lines(options.format, options.lines):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
