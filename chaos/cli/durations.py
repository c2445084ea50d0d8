"""A duration on the command line."""

from __future__ import annotations

from chaos.errors import InvalidOption


def seconds_of(option: str, written: str, *, longest_h: int) -> float:
    """More than 0, and so many hours at most. Raises `InvalidOption`."""
    from chaos.units import parse_duration

    try:
        seconds = parse_duration(written)
    except ValueError as error:
        raise InvalidOption(f"{option}: {error}") from None
    if not 0 < seconds <= longest_h * 3600:
        longest = "an hour" if longest_h == 1 else f"{longest_h} hours"
        raise InvalidOption(f"{option}: {written!r} is not between 0 and {longest}")
    return seconds
