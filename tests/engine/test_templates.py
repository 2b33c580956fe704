"""Templates: plain values in, text out; no way out of the sandbox, no end that is not an answer."""

from __future__ import annotations

import pytest

from understudy.engine.templates import Template, problem
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Failure

MESSAGES = [Message("system", "be brief"), Message("user", "hi Ada"), Message("tool", "sunny")]
CALL = Call("chat", "openai", "gpt-4o", MESSAGES, "hi Ada", tools=(Tool("f"),))


def rendered(source, groups=None):
    return Template(source).render(CALL, groups or {})


NAMES = {
    "{{ user }}, {{ model }}": "hi Ada, gpt-4o",
    "{{ system }}/{{ tool_result }}/{{ operation }}": "be brief/sunny/chat",
    "{{ tools|join }}{{ messages[1].content }}{{ messages|length }}": "fhi Ada3",
    "{{ match.name }}{{ match[1] }}": "AdaAda",
    "{% for i in range(3) %}{{ i }}{% endfor %}": "012",
    "{{ user|upper }}\n": "HI ADA\n",
    "": "",
}


@pytest.mark.parametrize(("source", "text"), NAMES.items(), ids=NAMES)
def test_what_a_template_knows(source, text):
    assert rendered(source, {"name": "Ada", "1": "Ada"}) == text


def test_what_a_client_sent_is_never_template_text():
    call = Call("chat", "openai", user="{{ 7 * 7 }}{% raw %}")
    assert Template("{{ user }}").render(call, {}) == "{{ 7 * 7 }}{% raw %}"


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ user.__init__.__globals__ }}",
    "{{ range.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ '{0.__class__}'.format(user) }}",
    "{{ messages.append(1) }}",
    "{{ match.update(a=1) }}",
    "{{ namespace }}",
    "{{ config }}",
    "{% include 'x' %}",
    "{% import 'os' as os %}",
    "{{ (messages|attr('__class__')).__mro__ }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_there_is_no_way_out_of_the_sandbox(source):
    found = rendered(source)
    assert isinstance(found, Failure) or not any(word in found for word in ("class", "<", "object"))


@pytest.mark.parametrize(
    "source", ["{{ nothing }}", "{{ match.nothing }}", "{{ 1 / 0 }}", "{{ user.nothing.more }}", "{{ messages[9].role }}"]
)
def test_an_error_while_rendering_is_a_server_error_that_says_so(source):
    found = rendered(source)
    assert isinstance(found, Failure)
    assert (found.status, found.kind) == (500, "server_error")
    assert found.message.startswith("template failed: ")


def test_ranges_are_bounded():
    assert rendered("{{ range(1000)|length }}") == "1000"
    assert "range of 1001: expected at most 1000 items" in rendered("{{ range(1001)|length }}").message


def test_output_is_bounded():
    loop = "{% for i in range(1000) %}{% for j in range(1000) %}0123456789{% endfor %}{% endfor %}"
    assert len(rendered(loop)) == 1 << 20


def test_endless_recursion_is_an_error():
    assert isinstance(rendered("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), Failure)


def test_syntax_is_checked_before():
    assert problem("{{ user }}") is None
    assert problem("a\n{% for %}") == "template: Expected an expression, got 'end of statement block' (line 2 of the template)"


def test_a_failing_template_names_its_rule(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: greet, reply: {template: '{{ match.nothing }}'}}]\n")
    answer = ask(chat(), to=to)
    assert answer.status == 500
    assert answer.headers["x-understudy-rule"] == "greet"
    assert answer.error[0] == "rule 'greet': template failed: UndefinedError: 'dict object' has no attribute 'nothing'"


def test_a_template_that_draws_by_itself_is_refused():
    assert "No filter named 'random'" in problem("{{ [1, 2]|random }}")


def test_a_template_nested_without_end_is_a_mistake_of_the_script():
    assert problem("{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}") == "template: nested too deep to be read"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Hello {{ usr }}", "template: unknown name 'usr': expected one of match, messages, "),
        ("{% include 'x' %}", "template: expected one template, got one that builds on others"),
        ("{% extends model %}", "template: expected one template, got one that builds on others"),
        ("{{ a", "template: "),
    ],
)
def test_a_template_that_must_fail_is_a_mistake(template, said):
    assert problem(template).startswith(said)


def test_names_that_a_template_makes_itself_are_known():
    made = "{% set a = user %}{% for m in messages %}{{ loop.index }}{{ m.role }}{{ a }}{% endfor %}{{ range(3) | list }}"
    assert problem(made) is None
    assert problem("plain") is None
