"""Stands between a client and a real API, and writes what was answered as a script.

In: requests, and what one upstream, fixed at the start, answers. Out: the same answers as they come, and rules. What a request
means is the dialects' business; what an answer says is read by `answers`, one file for each form. Knows no sockets.
"""
