"""The response head of good answers: its form, made once for all answers of a rule, and values that stand in it.

In: what was decided of an answer. Out: a form with holes. Knows no time and no connection.
"""

from __future__ import annotations

from understudy.engine.scope import Scope, head_form
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply
from understudy.wire.forms import Form

BOTTLENECK = ("x-understudy-bottleneck", "the mock is late; see /_understudy/health")
"""The header field of answers while the server itself is what is slow."""

_TOKENS_A_MINUTE = 30_000_000  # the allowance that rate-limit headers speak of while no limit is configured


def answer_form(scope: Scope, rule: str, reply: Reply, answer: Body | Stream, *, is_late: bool) -> Form:
    """The head of a rule's answers, kept on the shelf unless one of them has header fields of its own.

    Args:
        scope: whose answer it is.
        rule: who gave it.
        reply: what was chosen.
        answer: what it was encoded to.
        is_late: whether the server has to own up to being the bottleneck.
    """
    is_stream = isinstance(answer, Stream)
    key = (rule, is_stream, answer.content_type, answer.status, is_late)
    form = scope.shelf.forms.get(key)
    own = (*reply.headers, *answer.headers, *scope.echo)
    if form is None or own:
        fields = (*own, BOTTLENECK) if is_late else own
        form = head_form(scope, rule, fields, answer.content_type, answer.status, stream=is_stream)
        if not own:
            scope.shelf.forms[key] = form
    return form


def allowance(prompt: int) -> tuple[int, bytes]:
    """Tokens left of the allowance, and when it is full again, as a duration in the API's (Go's) spelling."""
    reset = prompt * 60_000 // _TOKENS_A_MINUTE  # milliseconds
    spelled = "0s" if not reset else f"{reset}ms" if reset < 1000 else f"{reset / 1000:g}s"
    return _TOKENS_A_MINUTE - prompt, spelled.encode()
