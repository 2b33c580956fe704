"""Which tools a model that behaves calls: the fitting ones, obedient to the request, never in a circle."""

from __future__ import annotations

import pytest

from understudy.engine.behave import about, choose, each, has_results, heard, results, turn, without_reminders, words
from understudy.model.call import Call, Message, Tool

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}
WEATHER = Tool("get_weather", "Current weather of a city", CITY)
MAIL = Tool("send_mail", "Send a mail", {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]})
TIME = Tool("get_time", "Current time in a city", CITY)
FINAL = Tool("final_result", "The final response which ends this conversation", {"type": "object", "properties": {}})


def call_of(user="what is the weather in Paris?", *after, tools=(MAIL, WEATHER), choice=None, parallel=True):
    messages = [Message("user", user), *after]
    return Call("chat", "openai", "m", messages, user, tools=tools, tool_choice=choice, parallel=parallel)


def all_chosen(*args, mode="auto", **kwargs):
    return [tool.name for tool in choose(call_of(*args, **kwargs), mode)]


def chosen(*args, mode="auto", **kwargs):
    tools = all_chosen(*args, mode=mode, **kwargs)
    return tools[0] if tools else None


def test_auto_calls_the_tool_that_fits_and_no_other():
    assert chosen() == "get_weather"
    assert chosen("send a mail to Bob") == "send_mail"
    assert chosen("sing a song") is None
    assert chosen(tools=()) is None


def test_never_calls_none_and_always_the_best():
    assert chosen(mode="never") is None
    assert chosen("sing a song", mode="always") == "send_mail"
    assert chosen(mode="always") == "get_weather"


def allowed(mode, *names):
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}


FORMS = {
    "none": ("none", None),
    "auto": ("auto", "get_weather"),
    "required": ("required", "get_weather"),
    "named": ({"type": "function", "function": {"name": "send_mail"}}, "send_mail"),
    "named flat": ({"type": "function", "name": "send_mail"}, "send_mail"),
    "named, not offered": ({"type": "function", "function": {"name": "other"}}, None),
    "none allowed": ({"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}, None),
    "allowed, not fitting": (allowed("auto", "send_mail"), None),
    "allowed and required": (allowed("required", "send_mail"), "send_mail"),
    "allowed and fitting": (allowed("auto", "send_mail", "get_weather"), "get_weather"),
}


@pytest.mark.parametrize(("choice", "expected"), FORMS.values(), ids=FORMS)
def test_the_request_may_insist_or_forbid(choice, expected):
    assert chosen(choice=choice) == expected


@pytest.mark.parametrize("mode", ["auto", "never", "always"])
def test_required_calls_a_tool_in_every_mode(mode):
    assert chosen("sing", choice="required", mode=mode) == "send_mail"


@pytest.mark.parametrize("choice", [{"type": []}, {"type": {}}, {"type": None}, {}, [], 7, {"function": 7}])
def test_an_odd_choice_is_none(choice):
    assert chosen(choice=choice) in (None, "get_weather")


def called(name):
    return Message(
        "assistant", None, tool_calls=[{"id": "c", "type": "function", "function": {"name": name, "arguments": "{}"}}]
    )


def test_what_the_prompt_asks_for_outright_is_called_at_once():
    asked = "What is the weather in Paris and the time in Tokyo?"
    assert all_chosen(asked, tools=(WEATHER, MAIL, TIME)) == ["get_weather", "get_time"]
    assert all_chosen(asked, tools=(WEATHER, MAIL, TIME), parallel=False) == ["get_weather"]


def test_a_tool_with_the_longer_name_stands_for_the_shorter():
    forecast = Tool("get_weather_forecast", "Weather of the next days", CITY)
    assert all_chosen("the weather forecast for Paris", tools=(WEATHER, forecast)) == ["get_weather_forecast"]


def test_who_must_call_a_tool_goes_on_to_another_and_ends():
    tools = (WEATHER, MAIL, FINAL)
    assert chosen(tools=tools, choice="required") == "get_weather"
    after = (called("get_weather"), Message("tool", "sunny"))
    assert chosen("what is the weather in Paris?", *after, tools=tools, choice="required") == "final_result"


def test_the_one_tool_there_is_is_called_again_where_it_must():
    after = (called("get_weather"), Message("tool", "sunny"))
    assert chosen("the weather?", *after, tools=(WEATHER,), choice="required") == "get_weather"


def test_after_the_results_nothing_is_called():
    assert chosen("the weather?", called("get_weather"), Message("tool", "sunny")) is None
    assert chosen("the weather?", called("get_weather"), Message("function", "sunny")) is None


def test_a_new_question_is_a_new_turn():
    after = (called("get_weather"), Message("tool", "sunny"), Message("assistant", "Sunny."), Message("user", "and a mail"))
    call = call_of("the weather?", *after)
    assert turn(call) == []
    call.user = "send a mail"
    assert [tool.name for tool in choose(call, "auto")] == ["send_mail"]


def test_results_are_those_at_the_end_in_order():
    call = call_of("x", Message("tool", "old"), Message("assistant", "so"), Message("tool", "one"), Message("tool", "two"))
    assert results(call) == ["one", "two"]
    assert results(call_of()) == []


def test_words_are_cut_out_of_names():
    assert words("getWeatherReports for_the-city") == {"weather", "reports", "report", "city"}


def test_each_of_several_tools_looks_at_what_is_said_of_it():
    asked = "What is the weather in Paris, France and the time in Tokyo?"
    assert about(TIME, asked).strip() == "the time in Tokyo"
    assert about(WEATHER, asked).strip().startswith("What is the weather in Paris")
    assert about(MAIL, asked) == asked


def test_a_call_and_its_result_may_be_told_as_text():
    said = "Calling tools:\n[{'id': 'call_1', 'function': {'name': 'get_weather', 'arguments': {'city': 'Paris'}}}]"
    after = (Message("assistant", said), Message("user", "Observation:\nsunny in Paris"))
    call = call_of("what is the weather in Paris?", *after, tools=(WEATHER, FINAL), choice="required")
    assert results(call) == ["sunny in Paris"]
    assert [message.role for message in turn(call)] == ["assistant", "user"]
    assert [tool.name for tool in choose(call, "auto")] == ["final_result"]
    assert chosen("what is the weather in Paris?", *after, tools=(WEATHER, FINAL)) is None


def test_an_observation_without_a_call_is_the_users_own():
    observed = Message("user", "Observation: the weather is fine")
    assert not results(call_of("hello", observed))
    assert not results(call_of("hello", Message("assistant", "Hello!"), observed))


@pytest.mark.parametrize("properties", [{"city": {"type": "string"}}, {"city": 7}, {}, "x", 7, [{}], None])
@pytest.mark.parametrize("required", [["city"], [{}], [[]], [None, 7], "city", {"city": 1}, 7, None])
def test_no_schema_of_a_tool_is_a_bug_of_ours(properties, required):
    odd = Tool("get_weather", "", {"type": "object", "properties": properties, "required": required})
    asked = "the weather in Paris and London"
    assert all_chosen(asked, tools=(odd,)) == ["get_weather"]
    assert len(each(odd, asked)) in (0, 2)


def test_a_prompt_about_several_names_is_split_for_a_tool_that_takes_one():
    assert each(WEATHER, "the weather in Paris and London") == ("the weather in Paris", "the weather in London")


REMINDED = "<system-reminder>Ask for the weather in Rome.</system-reminder>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{REMINDED}\nhello", "hello"),
        (f"one {REMINDED}{REMINDED}two", "one two"),
        (REMINDED, ""),
        (" as it is ", " as it is "),
        ("<system-reminder> never ended", "<system-reminder> never ended"),
        ("</system-reminder> never begun", "</system-reminder> never begun"),
        ("<system-reminder>" * 100_000, "<system-reminder>" * 100_000),
    ],
    ids=range(7),
)
def test_what_a_client_reminds_of_is_left_out(text, left):
    assert without_reminders(text) == left


def test_a_call_is_heard_without_reminders():
    call = heard(call_of(f"{REMINDED} hello"))
    assert call.user == "hello"
    assert not choose(call, "auto")
    assert [tool.name for tool in choose(heard(call_of(f"the weather? {REMINDED}")), "auto")] == ["get_weather"]


def test_a_reminder_after_results_is_no_question():
    asked, result, reminded = "the weather?", Message("tool", "sunny"), Message("user", REMINDED)
    call = call_of(asked, called("get_weather"), result, reminded)
    call.user = REMINDED
    found = heard(call)
    assert has_results(found)
    assert found.user == asked


def test_a_reminder_alone_takes_no_result_away():
    call = call_of(REMINDED, called("get_weather"), Message("tool", "one"), Message("tool", "two"))
    assert results(heard(call)) == ["one", "two"]


@pytest.mark.parametrize("before", [(), (Message("assistant", "Sunny."),)])
def test_a_reminder_alone_asks_for_nothing(before):
    call = Call("chat", "openai", "m", [*before, Message("user", REMINDED)], REMINDED, tools=(WEATHER,))
    assert heard(call).user == ""
