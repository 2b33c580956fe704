"""What an endpoint that keeps things has of its session: the store, who asks the server itself, and the server's address.

Knows no provider. An endpoint is given them for calls of which it says that it keeps something.
"""

from __future__ import annotations

from understudy.dialects import Moment, Options
from understudy.model.http import RequestHead
from understudy.model.ports import Agent, Store


def store_of(moment: Moment) -> Store:
    """The store of the session."""
    if moment.store is None:
        raise TypeError("expected a moment with a store, got none: its endpoint keeps nothing of the call")
    return moment.store


def agent_of(moment: Moment) -> Agent:
    """Who asks the server itself, and knows the time."""
    if moment.agent is None:
        raise TypeError("expected a moment with an agent, got none: its endpoint keeps nothing of the call")
    return moment.agent


def address_of(head: RequestHead, options: Options) -> str:
    """The address of the server as the client knows it, for links to what is kept: scheme and host, no path."""
    proxied = head.headers.get("x-forwarded-proto", "")
    scheme = proxied if proxied in ("http", "https") else options.scheme
    return f"{scheme}://{head.headers.get('host', 'localhost')}"
