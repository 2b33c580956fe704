"""What all matchers of texts share: misses that show where texts differ, presence, their schema."""

from understudy.matching import matchers


def test_a_miss_shows_where_long_texts_differ(reasons):
    [line] = reasons({"user": "a" * 200 + " left"}, "a" * 200 + " right")
    assert line == (
        "user: expected '...aaaaaaaaaaa left' (205 characters), got '...aaaaaaaaaaa right' (206 characters) (35 % alike)"
    )


def test_a_miss_shows_the_head_of_a_long_text(reasons):
    [line] = reasons({"user": {"contains": "needle"}}, "hay " * 5000)
    assert line == f"user: expected text containing 'needle', got {('hay ' * 20) + '...'!r} (20,000 characters)"


def test_a_miss_cannot_forge_lines(reasons):
    [line] = reasons({"user": "x"}, "a\nrule matched\r\x1b[2J")
    assert line == "user: expected 'x', got 'a\\nrule matched\\r\\x1b[2J'"


def test_schemas_describe_every_key():
    for matcher in matchers():
        assert matcher.schema()["description"] == matcher.summary
        assert matcher.summary.endswith(".")


def test_keys_with_presence_say_so_in_their_schema():
    booleans = {m.name for m in matchers() if {"type": "boolean"} in m.schema().get("anyOf", [])}
    assert booleans == {"key", "tools", "tool_result"}
