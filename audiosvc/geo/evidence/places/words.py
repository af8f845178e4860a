"""Words that are towns somewhere, and are hardly ever meant so.

By hand, over the languages that a recognizer writes most: function words, things and titles that
begin sentences, German nouns, and given names. A town of such a name still counts when a
loudspeaker announces it; one of a given name also behind a preposition of place.
"""

from __future__ import annotations

import re

_WORDS = """
a al am an and are as at bar bath bay best big boom born both bow brand bright but by can church
city cool date day deal do east eye fair fall far find for ford fort free gap general god going
good grand gray great green hall ham he hell her here high hill him his home hope how i in inn is
it just king kings lake law let like long look lord man many march mass may me men mill mobile moon
more most mount my nice no north not now of oh old on one only or orange our over park part past
police pop port post president progress queen rain reading red rich river rock roman rose round
same sale sand see she ship so son south spring star stone sun sure tea temple than that the then
there they this time to too towns trail troy two union university up van very was wave way we well
west what when white why will win wind wood work yes you young

aber also arm auf aus bad bei berg bild bis brand bruder bund burg da dank das dem den der des
die dorf du ein eine er erde essen feld frau freiheit furt glück grund haar hafen halle hand
haus heide heim herr hier himmel hof hut ich ihr im ist ja kamen kind kirche könig land licht macht
mann mark meer moos mutter nach nein neu neustadt not oder ort regen rot ruhe sand schloss schule
see sein sie singen sonne stadt stein tal tod und vater wald wand was wasser weg weil weiden welt
wer werden wie wir wo wolf wort zeit zu

alors au avec beau bon ce cet champs chez elle en est et il ils je jeune la le les lens mais mer
mes mon monde nous on or ou par pas plus pont pour quand que qui sens son sous sur toi tours tout
tu un une ville vous

amor años bien buena casa ciudad como con cuando de del el ella en era es esa ese esta este gracias
hay hola la las lo los luz mar más me mi montes muy noche nos para pero por porque que real sal san
santa se ser si sin sol su todo tres un una uno valle vida y ya

che ci come con da di dove e gli il in io la lei lui ma mi mio nel no non o per più quando
qui se si sono sole su te tu un una

ao bem com da das do dos em eu foi isso mas meu na nas no nos nós o os ou para por quem seu sim
sua também tem um uma você

att av bo bra de den det du en ett för han har hon i inte ja jag kan man med men mot nu nej och om
på så som till upp var vi vid är å år ås og er ikke jeg han hun vej ny mo os

aan de dat die een en goed het hij ik is je maar met na naar niet nu of om op te van voor was wat
wel we zij zo

ale ani bo co do i ja jak już lub na nie od po pod są się ta tak ten to tu tym w we z za że
ano ale byl je jsem když most na ne od pro se si tak to už v ve za

jos ota sama sana tulosta luetaan anda baris besar baru lama ora vin log rest namen esse contagem
name chama lista aba kilo solo bare marca

bir bu çok da de en ve var yok ya o ne mi mu ordu van

东方 太平 和平 安康 大同 中央 自由 平安 永安 长安 海口 东海 南海 北海 南方 北方 西方 日本 中国
大学
المدينة الجزيرة سلا بركة السلام النور الوادي حمص العين القصر الكبير
"""

_NAMES = """
adelaide albert alexandria alice andrea angela anna annette arthur augusta aurora austin beatrice
benedict bernard bradford brandon bristol bruno camille carl carlos carmen carol caroline catarina
charlotte chelsea chester christian christiana claire clara clayton clinton clyde constance cooper
dallas daniel darwin david denver diana douglas duncan eden edison elena elisabeth elizabeth elliot
emma eugene eva felix florence francisco frankfort franklin fred gary geneva george gloria grace
graham grant hamilton harper harrison harvey helena henderson henry howard hudson irving isabel
israel jackson james jasper jefferson jerome jordan joseph juan julia kelly kennedy kent kim lance
laura lawrence lee leon leonardo leonor lewis lincoln lisa logan london lorenzo louis lourdes lucas
ludwig luis lydia madison manuel marco maria marina marion marlow marshall martha martin mary
mason mason max melissa miguel milan milton mitchell monroe montgomery morgan morris murray nancy
nelson newton nora norman norton olga oliver oscar otto oxford parker paul pedro perry peter philip
quincy ramsey raymond regina ricardo richmond robert robinson roma roman rosa rosario russell
salvador sandy santiago sarah sasha scott selma seymour shelby sherman sidney simon sofia sophia
spencer stella stewart susa sydney sylvia taylor teresa thomas tony tyler valencia valentina vera
victor victoria vincent virginia walker wallace walter warren washington watson wayne webster wesley
william wilson vitória santos natal belém guadalupe mérida rosario владимир орёл aydın
"""

# Places first of all, though people have the name.
_PLACES = (
    "london israel oxford bristol adelaide sydney dallas denver milan valencia santiago geneva roma"
)

# Words that a place is meant by behind "in" or "near", where the language writes no noun so.
_PLACED_WORDS = "reading bath nice mobile hull split orange essen lens tours bergen most"
# Parts of stations' names.
_STATIONS = """
station central centrale centraal centralen hauptbahnhof bahnhof hbf gare nord sud süd ost
west nord north south east airport flughafen aéroport aeropuerto terminal stazione estación główny
głowny hlavní nádraží merkez
"""

WORDS = frozenset(_WORDS.split())
NAMES = frozenset(_NAMES.split()) - frozenset(_PLACES.split())

_TITLES = """
mr mrs ms miss dr sir lord lady saint king queen prince princess president senator captain general
judge professor uncle aunt herr frau fräulein doktor graf könig monsieur madame mademoiselle señor
señora don doña signor signora senhor senhora dona dom fru pan pani bay госпожа господин
brother sister cousin friend bruder schwester tante onkel vetter freund cousin cousine frère soeur
ami oncle primo prima hermano hermana tío tía abuela abuelo amigo avó avô tio tia irmão irmã zio zia
cugino bror syster farbror moster kuzyn wujek ciocia брат сестра дядя тётя друг
said says asked told sagte sagt fragte dit disait demanda dijo decía preguntó disse dizia perguntou
detto diceva sade sa frågade zei vroeg dedi сказал сказала спросил powiedział powiedziała
"""
TITLES = frozenset(_TITLES.split())

# Before a name that is a place; in the languages that write one.
_SURE_PREPOSITIONS = """
in near outside inside nach dans depuis desde hasta hacia em nära koło около возле unweit près
visiting visited visit
"""
_PREPOSITIONS = """
from to at around aus bei à en vers a para di da per i från till fra til van naar uit te w z do v
ve ze из в во от до під у з із за na
"""

PLACED_WORDS = frozenset(_PLACED_WORDS.split())
STATIONS = frozenset(_STATIONS.split())
SURE_PREPOSITIONS = frozenset(_SURE_PREPOSITIONS.split())
PREPOSITIONS = SURE_PREPOSITIONS | frozenset(_PREPOSITIONS.split())

# What is named after a town that it may be far from, or near by.
STREETS_AFTER = re.compile(
    r"[ -](?:road|street|avenue|boulevard|lane|square|gate|bridge|hotel|university|airlines|united"
    r"|straße|strasse|str\.|platz|allee|tor|ring|gasse|brücke|gatan|vägen|gata|vej|gade"
    r"|laan|straat|plein|utca|út|tér|sokak|caddesi)\b",
    re.IGNORECASE,
)
STREETS_BEFORE = re.compile(
    r"\b(?:rue|avenue|boulevard|place|pont|porte|quai|calle|avenida|plaza|paseo|puente|rua|praça"
    r"|via|viale|corso|piazza|ulica|ulicy|улица|улице|площадь|проспект)(?: de| du| di| da)?"
    r"(?: la| l['’])? $",
    re.IGNORECASE,
)
