"""What marks in a prompt make of its cost: written the first time, read the next, and only while it is kept."""

from __future__ import annotations

import pytest

from understudy.dialects.anthropic.caching import prefixes
from understudy.dialects.anthropic.usage import Costs

LONG = "All of it matters. " * 300
MARK = {"cache_control": {"type": "ephemeral"}}
HOUR = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
MODEL = "claude-sonnet-4-5"


def text(said, mark=None):
    return {"type": "text", "text": said, **(mark or {})}


def usage(answer):
    found = answer.json["usage"]
    return found["input_tokens"], found["cache_creation_input_tokens"], found["cache_read_input_tokens"]


def test_what_was_written_is_read_the_next_time(engine, say, body):
    server = engine()
    value = body(system=[text(LONG, MARK)])
    fresh, written, read = usage(say(value, to=server))
    assert (read, written > 1024, fresh > 0) == (0, True, True)
    assert usage(say(value, to=server)) == (fresh, 0, written)


def test_a_conversation_that_goes_on_reads_what_it_wrote(engine, say, body):
    server = engine()
    first = [{"role": "user", "content": [text(LONG, MARK)]}]
    _, written, _ = usage(say(body(messages=first), to=server))
    more = [
        {"role": "user", "content": LONG},
        {"role": "assistant", "content": "ok"},
        {"role": "user", "content": [text(LONG, MARK)]},
    ]
    _, added, read = usage(say(body(messages=more), to=server))
    assert read == written
    assert added > 1000


def test_sessions_do_not_share_a_cache(engine, say, body):
    server, value = engine(), body(system=[text(LONG, MARK)])
    say(value, to=server)
    headers = {"anthropic-version": "2023-06-01", "x-understudy-session": "other"}
    assert usage(say(value, to=server, headers=headers))[2] == 0


def test_another_text_model_or_tool_is_another_prefix():
    value = {"system": [text(LONG, MARK)], "messages": []}
    (one,) = prefixes(value, MODEL, None)
    others = [
        prefixes({**value, "system": [text("x" + LONG, MARK)]}, MODEL, None)[0],
        prefixes(value, "claude-sonnet-4", None)[0],
        prefixes({**value, "tools": [{"name": "f"}]}, MODEL, None)[-1],
    ]
    assert one.digest not in {other.digest for other in others}
    assert prefixes(value, MODEL, None) == (one,)


@pytest.mark.parametrize(("said", "count"), [("short", 0), (LONG, 1)])
def test_short_prompts_are_not_kept(said, count):
    assert len(prefixes({"system": [text(said, MARK)]}, MODEL, None)) == count


def test_marks_keep_for_five_minutes_or_an_hour():
    found = prefixes({"system": [text(LONG, HOUR)], "messages": [{"role": "user", "content": [text("x", MARK)]}]}, MODEL, None)
    assert [prefix.seconds for prefix in found] == [3600.0, 300.0]


def test_a_mark_of_the_whole_request_stands_on_its_last_block():
    value = {**MARK, "messages": [{"role": "user", "content": LONG}, {"role": "user", "content": "x"}]}
    assert [prefix.seconds for prefix in prefixes(value, MODEL, None)] == [0.0, 300.0]


def test_at_most_four_marks_count():
    found = prefixes({"system": [text(LONG, MARK) for _ in range(6)]}, MODEL, None)
    assert [prefix.seconds > 0 for prefix in found] == [False, False, True, True, True, True]


def test_no_part_of_a_prompt_is_counted_twice():
    assert Costs(1, 2, 4, 8, 16).prompt == 15


@pytest.mark.parametrize("messages", [1, "x", {"a": 1}, [1, "x"], None])
def test_leniently_a_mark_beside_messages_that_are_none_is_taken(engine, say, body, messages):
    value = body(system=[text("x", MARK)], messages=messages)
    assert say(value, to=engine(validation="lenient")).status == 200
