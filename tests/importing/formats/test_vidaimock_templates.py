"""What becomes of Tera templates: loops, branches, filters, names, and what each test of a branch turns into."""

from __future__ import annotations

import json

import pytest

CHAT = '{{"choices": [{{"message": {{"content": {}}}, "finish_reason": "stop"}}]}}'
YES, NO = CHAT.format('"yes"'), CHAT.format('"no"')
TALK = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "One"},
    {"role": "assistant", "content": "Two"},
    {"role": "user", "content": "Three"},
]


@pytest.fixture
def text(bring):
    """A provider that says a template of a text, given as it stands between the quotes."""

    def made(said, **mapping):
        return whole(CHAT.format(f'"{said}"'), **mapping)

    def whole(template, **mapping):
        lines = ["name: house", 'matcher: "^/v1/chat/completions$"', f"request_mapping: {json.dumps(mapping)}"]
        return bring("house.yaml", "\n".join([*lines, f"response_body: {json.dumps(template)}", ""]))

    made.whole = whole
    return made


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "{% for m in json.messages %}{{ m.role }}={{ m.content }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "system=Be kind., user=One, assistant=Two, user=Three",
        ),
        ("{% for i in range(end=3) %}{{ loop.index }}:{{ i * 10 }}\\n{% endfor %}", "1:0\n2:10\n3:20\n"),
        ("{% for i in range(start=2, end=9, step_by=3) %}{{ i }} {% endfor %}", "2 5 8 "),
        (
            "{% for m in json.messages | filter(attribute='role', value='user') %}{{ m.content | upper }}.{% endfor %}",
            "ONE.THREE.",
        ),
        ("{% for m in json.messages | slice(start=2) %}{{ loop.index0 }}{{ m.content }}{% endfor %}", "0Two1Three"),
        ("{% for t in json.tools %}{{ t.function.name }}{% else %}none{% endfor %}", "none"),
        ("{% for w in ['a', 'b'] %}{% set x = w | upper %}{{ x }}{% endfor %}", "AB"),
        ("{% set n = 0 %}{% for i in range(end=3) %}{% set_global n = n + i %}{% endfor %}{{ n }}", "3"),
        ("{{ json.messages | length }} of {{ json.messages | first | get(key='content') | lower }}", "4 of be kind."),
        (
            "{{ json.messages.1.content | replace(from='e', to='3') }} {{ json.messages.3.content | truncate(length=2) }}",
            "On3 Th…",
        ),
        (
            "{% if json.messages.3.content is containing('Three') %}3{% elif json.model is starting_with('m') %}m{% endif %}",
            "3",
        ),
        ("{% for w in json.messages.3.content | split(pat='r') %}{{ w }}.{% endfor %}", None),
        ("{{ nobody | default(value='who') }} {{ house.name }}", "who {{ house.name }}"),
    ],
)
def test_what_a_text_says(text, template, said):
    found = text(template)
    if said is None:
        assert "in a way that our templates do not say. Its answer is left out." in found.warned[0]
    else:
        assert found.say(TALK, model="m") == said
        assert len(found.warned) == said.count("{{")


def test_a_loop_around_values_is_written_out(bring):
    found = bring(
        "vectors.yaml",
        'name: v\nmatcher: "/v1/embeddings"\n'
        'response_body: \'{"data": [{"embedding": '
        "[{% for i in range(end=4) %}0.{{ i }}{% if not loop.last %},{% endif %}{% endfor %}]}]}'\n",
    )
    assert found.rules[0]["reply"] == {"embedding": [0.0, 0.1, 0.2, 0.3]}


def test_what_is_new_in_each_answer_is_one_value_here_and_named(text):
    found = text("{{ random_int(min=4, max=6) }} at {{ timestamp() - 60 }}")
    assert found.say() == "5 at 1699999940"
    assert found.warned == [
        "house.yaml:4: {{ random_int(min=4, max=6) }} is new in each answer there. Here it is '5' in all.",
        "house.yaml:4: {{ timestamp() - 60 }} is new in each answer there. Here it is '1699999940' in all.",
    ]
    other = text.whole('{"at": {{ timestamp }}, "list": "of its own"}')
    assert other.ask().json == {"at": 1_700_000_000, "list": "of its own"}


def test_names_stand_for_what_the_mapping_says(text):
    found = text(
        "{{ model }}/{{ last }}/{{ first }}",
        model="tiny",
        first="{{ json.messages.0.content }}",
        last="{% for m in json.messages %}{% if loop.last %}{{ m.content }}{% endif %}{% endfor %}",
    )
    assert found.say(TALK) == "tiny/Three/Be kind."
    assert found.warned == []


@pytest.mark.parametrize(
    ("test", "when", "yes", "no"),
    [
        ("json.seed", {"json": {"(seed || `0`) != `0`": True}}, {"seed": 4}, {"seed": 0}),
        ("json.seed is defined", {"json": {"contains(keys(@ || `{}`), 'seed')": True}}, {"seed": 0}, {}),
        ("json.temperature > 1", {"json": {"temperature > `1`": True}}, {"temperature": 1.5}, {"temperature": 1}),
        ("json.messages | length >= 3", {"json": {"length(messages || `[]`) >= `3`": True}}, {"user": TALK}, {}),
        ("json.messages.0.role == 'system'", {"json": {"messages[0].role == 'system'": True}}, {"user": TALK}, {}),
        (
            "json.metadata.a is ending_with('x')",
            {"json": {"ends_with(metadata.a || '', 'x')": True}},
            {"metadata": {"a": "ax"}, "store": True},
            {},
        ),
        ("json.model is starting_with('o')", {"model": {"prefix": "o"}}, {"model": "o3"}, {"model": "gpt-4o"}),
        ("'Three' in json.messages | last | get('content')", {"user": {"contains": "Three"}}, {"user": TALK}, {}),
        ("headers['x-mode'] == 'slow'", {"header": {"x-mode": "slow"}}, {"headers": {"x-mode": "slow"}}, {}),
        ("json.stream == false", {"stream": False}, {}, None),
        ("not json.tools", {"tools": False}, {}, None),
    ],
)
def test_what_a_branch_asks(text, test, when, yes, no):
    found = text.whole(f"{{% if {test} %}}{YES}{{% else %}}{NO}{{% endif %}}")
    assert found.warned == []
    asked = found.rules[0]["when"] if "not " not in test else {"operation": "chat", "tools": False, "dialect": "openai"}
    assert asked.items() >= when.items()

    assert found.say(yes.pop("user", "hi"), **yes) == "yes"
    assert no is None or found.say("hi", **no) == "no"


def test_branches_share_what_they_ask(text):
    """One test under two names is asked once, and what no condition says is taken not to hold."""
    found = text.whole(
        "{% set tools = json.tools is defined and json.tools | length > 0 %}"
        "{% set is_kept = json.tools and not has_tool_result(messages=json.messages) %}"
        '{"choices": [{"message": {"content": "{% if is_kept %}kept{% endif %}"},'
        '"finish_reason": {% if tools %}"length"{% else %}"stop"{% endif %}{% if query.debug %}, {% endif %}}]}'
    )
    assert [rule["when"].get("tools") for rule in found.rules] == [True, None]
    assert found.warned == ["house.yaml:4: branch 'query.debug' cannot be said in conditions. It is taken not to hold."]


def test_a_branch_that_is_left_out_is_not_answered_by_the_next(text):
    found = text.whole(
        f"{{% if json.seed %}}{{% for m in json.messages %}}{{{{ m }}}}{{% endfor %}}{{% else %}}{NO}{{% endif %}}"
    )
    assert len(found.warned) == 1
    assert (found.say("hi"), found.say("hi", seed=4)) == ("no", "hi")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for i in range(end=900000) %}x{% endfor %}", "a loop of 900000 rounds: expected at most 20000"),
        (
            "{% for i in range(end=200) %}{% for j in range(end=200) %}1{% endfor %}{% endfor %}",
            "has loops of more than 20000 rounds",
        ),
        ("{% if a %}", "cannot be read: "),
        ("".join(f"{{% if json.a{n} %}}{{% endif %}}" for n in range(6)), "has more than 32 ways through its branches"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "is nested too deep"),
    ],
)
def test_what_has_no_end_is_refused(text, template, message):
    assert any(message in line for line in text.whole(template).warned)


@pytest.mark.parametrize("name", ["{{ json.tools.0.function.name }}", "my_{{ json.tools.0.function.name | lower }}"])
def test_a_tool_named_after_the_request_is_called_without_a_script(text, name):
    calls = '{"choices": [{"message": {"tool_calls": [{"function": {"name": "' + name + '", "arguments": "{}"}}]}}]}'
    found = text.whole(f"{{% if json.tools %}}{calls}{{% else %}}{NO}{{% endif %}}")
    assert "names the tool after the request" in found.warned[0]
    offered = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}]
    assert found.say() == "no"
    assert found.ask("look", tools=offered).json["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "look_up"


def test_a_provider_of_higher_priority_is_asked_first_whatever_its_file_is_called(bring):
    answer = '{{"choices": [{{"message": {{"content": "{0}"}}}}]}}'
    body = 'name: {0}\nmatcher: "^/v1/chat/completions$"\npriority: {1}\n' + f"response_body: '{answer}'\n"
    found = bring({"a.yaml": body.format("low", -1), "b.yaml": body.format("high", 5)})
    assert found.say() == "high"


def test_a_template_alone_may_speak_any_protocol(bring):
    content = '[{"type": "text", "text": "You said {{ prompt }}"}]'
    said = '{"type": "message", "role": "assistant", "content": ' + content + ', "stop_reason": "end_turn"}'
    assert bring("a.json.j2", said, "vidaimock").say("hi") == "You said hi"
