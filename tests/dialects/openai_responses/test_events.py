"""The grammar of the stream: numbered without a gap, every item from its beginning to its end, padded by the law."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.grammar import GRAMMAR

EVERYTHING = """
rules:
  - reply:
      blocks:
        - reasoning: "First.\\n\\nThen."
        - text: "Let me look."
        - item: {type: web_search_call}
        - item: {type: code_interpreter_call, code: "1+1"}
        - item: {type: mcp_call, error: {type: http_error, code: 500, message: no}}
        - item: {type: image_generation_call, partial_images: ["AAAA"]}
        - item: {type: mcp_approval_request}
        - tool_call: {name: f, arguments: {a: 1}}
        - refusal: "No more."
        - text: "Done."
"""
DELTAS = {
    "output_text": "text",
    "refusal": "refusal",
    "function_call_arguments": "arguments",
    "mcp_call_arguments": "arguments",
    "code_interpreter_call_code": "code",
    "reasoning_summary_text": "text",
}


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5", "gpt-5.6", "gpt-oss-20b"])
def test_a_stream_of_everything_keeps_the_grammar(talk, model):
    found = talk(EVERYTHING).create("look", model, stream=True, reasoning={"summary": "auto"} if model != "gpt-4o" else None)
    events = found.events
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert found.kinds[:2] == ["created", "in_progress"]
    assert found.kinds[-1] == "completed"
    for told in events:
        assert list(told) == ["type", *sorted(list(told)[1:])]
    added = [event for event in events if event["type"] == "response.output_item.added"]
    done = [event for event in events if event["type"] == "response.output_item.done"]
    assert [event["output_index"] for event in added] == list(range(len(added)))
    assert [event["item"]["id"] for event in added] == [event["item"]["id"] for event in done]
    assert [event["item"] for event in done] == events[-1]["response"]["output"]
    assert all(event["item"].get("status") in (None, "in_progress") for event in added)
    ids = [event["item"]["id"] for event in done]
    assert len(set(ids)) == len(ids)
    assert {name.partition("_")[2][:26] for name in ids} == {events[0]["response"]["id"][5:31]}


def test_deltas_add_up_to_what_is_done(talk):
    events = talk(EVERYTHING).create("look", "gpt-5", stream=True, reasoning={"summary": "auto"}).events
    for name, member in DELTAS.items():
        said = [event["delta"] for event in events if event["type"] == f"response.{name}.delta"]
        done = [event[member] for event in events if event["type"] == f"response.{name}.done"]
        assert "".join(said) == "".join(done) != ""


def test_a_call_that_failed_says_so(talk):
    kinds = talk(EVERYTHING).create("look", "gpt-5", stream=True).kinds
    assert "mcp_call.failed" in kinds
    assert "mcp_call.completed" not in kinds
    assert kinds.index("image_generation_call.generating") + 1 == kinds.index("image_generation_call.partial_image")


def test_odds_are_shared_out_to_the_deltas(talk):
    fields = {"include": ["message.output_text.logprobs"], "top_logprobs": 2, "stream": True}
    events = talk('rules: [{reply: "one two three"}]').create(**fields).events
    shared = [odds for event in events if event["type"].endswith("text.delta") for odds in event["logprobs"]]
    done = next(event for event in events if event["type"].endswith("text.done"))
    assert shared == done["logprobs"]
    assert [odds["token"] for odds in shared] == ["one", " two", " three"]
    assert list(shared[0]) == ["bytes", "logprob", "token", "top_logprobs"]
    assert len(shared[0]["top_logprobs"]) == 2


def test_the_grammar_of_damage():
    delta = event("response.output_text.delta", {"delta": "hi", "sequence_number": 1})
    assert GRAMMAR.say(delta, b"\\ud800") == delta.replace(b'"hi"', b'"\\ud800"')
    end = event("response.completed", {"response": {"id": "r", "usage": {"a": 1}}})
    assert GRAMMAR.say(end, b"x") is None
    assert GRAMMAR.without(delta, "usage") == delta
    assert GRAMMAR.without(end, "usage") == event("response.completed", {"response": {"id": "r"}})
    assert GRAMMAR.without(end, "finish") is None
    assert GRAMMAR.without(end, "done") is None
    assert GRAMMAR.without(b"nonsense", "done") == b"nonsense"


def test_the_first_token_is_waited_for_after_the_response_has_begun(talk):
    made = talk("timing: {ttft: 2s, itl: 1s}\nrules:\n  - reply: one two three\n").create(stream=True)
    assert made.kinds[:3] == ["created", "in_progress", "output_item.added"]
    assert made.due[:3] == [0.0, 0.0, 2.0]
    assert made.due[-1] == 4.0


@pytest.mark.parametrize(
    ("own", "asked", "told"),
    [
        ("", 2, ["AAAA", "AAAA"]),
        (", partial_images: [BBBB]", 2, ["BBBB"]),
        (", partial_images: [BBBB]", None, ["BBBB"]),
        ("", None, []),
        ("", 0, []),
        ("", 4_000_000_000, []),
        ("", "x", []),
        ("", [1], []),
    ],
)
@pytest.mark.parametrize("background", [False, True])
def test_partial_images_come_as_the_item_or_the_tool_says_and_are_shown_by_nothing_else(talk, own, asked, told, background):
    client = talk(f"rules: [{{reply: {{blocks: [item: {{type: image_generation_call, result: AAAA{own}}}]}}}}]")
    tool = {"type": "image_generation", "size": "512x512", **({} if asked is None else {"partial_images": asked})}
    events = client.create(stream=True, background=background, tools=[tool]).events
    partial = [event for event in events if event["type"] == "response.image_generation_call.partial_image"]
    assert [event["partial_image_b64"] for event in partial] == told
    assert [event["partial_image_index"] for event in partial] == list(range(len(told)))
    assert all((event["size"], event["output_format"]) == ("512x512", "png") for event in partial)
    ended = events[-1]["response"]
    kept = client("GET", f"/responses/{ended['id']}").json
    assert ended["output"] == kept["output"]
    assert "partial_images" not in ended["output"][0]
    if background:
        assert client("GET", f"/responses/{ended['id']}?stream=true").events == events


@pytest.mark.parametrize(("most", "left"), [(None, "wcwmm"), (1, "wmm"), (2, "wcmm"), (9, "wcwmm")])
def test_calls_of_built_in_tools_beyond_the_most_are_ignored(talk, most, left):
    kinds = {"w": "web_search_call", "c": "code_interpreter_call", "m": "message"}
    items = [
        f"item: {{type: {kinds[kind]}, content: []}}" if kind == "m" else f"item: {{type: {kinds[kind]}}}" for kind in "wcwm"
    ]
    client = talk(f"rules: [{{reply: {{blocks: [{', '.join(items)}, text: end]}}}}]")
    made = client.create(**({} if most is None else {"max_tool_calls": most})).json
    assert [item["type"] for item in made["output"]] == [kinds[kind] for kind in left]
