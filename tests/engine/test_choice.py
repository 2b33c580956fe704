"""One reply for each input and choice; one failed part fails the whole."""

from __future__ import annotations

SCRIPT = """
version: 1
rules:
  - {name: bad, when: {user: bad}, reply: {error: 429}}
  - {name: good, when: {user: {contains: good}}, replies: [one, two, three]}
  - {name: vector, when: {user: north}, reply: {embedding: [1.0]}}
"""
COMPLETIONS, EMBEDDINGS = "/v1/completions", "/v1/embeddings"


def test_every_choice_takes_the_next_of_a_sequence(engine, ask, chat):
    choices = ask(chat("good", n=3), to=engine(SCRIPT)).json["choices"]
    assert [choice["message"]["content"] for choice in choices] == ["one", "two", "three"]


def test_choices_of_generated_text_differ(engine, ask, chat):
    choices = ask(chat(n=3), to=engine(reply="generate")).json["choices"]
    assert len({choice["message"]["content"] for choice in choices}) == 3


def test_every_input_is_matched_for_itself(engine, ask):
    answer = ask({"model": "m", "prompt": ["good", "else", "no good"], "n": 1}, COMPLETIONS, to=engine(SCRIPT, reply="echo"))
    assert [choice["text"] for choice in answer.json["choices"]] == ["one", "else", "two"]
    assert answer.headers["x-understudy-rule"] == "good"


def test_one_failed_input_fails_the_whole(engine, ask):
    for path, key in ((COMPLETIONS, "prompt"), (EMBEDDINGS, "input")):
        answer = ask({"model": "m", key: ["good", "bad"]}, path, to=engine(SCRIPT))
        assert (answer.status, answer.headers["x-understudy-rule"]) == (429, "bad")


def test_an_embedding_no_rule_gave_is_its_texts_own(engine, ask):
    to = engine(SCRIPT)
    data = ask({"model": "m", "input": ["north", "good", "good"], "dimensions": 2}, EMBEDDINGS, to=to).json["data"]
    assert data[0]["embedding"] == [1.0]
    assert data[1]["embedding"] == data[2]["embedding"]
    assert len(data[1]["embedding"]) == 2


def test_a_miss_names_the_input_that_missed(engine, ask):
    answer = ask({"model": "m", "prompt": ["good", "godo"]}, COMPLETIONS, to=engine(SCRIPT, reply="error"))
    assert answer.status == 404
    assert "'godo'" in answer.error[0]


SCRIPTED = """
version: 1
rules:
  - {name: north, when: {user: north}, reply: {embedding: [1.0, 0.0]}}
  - {name: chat, when: {user: "what?"}, reply: "that"}
  - {name: picture, when: {operation: image, user: a cat}, reply: {error: 429}}
  - {name: mine, when: {operation: moderation, user: odd, header: {x-team: a}}, reply: {error: 429}}
responses: {who: me}
"""
IMAGES, MODERATIONS, SPEECH = "/v1/images/generations", "/v1/moderations", "/v1/audio/speech"


def test_what_is_no_prompt_is_refused_where_a_rule_is_about_its_operation(engine, ask):
    to = engine(SCRIPTED, reply="error")
    for path, body in (
        (EMBEDDINGS, {"model": "m", "input": ["north", "south"]}),
        ("/v2/rerank", {"model": "rerank-v3.5", "query": "south", "documents": ["a"]}),
        (IMAGES, {"prompt": "a dog"}),
    ):
        answer = ask(body, path, to=to)
        assert answer.status == 404
        assert b"no rule matched. Nearest:" in answer.body
    assert ask({"model": "m", "input": "north"}, EMBEDDINGS, to=to).json["data"][0]["embedding"] == [1.0, 0.0]


def test_what_no_rule_is_about_is_answered_all_the_same(engine, ask):
    to = engine(SCRIPTED, reply="error")
    speech = {"model": "tts-1", "voice": "alloy", "input": "hi"}
    assert ask(speech, SPEECH, to=to).status == 200
    assert ask({"input": "hi"}, MODERATIONS, to=to).status == 200
    assert ask({"input": "hi"}, MODERATIONS, to=to, headers={"x-team": "a"}).status == 404
    others = SCRIPTED.replace("{embedding: [1.0, 0.0]}", "up")
    assert ask({"model": "m", "input": "south"}, EMBEDDINGS, to=engine(others, reply="error")).status == 200


def test_without_reply_error_nothing_is_refused(engine, ask):
    for path, body in ((EMBEDDINGS, {"model": "m", "input": ["south", "what?"]}), (IMAGES, {"prompt": "a dog"})):
        assert ask(body, path, to=engine(SCRIPTED)).status == 200


def test_a_rule_that_replies_no_embedding_answers_none(engine, ask):
    to = engine(SCRIPTED, reply="error")
    for text, title in (("what?", "rule 'chat' ("), ("who", "a response")):
        answer = ask({"model": "m", "input": text}, EMBEDDINGS, to=to)
        assert answer.status == 404
        assert answer.error[0].startswith(f"no rule answered: {title}")
        assert answer.error[0].endswith("its reply has no embedding. Put a rule for the embedding before it.")


def test_magic_prompts_come_before_rules(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: all, reply: hi}]\n")
    assert ask(chat("[418]"), to=to).status == 418
    assert ask({"model": "m", "prompt": "[418]"}, COMPLETIONS, to=to).status == 418


def test_a_magic_prompt_is_the_last_message_whoever_says_it(ask, chat):
    body = chat("hi")
    body["messages"].append({"role": "system", "content": "[503]"})
    assert ask(body).status == 503
    body["messages"].append({"role": "user", "content": [{"type": "text", "text": "[504]"}]})
    assert ask(body).status == 504
    body["messages"].append({"role": "user", "content": "hi"})
    assert ask(body).status == 200


def test_a_rule_that_cannot_answer_an_embedding_goes_on_where_it_was(engine, ask, chat):
    def said(answer):
        return answer.status if answer.status != 200 else answer.json["choices"][0]["message"]["content"]

    to = engine(
        "rules: [{name: twice, replies: [one, two], then: error, when: {user: x}}, "
        "{name: vectors, when: {user: y}, replies: [{embedding: [1.0]}, {embedding: [2.0]}]}, "
        "{name: errors, when: {user: z}, replies: [{error: 429}, one]}]"
    )
    for text in ("one", "two", 404):
        assert ask({"model": "m", "input": ["x", "x"]}, EMBEDDINGS, to=to).status == 200
        assert said(ask(chat("x"), to=to)) == text
    data = ask({"model": "m", "input": ["y", "y"]}, EMBEDDINGS, to=to).json["data"]
    assert [each["embedding"] for each in data] == [[1.0], [2.0]]
    assert [ask({"model": "m", "input": "z"}, EMBEDDINGS, to=to).status for _ in range(2)] == [429, 200]
