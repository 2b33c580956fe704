"""Other tools' fixtures, cassettes and logs into a script.

In: files of other tools. Out: rules and settings as plain data, then the text of a script, and a remark for every part that
could not be said, with its file and line. One module of `formats` reads each format. Knows no sockets and no command line.
"""
