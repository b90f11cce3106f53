"""Languages by name and ISO 639-1 code."""

from __future__ import annotations

from importers.clean_text import line
from importers.records import LanguageRecord

_NAMES = """
aa Afar|ab Abkhazian|af Afrikaans|ak Akan,Twi|am Amharic|an Aragonese|ar Arabic|as Assamese|av Avaric
ay Aymara|az Azerbaijani|ba Bashkir|be Belarusian|bg Bulgarian|bi Bislama|bm Bambara
bn Bengali,Bangla,Sylheti|bo Tibetan|br Breton|bs Bosnian|ca Catalan|ce Chechen|ch Chamorro|co Corsican
cr Cree|cs Czech|cu Church Slavic|cv Chuvash|cy Welsh,Cymraeg|da Danish|de German|dv Dhivehi|dz Dzongkha
ee Ewe|el Greek|en English|eo Esperanto|es Spanish,Español,Castilian|et Estonian|eu Basque
fa Persian,Farsi,Dari|ff Fulah|fi Finnish|fj Fijian|fo Faroese|fr French,Français|fy Western Frisian
ga Irish|gd Gaelic,Scottish Gaelic|gl Galician|gn Guarani|gu Gujarati|gv Manx|ha Hausa|he Hebrew|hi Hindi
ho Hiri Motu|hr Croatian|ht Haitian Creole,Creole,Haitian,Kreyol,Haitian-Creole|hu Hungarian|hy Armenian
hz Herero|ia Interlingua|id Indonesian|ie Interlingue|ig Igbo|ii Sichuan Yi|ik Inupiaq|io Ido
is Icelandic|it Italian|iu Inuktitut|ja Japanese|jv Javanese|ka Georgian|kg Kongo|ki Kikuyu|kj Kuanyama
kk Kazakh|kl Kalaallisut,Greenlandic|km Khmer|kn Kannada|ko Korean|kr Kanuri|ks Kashmiri
ku Kurdish,Kurmanji,Sorani|kv Komi|kw Cornish|ky Kyrgyz|la Latin|lb Luxembourgish|lg Ganda,Luganda
li Limburgish|ln Lingala|lo Lao|lt Lithuanian|lu Luba-Katanga|lv Latvian|mg Malagasy|mh Marshallese
mi Maori|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|na Nauru
nb Norwegian Bokmål|nd North Ndebele|ne Nepali|ng Ndonga|nl Dutch,Flemish|nn Norwegian Nynorsk
no Norwegian|nr South Ndebele|nv Navajo|ny Chichewa,Nyanja|oc Occitan|oj Ojibwa|om Oromo|or Odia,Oriya
os Ossetian|pa Punjabi,Panjabi|pi Pali|pl Polish|ps Pashto,Pushto|pt Portuguese|qu Quechua|rm Romansh
rn Rundi|ro Romanian,Moldovan|ru Russian|rw Kinyarwanda|sa Sanskrit|sc Sardinian|sd Sindhi
se Northern Sami|sg Sango|si Sinhala,Sinhalese|sk Slovak|sl Slovenian|sm Samoan|sn Shona|so Somali
sq Albanian|sr Serbian|ss Swati|st Southern Sotho|su Sundanese|sv Swedish|sw Swahili|ta Tamil|te Telugu
tg Tajik|th Thai|ti Tigrinya|tk Turkmen|tl Tagalog,Filipino|tn Tswana|to Tonga|tr Turkish|ts Tsonga
tt Tatar|tw Twi|ty Tahitian|ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|ve Venda|vi Vietnamese|vo Volapük
wa Walloon|wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|za Zhuang|zh Chinese,Mandarin,Cantonese|zu Zulu
"""

CODES: dict[str, str] = {}
"""ISO 639-1 code -> English name."""
_BY_NAME: dict[str, str] = {}
for _entry in _NAMES.replace("\n", "|").split("|"):
    if _entry:
        _code, _, _words = _entry.partition(" ")
        CODES[_code] = _words.split(",")[0]
        _BY_NAME.update({word.lower(): _code for word in _words.split(",")})

_NOT_A_LANGUAGE = frozenset(
    {"none", "n/a", "na", "none.", "see notes", "see notes.", "unknown", "not known", "other", "-"}
)
_OWN_NAME = frozenset(
    {"mandarin", "cantonese", "sylheti", "dari", "farsi", "kurmanji", "sorani", "flemish", "creole"}
)


def language(value: object) -> LanguageRecord | None:
    """A language from its code ("fa", "en-GB") or its name; the name kept as written. "None" is no language."""
    written = line(value)
    if written is None or written.lower() in _NOT_A_LANGUAGE:
        return None
    low = written.lower().rstrip(".")
    code = low.split("-")[0].split("_")[0]
    if code in CODES and len(code) == 2:
        return LanguageRecord(code=code, name=CODES[code])
    found = _BY_NAME.get(low)
    if found:
        return LanguageRecord(code=found, name=written if low in _OWN_NAME else CODES[found])
    return LanguageRecord(name=written)
