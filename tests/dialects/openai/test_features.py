"""What a chat or a completion may ask for, seen in the answer: probabilities, predictions, voices, tiers, legacy functions."""

from __future__ import annotations

import base64
import io
import json
import math
import wave

import pytest

from understudy.dialects._openai.odds import columns, shared_out
from understudy.dialects._openai.usage import predicted, thought
from understudy.engine.decision import decide
from understudy.text.logprobs import Guess, Scored, scored
from understudy.text.tokens import encoding_for

TEXT = "The sky is blue, mostly. Größe 🦆!"
FUNCTION = {
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
COMPLETIONS = "/v1/completions"


def heard(entries):
    return b"".join(bytes(entry["bytes"]) for entry in entries).decode()


@pytest.mark.parametrize("top", [0, 3, 20])
def test_probabilities_are_those_of_the_text(engine, ask, chat, top):
    answer = ask(chat(logprobs=True, top_logprobs=top), to=engine(reply=TEXT)).json
    found = answer["choices"][0]["logprobs"]
    assert heard(found["content"]) == TEXT
    assert found["refusal"] is None
    assert len(found["content"]) == answer["usage"]["completion_tokens"]
    for entry in found["content"]:
        assert len(entry["top_logprobs"]) == top
        assert sum(math.exp(guess["logprob"]) for guess in entry["top_logprobs"]) <= 1
        assert entry["logprob"] in [guess["logprob"] for guess in entry["top_logprobs"]] or not top


@pytest.mark.parametrize("unit", ["token", "char", "word"])
def test_a_stream_brings_the_same_probabilities(engine, ask, chat, unit):
    to = engine(reply=TEXT, stream_unit=unit)
    whole = ask(chat(logprobs=True, top_logprobs=2), to=to).json["choices"][0]["logprobs"]["content"]
    streamed = ask(chat(logprobs=True, top_logprobs=2, stream=True), to=to)
    chunks = [chunk["choices"][0]["logprobs"] for chunk in streamed.chunks]
    assert chunks[0] == {"content": [], "refusal": None}
    assert chunks[-1] is None
    entries = [entry for odds in chunks[1:-1] for entry in odds["content"]]
    assert [entry["bytes"] for entry in entries] == [entry["bytes"] for entry in whole]
    assert streamed.text() == TEXT


def test_every_choice_has_probabilities_of_its_own(ask, chat):
    first, second = ask(chat(logprobs=True, n=2)).json["choices"]
    assert first["message"] == second["message"]
    assert first["logprobs"] != second["logprobs"]


def test_generated_text_has_as_many_probabilities_as_tokens(engine, ask, chat):
    answer = ask(chat(logprobs=True, max_tokens=20), to=engine(reply="generate")).json
    assert heard(answer["choices"][0]["logprobs"]["content"]) == answer["choices"][0]["message"]["content"]
    assert len(answer["choices"][0]["logprobs"]["content"]) == answer["usage"]["completion_tokens"] == 20


@pytest.mark.parametrize("stops", [["blue", "sky"], ["sky", "blue"], ["sky is blue", "sky"]])
def test_the_stop_that_is_complete_first_counts(engine, ask, chat, stops):
    assert ask(chat(stop=stops), to=engine(reply=TEXT)).json["choices"][0]["message"]["content"] == "The "


def test_a_legacy_function_is_called_and_its_result_used(ask, chat):
    body = chat("weather in Paris?", functions=[FUNCTION])
    choice = ask(body).json["choices"][0]
    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"] == {"name": "get_weather", "arguments": '{"city":"Paris"}'}
    assert "tool_calls" not in choice["message"]
    body["messages"] += [choice["message"], {"role": "function", "name": "get_weather", "content": "sunny"}]
    assert "sunny" in ask(body).json["choices"][0]["message"]["content"]


@pytest.mark.parametrize(("choice", "calls"), [("none", False), ("auto", False), ({"name": "get_weather"}, True)])
def test_a_legacy_choice_is_obeyed(ask, chat, choice, calls):
    message = ask(chat("sing", functions=[FUNCTION], function_call=choice)).json["choices"][0]["message"]
    assert ("function_call" in message) is calls


def test_a_legacy_call_is_streamed_in_pieces(ask, chat):
    chunks = ask(chat("weather in Paris?", functions=[FUNCTION], stream=True)).chunks
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {
        "role": "assistant",
        "content": None,
        "function_call": {"name": "get_weather", "arguments": ""},
        "refusal": None,
    }
    assert json.loads("".join(delta["function_call"]["arguments"] for delta in deltas[:-1])) == {"city": "Paris"}
    assert chunks[-1]["choices"][0]["finish_reason"] == "function_call"


def test_functions_cost_what_tools_cost(ask, chat):
    legacy = ask(chat(functions=[FUNCTION], function_call="none")).json["usage"]
    assert legacy == ask(chat(tools=[{"type": "function", "function": FUNCTION}], tool_choice="none")).json["usage"]


def test_a_prediction_that_came_true_costs_nothing_more(engine, ask, chat):
    to = engine(reply=TEXT)
    plain, guessed = (
        ask(chat(), to=to).json["usage"],
        ask(chat(prediction={"type": "content", "content": TEXT}), to=to).json["usage"],
    )
    details = guessed["completion_tokens_details"]
    assert details["accepted_prediction_tokens"] == plain["completion_tokens"] == guessed["completion_tokens"]
    assert details["rejected_prediction_tokens"] == 0


def test_what_was_predicted_in_vain_is_paid_for(engine, ask, chat):
    usage = ask(chat(prediction={"type": "content", "content": "No, not at all, my friend."}), to=engine(reply="Yes.")).json[
        "usage"
    ]
    details = usage["completion_tokens_details"]
    assert details["accepted_prediction_tokens"] == 0
    assert usage["completion_tokens"] == 2 + details["rejected_prediction_tokens"] > 2


def test_a_prediction_is_taken_up_again_after_a_change():
    said, told = list(b"abcXefghijkl"), list(b"abcdefghijkl")
    assert predicted([bytes([c]) for c in said], [bytes([c]) for c in told]) == (11, 8)
    assert predicted([], [b"a"]) == (0, 0)
    assert predicted([b"a"], []) == (0, 0)


def test_thinking_takes_whole_steps_of_what_is_left():
    assert thought("medium", None) == 192
    assert [thought("medium", room) for room in (-5, 63, 64, 191, 192, 500)] == [0, 0, 64, 128, 192, 192]
    assert thought("none", None) == thought("minimal", None) == 0


def test_an_answer_is_spoken(engine, ask, chat):
    body = chat(model="gpt-4o-audio-preview", modalities=["text", "audio"], audio={"voice": "alloy", "format": "wav"})
    answer = ask(body, to=engine(reply="one two three")).json
    message = answer["choices"][0]["message"]
    assert message["content"] is None
    assert message["audio"]["transcript"] == "one two three"
    assert message["audio"]["expires_at"] > answer["created"]
    with wave.open(io.BytesIO(base64.b64decode(message["audio"]["data"]))) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(1.08)
    details = answer["usage"]["completion_tokens_details"]
    assert details["audio_tokens"] == 22
    assert answer["usage"]["completion_tokens"] == 3 + 22


def test_a_spoken_answer_is_streamed(engine, ask, chat):
    to = engine(reply="one two three")
    asked = {"model": "gpt-4o-audio-preview", "modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}}
    chunks = ask(chat(**asked, stream=True), to=to).chunks
    spoken = [chunk["choices"][0]["delta"].get("audio", {}) for chunk in chunks]
    whole = ask(chat(**asked), to=to).json["choices"][0]["message"]["audio"]
    assert spoken[0]["id"].startswith("audio_")
    assert "".join(delta.get("transcript", "") for delta in spoken) == "one two three"
    assert "".join(delta.get("data", "") for delta in spoken) == whole["data"]
    assert spoken[-2] == {"expires_at": whole["expires_at"]}
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def wav_seconds(data):
    return (len(data) - 44) / int.from_bytes(data[28:32], "little")


def mp3_seconds(data):
    assert all(data[at : at + 4] == b"\xff\xf3\x44\xc4" for at in range(0, len(data), 96))  # 32 kbit/s at 24 kHz
    return len(data) / 96 * 576 / 24_000


def aac_seconds(data):
    frames, at = 0, 0
    while at < len(data):
        head = int.from_bytes(data[at : at + 7], "big")
        assert head >> 44 == 0xFFF
        frames, at = frames + 1, at + (head >> 13 & 0x1FFF)
    return frames * 1024 / 24_000


def flac_seconds(data):
    about = int.from_bytes(data[18:26], "big")
    return (about & (1 << 36) - 1) / (about >> 44)


def opus_seconds(data):
    last = data.rindex(b"OggS")
    return (int.from_bytes(data[last + 6 : last + 14], "little") - 312) / 48_000


FILES = {
    "wav": (b"RIFF", wav_seconds),
    "pcm16": (b"", lambda data: len(data) / 48_000),
    "mp3": (b"\xff\xf3", mp3_seconds),
    "aac": (b"\xff\xf1", aac_seconds),
    "flac": (b"fLaC", flac_seconds),
    "opus": (b"OggS", opus_seconds),
}


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("words", [1, 3, 90])
def test_a_spoken_answer_is_as_long_as_its_words_in_every_format(engine, ask, chat, form, words):
    body = chat(model="gpt-4o-audio-preview", modalities=["text", "audio"], audio={"voice": "alloy", "format": form})
    message = ask(body, to=engine(reply=" ".join(["word"] * words))).json["choices"][0]["message"]
    data = base64.b64decode(message["audio"]["data"])
    mark, seconds = FILES[form]
    assert data.startswith(mark)
    assert seconds(data) == pytest.approx(0.36 * words, abs=0.043)  # a frame of AAC


def test_a_format_that_nobody_knows_is_the_usual_one_when_lenient(engine, ask, chat):
    body = chat(model="gpt-4o-audio-preview", modalities=["text", "audio"], audio={"voice": "alloy", "format": "8-track"})
    message = ask(body, to=engine(validation="lenient")).json["choices"][0]["message"]
    assert base64.b64decode(message["audio"]["data"]).startswith(b"RIFF")


@pytest.mark.parametrize(
    ("asked", "shown"), [(None, "default"), ("auto", "default"), ("default", "default"), ("flex", "flex"), ("fast", "priority")]
)
@pytest.mark.parametrize("stream", [False, True])
def test_the_tier_is_shown(ask, chat, asked, shown, stream):
    answer = ask(chat(service_tier=asked, stream=stream))
    assert (answer.chunks[-1] if stream else answer.json)["service_tier"] == shown


def test_a_tier_asked_for_once_is_not_shown_to_others(ask, chat):
    ask(chat(service_tier="flex"))
    assert ask(chat()).json["service_tier"] == "default"


def complete(ask, to, **fields):
    return ask({"model": "gpt-3.5-turbo-instruct", "prompt": "The sky", **fields}, COMPLETIONS, to=to)


def test_columns_of_a_completion(engine, ask):
    choice = complete(ask, engine(reply=" is blue"), logprobs=2).json["choices"][0]
    odds = choice["logprobs"]
    assert odds["tokens"] == [" is", " blue"]
    assert odds["text_offset"] == [7, 10]
    assert all(
        len(best) == 2 and best[token] == chance
        for best, token, chance in zip(odds["top_logprobs"], odds["tokens"], odds["token_logprobs"], strict=True)
    )


def test_columns_of_a_prompt_that_is_repeated(engine, ask):
    asked = {"model": "davinci-002", "logprobs": 1, "echo": True, "max_tokens": 0}
    choice = complete(ask, engine(reply=" is blue"), **asked).json["choices"][0]
    odds = choice["logprobs"]
    assert "".join(odds["tokens"]) == choice["text"] == "The sky"
    assert [best[token] for token, best in zip(odds["tokens"], odds["top_logprobs"], strict=True)] == odds["token_logprobs"]
    assert all(chance < 0 for chance in odds["token_logprobs"])
    assert odds["text_offset"] == [0, 3]
    assert choice["finish_reason"] == "length"


def test_a_completion_streams_its_columns(engine, ask):
    to = engine(reply=" is blue 🦆")
    for asked in ({"model": "davinci-002", "logprobs": 1, "echo": True}, {"logprobs": 0}):
        whole = complete(ask, to, **asked).json["choices"][0]["logprobs"]
        parts = [chunk["choices"][0]["logprobs"] for chunk in complete(ask, to, **asked, stream=True).chunks]
        for column in ("tokens", "text_offset"):
            assert [item for part in parts for item in part[column]] == whole[column]


def test_a_stream_of_today_ends_with_a_chunk_that_says_nothing(engine, ask):
    to = engine(reply=" is blue")
    last = complete(ask, to, logprobs=2, stream=True).chunks[-1]["choices"][0]
    empty = {"tokens": [], "token_logprobs": [], "top_logprobs": [], "text_offset": []}
    assert last == {"text": "", "index": 0, "logprobs": empty, "finish_reason": "stop"}
    older = complete(ask, to, model="davinci-002", stream=True).chunks
    assert [chunk["choices"][0]["finish_reason"] for chunk in older] == [None, "stop"]


def test_the_choices_of_a_completion_stream_in_turns(engine, ask):
    chunks = complete(ask, engine(reply=" a b c"), n=2, prompt=["x", "y"], stream=True).chunks
    assert [chunk["choices"][0]["index"] for chunk in chunks] == [0, 1, 2, 3] * 4
    assert [chunk["choices"][0]["text"] for chunk in chunks] == [" a"] * 4 + [" b"] * 4 + [" c"] * 4 + [""] * 4


def test_the_likeliest_of_several_completions_are_shown_and_all_are_paid(engine, ask):
    to = engine(reply="generate", token_mean=5, token_stddev=0)
    answer = complete(ask, to, best_of=4, n=2, prompt=["a", "b"], logprobs=1).json
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2, 3]
    assert answer["usage"]["completion_tokens"] == 2 * 4 * 5
    means = [sum(choice["logprobs"]["token_logprobs"]) for choice in answer["choices"]]
    assert means[0] >= means[1]
    assert means[2] >= means[3]


def test_a_suffix_is_part_of_the_prompt(engine, ask):
    to = engine(reply="x")
    usages = [complete(ask, to, **fields).json["usage"]["prompt_tokens"] for fields in ({}, {"suffix": " the end"})]
    assert usages[1] == usages[0] + 2


def test_tokens_go_to_the_piece_they_begin_in():
    def shares(tokens, pieces):
        found = scored(tokens, decide(b"", 0), encoding_for("gpt-4o"), 0)
        return [[token.token for token in share] for share in shared_out(found, pieces)]

    assert shares([b"ab", b"c", b"def"], ["a", "bcd", "ef"]) == [[b"ab"], [b"c", b"def"], []]
    assert shares([b"ab", b"c"], ["a", "b"]) == [[b"ab"], [b"c"]]
    assert shares([], []) == []


def test_broken_characters_are_named_by_their_bytes_and_stand_where_they_begin():
    duck = "🦆".encode()
    tokens = [Scored(duck[:2], -1.0, (Guess(duck[:2], -1.0),)), Scored(duck[2:], -1.0, ()), Scored(b"!", -1.0, ())]
    found = columns(tokens, 1, 5)
    assert found["tokens"] == ["bytes:\\xf0\\x9f", "bytes:\\xa6\\x86", "!"]
    assert found["text_offset"] == [5, 6, 6]


SURE = """
rules:
  - when: {user: sure}
    reply:
      text: "yes, sure"
      logprobs:
        - {token: "yes", logprob: -0.5, top_logprobs: [{token: "no", logprob: -1.5}, {token: "ja", logprob: -0.25}]}
        - {token: ", sure", logprob: -2}
"""
TOLD = [("yes", -0.5, [("ja", -0.25), ("yes", -0.5), ("no", -1.5)]), (", sure", -2.0, [(", sure", -2.0)])]


def told(entries):
    return [
        (entry["token"], entry["logprob"], [(guess["token"], guess["logprob"]) for guess in entry["top_logprobs"]])
        for entry in entries
    ]


def test_a_script_says_how_likely_its_tokens_are(engine, ask, chat):
    answer = ask(chat("sure", logprobs=True, top_logprobs=3), to=engine(SURE)).json
    assert told(answer["choices"][0]["logprobs"]["content"]) == TOLD
    assert answer["usage"]["completion_tokens"] == 2


def test_a_stream_has_an_event_for_each_token_that_a_script_tells(engine, ask, chat):
    chunks = ask(chat("sure", logprobs=True, top_logprobs=1, stream=True), to=engine(SURE)).chunks[1:-1]
    assert [chunk["choices"][0]["delta"]["content"] for chunk in chunks] == ["yes", ", sure"]
    entries = [entry for chunk in chunks for entry in chunk["choices"][0]["logprobs"]["content"]]
    assert told(entries) == [(token, chance, best[:1]) for token, chance, best in TOLD]


def test_a_limit_cuts_between_tokens_that_a_script_tells(engine, ask, chat):
    choice = ask(chat("sure", logprobs=True, max_tokens=1), to=engine(SURE)).json["choices"][0]
    assert (choice["message"]["content"], told(choice["logprobs"]["content"])) == ("yes", [("yes", -0.5, [])])


def test_completions_and_responses_say_it_too(engine, ask):
    to = engine(SURE)
    found = ask({"model": "gpt-3.5-turbo-instruct", "prompt": "sure", "logprobs": 1}, COMPLETIONS, to=to).json
    odds = found["choices"][0]["logprobs"]
    assert (odds["tokens"], odds["token_logprobs"]) == (["yes", ", sure"], [-0.5, -2.0])
    asked = {"model": "gpt-4o", "input": "sure", "top_logprobs": 3, "include": ["message.output_text.logprobs"]}
    part = ask(asked, "/v1/responses", to=to).json["output"][0]["content"][0]
    assert told(part["logprobs"]) == TOLD
