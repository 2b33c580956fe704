"""`tools`: what the client offers."""

import pytest

from understudy.model.call import Tool

OFFERED = (Tool("get_weather"), Tool("get_time"))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("get_weather", True),
        ("get_news", False),
        (["get_time", "get_weather"], True),
        (["get_time", "get_news"], False),
        ({"equals": ["get_news", "get_time"]}, True),
        ({"prefix": "get_"}, True),
        ({"not": {"prefix": "get_"}}, False),
        (True, True),
        (False, False),
    ],
)
def test_tools(ask, condition, holds):
    assert (ask({"tools": condition}, tools=OFFERED) is not None) is holds


def test_without_tools(ask):
    assert ask({"tools": False}) == {}
    assert ask({"tools": True}) is None
    assert ask({"tools": "get_time"}) is None
    assert ask({"tools": {"not": "get_time"}}) == {}


def test_a_miss_names_what_is_offered(reasons):
    assert reasons({"tools": ["get_time", "get_news"]}, tools=OFFERED) == [
        "tools: expected ('get_time' and 'get_news'), got 'get_time' and 'get_weather'"
    ]
    assert reasons({"tools": True}) == ["tools: expected any, got nothing"]


def test_mistakes_have_their_place_in_the_list(refused):
    assert [path for path, _ in refused({"tools": ["a", 3, None]})] == [("tools", 1), ("tools", 2)]
    assert refused({"tools": []}) == [
        (("tools",), "tools: expected at least one name, got an empty list. Write false for no tools.")
    ]
