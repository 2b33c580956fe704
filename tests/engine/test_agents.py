"""Agents whose tools stand only in the prompt: one fitting call in the form they explain, then an answer of what came of it."""

from __future__ import annotations

import ast
import json
import re

import pytest

from understudy.engine.decision import Decision
from understudy.engine.tools import answer
from understudy.model.call import Call, Message, Tool

DECISION = Decision(bytes(16))
QUESTION = "What is the weather in Paris?"
STEPS = """Help as you can. You may use:

get_weather(city: str, days: int = 1) -> str - The weather of a city.
send_mail(to: str, text: str) -> str - Send a mail.

Use this form:

Question: what is asked
Thought: what you think
Action: the action to take, should be one of [get_weather, send_mail]
Action Input: the input of the action
Observation: what came of it
Final Answer: the answer

Begin!

Question: {question}
Thought:{so_far}"""
CHAT = """You can use tools.
> Tool Name: get_weather
Tool Description: The weather of a city.
Tool Args: {"properties": {"city": {"type": "string"}}, "required": ["city"], "type": "object"}

```
Thought: what you think.
Action: tool name (one of get_weather, add) if using a tool.
Action Input: the input, in a JSON format (e.g. {"input": "hello"})
```
The tool answers:
Observation: tool response

Answer in one of the following two formats:
Thought: I can answer
Answer: [your answer]"""
BLOB = """Use a json blob with an action key and an action_input key.
get_weather: The weather, args: {'city': {'type': 'string'}}
Valid "action" values: "Final Answer" or get_weather
```
{"action": $TOOL_NAME, "action_input": $INPUT}
```
Observation: action result"""
CODE = '''Solve the task with code, in a cycle of Thought, Code and Observation. The code must be opened with '<code>', \
and closed with '</code>'. In the end call `final_answer`. You have:
<code>
def get_weather(city: string) -> string:
    """The weather of a city.

    Args:
        city: where
    """

def final_answer(answer: any) -> any:
    """Ends the task."""
</code>'''
FIELDS = """Use tools until you see in an observation what you need. The tool must be one of:
        (1) get_weather, whose description is <desc>The weather.</desc>. It takes arguments {'city': {'type': 'string'}}.
        (2) finish, whose description is <desc>Ends it.</desc>. It takes arguments {}."""
NEXT = """[[ ## question ## ]]
What is the weather in Paris?

[[ ## trajectory ## ]]
%s
Respond with the fields, starting with `[[ ## next_thought ## ]]`, then `[[ ## next_tool_name ## ]]` (must be formatted as a \
valid Python Literal['get_weather', 'finish']), then `[[ ## next_tool_args ## ]]` (must be formatted as a valid Python \
dict[str, Any]), and then ending with the marker for `[[ ## completed ## ]]`."""
SEEN = "[[ ## tool_name_0 ## ]]\nget_weather\n\n[[ ## observation_0 ## ]]\nsunny in Paris\n"


def said(*told, mode="auto", **fields):
    messages = [Message(role, text) for role, text in told]
    user = next((message.text for message in reversed(messages) if message.role == "user"), "")
    body = json.dumps([text for _, text in told]).encode()
    found = answer(Call("chat", "openai", "m", messages, user, body=body, **fields), mode, DECISION)
    return None if found is None else found[1].text


def marked(text):
    return dict(re.findall(r"\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n\[\[|$)", text, re.DOTALL))


def test_steps_in_one_message_call_the_tool_with_its_text():
    text = said(("user", STEPS.format(question=QUESTION, so_far="")))
    assert text.startswith("Thought: ")
    assert text.endswith("\nAction: get_weather\nAction Input: Paris")


def test_several_arguments_are_json():
    text = said(("user", STEPS.format(question="Send a mail to ann@example.org saying hi", so_far="")))
    assert "\nAction: send_mail\n" in text
    assert json.loads(text.partition("Action Input: ")[2])["to"] == "ann@example.org"


def test_steps_in_one_message_end_with_what_was_observed():
    so_far = " Well.\nAction: get_weather\nAction Input: Paris\nObservation: sunny,\n21 degrees\nThought: "
    text = said(("user", STEPS.format(question=QUESTION, so_far=so_far)))
    assert text.endswith("\nFinal Answer: Here is what I found: sunny,\n21 degrees")


def test_a_question_that_no_tool_fits_is_answered_in_the_form():
    text = said(("user", STEPS.format(question="Hello", so_far="")))
    assert "Action:" not in text
    assert "\nFinal Answer: " in text


def test_steps_in_several_messages_take_json_and_end_as_the_prompt_says():
    asked = (("system", CHAT), ("user", QUESTION))
    text = said(*asked)
    assert text.endswith('\nAction: get_weather\nAction Input: {"city":"Paris"}')
    text = said(*asked, ("assistant", text), ("user", "Observation: sunny"))
    assert text.endswith("\nAnswer: Here is what I found: sunny")


def test_an_observation_that_the_assistant_holds_counts():
    text = said(("system", CHAT), ("user", QUESTION), ("assistant", "Thought: x\nAction: get_weather\nObservation: sunny"))
    assert text.endswith("Here is what I found: sunny")


def test_a_later_question_begins_again():
    before = (("assistant", "Thought: x\nAction: get_weather"), ("user", "Observation: sunny"), ("assistant", "It is sunny"))
    text = said(("system", CHAT), ("user", QUESTION), *before, ("user", "And the weather in London?"))
    assert text.endswith('Action Input: {"city":"London"}')


def test_steps_may_be_blobs():
    asked = (("system", BLOB), ("user", QUESTION))
    blob = re.compile(r"Action:\n```json\n(.*)\n```", re.DOTALL)
    text = said(*asked)
    assert json.loads(blob.search(text)[1]) == {"action": "get_weather", "action_input": {"city": "Paris"}}
    text = said(*asked, ("assistant", text), ("user", "Observation: sunny"))
    assert json.loads(blob.search(text)[1]) == {"action": "Final Answer", "action_input": "Here is what I found: sunny"}


def code_of(text):
    return re.search(r"<code>\n(.*)\n</code>", text, re.DOTALL)[1]


def test_code_calls_the_function_and_then_ends():
    asked = (("system", CODE), ("user", f"New task:\n{QUESTION}"))
    text = said(*asked)
    assert code_of(text) == "result = get_weather(city='Paris')\nprint(result)"
    seen = "Observation:\nExecution logs:\nsunny in Paris\nLast output from code snippet:\nNone"
    text = said(*asked, ("assistant", text), ("user", seen))
    assert code_of(text) == "final_answer('Here is what I found: sunny in Paris')"


def test_code_is_a_member_where_an_object_is_asked_for():
    text = said(("system", CODE), ("user", QUESTION), response_format={"type": "json_schema", "json_schema": {}})
    assert ast.parse(json.loads(text)["code"])


def test_code_stands_in_a_block_where_no_other_marks_are_told():
    text = said(("system", CODE.replace("opened with", "put into")), ("user", QUESTION))
    assert "\n```python\nresult = get_weather(" in text


def test_fields_name_the_next_tool_and_then_finish():
    assert marked(said(("system", FIELDS), ("user", NEXT % ""))) == {
        "next_thought": "I need get_weather for this.",
        "next_tool_name": "get_weather",
        "next_tool_args": '{"city":"Paris"}',
    }
    found = marked(said(("system", FIELDS), ("user", NEXT % SEEN)))
    assert (found["next_tool_name"], found["next_tool_args"]) == ("finish", "{}")


def test_fields_that_name_no_tool_are_filled_with_values_of_their_types():
    listed = "`[[ ## name ## ]]`, then `[[ ## age ## ]]` (must be formatted as a valid Python int)"
    asked = f"[[ ## text ## ]]\nJane is 34.\n\nRespond with the fields {listed}, and then `[[ ## completed ## ]]`."
    assert marked(said(("user", asked))) == {"name": "Jane", "age": "34"}


def test_fields_that_end_a_conversation_say_what_was_observed():
    ended = SEEN.replace("_0", "_1").replace("get_weather", "finish").replace("sunny in Paris", "Completed.")
    asked = f"{SEEN}\n{ended}\nRespond with `[[ ## answer ## ]]`, and `[[ ## completed ## ]]`."
    assert marked(said(("user", asked)))["answer"] == "sunny in Paris"


OTHERS = {
    "an ordinary observation": "My observation: Action films end well. " * 10,
    "steps without tools": "Observation: x\nAction Input: y\n" + "x" * 200,
    "code without an end": "def add(a): ...\nObservation" + "x" * 200,
    "marks without fields": "[[ ## a ## ]] [[ ## completed ## ]]" + "x" * 200,
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_prompts_are_nothing_special(text):
    assert said(("user", text)) is None


def test_who_offers_tools_is_answered_with_calls_and_who_wants_none_called_with_text():
    asked = (("system", CHAT), ("user", QUESTION))
    assert said(*asked, tools=(Tool("get_weather", "weather"),)) == ""
    assert not (said(*asked, mode="never") or "").startswith("Thought")


def test_it_is_the_default_of_a_server_and_a_rule_goes_before(ask, chat, engine):
    body = chat(STEPS.format(question=QUESTION, so_far=""))
    assert "Action: get_weather" in ask(body).json["choices"][0]["message"]["content"]
    ruled = engine("rules: [{when: {user: {contains: Paris}}, reply: told}]")
    assert ask(body, to=ruled).json["choices"][0]["message"]["content"] == "told"
