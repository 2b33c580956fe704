"""One file for each way to fail. A fault acts at one or more of four levels:

on_reply (the provider answers an error), on_frames (the stream carries a bad or missing event), on_head (the response head is
wrong), on_steps (the transport or the time of it misbehaves). What a kind does not override passes through. The fields of a
kind are its parameters; when a fault strikes is its trigger's affair, the same for all kinds. Knows no provider: what is said
in a provider's words is spelled by the context of the strike.
"""

from understudy.faults._duration import Seconds, SecondsWithUnit, SomeSeconds
from understudy.faults._fault import Answers, Fault, Striking, line_end_of
from understudy.faults._named import NAMED, failure_named
from understudy.faults._page import faults_markdown
from understudy.faults._place import AMONG_EVENTS, Place
from understudy.faults._reading import FaultError, build, kinds, names, parse
from understudy.faults._schema import entry_schema
from understudy.faults._spelling import spelled, told
from understudy.faults._steps import NoEvent
from understudy.faults._trigger import ALWAYS, Armed, Burst, Counts, Trigger, Window

__all__ = [
    "ALWAYS",
    "AMONG_EVENTS",
    "NAMED",
    "Answers",
    "Armed",
    "Burst",
    "Counts",
    "Fault",
    "FaultError",
    "NoEvent",
    "Place",
    "Seconds",
    "SecondsWithUnit",
    "SomeSeconds",
    "Striking",
    "Trigger",
    "Window",
    "build",
    "entry_schema",
    "failure_named",
    "faults_markdown",
    "kinds",
    "line_end_of",
    "names",
    "parse",
    "spelled",
    "told",
]
