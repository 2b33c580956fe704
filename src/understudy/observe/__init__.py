"""The observe room: what is kept, counted and printed of finished exchanges.

Sinks take exchanges as they end: the journal keeps the last ones, the counters add them up, the request log prints them.
Secrets are masked before anything is kept. Knows exchanges; knows no provider, no socket and no rule.
"""

from typing import Literal

LogFormat = Literal["auto", "json", "text"]
"""How log lines look; auto is text on a terminal and json elsewhere."""
