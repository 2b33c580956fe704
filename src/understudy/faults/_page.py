"""The reference page of faults, read off the declarations that also read them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from understudy.faults._clients import clients_markdown
from understudy.faults._fault import Fault
from understudy.faults._named import NAMED
from understudy.faults._reading import kinds, parameters
from understudy.faults._schema import ABOUT

_HEAD = """# Faults

How to use them is told in [the guide](../howto/faults.md). A fault is a kind, its parameters, a place and a trigger:

```yaml
faults:                                        # any answer
  - {kind: error-event, at: {event: 3}, probability: 0.05, when: {model: "gpt-*"}}
models:
  - {id: slow-model, faults: [{kind: rate_limit, retry-after: 2s, every: 3}]}
rules:
  - {when: {user: hi}, reply: "Hello!", fault: {kind: overloaded, first: 2}}
  - {reply: {text: "Bye.", fault: ["timeout;after=5s;max=1"]}}
```

Where one fault may stand, a list of faults may stand, and each may be a line as in the header `X-Understudy-Fault`:
`KIND[;key=value...][, KIND...]`. In a line a place is `event=3`, `byte=120`, `token=5`, `time=800ms` or `at=before-headers`;
`nth` takes several numbers as `2|5`, `window` is `10s..40s` or `10s..40s/2m`, `burst` is `0.02/0.2` or `0.02/0.2/0.9`; values
with a comma or a semicolon stand in double quotes. `when` and `headers` are for scripts only. Durations are milliseconds when
bare, but `retry-after` and `after` want their unit.

Faults act in this order: the request's, the reply's, the rule's, the model's, those of the timeline, those of the script; of
one list in the order of the list. The first that answers an error wins over later ones that would; of several that end the
connection at one place (`close`, `reset`, `hang`) the first does among the events of a stream, the last elsewhere.
`GET /health` is struck by the request's own faults, and by those alone whose `when` has an `operation` that fits `health`:

```yaml
timeline:                                            # not ready for the first half minute
  - {for: 30s, faults: [{kind: status, status: 503, when: {operation: {any: [health, models]}}}]}
```

On the connection those that go by events act first, so that events are the answer's own, however they are framed in the end;
then, in this order whatever the list says, `coalesce`, `split-event` and `rechunk`, `trickle` and `legal-fuzz`, and last what
has a place in bytes or in time and may strike inside an event (`reset`, `close`, `hang`, `stall`, `trickle`).
"""

_PLACES = """## Places

| `at` | where |
|---|---|
| `before-headers` | in the moment the head was due, before its first byte |
| `after-headers` | behind the head |
| `{event: N}` | in the moment event N was due, before it; comments and error events put in are not counted; a whole answer is \
one event |
| `{token: N}` | the same for the event that carries token N of a stream |
| `{byte: N}` | behind N bytes of what follows the head on the connection, chunk lines included |
| `{time: DURATION}` | that long after the request was there; `error-event`, `early-end` and `bad-chunk` wait for the head and \
the end of an event, and do not count what `rechunk`, `split-event` and `trickle` take |
| `end` | behind the last event, before what ends the body |

An answer that has no such place is left alone, and the [journal](control.md#requests) tells of no fault there; triggers \
count it all the same. Whatever is done to the events of a stream, they are due when they were; what
is put before one comes in that moment.

A [simulated engine](../concepts/capacity.md) takes no notice of what happens on a connection. What it has made by the end of a
silence (`stall`, `late-headers`, a `pause`) comes at once then. An answer that breaks off gives up its slot, its memory and its
place in the queue at that moment; one that hangs, when its client leaves or all of it is made.
"""


def faults_markdown() -> str:
    """Write the page."""
    return f"{_HEAD}\n{_kinds()}\n{_errors()}\n{_PLACES}\n{_triggers()}\n{clients_markdown()}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _kind(kind: type[Fault]) -> str:
    about = " ".join((inspect.getdoc(kind) or kind.help).split())
    places = "" if not kind.places else _codes(kind.places)
    name = f"`{kind.name}`" + (" (legal)" if kind.legal else "")
    answers = "" if kind.answers == "any" else kind.answers
    return _row(name, about, _codes(parameters(kind)), places, answers)


def _kinds() -> str:
    rows = "\n".join(_kind(kind) for kind in kinds())
    return (
        "## Kinds\n\nThose marked legal change nothing that a client may look at: what it understands must stay the same. A "
        "kind that names its answers has no effect on others.\n\n"
        f"| kind | what it does | parameters | places | answers |\n|---|---|---|---|---|\n{rows}\n"
    )


def _errors() -> str:
    rows = "\n".join(_row(f"`{name}`", str(status), about) for name, (status, _, about) in NAMED.items())
    return (
        "## Errors by name\n\nEach is a kind, and an `error` of the kinds `status` and `error-event`. The body is the "
        "provider's, or the proxy's.\n\n"
        f"| name | status | when |\n|---|---|---|\n{rows}\n"
    )


def _triggers() -> str:
    rows = "\n".join(_row(f"`{key}`", about) for key, about in ABOUT.items())
    return (
        "## Triggers\n\nAll that are given must hold. `when` and `probability` depend on the request alone, so the same "
        "requests are struck in any order and with any number of clients at once, and `X-Understudy-Decision` brings a strike "
        "back. `nth`, `first`, `every`, `burst` and `max` count arrivals, in the [session](../concepts/sessions.md) of the "
        "request. Another fault in the place of one begins to count anew, and so does one that is put over the "
        "[control API](../howto/change-at-run-time.md), and every one of a phase with a new round of the timeline. In a script "
        "that is [reloaded](../howto/hot-reload.md) the same fault in the same place counts on; it is the same with another "
        "`when`.\n\n"
        f"| key | meaning |\n|---|---|\n{rows}\n"
    )
