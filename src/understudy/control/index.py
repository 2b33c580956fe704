"""GET /_understudy/: the list of all controls."""

from __future__ import annotations

from understudy.control import Ask, Control, Route, Sight
from understudy.control._routing import controls


def _show(_ask: Ask, _sight: Sight) -> object:
    return {
        "controls": [
            {
                "name": control.name,
                "help": control.help,
                "routes": [
                    {"method": route.method, "path": route.whole_path, "help": route.help, "query": route.query}
                    for route in control.routes
                ],
            }
            for control in controls()
        ]
    }


CONTROL = Control("index", "What there is.", (Route("GET", "", "List all controls.", _show),))
