"""An answer that ended for want of tokens went on as if it were whole."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._taken import taken
from understudy.verdict._words import number


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        if one.outcome != "good" or not _is_cut(one) or (later := history.continued(one)) is None:
            continue
        answer, whole = taken(one, later), one.exchange.said
        if answer.text and whole and not whole.startswith(answer.text):
            continue
        if answer.is_to_go_on:
            continue
        tokens = number(one.exchange.completion_tokens, "token")
        text = f"An answer was cut off after {tokens}; the talk went on with it as it was."
        yield Seen(text, (one.exchange, later.exchange))


def _is_cut(one: Attempt) -> bool:
    """Say whether the answer ended for want of tokens: its rule says so, or it has all that were allowed."""
    finish, most = one.exchange.finish, one.said.most_tokens
    return finish == "length" or (not finish and most is not None and 0 < most <= one.exchange.completion_tokens)


CHECK = Check(
    name="length-ignored",
    title="`finish_reason: length` is ignored",
    help=("A talk that goes on with an answer that was cut off by its token limit, without asking the model to go on."),
    why=(
        "A sentence, a list or a JSON document ends in the middle, and nobody notices until something"
        " fails to parse or is acted on."
    ),
    fix=("Look at the finish reason: ask again with more tokens, ask the model to continue, or tell the user."),
    look=_look,
)
