"""`user` and the folded user text."""

from understudy.matching import When
from understudy.model.call import Message


def test_it_is_the_last_user_message(ask):
    messages = [Message("user", "first"), Message("assistant", "x"), Message("user", "second")]
    assert ask({"user": "second"}, "second", messages=messages) == {}
    assert ask({"user": "first"}, "second", messages=messages) is None


def test_the_folded_text_of_a_call(make_call):
    first, second = make_call(" Ping"), make_call("PONG ")
    assert (first.folded_user, second.folded_user, first.folded_user) == ("ping", "pong", "ping")


def test_the_folded_text_is_made_once_for_a_call(make_call):
    call = make_call(" Some Text")
    assert call.folded_user is call.folded_user


def test_a_plain_user_text_can_be_indexed(make_call, make_request):
    when = When.build({"user": {"equals": [" PING "]}, "model": "m"})
    assert when.exact_user == "ping"
    assert when.test_rest(make_call("anything", model="m"), make_request()) == {}
    assert when.test_rest(make_call("ping", model="x"), make_request()) is None


def test_other_user_conditions_cannot_be_indexed():
    for condition in ({"contains": "a"}, {"equals": ["a", "b"]}, {"any": ["a"]}, {"equals": "a", "prefix": "a"}, {"not": "a"}):
        when = When.build({"user": condition})
        assert when.exact_user is None
        assert when.test_rest is when.test
    assert When.build({"model": "a"}).exact_user is None


def test_plain_user_patterns_can_be_tried_together():
    assert When.build({"user": {"regex": "a"}, "model": "m"}).user_patterns == ("a",)
    assert When.build({"user": {"regex": ["a", "b"]}}).user_patterns == ("a", "b")
    for condition in ("a", {"not": {"regex": "a"}}, {"any": [{"regex": "a"}, "b"]}):
        assert When.build({"user": condition}).user_patterns == ()
    assert When.build({"system": {"regex": "a"}}).user_patterns == ()


def test_an_only_exact_user_leaves_nothing_to_test(make_call, make_request):
    assert When.build({"user": "a"}).test_rest(make_call("b"), make_request()) == {}
