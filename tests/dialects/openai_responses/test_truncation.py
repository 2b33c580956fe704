"""`truncation`: what is forgotten of a conversation that does not fit, and what does not fit at all."""

from __future__ import annotations

LONG = "word " * 4000  # gpt-4 looks at 8,192 tokens


def user(text):
    return {"role": "user", "content": text}


def test_the_oldest_is_forgotten_until_the_rest_fits(talk):
    client = talk()
    said = [user(LONG), user(LONG), user(LONG), user("hi")]
    assert client.create(said, "gpt-4").error[2] == "context_length_exceeded"
    assert client.create(said, "gpt-4", truncation="disabled").error[2] == "context_length_exceeded"
    counted = client.create(said, "gpt-4", truncation="auto").json["usage"]["input_tokens"]
    assert counted == client.create(said[1:], "gpt-4").json["usage"]["input_tokens"]


def test_instructions_and_the_last_message_stay(talk):
    client = talk()
    told = client.create(
        [user(LONG), user(LONG), user(LONG), user("hi")], "gpt-4", instructions="Be brief.", truncation="auto"
    ).json
    assert told["truncation"] == "auto"
    alone = client.create([user(LONG), user(LONG), user("hi")], "gpt-4", instructions="Be brief.").json
    assert told["usage"]["input_tokens"] == alone["usage"]["input_tokens"]


def test_what_is_too_long_by_itself_is_refused(talk):
    assert talk().create(LONG * 3, "gpt-4", truncation="auto").error[2] == "context_length_exceeded"


def test_verbosity_makes_generated_answers_shorter_and_longer(talk):
    client = talk(reply="generate")
    lengths = [
        client.create("tell me", "gpt-5", text={"verbosity": how}).json["usage"]["output_tokens"]
        for how in ("low", "medium", "high")
    ]
    assert lengths[0] < lengths[1] < lengths[2]
