"""One plain visit in each format, made for a test: host, path, person and address are chosen."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from ecluse.discovery.detection import Format, detect
from ecluse.discovery.reader import Context
from ecluse.discovery.readers import READERS, named
from ecluse.discovery.sources import Source

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
CONTEXT = Context(now=NOW)

_COMMON_EVENT = '"timestamp":"2026-11-20T10:30:12.345678+0000","flow_id":12345,"in_iface":"eth0",'
_PALO = (
    "1,2026/11/20 10:30:12,001234567890,THREAT,url,2562,2026/11/20 10:30:12,@IP@,198.51.100.7,"
    "203.0.113.1,198.51.100.7,Web out,@USER@,,ssl,vsys1,in,out,ethernet1/1,ethernet1/2,Fwd,"
    "2026/11/20 10:30:12,4242,1,51000,443,0,0,0x400000,tcp,alert,"
    '"@HOST@@PATH@",(9999),ai,informational,client-to-server,7,0x0,FR,US,0,text/html,0,,,1,'
    '"agent",,,,,,,0,0,0,0,0,,fw1,,,,post,0,,0,,N/A'
)
_AUDIT = json.dumps(
    {
        "CreationTime": "2026-11-20T12:00:01",
        "Id": "1",
        "Operation": "FileUploadedToCloud",
        "RecordType": 63,
        "Workload": "Endpoint",
        "UserId": "@USER@",
        "ClientIP": "@IP@",
        "ObjectId": "plan.docx",
        "TargetDomain": "@HOST@",
    }
)


def _cells(*cells: str) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="").writerow(cells)
    return file.getvalue()


TEMPLATES: dict[str, str] = {
    "squid": (
        "1795170612.277   3387 @IP@ TCP_MISS/200 19131 POST http://@HOST@@PATH@ @USER@ "
        "HIER_DIRECT/198.51.100.7 text/html"
    ),
    "squid-combined": (
        "@IP@ - @USER@ [20/Nov/2026:10:30:12 +0000] "
        '"POST http://@HOST@@PATH@ HTTP/1.1" 200 19131 "-" "agent" TCP_MISS:HIER_DIRECT'
    ),
    "olfeo": (
        '@IP@ - @USER@ [20/11/2026 10:30:12] "POST http://@HOST@@PATH@ HTTP/1.1" 200 - - 1000 News'
    ),
    "olfeo-saas": (
        '{"user_id":"1","display_name":"@USER@","category_id":"1","category_label":"Divers",'
        '"url":"https://@HOST@@PATH@","action":"allow","domain":"@HOST@","src_ip":"@IP@",'
        '"src_port":"27275","timestamp":1795170612123,"dest_ip":"198.51.100.7",'
        '"http_method":"POST","user_received_bytes":"46","user_sent_bytes":"83",'
        '"user_status_code":"200","theme_label":"x","directory_name":"y","policy_name":"None",'
        '"type":"proxy","applications":null}'
    ),
    "stormshield": (
        'id=firewall time="2026-11-20 10:30:12" fw="SN210A00000001" tz=+0000 '
        'startime="2026-11-20 10:30:11" pri=5 ipproto=tcp src=@IP@ srcport=52000 '
        "dst=198.51.100.20 dstport=443 dstname=@HOST@ sent=512 rcvd=2048 "
        'user="@USER@" op=POST result=200 arg="@PATH@" action=pass logtype="web"'
    ),
    "fortigate": (
        'date=2026-11-20 time=10:30:12 devname="fw-01" devid="FGT60F0000000001" '
        'eventtime=1795170612000000000 tz="+0000" logid="0317013312" type="utm" '
        'subtype="webfilter" eventtype="ftgd_allow" level="notice" vd="root" user="@USER@" '
        "srcip=@IP@ srcport=51000 dstip=198.51.100.7 dstport=443 sessionid=7 proto=6 "
        'service="HTTPS" hostname="@HOST@" action="passthrough" url="https://@HOST@@PATH@" '
        "sentbyte=300 rcvdbyte=20"
    ),
    "paloalto": _PALO,
    "zscaler": (
        '{"sourcetype":"zscalernss-web","event":{"datetime":"2026-11-20 10:30:12",'
        '"reason":"Allowed","protocol":"HTTPS","action":"Allowed","responsesize":"758",'
        '"requestsize":"948","serverip":"198.51.100.7","requestmethod":"POST","product":"NSS",'
        '"location":"Siege","ClientIP":"@IP@","status":"200","user":"@USER@",'
        '"url":"@HOST@@PATH@","hostname":"@HOST@","urlsupercategory":"x","contenttype":"text"}}'
    ),
    "netskope": (
        '{"_id":"1","access_method":"Client","action":"","appcategory":"x","ccl":"medium",'
        '"client_bytes":5120,"domain":"@HOST@","dstip":"198.51.100.7","dstport":443,'
        '"server_bytes":20,"timestamp":1795170612,"traffic_type":"CloudApp","type":"connection",'
        '"ur_normalized":"@USER@","url":"@HOST@@PATH@","user":"@USER@","userip":"@IP@"}'
    ),
    "umbrella-dns": (
        '"2026-11-20 10:30:12","@USER@","@USER@,PC-1","@IP@","203.0.113.9","Allowed","1 (A)",'
        '"NOERROR","@HOST@.","Generative AI","AD Users","AD Users,Anyconnect Roaming Client",""'
    ),
    "umbrella-proxy": (
        '"2026-11-20 10:30:12","@USER@","@IP@","203.0.113.9","198.51.100.7","text/html",'
        '"ALLOWED","https://@HOST@@PATH@","","agent","200","562","1489","1200","","Chat","","","",'
        '"","","AD Users",""'
    ),
    "suricata": (
        "{" + _COMMON_EVENT + '"event_type":"http","src_ip":"@IP@","src_port":51000,'
        '"dest_ip":"198.51.100.7","dest_port":443,"proto":"TCP","http":{"hostname":"@HOST@",'
        '"url":"@PATH@","http_method":"POST","http_content_type":"text/html","status":200,'
        '"length":900}}'
    ),
    "zeek": (
        '{"_path":"http","ts":1795170612.345678,"uid":"C1","id.orig_h":"@IP@","id.orig_p":51000,'
        '"id.resp_h":"198.51.100.7","id.resp_p":443,"method":"POST","host":"@HOST@",'
        '"uri":"@PATH@","request_body_len":300,"response_body_len":900,"status_code":200,'
        '"username":"@USER@"}'
    ),
    "bind": (
        "20-Nov-2026 10:30:12.379 queries: info: client @0x7fc043aef098 @IP@#57727 (@HOST@): "
        "query: @HOST@ IN A +E(0)K (192.0.2.53)"
    ),
    "unbound": "[1795170612] unbound[9958:0] info: @IP@ @HOST@. A IN",
    "dnsmasq": "Nov 20 10:30:12 dnsmasq[9737]: query[A] @HOST@ from @IP@",
    "windows-dns": (
        "20/11/2026 10:30:12 0294 PACKET  000002DAEC36D650 UDP Rcv @IP@       7822   Q "
        "[0001   D   NOERROR] A      @LABELS@(0)"
    ),
    "o365": _AUDIT,
    "o365-csv": _cells("1", "2026-11-20T12:00:01.0Z", "63", "FileUploadedToCloud", "@USER@", _AUDIT)
    + ",",
    "entra": (
        '{"id":"1","createdDateTime":"2026-11-20T12:00:01Z","userDisplayName":"x",'
        '"userPrincipalName":"@USER@","appDisplayName":"ChatGPT","ipAddress":"@IP@",'
        '"status":{"errorCode":0},"conditionalAccessStatus":"success"}'
    ),
    "google-workspace": (
        '{"kind":"admin#reports#activity","id":{"time":"2026-11-20T12:00:01.250Z",'
        '"applicationName":"token"},"actor":{"callerType":"USER","email":"@USER@"},'
        '"ipAddress":"@IP@","events":[{"name":"authorize","parameters":['
        '{"name":"client_id","value":"1"},{"name":"app_name","value":"ChatGPT"}]}]}'
    ),
    "cef": (
        "CEF:0|Example|Web Gateway|7.1|100|URL request|3|rt=1795170612000 src=@IP@ spt=51000 "
        "dst=198.51.100.7 dpt=443 suser=@USER@ request=https://@HOST@@PATH@ requestMethod=POST "
        "act=allowed in=300 out=900"
    ),
    "generic-csv": "2026-11-20T10:11:12Z,@IP@,@USER@,@HOST@,@PATH@,12",
    "generic-json": (
        '{"@timestamp":"2026-11-20T12:00:01Z","source":{"ip":"@IP@","bytes":12},'
        '"user":{"name":"@USER@"},"url":{"domain":"@HOST@","path":"@PATH@"}}'
    ),
}
HEADERS = {
    "o365-csv": "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits",
    "generic-csv": "Timestamp,Client IP,User Name,Domain,Path,Bytes Sent",
}
NAMELESS = frozenset({"entra", "google-workspace"})
"""The formats that name an application and no host: these lines are about ChatGPT."""
SKIMMED = tuple(one.name for one in READERS if one.skim is not None)


def visit(
    name: str,
    host: str = "chatgpt.com",
    *,
    path: str = "/",
    user: str = "jdoe",
    address: str = "192.0.2.10",
) -> str:
    """Give one line of the format of that name, without its end."""
    labels = "".join(f"({len(label)}){label}" for label in host.split("."))
    chosen = {"@HOST@": host, "@PATH@": path, "@USER@": user, "@IP@": address, "@LABELS@": labels}
    text = TEMPLATES[name]
    for mark, value in chosen.items():
        text = text.replace(mark, value)
    return text


def log(name: str, lines: Sequence[str]) -> str:
    """Give a whole file: the header where the format has one, then the lines."""
    header = [HEADERS[name]] if name in HEADERS else []
    return "".join(f"{line}\n" for line in [*header, *lines])


def formats(name: str, text: str) -> tuple[Format, ...]:
    """Give what detection makes of a text, held to one format."""
    source = Source(path="memory", head=text.encode())
    return detect(source, [named(name)], CONTEXT).formats
