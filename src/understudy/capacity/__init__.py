"""Engine capacity: a batched inference engine, simulated step by step, that decides when each token of an answer is there.

In: how long prompts and answers are, and which prefixes they share. Out: a gate per answer, opened at the moment of each token
somebody waits for, and a plan that sends nothing but keeps the steps in time. Knows no clock, no request, no text and no
provider; a time is a number of seconds on whatever clock the plans are played on.
"""

from understudy.capacity.batcher import Batcher
from understudy.capacity.fleet import Fleet, Share
from understudy.capacity.prefix import chain
from understudy.capacity.snapshot import Snapshot
from understudy.capacity.spec import CapacitySpec
from understudy.capacity.ticket import Order, Ticket

__all__ = ["Batcher", "CapacitySpec", "Fleet", "Order", "Share", "Snapshot", "Ticket", "chain"]
