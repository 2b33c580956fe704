"""What a server needs and loads late, loaded early: a test that starts one should pay for its own work only.

The command line imports as little as it can and the rest when it is asked for. Here it is the other way round: whoever imports
`understudy.testing` will start servers, with scripts, rules and every client there is. Does nothing but load.
"""

from __future__ import annotations

import importlib

from understudy import dialects, faults, timing
from understudy.engine import templates
from understudy.matching import When, matchers
from understudy.runtime.loop import new_loop

_LATE = ("encodings.idna", "jmespath", "jinja2.sandbox", "understudy.config.load", "understudy.config.overlay", "yaml")


def load_early() -> None:
    """Import what the first start, the first script and the first rule would otherwise wait for."""
    for name in _LATE:
        importlib.import_module(name)
    dialects.load()
    matchers()
    faults.names()
    timing.laws()
    templates.problem("")
    When.build({"user": {"regex": "a"}})
    new_loop().close()
