"""What a script may say: every key, its values and their meaning, declared once.

In: a document. Out: a `Part` and every mistake by place. The JSON Schema and the reference page come from the same
declarations. Nothing here reads a file or merges.
"""
