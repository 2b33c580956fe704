"""The nouns of the house: plain values that every room may pass around.

A request becomes a `Call`, the answer is a `Reply`, what goes out is a `Plan`. No logic beyond reading oneself, no
provider, no socket, no clock.
"""
