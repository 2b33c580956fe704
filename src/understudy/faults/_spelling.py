"""Faults as one line of text, as the header would ask for them: what the journal shows of what struck, and the controls."""

from __future__ import annotations

import re

import msgspec
from msgspec import NODEFAULT, structs

from understudy.faults._duration import Seconds
from understudy.faults._fault import Fault
from understudy.faults._place import WORDS, Place
from understudy.faults._trigger import Armed, Burst, Window

_ODD = re.compile(r'[\s;,="\\]')


def spelled(fault: Fault) -> str:
    """Spell a fault: its kind, and every parameter that is not the kind's own default."""
    said = [fault.name]
    for field in structs.fields(fault):
        value = getattr(fault, field.name)
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        if value is not None and value != default:
            said.append(_place(value) if isinstance(value, Place) else f"{field.encode_name}={_value(value)}")
    return ";".join(said)


def told(armed: Armed) -> str:
    """Spell a fault and when it strikes; conditions (`when`) have no line, so that there are some is said in brackets."""
    said = [spelled(armed.fault)]
    for field in structs.fields(armed.trigger):
        value = getattr(armed.trigger, field.name)
        if value != field.default:
            said.append(f"{field.encode_name}={_trigger(value)}")
    return ";".join(said) + (" (when ...)" if armed.test is not None else "")


def _trigger(value: object) -> str:
    match value:
        case Window(start, end, period):
            times = "..".join("" if time is None else _value(time) for time in (start, end))
            return times if period is None else f"{times}/{_value(period)}"
        case Burst(enter, leave, probability):
            return f"{enter:g}/{leave:g}/{probability:g}"
        case tuple():
            return "|".join(map(str, value))
        case _:
            return _value(value)


def _place(place: Place) -> str:
    if place.kind in WORDS:
        return f"at={place.kind}"
    return f"{place.kind}={_value(Seconds(place.number)) if place.kind == 'time' else place.number}"


def _value(value: object) -> str:
    if isinstance(value, Seconds):
        return f"{value:.15g}s"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if _ODD.search(text) else text
