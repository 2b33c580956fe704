"""What lenient validation answers for what is not kept: a resource of that name that has nothing in it."""

from __future__ import annotations

from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects.openai_responses.document import document
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.kept import KeptResponse, unfinished
from understudy.dialects.openai_responses.kept_conversations import KeptConversation
from understudy.dialects.openai_responses.output import Said
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Call
from understudy.text.tokens import encoding_for


def response(call: Call, identifier: str, moment: Moment) -> KeptResponse:
    """Make up a finished response that said nothing."""
    made = document(replace(call, model=moment.options.default_model), identifier, moment.created)
    return KeptResponse({**made, "status": "completed", "completed_at": moment.created}, [], float(moment.created))


def conversation(identifier: str, moment: Moment) -> KeptConversation:
    """Make up an empty conversation."""
    return KeptConversation({"id": identifier, "object": "conversation", "created_at": moment.created, "metadata": {}})


def item(identifier: str) -> Json:
    """Make up a message that says nothing."""
    return {"id": identifier, "type": "message", "status": "completed", "role": "user", "content": []}


def events(finished: Json) -> list[bytes]:
    """Tell of a response that was made at once as if it had been streamed."""
    found = Events(encoding_for(finished["model"]), obfuscate=False)
    found.tell("created", response=unfinished(finished, "in_progress"))
    found.tell("in_progress", response=unfinished(finished, "in_progress"))
    for index, each in enumerate(finished["output"]):
        found.item(index, Said(each))
    found.tell(finished["status"], response=finished)
    return found.frames
