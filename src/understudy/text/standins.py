"""Plausible values for arguments nothing is known about but their name.

In: the name of an argument, a way to choose. Out: a text or a number such an argument might have. Knows neither schema
nor prompt.
"""

from __future__ import annotations

from understudy.text import formats
from understudy.text.clues import words_of
from understudy.text.formats import Choose

# The last word of a name says most: for each word what to take, a list to choose from or the name of a format.
_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("city location place town destination origin", ("Paris", "London", "Berlin", "Tokyo", "Madrid", "Oslo")),
    ("country nation", ("France", "Germany", "Japan", "Canada", "Spain", "Norway")),
    ("state region province", ("Bavaria", "Ontario", "Provence", "Texas")),
    ("street address", ("12 Harbour Street", "7 Garden Road", "48 Station Square")),
    ("zip zipcode postcode postal", ("10115", "75001", "94103")),
    ("airport", ("CDG", "LHR", "JFK", "HND")),
    ("firstname first given", ("Ada", "Grace", "Alan", "Maria")),
    ("lastname last surname family", ("Martin", "Hansen", "Rossi", "Novak")),
    ("person customer user author recipient contact guest employee patient", ("Ada Martin", "Grace Hansen", "Alan Rossi")),
    ("username login handle nickname", ("ada.martin", "grace_h", "alan42")),
    ("phone telephone mobile fax", ("+1 555 0100", "+1 555 0123", "+1 555 0142")),
    ("company organization organisation employer vendor", ("Northwind Ltd", "Harbour & Sons", "Blue Lantern")),
    ("language lang", ("English", "French", "German", "Spanish")),
    ("locale", ("en-US", "fr-FR", "de-DE")),
    ("currency", ("EUR", "USD", "GBP")),
    ("timezone tz zone", ("Europe/Paris", "UTC", "America/New_York")),
    ("unit units", ("celsius", "metric")),
    ("color colour", ("blue", "green", "red")),
    ("status", ("active", "pending", "done")),
    ("category kind type genre", ("general", "standard", "basic")),
    ("priority severity level", ("medium", "high", "low")),
    ("gender sex", ("female", "male")),
    ("title subject headline heading", ("A Walk along the River", "Notes on the Harbour", "The Second Lesson")),
    (
        "description summary text content body message comment note reason explanation answer detail bio review output result",
        ("The harbour was quiet this morning.", "Most of it worked as planned.", "A short note about the next step."),
    ),
    ("query question search prompt keyword keywords term", ("opening hours of the museum", "weather this weekend")),
    ("tag tags label topic hobby skill interest", ("travel", "music", "science", "food", "history")),
    ("product item", ("desk lamp", "garden chair", "water bottle")),
    ("food dish ingredient ingredients meal cuisine", ("tomato soup", "fresh bread", "apple pie")),
    ("file filename path", ("notes.txt", "report.pdf", "data.csv")),
    ("folder directory", ("documents", "projects")),
    ("code sku reference ref", ("AB-1042", "ZX-7781", "KM-3310")),
    ("token key secret", ("k-7f3a9c21", "k-b04e5d88")),
    ("symbol ticker", ("ACME", "NWND")),
    ("expression formula equation", ("2 + 2", "3 * 7")),
    ("sql", ("SELECT 1",)),
    ("command", ("ls",)),
    ("extension", ("txt", "csv")),
    ("choice option", ("A", "B")),
    ("version", ("1.0.0", "2.1.3")),
)
_FORMATS = {
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(("url", "uri", "link", "website", "href", "image", "avatar"), "uri"),
    **dict.fromkeys(("date", "day", "birthday", "deadline", "until", "since"), "date"),
    **dict.fromkeys(("datetime", "timestamp"), "date-time"),
    **dict.fromkeys(("uuid", "guid"), "uuid"),
    **dict.fromkeys(("host", "hostname", "domain"), "hostname"),
    "ip": "ipv4",
    "duration": "duration",
}
_LISTS = {word: texts for words, texts in _TEXTS for word in words.split()}
_WORDS = (
    "harbour",
    "garden",
    "lantern",
    "river",
    "window",
    "bridge",
    "market",
    "meadow",
    "orchard",
    "station",
    "valley",
    "willow",
)

# For each word the lowest and highest value, and the step between values.
_RANGES: dict[str, tuple[float, float, float]] = {
    "age": (18, 80, 1),
    "year": (1990, 2026, 1),
    "month": (1, 12, 1),
    "day": (1, 28, 1),
    "hour": (0, 23, 1),
    "minute": (0, 59, 1),
    "days": (1, 14, 1),
    "count": (1, 10, 1),
    "quantity": (1, 5, 1),
    "amount": (10, 200, 0.5),
    "limit": (5, 20, 5),
    "page": (1, 3, 1),
    "offset": (0, 50, 10),
    "size": (1, 10, 1),
    "price": (5, 120, 0.5),
    "cost": (5, 120, 0.5),
    "total": (20, 500, 0.5),
    "score": (0, 1, 0.05),
    "confidence": (0.5, 1, 0.05),
    "probability": (0, 1, 0.05),
    "rating": (1, 5, 1),
    "percent": (0, 100, 5),
    "percentage": (0, 100, 5),
    "latitude": (36, 60, 0.25),
    "lat": (36, 60, 0.25),
    "longitude": (-10, 30, 0.25),
    "lon": (-10, 30, 0.25),
    "lng": (-10, 30, 0.25),
    "temperature": (5, 30, 0.5),
    "humidity": (30, 90, 1),
    "height": (150, 195, 1),
    "weight": (50, 100, 0.5),
    "port": (8000, 8999, 1),
    "id": (1000, 9999, 1),
}


def text_for(name: str, choose: Choose) -> str:
    """Return a text for an argument of that name."""
    words = words_of(name)
    for word in (*reversed(words), "".join(words)):
        kind = _FORMATS.get(word) or _FORMATS.get(word.removesuffix("s"))
        if kind:
            return formats.example(kind, choose) or ""
        texts = _LISTS.get(word) or _LISTS.get(word.removesuffix("s"))
        if texts:
            return texts[choose(len(texts))]
        if word == "id":
            return f"{words[0] if len(words) > 1 else 'id'}_{choose(65536):04x}{choose(65536):04x}"
        if word == "time":
            return f"{8 + choose(12):02}:{15 * choose(4):02}"
        if word == "name" and len(words) == 1:
            people = _LISTS["person"]
            return people[choose(len(people))]
    return _WORDS[choose(len(_WORDS))]


def number_for(name: str, choose: Choose) -> float:
    """Return a number for an argument of that name."""
    for word in reversed(words_of(name)):
        if word in _RANGES:
            low, high, step = _RANGES[word]
            return round(low + step * choose(int((high - low) / step) + 1), 6)
    return float(1 + choose(100))
