"""The kin of the OpenAI API: providers that took over its paths and documents and changed some of them.

A provider is a `Kin`: data and a few functions that amend documents. `dialect(kin)` makes the dialect of it. What all have in
common is here; where a provider's own differs from that, its module says so, and no module knows another.
"""

from __future__ import annotations

from understudy.dialects._kin.dialect import KinDialect, endpoint, standard
from understudy.dialects._kin.kin import Answered, Kin, Place

__all__ = ["Answered", "Kin", "KinDialect", "Place", "endpoint", "standard"]
