"""Why a journal will not open, sign or write, said once and in both languages; no logic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.journal.errors import JournalError, NotDurable, StartRefused
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def refused(code: str, fr: str, en: str) -> StartRefused:
    """Give the refusal with the way out, the same for every damaged journal."""
    return StartRefused(
        code,
        Text(
            fr=f"Le journal n’a pas été ouvert\u00a0: {fr}. Rien n’a été modifié. Restaurez la "
            "copie complète la plus récente\u202f; s’il n’y en a pas, gardez ce dossier comme "
            "pièce et ouvrez un nouveau journal qui le cite, avec «\u00a0ecluse journal init "
            "--follows DOSSIER\u00a0».",
            en=f"The journal was not opened: {en}. Nothing was changed. Restore the most recent "
            "complete copy; if there is none, keep this folder as evidence and open a new "
            "journal that cites it, with “ecluse journal init --follows FOLDER”.",
        ),
    )


def busy(holder: str) -> StartRefused:
    """Refuse a second writer, naming the first."""
    return StartRefused(
        "busy",
        Text(
            fr=f"Un autre processus écrit déjà dans ce journal\u00a0: {holder}. Rien n’a été "
            "modifié. Passez par lui, ou arrêtez-le puis recommencez.",
            en=f"Another process already writes to this journal: {holder}. Nothing was changed. "
            "Go through it, or stop it and try again.",
        ),
    )


def gap(number: int) -> StartRefused:
    """Refuse a missing number."""
    return refused(
        "gap",
        f"l’entrée {number} manque alors que des entrées la suivent",
        f"entry {number} is missing although entries follow it",
    )


def altered(start: int, end: int) -> StartRefused:
    """Refuse entries that changed."""
    return refused(
        "root",
        f"une entrée entre {start} et {end - 1} n’est plus celle qui a été inscrite",
        f"an entry between {start} and {end - 1} is no longer the one that was entered",
    )


def rollback(size: int, signed: int) -> StartRefused:
    """Refuse a past state."""
    return refused(
        "rollback",
        f"il ne contient que {size} entrées alors que {signed} ont été signées\u00a0: "
        "une ancienne copie a été remise en place ou des entrées ont été retirées",
        f"it holds only {size} entries although {signed} were signed: "
        "an old copy was put back or entries were removed",
    )


def absent(folder: Path) -> StartRefused:
    """Give the refusal of a folder that holds no journal."""
    return StartRefused(
        "absent",
        Text(
            fr=f"Il n’y a pas de journal dans {folder}. Créez-le avec «\u00a0ecluse journal "
            "init\u00a0», ou indiquez le bon dossier avec --data.",
            en=f"There is no journal in {folder}. Create it with “ecluse journal init”, or give "
            "the right folder with --data.",
        ),
    )


def bad_origin() -> StartRefused:
    """Refuse a name that no witness would accept."""
    return StartRefused(
        "origin",
        Text(
            fr="L’origine d’un journal s’écrit comme une adresse sans https://, avec des lettres "
            "sans accent, des chiffres, des points, des tirets, des deux-points et des barres "
            "obliques, par exemple exemple.fr/journal. Rien n’a été créé.",
            en="A journal’s origin is written like an address without https://, with plain "
            "letters, digits, dots, hyphens, colons and slashes, for example "
            "example.org/journal. Nothing was created.",
        ),
    )


def present(folder: Path) -> StartRefused:
    """Refuse to make a journal over another."""
    return StartRefused(
        "present",
        Text(
            fr=f"Il y a déjà un journal dans {folder}. Il n’a pas été touché. Choisissez un autre "
            "dossier avec --data.",
            en=f"There is already a journal in {folder}. It was not touched. Choose another "
            "folder with --data.",
        ),
    )


def cannot_retire(key_id: str) -> JournalError:
    """Refuse to leave a journal without a key."""
    return JournalError(
        "key_last",
        Text(
            fr=f"La clé {key_id} ne peut pas être retirée\u00a0: elle ne signe pas ce journal, ou "
            "elle est la seule. Ajoutez-en une d’abord avec «\u00a0ecluse journal key "
            "rotate\u00a0».",
            en=f"The key {key_id} cannot be retired: it does not sign this journal, or it is the "
            "only one. Add another first with “ecluse journal key rotate”.",
        ),
    )


def closed() -> NotDurable:
    """Give the refusal of a journal that was closed."""
    return NotDurable(
        "closed",
        Text(
            fr="Le journal est fermé\u00a0: rien n’a été inscrit. Rouvrez-le.",
            en="The journal is closed: nothing was entered. Open it again.",
        ),
    )


def not_durable(error: sqlite3.Error) -> NotDurable:
    """Turn an error of SQLite into what the caller must know."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return NotDurable(
        "full" if name == "SQLITE_FULL" else "disk",
        Text(
            fr=f"L’entrée n’a pas pu être écrite sur le disque ({name}). Les entrées déjà "
            "confirmées sont intactes. Libérez de la place ou vérifiez le disque, puis "
            "renvoyez l’événement.",
            en=f"The entry could not be written to disk ({name}). Entries already "
            "acknowledged are untouched. Free some space or check the disk, then send the "
            "event again.",
        ),
    )
