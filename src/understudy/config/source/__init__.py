"""Script files as plain data that remembers its lines.

In: a path or a text. Out: a `Document`: mappings, lists and scalars, the line of every entry, and what is wrong with the text.
Nothing here knows what a script may say.
"""

from understudy.config.source.document import Document, Place, parse, path_of
from understudy.config.source.error import TextError
from understudy.config.source.files import inside, read_text

__all__ = ["Document", "Place", "TextError", "inside", "parse", "path_of", "read_text"]
