"""`dialect`: the protocol by name."""


def test_the_dialect(ask):
    assert ask({"dialect": "OpenAI_chat"}) == {}
    assert ask({"dialect": "anthropic"}) is None
    assert ask({"dialect": {"prefix": "openai"}}) == {}
