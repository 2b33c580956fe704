"""Other words for the members of enumerations: whoever says centigrade means celsius, whoever loves it is positive.

In: a member. Out: what else a text may say for it. A list of words, one line for each meaning; the members of an enumeration
are looked for first, so these only help where a text names none of them.
"""

from __future__ import annotations

_MEANINGS = (
    ("celsius", "c", "centigrade", "degrees celsius", "°c", "metric"),
    ("fahrenheit", "f", "degrees fahrenheit", "°f", "imperial"),
    ("kelvin", "k"),
    ("kilometer", "kilometers", "kilometre", "kilometres", "km", "kms"),
    ("meter", "meters", "metre", "metres", "m"),
    ("mile", "miles", "mi"),
    ("kilogram", "kilograms", "kg", "kilo", "kilos"),
    ("pound", "pounds", "lb", "lbs"),
    ("second", "seconds", "sec", "s"),
    ("minute", "minutes", "min"),
    ("hour", "hours", "h"),
    ("usd", "dollar", "dollars", "$"),
    ("eur", "euro", "euros", "€"),
    ("gbp", "pound", "pounds", "£"),
    ("jpy", "yen", "¥"),
    ("positive", "pos", "good", "great", "love", "loved", "excellent", "amazing", "happy", "wonderful", "fantastic", "best"),
    ("negative", "neg", "bad", "worst", "hate", "hated", "terrible", "awful", "horrible", "disappointed", "poor", "broken"),
    ("neutral", "okay", "average", "mixed"),
    ("high", "urgent", "important", "asap", "critical", "immediately"),
    ("critical", "urgent", "asap", "immediately", "emergency"),
    ("low", "minor", "whenever", "trivial"),
    ("medium", "normal", "moderate", "regular"),
    ("large", "big", "l", "huge"),
    ("small", "little", "s", "tiny"),
    ("true", "yes"),
    ("false", "no"),
    ("female", "woman", "girl", "she"),
    ("male", "man", "boy", "he"),
    ("car", "driving", "drive", "by car"),
    ("driving", "drive", "car"),
    ("walking", "walk", "on foot"),
    ("walk", "walking", "on foot"),
    ("cycling", "bike", "bicycle", "cycle"),
    ("bike", "bicycle", "cycling", "cycle"),
    ("transit", "bus", "train", "public transport", "subway"),
    ("open", "unresolved"),
    ("closed", "resolved", "done"),
    ("done", "completed", "finished"),
    ("asc", "ascending", "oldest first", "lowest first"),
    ("desc", "descending", "newest first", "highest first", "latest"),
    ("en", "english"),
    ("fr", "french"),
    ("de", "german"),
    ("es", "spanish"),
    ("it", "italian"),
    ("ja", "japanese"),
    ("zh", "chinese"),
    ("pt", "portuguese"),
)
_OTHERS: dict[str, tuple[str, ...]] = {}
for _meaning in _MEANINGS:
    for _word in _meaning:  # the shortest words mean something as members only: "c" in a text is a letter
        _OTHERS.setdefault(_word, tuple(word for word in _meaning if word != _word and (len(word) > 2 or not word.isalpha())))


def others(member: str) -> tuple[str, ...]:
    """Return other words for a member, in small letters."""
    known = _OTHERS.get(member, ())
    return known if known or not member.isalpha() else (f"{member}s",)
