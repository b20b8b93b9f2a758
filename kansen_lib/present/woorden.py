"""The glossary: every word a school leader may not know, in at most 25 plain words."""

from __future__ import annotations

import functools
import html
import re

#: Word to its explanation, in the order of the alphabet.
WOORDEN: dict[str, str] = {
    "achterstandsscore": "Getal van het CBS voor basisscholen. Hoe hoger, hoe meer leerlingen door hun "
    "achtergrond kans hebben op achterstand.",
    "advies": "Het schooladvies: welk niveau de basisschool bij een kind vindt passen, in groep 8.",
    "afscherming": "Getallen over heel weinig mensen laten we niet zien, zodat niemand te herkennen is.",
    "afstroom": "Een leerling gaat naar een lager niveau dan waar hij zat.",
    "basisbehoefte": "Wat elk kind nodig heeft, zoals eten en kleren.",
    "bestuur": "Wie een of meer scholen bestuurt, en er geld en leraren voor krijgt.",
    "betrouwbaarheid": "Hoe precies een toets of vragenlijst meet. Bij 1 zonder fout, bij 0 alleen toeval.",
    "bijstelling": "De basisschool maakt het advies hoger, nadat de toets hoger uitkwam.",
    "breedte": "Hoeveel niveaus een school zou hebben als die allemaal even groot waren.",
    "brugklas": "Een klas in leerjaar 1 of 2. In een brede brugklas zitten meer niveaus samen.",
    "categoraal": "Een school met één niveau, zoals een gymnasium.",
    "CBS": "Centraal Bureau voor de Statistiek: maakt de cijfers over Nederland.",
    "cohort": "Een jaargroep: leerlingen die in hetzelfde schooljaar begonnen.",
    "concentratie-index": "Laat zien bij wie iets terechtkomt. Boven 0 vooral bij de hoogste groep, onder 0 "
    "vooral bij de laagste.",
    "correctie voor veel uitkomsten": "Wie naar veel uitkomsten kijkt, vindt er door toeval altijd wel een. "
    "Een correctie, zoals die van Holm, maakt de marges daarom breder.",
    "decompositie": "Een verschil in stukken delen: welk stuk gaat samen met welk kenmerk?",
    "definitief advies": "Het advies na de toets. Met dit advies meldt een kind zich aan bij een school.",
    "differentiatie": "In één klas verschil maken in uitleg, stof of tempo, omdat leerlingen verschillen.",
    "doorstroomtoets": "De toets in groep 8 sinds 2024. Daarvoor heette die eindtoets.",
    "doubleren": "Een leerjaar overdoen: blijven zitten.",
    "drempel": "De grens waar iets verandert, zoals de laagste score met een hoger toetsadvies.",
    "dubbel advies": "Een advies met twee niveaus, zoals havo/vwo.",
    "DUO": "Dienst Uitvoering Onderwijs: houdt bij hoeveel leerlingen en examens er zijn.",
    "E-I-index": "Vrienden uit een andere groep tegenover vrienden uit de eigen groep. Bij −1 zijn allen uit "
    "de eigen groep, bij 1 allen uit een andere.",
    "EEF": "Education Endowment Foundation: een Engelse organisatie die onderzoek naar onderwijs verzamelt.",
    "eerste advies": "Het advies van de basisschool voordat de uitslag van de toets er is.",
    "effect": "Wat er verandert dankzij een aanpak. Dat weet je pas met een eerlijke vergelijking.",
    "gebruikelijke dosis": "Zoveel lessen, uren of dagen als de helft van alle deelnemers minstens kreeg.",
    "gemiddelde": "Alle waarden bij elkaar opgeteld, gedeeld door hoeveel het er zijn.",
    "GeoNames": "Een open lijst met plaatsen in de wereld. Hier: waar elke postcode ligt.",
    "gespreide start": "Scholen beginnen in verschillende jaren met dezelfde aanpak.",
    "Gini": "Getal voor ongelijk verdelen. Bij 0 krijgt iedereen evenveel, bij 1 krijgt één alles.",
    "grenzen van toeval": "Waartussen een getal meestal ligt als er niets verandert. Een op de "
    "twintig ligt er vanzelf buiten.",
    "hemelsbreed": "In een rechte lijn over de kaart, zonder bochten in de weg.",
    "herkomst": "In welk land een leerling en zijn ouders geboren zijn.",
    "heroverweging": "De basisschool bekijkt het advies opnieuw, omdat de toets hoger uitkwam.",
    "hoofdanalyse": "De manier van rekenen die vooraf is gekozen. De andere manieren staan ernaast, als "
    "controle.",
    "ICC": "Welk deel van alle verschillen tussen scholen of klassen ligt.",
    "imputatie": "Uitrekenen wat een getal was geweest, als het niet is gemeten of niet is gebeurd.",
    "Inspectie": "De Inspectie van het Onderwijs: houdt toezicht op scholen.",
    "kapitaal": "Wat een gezin meegeeft: geld, cultuur, mensen die je kent, en eigen kracht.",
    "kwalificatie": "Doel van onderwijs: kennis, vaardigheden en een diploma.",
    "kwintiel": "Een vijfde deel, op volgorde van inkomen. Het eerste vijfde heeft het laagste inkomen.",
    "ladder": "De niveaus op volgorde: praktijkonderwijs, vmbo-b, vmbo-k, vmbo-gt, havo en vwo.",
    "leerwinst": "Hoeveel hoger leerlingen scoren dan leerlingen elders die net zo begonnen.",
    "loting": "Het toeval beslist wie een plek krijgt, of wie er meedoet.",
    "maatstaf": "De manier van tellen of vergelijken.",
    "macro": "Over het hele land en het stelsel.",
    "marge": "Tussen welke waarden het echte getal waarschijnlijk ligt. In een figuur is dat de streep.",
    "Mattheüs-effect": "Wie voor ligt, groeit sneller. Zo wordt een verschil steeds groter.",
    "mediaan": "De middelste waarde: de helft zit eronder, de helft erboven.",
    "meetfout": "Het deel van een score dat toeval is, zoals een slechte dag of goed gokken.",
    "meritocratisch": "Wie goed presteert, komt ver; waar je vandaan komt, telt niet.",
    "meso": "Over de school en de buurt.",
    "met minder toeval": "Het getal, een stukje naar het gemiddelde van alle scholen getrokken. Hoe minder "
    "leerlingen, hoe sterker.",
    "micro": "Over de klas en de leerling.",
    "minimaregeling": "Hulp voor gezinnen met weinig geld, zoals een stadspas of een gratis schoollunch.",
    "model": "Een rekenregel: uit kenmerken volgt een verwachte uitkomst. Het is altijd eenvoudiger dan het "
    "echte leven.",
    "monitor": "Elk jaar dezelfde paar cijfers bekijken, om te zien of er iets verandert.",
    "nepgrens": "Een grens die er niet was. Zie je daar toch een sprong, dan is er iets anders aan de hand.",
    "nepstart": "Doen alsof een aanpak eerder begon. Dan hoort er niets uit te komen.",
    "OCW": "Ministerie van Onderwijs, Cultuur en Wetenschap.",
    "onbenut potentieel": "Hoeveel hoger leerlingen zouden uitkomen als zij het deden als leerlingen zonder "
    "risico's. Een rekensom, geen belofte.",
    "onderwijskansenscore": "Getal van het CBS voor scholen. Hoe hoger, hoe meer leerlingen kans hebben op "
    "achterstand. De school krijgt er geld voor.",
    "onzekerheid": "De grenzen waartussen het echte getal waarschijnlijk ligt. Bij weinig leerlingen liggen "
    "die ver uit elkaar.",
    "open gegevens": "Gegevens die iedereen mag bekijken, zoals die van DUO en het CBS.",
    "opleiding van de ouders": "De hoogste opleiding thuis. Laag: hoogstens vmbo of mbo 1. Midden: havo, vwo "
    "of mbo 2 tot 4. Hoog: hbo of universiteit.",
    "opstroom": "Een leerling gaat naar een hoger niveau dan waar hij zat.",
    "pedagogisch ideaal": "Elk kind krijgt evenveel tijd en aandacht om te groeien.",
    "persoonsvorming": "Doel van onderwijs: zelfstandig worden en eigen keuzes maken.",
    "postcodegebied": "Alle adressen met dezelfde eerste vier cijfers in de postcode.",
    "procentpunt": "Verschil tussen twee percentages. Van 40% naar 50% is 10 procentpunt erbij.",
    "profiel op havo en vwo": "Vakken die bij elkaar horen op havo of vwo, zoals natuur en techniek.",
    "referentie": "Een getal om mee te vergelijken, zoals dat van alle scholen samen.",
    "referentieniveau": "Landelijke afspraak over taal en rekenen. 1F is de ondergrens, 2F of 1S het doel.",
    "register": "De lijst waarin een school opschrijft welke aanpakken zij heeft, voor wie, sinds wanneer en "
    "wat ze kosten.",
    "regressie": "Een som die zegt hoe een uitkomst samengaat met kenmerken, zoals een eerdere score.",
    "risico": "Een kenmerk dat vaak samengaat met lagere uitkomsten, zoals weinig geld thuis.",
    "route": "De weg van een leerling door het onderwijs, zoals eerst vmbo-t en dan havo.",
    "samenhang": "Twee dingen gaan samen. Dat ene hoeft niet door dat andere te komen.",
    "schaalscore": "Het gemiddelde van antwoorden op vragen die samen één ding meten.",
    "schatting": "Een getal dat uit gegevens is afgeleid. Het echte getal kan iets anders zijn.",
    "schuldsanering": "Een gezin met grote schulden krijgt hulp van de rechter om ze af te lossen.",
    "segregatie": "Groepen leerlingen zitten apart, op andere scholen of in andere klassen.",
    "selectie": "Leerlingen verdelen over niveaus, klassen of scholen, bijvoorbeeld met een advies.",
    "SES": "Opleiding, inkomen en werk van ouders samen (sociaal-economische status).",
    "SES-WOA": "Getal van het CBS voor een buurt: welvaart, opleiding en werk samen.",
    "socialisatie": "Doel van onderwijs: leren samenleven en meedoen.",
    "spreiding": "Hoe ver waarden uit elkaar liggen.",
    "standaarddeviatie": "Maat voor spreiding, kort: sd. Bij 1 sd verschil staat de gemiddelde leerling "
    "boven 84% van de andere groep.",
    "stap": "Eén schoolniveau hoger of lager. Een half advies is een halve stap.",
    "stapelen": "Na een diploma een niveau hoger doorgaan, zoals van vmbo-t naar havo.",
    "startkwalificatie": "Een diploma van havo, vwo of minstens mbo 2.",
    "stedelijkheid": "Hoeveel adressen er in de buurt zijn: van heel veel tot heel weinig.",
    "streefniveau": "Wat de meeste leerlingen zouden moeten kunnen: 2F voor taal, 1S voor rekenen.",
    "terugval naar het gemiddelde": "Wie door pech heel laag scoort, scoort de volgende keer "
    "vanzelf hoger. En andersom.",
    "toegevoegde waarde": "Hoeveel leerlingen groeien, vergeleken met leerlingen met dezelfde start op "
    "andere scholen.",
    "toetsadvies": "Het niveau dat bij de score op de toets hoort.",
    "toeval": "Wat vanzelf op en neer gaat. Bij weinig leerlingen telt het zwaar.",
    "variantie": "Maat voor hoe ver waarden uit elkaar liggen. Je kunt haar in stukken delen.",
    "Vensters": "Organisatie van scholen die cijfers over scholen laat zien, zoals op Scholen op de kaart.",
    "vertekening": "Een getal valt vanzelf te hoog of te laag uit, bijvoorbeeld omdat groepen klein zijn.",
    "vertraging": "Hetzelfde leerjaar komt nog een keer, op welk niveau ook.",
    "vervanger": "Een kenmerk dat je gebruikt omdat je het echte niet kent. Zo staat de buurt voor "
    "de opleiding van ouders.",
    "verwacht bij deze leerlingen": "Wat andere scholen bij zulke leerlingen gemiddeld hebben. Geen doel en "
    "geen excuus.",
    "vestiging": "Een locatie van een school, met een eigen code bij DUO.",
    "voedingsgebied": "De buurten waar de leerlingen van een school vandaan kunnen komen.",
    "vsv": "Voortijdig schoolverlaten: van school gaan zonder startkwalificatie.",
}

#: Other words under which the same is meant.
VORMEN: dict[str, tuple[str, ...]] = {
    "achterstandsscore": ("achterstandsscores",),
    "advies": ("adviezen", "schooladvies", "schooladviezen"),
    "afscherming": ("afgeschermd", "afgeschermde"),
    "afstroom": ("afstromen", "afstroomde", "afstroomt"),
    "bestuur": ("besturen",),
    "bijstelling": ("bijstellingen", "bijgesteld"),
    "brugklas": ("brugklassen",),
    "cohort": ("cohorten", "jaargroep", "jaargroepen"),
    "correctie voor veel uitkomsten": ("Holm",),
    "definitief advies": ("definitieve advies", "definitieve adviezen"),
    "differentiatie": ("differentiëren",),
    "doorstroomtoets": ("eindtoets",),
    "doubleren": ("doubleert", "zittenblijven"),
    "dubbel advies": ("dubbele adviezen",),
    "eerste advies": ("eerste adviezen",),
    "effect": ("effecten",),
    "gemiddelde": ("gemiddelden", "gemiddeld"),
    "heroverweging": ("heroverwegen", "heroverwogen"),
    "kapitaal": ("kapitalen",),
    "kwintiel": ("kwintielen", "inkomenskwintiel"),
    "loting": ("lotingen", "verloten"),
    "met minder toeval": ("shrinkage",),
    "model": ("modellen",),
    "onderwijskansenscore": ("onderwijskansenscores",),
    "onzekerheid": ("interval", "intervallen"),
    "open gegevens": ("open data",),
    "opleiding van de ouders": (
        "laagopgeleide ouders",
        "hoogopgeleide ouders",
        "hoog- en laagopgeleide ouders",
    ),
    "opstroom": ("opstromen", "opstroomt"),
    "postcodegebied": ("postcodegebieden",),
    "procentpunt": ("procentpunten",),
    "profiel op havo en vwo": ("een profiel", "profielen", "profiel met natuur en techniek"),
    "referentie": ("referenties", "referentiewaarde", "referentiewaarden"),
    "referentieniveau": ("referentieniveaus", "1F", "2F", "1S"),
    "risico": ("risico's", "risico’s"),
    "route": ("routes",),
    "samenhang": ("hangt samen", "hangen samen", "samenhangen"),
    "schaalscore": ("schaalscores",),
    "schatting": ("schattingen",),
    "standaarddeviatie": ("standaarddeviaties", "sd"),
    "stap": ("halve stap",),
    "stapelen": ("stapelt", "stapelde", "gestapeld"),
    "toegevoegde waarde": ("toegevoegde waarden",),
    "toetsadvies": ("toetsadviezen",),
    "vertraging": ("vertraagd", "vertraagde"),
    "verwacht bij deze leerlingen": ("verwachte waarde", "verwachte waarden"),
    "vestiging": ("vestigingen",),
}


def anker(word: str) -> str:
    """The id of a word's explanation in a page."""
    return "woord-" + re.sub(r"[^a-z0-9]+", "-", word.lower().replace("ü", "u"))


@functools.cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds every form, longest first, and which word a form (in lower case) is of."""
    of = {form.lower(): word for word in WOORDEN for form in (word, *VORMEN.get(word, ()))}
    forms = "|".join(re.escape(form) for form in sorted(of, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", flags=re.IGNORECASE), of


def gebruikt(prose: str) -> list[tuple[int, int, str]]:
    """Where words of the glossary stand in a text: begin, end, and the word that it is a form of."""
    pattern, of = _words()
    return [(*found.span(), of[found[0].lower()]) for found in pattern.finditer(prose)]


class Woordenlijst:
    """The glossary as a notebook shows it: a list of words with their explanations."""

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<div><dt id="{anker(word)}">{html.escape(word)}</dt><dd>{html.escape(meaning)}</dd></div>'
            for word, meaning in WOORDEN.items()
        )
        return f'<section class="woordenlijst" aria-label="Woordenlijst"><dl>{rows}</dl></section>'

    def __repr__(self) -> str:
        return "\n".join(f"{word}: {meaning}" for word, meaning in WOORDEN.items())
