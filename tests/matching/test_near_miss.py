"""The text that explains a miss, word for word."""

from understudy.matching import Prompts, When, near_miss
from understudy.model.call import Tool

RULES = [
    ("sky", When.build({"user": "what colour is the sky?"})),
    ("weather", When.build({"user": {"contains": "weather"}, "tools": "get_weather"})),
    ("flaky", When.build({"model": "flaky-*"})),
    ("name", When.build({"user": {"regex": r"(?i)my name is (?P<name>\w+)"}, "stream": True})),
]


def test_the_nearest_rules_come_first_with_what_is_different(make_call, make_request):
    call = make_call("What color is the sky", model="gpt-4o", tools=(Tool("get_time"),))
    places = {"sky": "chat.yaml:3", "weather": "chat.yaml:8", "flaky": "chat.yaml:12"}
    assert near_miss(RULES, call, make_request(), place=places.__getitem__) == (
        "no rule matched. Nearest:\n"
        "  rule 'sky' (chat.yaml:3):\n"
        "    user: expected 'what colour is the sky?', got 'What color is the sky' (82 % alike)\n"
        "  rule 'weather' (chat.yaml:8):\n"
        "    user: expected text containing 'weather', got 'What color is the sky' (20 % alike)\n"
        "    tools: expected 'get_weather', got 'get_time' (32 % alike)\n"
        "  rule 'flaky' (chat.yaml:12):\n"
        "    model: expected text like 'flaky-*', got 'gpt-4o'"
    )


def test_rules_equally_far_stay_in_their_order(make_call, make_request):
    rules = [(f"rule {i}", When.build({"stream": True})) for i in range(5)]
    text = near_miss(rules, make_call("x"), make_request(), limit=2)
    assert text == (
        "no rule matched. Nearest:\n"
        "  rule 'rule 0':\n    stream: expected true, got false\n"
        "  rule 'rule 1':\n    stream: expected true, got false"
    )


def test_a_rule_that_holds_is_named_as_such(make_call, make_request):
    text = near_miss([("any", When.build({}))], make_call("x"), make_request())
    assert text == "no rule matched. Nearest:\n  rule 'any': its conditions hold"


def test_without_rules_there_is_nothing_near(make_call, make_request):
    assert near_miss([], make_call("x"), make_request()) == "no rule matched: there are no rules."


def test_five_thousand_rules_are_asked(make_call, make_request):
    rules = [(f"r{i}", When.build({"user": f"question number {i} about colours"})) for i in range(5000)]
    text = near_miss(rules, make_call("question number 4711 about colors"), make_request(), limit=1)
    assert text.splitlines()[1] == "  rule 'r4711':"


def test_responses_are_named_among_the_rules_by_how_near_they_are(make_call, make_request):
    call = make_call("What color is the sky", model="gpt-4o", tools=(Tool("get_time"),))
    prompts = Prompts(["bye", "what colour is the sea?"])
    text = near_miss(RULES, call, make_request(), responses=prompts, place_of_response=lambda prompt: f"at {prompt!r}")
    assert text.splitlines()[1:5] == [
        "  rule 'sky':",
        "    user: expected 'what colour is the sky?', got 'What color is the sky' (82 % alike)",
        "  response (at 'what colour is the sea?'):",
        "    user: expected 'what colour is the sea?', got 'What color is the sky' (73 % alike)",
    ]


def test_no_response_is_named_that_has_nothing_in_common(make_call, make_request):
    text = near_miss([], make_call("x"), make_request(), responses=Prompts(["sky", "sea"]))
    assert text == "no rule matched: there are no rules, and no response is like it."
