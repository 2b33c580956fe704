"""`user`: the text of the last user message, the condition most rules have.

Also gives the folded text of a call, from the same memory the conditions use.
"""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher
from understudy.matching._views import View, single, viewer
from understudy.model.call import Call
from understudy.model.http import Request

_view = viewer(single)


def _look(call: Call, _request: Request) -> View:
    return _view(call.user)


def folded_user(call: Call) -> str:
    """Return the folded text of the last user message; asking again about the same call costs nothing."""
    return _view(call.user).folded[0]


MATCHER = TextMatcher("user", "The text of the last user message.", _look)
