"""The config room: everything a user may say beforehand, checked whole.

`settings` is the table of settings and all that is derived from it; `load` turns script files into a `script.Script`; `grammar`
is what a script may say, `source` how a file is read, `schema` both seen from outside; `watch` notices changed files. Knows
what conditions, replies and laws are, not what is done with them.
"""
