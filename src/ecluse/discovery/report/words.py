"""What the report says around its figures, in both languages; it holds no figure."""

from __future__ import annotations

from ecluse.kernel.text import Text

TITLE = Text("Usages de l’IA\u00a0: ce que montrent les journaux", "AI in use: what the logs show")
SAMPLE = Text(
    "Échantillon fabriqué\u00a0: personnes et chiffres imaginaires.",
    "Made-up sample: the people and figures are imaginary.",
)
TRUTH = Text(
    "Vous voyez {read} sur {all}\u00a0· {period}\u00a0· {people}\u00a0· {lines}",
    "You see {read} out of {all} · {period} · {people} · {lines}",
)
PERIOD = Text("du {start} au {end}", "{start} to {end}")
NO_PERIOD = Text("période inconnue, aucune ligne datée", "period unknown, no line has a date")
LINES = Text("{read} lignes comprises sur {all}", "{read} lines understood out of {all}")
MADE = Text("Établi le {moment} ({zone})", "Drawn up on {moment} ({zone})")

FIGURES = Text("Cinq chiffres", "Five figures")
BLIND = Text("Ce que ce tableau ne voit pas", "What this picture cannot see")
BLIND_LEAD = Text(
    "Ces chiffres sont un minimum. Ce qui suit leur échappe, et ne vaut jamais zéro.",
    "These figures are a minimum. What follows escapes them, and never counts as zero.",
)
WHERE = Text("Sources\u00a0: {names}", "Sources: {names}")
STEPS = Text("Par où commencer", "What to do first")
STEPS_LEAD = Text("Situation choisie\u00a0: {posture}.", "Situation chosen: {posture}.")
NO_STEPS = Text(
    "Toutes les mesures de cette situation sont prouvées, ou n’appellent rien pour l’instant.",
    "Every measure of this situation is proven, or calls for nothing for now.",
)
SERVICES = Text("Services vus", "Services seen")
SERVICES_LEAD = Text(
    "Du plus au moins répandu. Dans une même colonne, les petits graphiques ont tous la même "
    "échelle.",
    "From the most to the least widespread. Small charts share one scale within their column.",
)
NO_SERVICE = Text(
    "Aucun service d’IA connu n’a été vu. Cela ne prouve pas qu’il n’y en a pas\u00a0: lisez "
    "d’abord ce que ce tableau ne voit pas.",
    "No known AI service was seen. This does not prove that there is none: first read what this "
    "picture cannot see.",
)
OTHERS = Text("Les autres services ({count})", "The other services ({count})")
DAILY = Text(
    "Par service\u00a0: personnes et octets envoyés, {per}",
    "By service: people and bytes sent, {per}",
)
OVER_TIME = Text("Dans le temps", "Over time")
OVER_TIME_LEAD = Text(
    "Tous services d’IA connus réunis. Une barre absente dit qu’aucun usage n’a été vu, ou "
    "qu’aucun journal ne couvrait ce moment.",
    "All known AI services together. A missing bar says that no use was seen, or that no log "
    "covered that moment.",
)
UNDATED = Text(
    "Aucune ligne n’est datée\u00a0: il n’y a rien à dessiner.",
    "No line has a date: there is nothing to draw.",
)
OUTSIDE = Text(
    "{requests} requêtes sans date, ou plus anciennes, ne sont pas dessinées.",
    "{requests} requests without a date, or older, are not drawn.",
)
COUNTRIES = Text("Éditeurs par pays", "Vendors by country")
COUNTRIES_LEAD = Text(
    "Le pays est celui de l’éditeur, non celui où vos données sont traitées\u00a0: celui-là se lit "
    "dans son contrat. EEE\u00a0: Espace économique européen.",
    "The country is the vendor’s, not the one where your data are processed: that one is in the "
    "contract. EEA: European Economic Area.",
)
CANDIDATES = Text("Inconnus qui ressemblent à de l’IA", "Unknown, and looking like AI")
CANDIDATES_LEAD = Text(
    "Aucune liste ne les connaît. Les raisons sont des indices, pas des preuves\u00a0: une "
    "personne doit trancher.",
    "No list knows them. The reasons are hints, not proof: a person has to decide.",
)
NO_CANDIDATE = Text(
    "Aucune destination inconnue ne présente de tels indices.",
    "No unknown destination shows such signs.",
)
SOURCES = Text("Sources lues", "Sources read")
METHOD = Text("Comment ces chiffres sont faits", "How these figures are made")
METHODS = (
    Text(
        "Une personne est un nom d’utilisateur, sinon une adresse\u202f; un poste partagé compte "
        "pour une, un téléphone et un portable sans nom pour deux.",
        "A person is a user name, or else an address; a shared computer counts as one, a phone "
        "and a laptop without a name as two.",
    ),
    Text(
        "Les accès refusés comptent parmi les requêtes\u00a0: ils disent une intention, non un "
        "usage.",
        "Refused access counts among the requests: it tells an intent, not a use.",
    ),
    Text(
        "Ce rapport ne contient aucun nom de personne, ni rien de ce qui a été écrit aux services.",
        "This report holds no person’s name, and nothing of what was written to the services.",
    ),
)
MORE = Text(
    "… et {count} autres, que donne «\u00a0ecluse discover --json\u00a0».",
    "… and {count} more, which “ecluse discover --json” gives.",
)
PAGE = Text("page", "page")

SERVICE = Text("Service", "Service")
VENDOR = Text("Éditeur", "Vendor")
PEOPLE = Text("Personnes", "People")
SENT = Text("Envoyé", "Sent")
REQUESTS = Text("Requêtes", "Requests")
OUT_OF = Text("sur\u00a0{count}", "out of\u00a0{count}")
AS_FIGURES = Text("Les mêmes, en chiffres", "The same, as figures")
REFUSED = Text("dont {count} refusées", "{count} of them refused")
COUNTRY = Text("Pays", "Country")
VENDORS = Text("Services", "Services")
DESTINATION = Text("Destination", "Destination")
SINCE = Text("Vue dès le", "First seen")
WHY = Text("Pourquoi", "Why")
SOURCE = Text("Source", "Source")
FORMAT = Text("Format", "Format")
ALL_LINES = Text("Lignes", "Lines")
UNREAD = Text("Non lues", "Not read")
TODO = Text("À faire", "To do")
STATE = Text("État", "State")
MEASURE = Text("Mesure", "Measure")
IN_EEA = Text("EEE", "EEA")
OUT_OF_EEA = Text("hors EEE", "outside EEA")

GRAINS = {
    "hour": Text("Heure", "Hour"),
    "day": Text("Jour", "Day"),
    "week": Text("Semaine du", "Week of"),
    "month": Text("Mois", "Month"),
    "year": Text("Année", "Year"),
}
PER = {
    "hour": Text("par heure", "per hour"),
    "day": Text("par jour", "per day"),
    "week": Text("par semaine", "per week"),
    "month": Text("par mois", "per month"),
    "year": Text("par an", "per year"),
}
PEOPLE_PER = Text(
    "Personnes qui se servent de l’IA, {per}, sur {people} vues dans les journaux",
    "People who use AI, {per}, out of {people} seen in the logs",
)
SENT_PER = Text(
    "Envoyé aux services d’IA, {per}, sur {sent} en tout",
    "Sent to AI services, {per}, out of {sent} in all",
)
SPARK_PEOPLE = Text(
    "{service}\u00a0: personnes {per}, au plus {most}", "{service}: people {per}, at most {most}"
)
SPARK_SENT = Text(
    "{service}\u00a0: envoyé {per}, au plus {most}", "{service}: sent {per}, at most {most}"
)
COPY = Text("déjà contenu dans {name}, compté une fois", "already within {name}, counted once")
