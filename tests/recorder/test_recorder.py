"""Recorded from a server of our own, replayed, and compared."""

from __future__ import annotations

import pytest

from understudy import Understudy
from understudy.config.source import parse, read_text
from understudy.errors import UsageError
from understudy.recorder.losses import told
from understudy.recorder.page import rendered
from understudy.recorder.recorder import EVERY, Recorder
from understudy.recorder.reply import hear, reply_of

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


def test_an_answer_is_replayed(script, recording, replay, send, chat):
    with Understudy(script("rules: [{when: {user: sky}, reply: Blue.}]"), clock="auto") as up, recording(up.port) as record:
        was = send(record.port, "/v1/chat/completions", chat("sky"))
        (rule,) = record.rules
    assert was.text == "Blue."
    assert (rule["name"], rule["when"], rule["reply"]["text"]) == ("sky", {"user": "sky"}, "Blue.")
    with replay() as server:
        now = send(server.port, "/v1/chat/completions", chat("sky"))
    assert {**now.json, "id": 0, "created": 0} == {**was.json, "id": 0, "created": 0}


def test_a_stream_is_replayed_event_by_event_and_gap_by_gap(script, recording, replay, send, chat):
    pieces = ["The s", "ky is", " blue, ", "I think", "."]
    said = script(f"rules: [{{when: {{user: sky}}, reply: {{pieces: {pieces}}}}}]")
    with Understudy(said) as up, recording(up.port) as record:
        was = send(record.port, "/v1/chat/completions", chat("sky", stream=True))
        (rule,) = record.rules
    assert rule["reply"]["pieces"] == pieces == was.deltas
    assert rule["reply"]["timing"].keys() >= {"ttft"}
    with replay(clock="auto") as server:
        now = send(server.port, "/v1/chat/completions", chat("sky", stream=True))
        whole = send(server.port, "/v1/chat/completions", chat("sky"))
    assert now.deltas == pieces
    assert whole.text == "".join(pieces)


def test_rounds_of_a_tool_loop_do_not_collapse(script, recording, replay, send, chat):
    """The same result twice: only the length of the conversation tells the rounds apart."""
    rounds = "".join(
        f"  - when: {{json: {{'length(messages)': {n}}}}}\n"
        f"    reply: {{tool_calls: [{{name: get_weather, arguments: {{n: {n}}}}}]}}\n"
        for n in (1, 3, 5)
    )

    def loop(port):
        messages, seen = [{"role": "user", "content": "weather"}], []
        for _ in range(4):
            answer = send(port, "/v1/chat/completions", chat(*messages, tools=[TOOL])).json
            message = answer["choices"][0]["message"]
            if not message.get("tool_calls"):
                return [*seen, message["content"]]
            (call,) = message["tool_calls"]
            seen.append(call["function"]["arguments"])
            messages += [message, {"role": "tool", "tool_call_id": call["id"], "content": "sunny"}]
        return seen

    with Understudy(script(f"rules:\n{rounds}  - reply: Done."), clock="auto") as up, recording(up.port) as record:
        was = loop(record.port)
        rules = record.rules
    assert was == ['{"n":1}', '{"n":3}', '{"n":5}', "Done."]
    assert [rule["when"].get("tool_result") for rule in rules] == [False, "sunny", "sunny", "sunny"]
    with replay(clock="auto") as server:
        assert loop(server.port) == was
        assert loop(server.port) == was, "no state: a second run is answered alike"


def test_turns_of_a_conversation_keep_their_order(script, recording, replay, send, chat):
    first = chat("go on")
    second = chat("go on", {"role": "assistant", "content": "One."}, "go on")
    rules = "rules: [{when: {turn: 1}, reply: One.}, {when: {turn: 2}, reply: Two.}]"
    with Understudy(script(rules), clock="auto") as up, recording(up.port) as record:
        for body in (first, second):
            send(record.port, "/v1/chat/completions", body)
        assert [rule["when"] for rule in record.rules] == [{"user": "go on", "turn": 1}, {"user": "go on", "turn": 2}]
    with replay(clock="auto") as server:
        assert [send(server.port, "/v1/chat/completions", body).text for body in (second, first)] == ["Two.", "One."]


def test_equal_requests_are_one_rule_with_a_sequence(script, recording, replay, send, chat):
    rules = 'rules: [{when: {user: x}, replies: [{error: rate_limit}, "a", "b"]}, {when: {user: y}, reply: same}]'

    def ask(port):
        return [send(port, "/v1/chat/completions", chat("x")) for _ in range(3)]

    with Understudy(script(rules), clock="auto") as up, recording(up.port) as record:
        was = ask(record.port)
        for _ in range(2):
            send(record.port, "/v1/chat/completions", chat("y", user="somebody"))
        x, y = record.rules
    assert [len(x["replies"]), "replies" in y, y["reply"]["text"]] == [3, False, "same"]
    with replay(clock="auto") as server:
        now = ask(server.port)
    assert [got.status for got in now] == [429, 200, 200]
    assert now[0].json == was[0].json
    assert [got.text for got in now[1:]] == ["a", "b"]


def test_recorded_from_openai_replayed_as_anthropic(script, recording, replay, send, chat):
    rules = "rules: [{when: {user: sky}, reply: Blue.}, {reply: {tool_calls: [{name: get_weather, arguments: {city: Rome}}]}}]"
    with Understudy(script(rules), clock="auto") as up, recording(up.port) as record:
        send(record.port, "/v1/chat/completions", chat("sky", stream=True))
        send(record.port, "/v1/chat/completions", chat("weather", tools=[TOOL], stream=True))
        assert len(record.rules) == 2

    def claude(port, text, **more):
        body = {"model": "claude-sonnet-4-5", "max_tokens": 99, "messages": [{"role": "user", "content": text}], **more}
        return send(port, "/v1/messages", body, anthropic_version="2023-06-01").json

    with replay(clock="auto") as server:
        assert [block["text"] for block in claude(server.port, "sky")["content"]] == ["Blue."]
        tool = {"name": "get_weather", "input_schema": {"type": "object"}}
        got = claude(server.port, "weather", tools=[tool])
    assert (got["stop_reason"], got["content"][0]["name"], got["content"][0]["input"]) == (
        "tool_use",
        "get_weather",
        {"city": "Rome"},
    )


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", ["messages", "responses"])
def test_other_protocols(script, recording, replay, send, dialect, stream):
    rules = "rules: [{reply: {reasoning: Hm., text: 'Mild, I think.', tool_calls: [{name: get_weather, arguments: {a: 1}}]}}]"
    body = {"model": "gpt-4o", "input": "hello", "stream": stream}
    if dialect == "messages":
        body = {
            "model": "claude-sonnet-4-5",
            "max_tokens": 99,
            "messages": [{"role": "user", "content": "hello"}],
            "stream": stream,
        }
    path, headers = f"/v1/{dialect}", {"anthropic_version": "2023-06-01"}
    with Understudy(script(rules), clock="auto") as up, recording(up.port) as record:
        send(record.port, path, body, **headers)
        (rule,) = record.rules
    said = rule["reply"]
    assert (said["text"], said["tool_calls"][0]["arguments"]) == ("Mild, I think.", {"a": 1})
    assert said["usage"].keys() >= {"prompt_tokens", "completion_tokens"}
    with replay(clock="auto") as server:
        assert send(server.port, path, body, **headers).status == 200
        assert server.calls[-1].rule == rule["name"]


def test_a_response_that_follows_another_is_told_apart(script, recording, replay, send):
    rules = "rules: [{when: {turn: 1}, reply: One.}, {when: {turn: 2}, reply: Two.}]"

    def talk(port):
        first = send(port, "/v1/responses", {"model": "gpt-4o", "input": "go on"}).json
        second = send(port, "/v1/responses", {"model": "gpt-4o", "input": "go on", "previous_response_id": first["id"]}).json
        return [answer["output"][0]["content"][0]["text"] for answer in (first, second)]

    with Understudy(script(rules), clock="auto") as up, recording(up.port) as record:
        assert talk(record.port) == ["One.", "Two."]
        assert len(record.rules) == 2
    with replay(clock="auto") as server:
        assert talk(server.port) == ["One.", "Two."]


def test_keys_are_never_written(script, recording, send, chat):
    key, other = "not-like-a-key-4711", "sk-proj-0123456789abcdefghij"
    said = script(f'rules: [{{reply: "You sent {other} and {key}."}}]')
    with Understudy(said, clock="auto") as up, recording(up.port) as record:
        got = send(record.port, "/v1/chat/completions", chat(f"my key is {other}"), authorization=f"Bearer {key}")
        send(record.port, "/v1/chat/completions", chat("again", stream=True), x_api_key=key)
        assert key in got.text, "the client gets what was said"
        assert record.rules[0]["when"]["user"] == {"regex": r"(?s)\Amy\ key\ is\ sk\-.*ghij\z"}
        text = record.out.read_text() + "".join(record.told)
    assert key not in text
    assert other not in text


def test_missing_only_asks_for_what_no_rule_answers(script, recording, send, chat, tmp_path):
    mine = "# mine\nrules:\n  - name: sky\n    when: {user: sky}\n    reply: Mine.\n"
    (tmp_path / "out.yaml").write_text(mine)
    with (
        Understudy(script("rules: [{reply: Theirs.}]"), clock="auto") as up,
        recording(up.port, missing_only=True) as record,
    ):
        assert [send(record.port, "/v1/chat/completions", chat(text)).text for text in ("sky", "sea")] == ["Mine.", "Theirs."]
        assert len(up.calls) == 1
        assert [rule["name"] for rule in record.rules] == ["sky", "sea"]
        assert record.out.read_text().startswith(mine), "what a person wrote stays as it is"


def test_missing_only_asks_for_texts_of_which_one_is_missing(recording, send, tmp_path):
    def ask(port, *texts):
        return send(port, "/v1/embeddings", {"model": "text-embedding-3-small", "input": texts}).json["data"]

    (tmp_path / "out.yaml").write_text("rules:\n  - {when: {user: one}, reply: {embedding: [1, 0]}}\n")
    with Understudy(clock="auto") as up, recording(up.port, missing_only=True) as record:
        assert [row["embedding"] for row in ask(record.port, "one", "one")] == [[1, 0], [1, 0]]
        assert len(up.calls) == 0
        assert len(ask(record.port, "one", "two")[0]["embedding"]) == 1536
        assert len(up.calls) == 1


def heard(take, text, said="Blue."):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
    return take(body, (0.1, b'{"choices":[{"index":0,"message":{"content":"%s"}}]}' % said.encode()))


def names(path):
    found = parse(path.read_text(encoding="utf-8"), path.name)
    assert not found.problems
    return [rule["name"] for rule in found.data["rules"]]


def test_what_somebody_else_writes_meanwhile_stays_and_the_script_goes_on_beside_it(tmp_path, take):
    told, out = [], tmp_path / "out.yaml"
    recorder = Recorder(out, "here", tell=told.append)
    recorder.record(heard(take, "one"))
    assert names(out) == ["one"]
    mine = out.read_text().replace("one", "mine")
    out.write_text(mine)
    (tmp_path / "out.new.yaml").write_text("somebody's")
    for text in ("two", "three"):
        recorder.record(heard(take, text))
    assert out.read_text() == mine
    assert (tmp_path / "out.new.yaml").read_text() == "somebody's"
    assert recorder.out == tmp_path / "out.new2.yaml"
    assert names(recorder.out) == ["one", "two", "three"]
    assert [line for line in told if line.startswith("changed")] == [
        f"changed by somebody else: {out}. It stays so; what is recorded is written to {recorder.out}."
    ]
    recorder.out.write_bytes(b"\xff")
    recorder.write()
    assert names(tmp_path / "out.new3.yaml") == ["one", "two", "three"]


def test_what_somebody_else_writes_meanwhile_is_added_to_where_rules_are_added(tmp_path, take):
    told, out = [], tmp_path / "out.yaml"
    out.write_text("# first\nrules:\n  - {name: zero, reply: x}\n")
    recorder = Recorder(out, "here", base=out.read_text(), names=("zero",), tell=told.append)
    recorder.record(heard(take, "one"))
    recorder.record(heard(take, "two"))
    mine = out.read_text().replace("# first", "# mine").replace("name: one", "name: three").replace("Blue.", "Mine.")
    out.write_text(mine)
    for text, said in (("three", "Red."), ("one", "Blue."), ("one", "Green.")):
        recorder.record(heard(take, text, said))
    assert out.read_text().startswith(mine)
    assert names(out) == ["zero", "three", "two", "three (2)", "one"]
    assert [reply["text"] for reply in parse(out.read_text(), "out.yaml").data["rules"][-1]["replies"]] == ["Blue.", "Green."]
    assert [line for line in told if line.startswith("changed")] == [
        f"changed by somebody else: {out}. What is new is added to it as it stands."
    ]
    assert recorder.out == out


@pytest.fixture
def sky(take, replay):
    """Record what is told apart by the model alone, and replay it."""

    class Sky:
        @staticmethod
        def body(model):
            return {"model": model, "messages": [{"role": "user", "content": "sky"}]}

        def recorded(self, recorder, model):
            said = f"By {model}.".encode()
            recorder.record(take(self.body(model), (0.1, b'{"choices":[{"index":0,"message":{"content":"%s"}}]}' % said)))

        def replayed(self, send, *models):
            with replay(clock="auto") as server:
                return [send(server.port, "/v1/chat/completions", self.body(model)).text for model in models]

    return Sky()


def test_rules_that_nobody_touched_are_still_told_apart(tmp_path, sky, send):
    told, out = [], tmp_path / "out.yaml"
    out.write_text("rules:\n")
    recorder = Recorder(out, "here", base=out.read_text(), tell=told.append)
    sky.recorded(recorder, "a")
    out.write_text("# mine\n" + out.read_text().replace("rules:\n", "rules:\n  - {name: sea, when: {user: sea}, reply: x}\n"))
    sky.recorded(recorder, "b")
    out.write_text("# mine, too\n" + out.read_text())
    for model in "ca":
        sky.recorded(recorder, model)
    assert out.read_text().startswith("# mine, too\n# mine\nrules:\n  - {name: sea,")
    assert names(out) == ["sea", "sky", "sky (2)", "sky (3)"]
    assert sky.replayed(send, *"cab") == ["By c.", "By a.", "By b."]
    assert not [line for line in told if line.startswith("in the way")]


def test_a_script_without_rules_may_be_changed_around_them(tmp_path, sky, send):
    out = tmp_path / "out.yaml"
    out.write_text("version: 1")
    recorder = Recorder(out, "here", base=out.read_text())
    sky.recorded(recorder, "a")
    out.write_text("# mine\n" + out.read_text())
    sky.recorded(recorder, "b")
    assert out.read_text().startswith("# mine\nversion: 1\nrules:\n")
    assert sky.replayed(send, *"ab") == ["By a.", "By b."]


def test_a_change_is_seen_to_once_where_the_script_cannot_be_written(tmp_path, sky, send):
    told, out = [], tmp_path / "out.yaml"
    out.write_text("rules:\n")
    recorder = Recorder(out, "here", base=out.read_text(), tell=told.append)
    sky.recorded(recorder, "a")
    out.write_text("# mine\n" + out.read_text())
    (tmp_path / ".out.yaml.part").mkdir()
    sky.recorded(recorder, "b")
    assert told[-1].startswith("not written: ")
    (tmp_path / ".out.yaml.part").rmdir()
    sky.recorded(recorder, "c")
    assert sky.replayed(send, *"abc") == ["By a.", "By b.", "By c."]
    assert sum(line.startswith("changed") for line in told) == 1


@pytest.mark.parametrize(
    ("mine", "first"),
    [
        (lambda text: text.replace("By a.", "Mine."), "'sky'"),
        (lambda text: f"{text}  - {{name: sea, when: {{user: sea}}, reply: x}}\n", "'sky'"),
        (lambda text: text.replace("rules:\n", "rules:\n  - {reply: anything}\n"), "1"),
    ],
)
def test_what_others_leave_in_the_way_of_a_new_rule_is_told_once(tmp_path, take, sky, mine, first):
    told, out = [], tmp_path / "out.yaml"
    out.write_text("rules:\n")
    recorder = Recorder(out, "here", base=out.read_text(), tell=told.append)
    sky.recorded(recorder, "a")
    out.write_text(mine(out.read_text()))
    sky.recorded(recorder, "b")
    recorder.write()
    assert [line for line in told if line.startswith("in the way")] == [
        f"in the way: rule {first} stands before the new rule 'sky (2)' and fits it, too."
    ]


def test_what_is_not_written_yet_when_somebody_else_writes_is_added_too(tmp_path, take):
    out = tmp_path / "out.yaml"
    out.write_text("rules:\n")
    recorder = Recorder(out, "here", base=out.read_text())
    for number in range(EVERY + 2):
        recorder.record(heard(take, f"{number}"))
    assert len(names(out)) == EVERY
    out.write_text("# mine\nrules:\n")
    recorder.write()
    assert names(out) == [f"{EVERY}", f"{EVERY + 1}"]


@pytest.mark.parametrize("mine", [b"rules: []\nversion: 1\n", b"rules: [", b"# \xff\nrules:\n"])
def test_what_cannot_be_added_to_any_more_is_left_alone(tmp_path, take, mine):
    out = tmp_path / "out.yaml"
    out.write_text("rules:\n")
    recorder = Recorder(out, "here", base=out.read_text())
    recorder.record(heard(take, "one"))
    out.write_bytes(mine)
    recorder.record(heard(take, "two"))
    assert out.read_bytes() == mine
    assert names(tmp_path / "out.new.yaml") == ["one", "two"]


def test_a_script_that_somebody_takes_away_is_written_again(tmp_path, take):
    out = tmp_path / "out.yaml"
    recorder = Recorder(out, "here")
    recorder.record(heard(take, "one"))
    out.unlink()
    recorder.record(heard(take, "two"))
    assert names(out) == ["one", "two"]


def test_a_byte_order_mark_is_no_change(tmp_path):
    out, told = tmp_path / "out.yaml", []
    out.write_bytes(b"\xef\xbb\xbfrules:\r\n")
    Recorder(out, "here", base=read_text(out), tell=told.append).write()
    assert (told, out.read_bytes()) == ([], b"rules:\r\n")


def test_a_script_that_cannot_be_added_to_is_refused(tmp_path):
    with pytest.raises(UsageError, match="last key is `rules`"):
        Recorder(tmp_path / "out.yaml", "here", base="rules: []\nversion: 1\n")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        Recorder(tmp_path / "no" / "out.yaml", "here").write()


def test_a_file_that_cannot_be_written_any_more_does_not_end_the_recording(tmp_path, take, chat):
    told = []
    recorder = Recorder(tmp_path / "gone" / "out.yaml", "here", tell=told.append)
    recorder.record(take(chat("a"), (0.1, b"{}")))
    assert recorder.count == 1
    assert told[-1].startswith("not written: --out ")


def test_exact_answers_are_the_same_bytes(script, recording, replay, send, chat):
    rules = "rules: [{when: {user: odd}, reply: Blue.}, {when: {user: bad}, reply: {error: 503}}]"
    with Understudy(script(rules), clock="auto") as up, recording(up.port, exact=True) as record:
        bodies = [chat("odd"), chat("odd", stream=True), chat("bad")]
        was = [send(record.port, "/v1/chat/completions", body) for body in bodies]
        assert ["raw" in rule["reply"] for rule in record.rules] == [True, True, True]
    with replay(clock="auto") as server:
        now = [send(server.port, "/v1/chat/completions", body) for body in bodies]
    assert [(got.status, got.body) for got in now] == [(got.status, got.body) for got in was]
    assert now[0].fields["openai-version"] == was[0].fields["openai-version"]
    assert now[1].fields["content-type"] == was[1].fields["content-type"]


def test_what_no_reader_knows_is_kept_byte_by_byte(script, recording, replay, send):
    picture = {"model": "gpt-image-1", "prompt": "a cat", "size": "1024x1024"}
    with Understudy(clock="auto") as up, recording(up.port) as record:
        was = send(record.port, "/v1/images/generations", picture)
        assert "raw" in record.rules[0]["reply"]
    with replay(clock="auto") as server:
        assert send(server.port, "/v1/images/generations", picture).body == was.body


def test_an_embedding(recording, replay, send):
    body = {"model": "text-embedding-3-small", "input": "x", "encoding_format": "float", "dimensions": 4}
    with Understudy(clock="auto") as up, recording(up.port) as record:
        was = send(record.port, "/v1/embeddings", body).json["data"][0]["embedding"]
        assert record.rules[0]["reply"]["embedding"] == was
    with replay(clock="auto") as server:
        assert send(server.port, "/v1/embeddings", body).json["data"][0]["embedding"] == was


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_embeddings_of_several_texts_are_rules_of_their_own(recording, replay, send, encoding):
    def ask(port, *texts):
        body = {"model": "text-embedding-3-small", "input": texts, "encoding_format": encoding, "dimensions": 4}
        return send(port, "/v1/embeddings", body).body

    with Understudy(clock="auto") as up, recording(up.port) as record:
        was = [ask(record.port, "one", "two"), ask(record.port, "two", "three")]
        assert [rule["when"] for rule in record.rules] == [{"user": text} for text in ("one", "two", "three")]
        assert record.recorder.count == 2
    with replay(clock="auto") as server:
        assert [ask(server.port, "one", "two"), ask(server.port, "two", "three")] == was
        assert ask(server.port, "three", "one") != was[0], "in another order, too"


def test_byte_by_byte_several_texts_are_one_rule(recording, replay, send):
    def ask(port, *texts, path="/v1/embeddings", **more):
        body = {"model": "text-embedding-3-small", "input": texts, "dimensions": 4}
        return send(port, path, more or body).body

    prompts = {"path": "/v1/completions", "model": "gpt-3.5-turbo-instruct", "prompt": ["one", "two"]}
    with Understudy(clock="auto") as up, recording(up.port, exact=True) as record:
        was = [ask(record.port, *texts) for texts in (("one", "two"), ("three", "two"), ("two",))]
        was.append(ask(record.port, **prompts))
        assert [rule["when"] for rule in record.rules] == [
            {"json": {"input": ["one", "two"]}},
            {"json": {"input": ["three", "two"]}},
            {"user": "two"},
            {"turn": 2, "json": {"prompt": ["one", "two"]}, "stream": False},
        ]
    with replay(clock="auto") as server:
        now = [ask(server.port, *texts) for texts in (("one", "two"), ("three", "two"), ("two",))]
        assert [*now, ask(server.port, **prompts)] == was


def test_what_rules_cannot_answer_is_passed_on(recording, send):
    with Understudy(clock="auto") as up, recording(up.port) as record:
        assert send(record.port, "/v1/models", method="GET").json["object"] == "list"
        assert record.rules == []
        assert record.told == ["passed on   200 GET /v1/models (no rule can answer it)"]
        assert parse(record.out.read_text(), "out.yaml").data == {"version": 1, "rules": []}


@pytest.mark.parametrize("cut", [["The", " sky", " is", " blue"], ["The sky", " is", " bl", "ue today, I think"]])
def test_gaps_are_replayed_as_they_were_measured(engine, ask_engine, take, chat, cut):
    moments = [0.25, 0.3125, 0.3275, 0.5]
    event = 'data: {{"choices":[{{"index":0,"delta":{{"content":"{}"}}}}]}}\n\n'
    body = chat("sky", stream=True)
    end = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    said = zip(moments, (event.format(piece).encode() for piece in cut), strict=True)
    found = take(body, *said, (moments[-1], end), content_type="text/event-stream")
    rule = {"name": "sky", "when": {"user": "sky"}, "reply": reply_of(found, hear(found))}
    got = ask_engine(engine(rendered([rule], "here")), body)
    at, said = 0.0, []
    for step in got.steps:
        if isinstance(step, float):
            at += step
        elif b'"delta":{"content":"' in step and b'"content":""' not in step:
            said.append(round(at, 4))
    assert got.text() == "".join(cut)
    assert said == pytest.approx(moments, abs=5e-5)


def test_what_no_reply_can_say_is_told_once(script, recording, send, chat):
    with Understudy(script("rules: [{reply: x}]"), clock="auto") as up, recording(up.port) as record:
        for user in ("a", "b"):
            send(record.port, "/api/v1/chat/completions", chat(user))
        assert len(record.rules) == 2
        assert [line for line in record.told if "usage.cost" in line and "cost_" not in line] == [
            f"not kept: {told('usage.cost')}"
        ]
