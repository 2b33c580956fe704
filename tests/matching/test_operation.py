"""`operation`: a closed set."""


def test_the_operation(ask):
    assert ask({"operation": "chat"}) == {}
    assert ask({"operation": "Embedding"}, operation="embedding") == {}
    assert ask({"operation": "completion"}) is None
    assert ask({"operation": {"any": ["completion", "chat"]}}) == {}


def test_an_unknown_operation_is_refused(refused):
    known = "chat, completion, embedding, models, model, health, stored, moderation, image, speech, transcription, translation"
    assert refused({"operation": "chta"}) == [
        (("operation",), f"operation: expected one of {known}, asset, got 'chta'. Did you mean 'chat'?")
    ]
