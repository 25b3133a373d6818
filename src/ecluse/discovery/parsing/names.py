"""Which field a column or key stands for, by its usual name in English or French; and its value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from ecluse.discovery.parsing import hosts, moments, nested, stamps
from ecluse.discovery.parsing.verdicts import verdict
from ecluse.discovery.reader import Context
from ecluse.discovery.record import Action, Record, UnreadableError

# In order of preference, without case, accents or punctuation. `url` gives host, port and path.
_WORDS = {
    "time": (
        "time timestamp datetime dateheure datetheure dateetheure horodatage eventtime eventdate "
        "logtime receivetime starttime creationdate creationtime createddatetime createdat "
        "timegenerated timecreated requesttime date ts quand"
    ),
    "clock": "heure hour clocktime",
    "source_ip": (
        "sourceip srcip clientip ipsource ipclient adressesource adresseipsource adresseipclient "
        "adresseclient sourceaddress srcaddr clientaddress cip internalip userip remoteip "
        "remoteaddr ipaddress adresseip callerip src client source ip"
    ),
    "user": (
        "user username login utilisateur nomutilisateur nomdutilisateur identifiant "
        "nomdecompte compte account accountname userid userlogin samaccountname "
        "userprincipalname upn csusername srcuser sourceuser usr "
        "useremail email mail courriel"
    ),
    "url": "url uri fullurl requesturl csuri urlcomplete adresseurl lien address",
    "host": (
        "desthost destinationhost dsthost destinationhostname destinationdomain dstdomain "
        "desthostname dstname destname urldomain urlhost domaine domain domainname nomdomaine "
        "nomdedomaine fqdn sni servername tlssni query qname dnsquery queryname dnsname "
        "cshost requesthost httphost siteweb site website host hostname hote "
        "destination dest dst server serveur"
    ),
    "port": "destport dstport destinationport portdestination portdest urlport serverport port",
    "method": "method methode httpmethod requestmethod csmethod verb verbe",
    "path": "path urlpath uripath requestpath chemin csuristem",
    "status": (
        "status statuscode httpstatus httpstatuscode responsestatus responsecode httpcode "
        "codehttp codereponse scstatus statut code"
    ),
    "action": "action verdict decision policyaction disposition filterresult filteraction",
    "bytes_up": (
        "bytesup bytesout bytessent sentbytes sentbyte bytesuploaded uploadbytes uploaded upload "
        "octetsenvoyes octetsemis volumeenvoye requestsize requestbytes reqsize csbytes "
        "sourcebytes srcbytes sent envoyes"
    ),
    "bytes_down": (
        "bytesdown bytesin bytesreceived receivedbytes rcvdbyte bytesdownloaded downloadbytes "
        "downloaded download octetsrecus volumerecu responsesize responsebytes respsize scbytes "
        "destinationbytes dstbytes received recus bytes octets"
    ),
    "app": (
        "app application appname applicationname appdisplayname nomapplication "
        "nomdelapplication cloudapp"
    ),
    "mime": "mime mimetype contenttype typemime responsecontenttype",
}
NAMES: Mapping[str, tuple[str, ...]] = {
    field: tuple(words.split()) for field, words in _WORDS.items()
}
OPTIONS = frozenset({"time_format", "delimiter", "zone"})
_FRENCH_BLOCKED = re.compile(r"bloqu|refus|interdi|rejet", re.IGNORECASE)
_FRENCH_ALLOWED = re.compile(r"autoris|accept|permis|laiss", re.IGNORECASE)
_GROUPING = re.compile(r"(?<=\d)[ \u00a0\u202f'](?=\d{3})")
Take = Callable[[str], str | None]


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Give a name without case, accents and punctuation: `Date et heure` is `dateetheure`."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def recognised(names: Sequence[str]) -> dict[str, str]:
    """Give our field → the name that stands for it best, each name used once."""
    by_name: dict[str, str] = {}
    for each in names:
        by_name.setdefault(folded(each), each)
    found: dict[str, str] = {}
    for field, known in NAMES.items():
        name = next((by_name[one] for one in known if one in by_name), None)
        if name is not None and name not in found.values():
            found[field] = name
    if "clock" in found and folded(found.get("time", "")) != "date":
        del found["clock"]
    return found


def tells_of_visits(found: Mapping[str, str]) -> bool:
    """Tell whether the fields are enough for usage: something reached, and when or by whom."""
    reached = {"host", "url", "app"} & set(found)
    return bool(reached) and bool({"time", "source_ip", "user"} & set(found))


def moment(written: str, context: Context) -> datetime:
    """Read a time as the mapping's `time_format` says, or as its shape tells."""
    pattern = context.mapping.get("time_format")
    if pattern is None:
        return stamps.read(written, context)
    try:
        read = datetime.strptime(written.strip(), pattern)  # noqa: DTZ007 - zone comes next
    except (ValueError, OverflowError) as error:
        raise UnreadableError("time") from error
    return moments.to_utc(read.replace(tzinfo=None), read.tzinfo or context.zone)


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    return hosts.count(_GROUPING.sub("", written).removesuffix(".0"))


def _action(word: str | None) -> Action | None:
    if word and _FRENCH_BLOCKED.match(word):
        return "blocked"
    return "allowed" if word and _FRENCH_ALLOWED.match(word) else verdict(word)


def _port(written: str | None) -> int | None:
    value = _number(written)
    return value if value is not None and value <= 65535 else None


def _where(take: Take) -> tuple[str | None, int | None, str | None]:
    url, written = take("url"), take("host")
    host, port, path = hosts.split_url(url) if url else (None, None, None)
    if written:
        named, at, after = hosts.split_url(written)
        host, port, path = named or host, at or port, path or after
    below = take("path")
    path = below.partition("?")[0] or None if below else path
    return host, _port(take("port")) or port, path


def record(take: Take, context: Context) -> Record | None:
    """Make a record of what `take(field)` finds; None where it tells of nobody and nowhere."""
    host, port, path = _where(take)
    user, app = take("user"), take("app")
    source = take("source_ip")
    address = nested.address(source) or hosts.clean_host(source)
    if host is None and app is None and user is None and address is None:
        return None
    written = take("time")
    return Record(
        time=moment(written, context) if written else None,
        source_ip=address,
        user=user,
        host=host,
        port=port,
        method=take("method"),
        path=path,
        status=hosts.status(take("status")),
        action=_action(take("action")),
        bytes_up=_number(take("bytes_up")),
        bytes_down=_number(take("bytes_down")),
        app=app,
        mime=take("mime"),
    )
