"""Mistakes under `shapes.openai` are found when the script is read, not when a request comes."""

import pytest

from understudy.dialects import ShapeError
from understudy.dialects.openai.styles import compile_style, identifier

BODY = {"id": "$id", "choices": [{"message": {"content": "$content"}}]}
DELTA = {"choices": [{"delta": {"content": "$content"}}]}


def chat(**changes):
    return {"chat": {"body": BODY, "delta": DELTA, **changes}}


@pytest.mark.parametrize(
    ("shapes", "path", "message"),
    [
        (chat(body={"x": ["$nope"]}), ("chat", "body", "x", 0), r"^hole '\$nope': expected one of \$completion_tokens, "),
        (chat(delta={"n": "$total_tokens"}), ("chat", "delta", "n"), r"^hole '\$total_tokens': expected one of "),
        (chat(body={"n": "$n"}), ("chat", "body", "n"), r"^hole '\$n': "),
        (chat(first={"m": "$modell"}), ("chat", "first", "m"), r"Did you mean 'model'\?$"),
        (chat(done=5), ("chat", "done"), r"^done 5: expected a text or null$"),
        (chat(id=7), ("chat", "id"), r"^id 7: expected a text$"),
        (chat(compact="no"), ("chat", "compact"), r"^compact 'no': expected true or false$"),
        ({"headers": "no"}, ("headers",), r"^headers 'no': expected true or false$"),
        ({"model": 5}, ("model",), r"^model 5: expected a text or null$"),
        ({"errors": {"teapot": {}}}, ("errors", "teapot"), r"^error 'teapot': expected a status from 400 to 599, or one of "),
        ({"errors": {"429": {"a": ["$words"]}}}, ("errors", "429", "a", 0), r"^hole '\$words': expected one of \$code, "),
        ({"chat": {"body": BODY}}, ("chat",), r"^a chat shape needs at least `body` and `delta`$"),
    ],
)
def test_a_mistake_names_its_place(shapes, path, message):
    with pytest.raises(ShapeError, match=message) as caught:
        compile_style(shapes)
    assert caught.value.path == path


def test_what_is_right_is_accepted():
    style = compile_style(
        {**chat(done=None), "errors": {"429": {"e": ["$message"]}, "default": {"e": "$type"}}, "headers": False}
    )
    assert style.chat is not None
    assert style.chat.done is None
    assert style.headers is False
    assert set(style.errors) == {"429", "default"}


def test_a_text_that_only_begins_like_a_hole_is_a_text():
    assert compile_style(chat(body={"price": "$5 a token"})).chat is not None


def test_identifiers_count_and_draw():
    key, salt = b"A" * 22, b"b" * 7
    assert identifier("mock-{n:123}", key, salt, 2) == b"mock-125"
    assert identifier("chatcmpl-{base62:29}", key, salt) == b"chatcmpl-" + salt + key
    assert len(identifier("x-{hex:40}", key, salt)) == 42
