"""The control room: what the server tells of itself and what can be changed while it runs, under /_understudy/ and /metrics.

One public file for each control: its paths, help, parameters and behaviour, in the constant `CONTROL`. Requests come in whole,
answers go out framed, JSON unless a control says otherwise. Knows what is shown and changed through a `Sight`; knows no socket
and no provider.
"""

from understudy.control._app import ControlApp, is_control
from understudy.control._feed import Feed
from understudy.control._nouns import Ask, Control, Page, Route, refused
from understudy.control._sight import Queue, Sight

__all__ = ["Ask", "Control", "ControlApp", "Feed", "Page", "Queue", "Route", "Sight", "is_control", "refused"]
