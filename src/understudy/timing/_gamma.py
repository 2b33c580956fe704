"""The gamma law's distribution function and its inverse, for scale 1, by logarithms so that no tail is lost.

The integral is a power series below the mean and a continued fraction above it (NIST Digital Library of Mathematical Functions,
8.7.1 and 8.9.2). The logarithms of both parts are concave in the logarithm of x, so that Newton's method finds every quantile.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

from understudy.timing._normal import deviate, deviates

_ENOUGH = 1e-16
_NODES = 96


def log_quantile(shape: float, p: float) -> float:
    """The logarithm of the value that the part `p` of all draws does not exceed."""
    upper = p > 0.5
    wanted = math.log1p(-p) if upper else math.log(p)
    at = _guess(shape, p)
    for _ in range(60):
        found = log_above(shape, at) if upper else log_below(shape, at)
        rise = math.exp(log_slope(shape, at) - found)
        step = (found - wanted) / rise if upper else (wanted - found) / rise
        at += min(max(step, -50.0 / shape - 2.0), 2.0)
        if abs(step) < 1e-13 * max(1.0, abs(at)):
            break
    return at


def log_quantiles(shape: float, parts: tuple[float, ...]) -> list[float]:
    """The same for many points in rising order, by cubics through few of them: good to 1e-5 of the value, mostly far better."""
    first, width = _grid(parts)
    normal = [first + k * width for k in range(_NODES + 1)]
    values = [log_quantile(shape, 0.5 * math.erfc(-z / math.sqrt(2.0))) for z in normal]
    level = -0.5 * math.log(2.0 * math.pi)
    slopes = [width * math.exp(level - z * z / 2 - log_slope(shape, at)) for z, at in zip(normal, values, strict=True)]
    cubics = []
    for (start, end), (rise, fall) in zip(pairwise(values), pairwise(slopes), strict=True):
        turn = end - start
        cubics.append((start, rise, 3 * turn - 2 * rise - fall, rise + fall - 2 * turn))
    found = []
    for k, t in _cells(parts):
        start, rise, bend, twist = cubics[k]
        found.append(start + t * (rise + t * (bend + t * twist)))
    return found


def _grid(parts: tuple[float, ...]) -> tuple[float, float]:
    """Where the nodes begin and how far apart they are, in normal deviates."""
    normal = deviates(parts)
    return normal[0], (normal[-1] - normal[0]) / _NODES


@lru_cache(maxsize=1)
def _cells(parts: tuple[float, ...]) -> list[tuple[int, float]]:
    """The node below each point and the part of the way to the next one."""
    first, width = _grid(parts)
    ways = [(z - first) / width for z in deviates(parts)]
    nodes = [min(max(int(way), 0), _NODES - 1) for way in ways]
    return [(k, way - k) for k, way in zip(nodes, ways, strict=True)]


def log_slope(shape: float, at: float) -> float:
    """The logarithm of what the distribution function gains by a unit of log x."""
    return shape * at - math.exp(at) - math.lgamma(shape)


def log_below(shape: float, at: float) -> float:
    """The logarithm of the part of all draws below x, given log x."""
    x = math.exp(at)
    if x > shape + 1.0:
        return math.log1p(-math.exp(log_above(shape, at)))
    term = total = 1.0 / shape
    n = shape
    while term > total * _ENOUGH:
        n += 1.0
        term *= x / n
        total += term
    return log_slope(shape, at) + math.log(total)


def log_above(shape: float, at: float) -> float:
    """The logarithm of the part of all draws above x, given log x."""
    x = math.exp(at)
    if x <= shape + 1.0:
        return math.log(-math.expm1(log_below(shape, at)))
    # Lentz's way through the continued fraction: `up` and `down` are ratios of successive numerators and denominators.
    b = x + 1.0 - shape
    up, down = math.inf, 1.0 / b
    total = down
    for n in range(1, 100_000):
        a = -n * (n - shape)
        b += 2.0
        down = 1.0 / (a * down + b)
        up = b + a / up
        change = up * down
        total *= change
        if abs(change - 1.0) < _ENOUGH * 4:
            break
    return log_slope(shape, at) + math.log(total)


def _guess(shape: float, p: float) -> float:
    """Begin near: the cube root of a gamma draw is nearly normal; where that fails, the first term of the series."""
    root = 1.0 - 1.0 / (9.0 * shape) + deviate(p) / (3.0 * math.sqrt(shape))
    if root > 0.3:
        return math.log(shape) + 3.0 * math.log(root)
    return (math.log(p) + math.lgamma(shape + 1.0)) / shape
