"""From the family's text completions to calls: prompts as texts or as tokens, one or several.

What is missing or of the wrong type is refused as in chats. Providers that say it in their own words look at the prompt, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin.decode import SPELLED, Decode, Rules, checked, choices, extra, model_of, of_a_kind, refuse
from understudy.model.call import Call
from understudy.model.http import Request

UNFIT = "Input should be a string, a list of strings, a list of tokens or a list of lists of tokens: prompt"
"""What is said of a prompt that is none."""


def completion(name: str, rules: Rules | None = None) -> Decode:
    """Make the decoder of a provider's text completions."""
    is_checked = rules is not None and "completion" in rules.checks

    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = checked("completion", rules, request, options, "model", "prompt")
        prompt, model = value.get("prompt"), model_of(value, options)
        if options.strict and not is_checked and not prompts.fit(prompt):
            refuse(UNFIT, "prompt")
        wanted = extra(value)
        wanted.prompts = prompts.read(prompt) or ("",)
        texts = prompts.texts(wanted.prompts, model)
        call = Call(
            "completion",
            name,
            model,
            user=texts[0],
            stream=value.get("stream") is True,
            max_tokens=asked.whole(value.get("max_tokens")),
            extra=wanted,
            body=request.body,
            inputs=texts,
            choices=choices(value),
            sampling=asked.sampling(value, {**SPELLED, "suffix": "suffix"}),
        )
        return of_a_kind(call, value, "prompt") if isinstance(prompt, str) else call

    return decode


def prompt_tokens(call: Call) -> int:
    """Count the prompts, and what is to follow the answer to each."""
    suffix = call.sampling.suffix if call.sampling is not None else ""
    return prompts.count(call.extra.prompts or call.inputs, call.model, suffix)
