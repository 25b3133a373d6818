"""A page to print, with the checkpoint in clear and as a QR code; it fetches nothing."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import segno

from ecluse.kernel import clock
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from ecluse.journal.note import Note, VerifierKey
    from ecluse.kernel.text import Lang

_TITLE = Text(fr="Point de contrôle du journal de preuve", en="Checkpoint of the evidence journal")
_WHY = Text(
    fr="Cette page fixe l’état du journal à la date ci-dessous. Gardez-la hors de la machine qui "
    "tient le journal\u00a0: si l’historique est réécrit ou raccourci plus tard, elle le "
    "montrera.",
    en="This page fixes the state of the journal at the date below. Keep it away from the machine "
    "that holds the journal: if the history is rewritten or shortened later, it will show.",
)
_HOW = Text(
    fr="Pour comparer\u00a0: recopiez ou scannez le texte dans un fichier nommé page.txt, puis "
    "lancez «\u00a0python3 verify.py --against page.txt\u00a0» dans un export du journal.",
    en="To compare: copy or scan the text into a file named page.txt, then run “python3 verify.py "
    "--against page.txt” in an export of the journal.",
)
_KEY = Text(fr="Clé publique", en="Public key")
_DATE = Text(fr="Imprimé le", en="Printed on")
_HAND = Text(fr="Nom, date et signature", en="Name, date and signature")
_STYLE = (
    "@page{size:A4;margin:20mm}body{font:12pt/1.5 serif;max-width:170mm;margin:auto}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid;padding:4mm}"
    "svg{display:block;width:75mm;height:75mm;margin:6mm auto}"
    "footer{margin-top:12mm;border-top:1px solid;height:25mm}"
)


def qr_svg(text: str) -> str:
    """Draw a text as a QR code, error correction M, inline SVG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, omitsize=True, border=4
    )
    return out.getvalue().decode()


def page(note: Note, keys: list[VerifierKey], lang: Lang, moment: datetime) -> str:
    """Give one A4 page of HTML that stands alone."""
    text = bytes(note).decode()
    names = "\n".join(str(key) for key in keys)
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{_TITLE.to(lang)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{_TITLE.to(lang)}</h1><p>{_WHY.to(lang)}</p>"
        f"<p>{_DATE.to(lang)} {clock.minute(moment, lang)} UTC</p>"
        f"<pre>{escape(text)}</pre>{qr_svg(text)}"
        f"<h2>{_KEY.to(lang)}</h2><pre>{escape(names)}</pre>"
        f"<p>{_HOW.to(lang)}</p><footer>{_HAND.to(lang)}</footer></body></html>\n"
    )
