"""No template holds the server: not by loops, calls or sums, and not by what it makes of a little text."""

from __future__ import annotations

import jinja2
import pytest

from understudy.engine.sandbox import LONGEST, RANGE, STEPS, Sandbox, TooMuchError, names


def rendered(source, **known):
    return Sandbox().from_string(source).render(names(known))


ENDLESS = {
    "loops": "{% for i in r(1000) %}{% for j in r(1000) %}{% for k in r(1000) %}{% endfor %}{% endfor %}{% endfor %}",
    "loops that say nothing": "{% for i in r(1000) if i < 0 %}{% endfor %}" * 201,
    "macros": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "recursion": "{% for i in [40] recursive %}{% if i %}{{ loop([i - 1, i - 1]) }}{% endif %}{% endfor %}",
    "groups": "{{ ('a' * 500000)|list|groupby('x') }}",
    "sorting": "{{ ('b' * 900000)|list|sort|length }}",
    "sorting again": "{% set all = ('b' * 60000)|list %}{{ all|sort|sort|sort|sort|length }}",
    "sorting a text": "{{ ('ab' * 400000)|sort|length }}",
    "grouping a text": "{{ ('a' * 900000)|groupby('x') }}",
    "sorting what filters make": "{{ ('a' * 190000)|map('upper')|sort|length }}",
    "looking for what is not there": "{{ ('a' * 900000)|select('equalto', 'b')|first }}",
    "wrapping a long word": "{{ ('a' * 900000)|wordwrap(1)|length }}",
    "mapped filters": "{{ ([[1] * 1000] * 1000)|map('sum')|sum }}",
}
LARGE = {
    "product": "{{ 'x' * 10 ** 9 }}",
    "product the other way": "{{ 10 ** 9 * 'x' }}",
    "list": "{{ [1] * 1000000000 }}",
    "power": "{{ 10 ** 10000000 }}",
    "format": "{{ '%1000000000d' % 1 }}",
    "format of a filter": "{{ '%1000000000d'|format(1) }}",
    "format of a method": "{{ '{:1000000000}'.format(1) }}",
    "star": "{{ '%*d' % (1000000000, 1) }}",
    "center": "{{ 'x'|center(1000000000) }}",
    "ljust": "{{ 'x'.ljust(1000000000) }}",
    "indent": "{{ 'x'|indent(1000000000, true) }}",
    "replace": "{{ ('x' * 10000)|replace('x', 'y' * 10000) }}",
    "method": "{{ ('x' * 10000).replace('x', 'y' * 10000) }}",
    "join": "{{ (['x' * 100000] * 1000)|join }}",
    "joint": "{{ ([''] * 10000)|join('x' * 10000) }}",
    "doubled": "{% set a = 'x' * 1000000 %}{% set b = a ~ a %}{{ b }}",
    "added": "{% set a = 'x' * 1000000 %}{% set b = a + a %}{{ b }}",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_a_template_has_so_many_steps(source):
    with pytest.raises(TooMuchError, match=f"expected at most {STEPS} turns of loops and calls"):
        rendered(source, r=range)


@pytest.mark.parametrize("source", LARGE.values(), ids=LARGE)
def test_nothing_grows_beyond_what_an_answer_may_be(source):
    with pytest.raises(TooMuchError, match=f"expected at most {LONGEST}"):
        rendered(source)


FINE = {
    "{% for i in r(3) %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %},{% endif %}{% endfor %}": "1/3,2/3,3/3",
    "{% for i in r(0) %}{% else %}none{% endfor %}": "none",
    "{% for a, b in [(1, 2)] %}{{ a ~ b ~ 'c' }}{% endfor %}": "12c",
    "{% for i in [1, [2, [3]]] recursive %}{{ i if i is number else loop(i) }}{% endfor %}": "123",
    "{{ 2 * 3 }}{{ 'ab' * 2 }}{{ 1 + 2 }}{{ 'a' + 'b' }}{{ 2 ** 3 }}{{ '%5.1f' % 2.25 }}": "6abab3ab8  2.2",
    "{{ 'x'|center(5) }}{{ 'a-b'|replace('-', '+') }}{{ ['a', 'b']|join(', ') }}{{ '{:>3}'.format(1) }}": "  x  a+ba, b  1",
    "{{ [3, 1, 2]|sort|map('string')|join }}{{ 'call 5551234567 at 12:30'|length }}": "12324",
}


@pytest.mark.parametrize(("source", "text"), FINE.items(), ids=FINE)
def test_all_else_is_as_it_is_in_jinja(source, text):
    assert rendered(source, r=range) == text


def test_ranges_are_short():
    assert rendered("{{ range(1000)|length }}") == str(RANGE)
    with pytest.raises(TooMuchError, match="range of 1001: expected at most 1000 items"):
        rendered("{{ range(1001)|length }}")


def test_every_rendering_has_steps_of_its_own():
    found = Sandbox().from_string("{% for i in r(150000) %}{% endfor %}done")
    assert [found.render(names({"r": range})) for _ in range(2)] == ["done", "done"]


def test_what_costs_the_same_for_any_list_takes_no_turns():
    each = "{% for _ in all %}{{ all|length + all|count }}{{ all|first }}{{ all|last }}{{ all|d([])|length }}{% endfor %}"
    made = Sandbox().from_string(each).render(names({"all": [1] * 1_000}))
    assert made == "2000111000" * 1_000


def test_long_texts_of_short_words_are_wrapped():
    assert rendered("{{ ('a b ' * 200000)|wordwrap(79)|length }}") == "799999"


def test_no_filter_takes_the_square_of_a_text():
    with pytest.raises(jinja2.TemplateAssertionError, match="urlize"):
        rendered("{{ 'http://'|urlize }}")
