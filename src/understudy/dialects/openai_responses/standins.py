"""What lenient validation answers for what is not kept: a resource of that name that has nothing in it."""

from __future__ import annotations

from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects.openai_responses.document import document
from understudy.dialects.openai_responses.kept import KeptResponse
from understudy.dialects.openai_responses.kept_conversations import KeptConversation
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Call


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
