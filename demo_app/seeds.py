"""The clips that are there from the start. The people and what they film are invented; a scene is drawn in CSS."""

from typing import Final, TypedDict


class FeedClip(TypedDict):
    """A clip as the feed shows it; `scene` names a drawing, `tint` (0 to 359) colours it."""

    id: str
    creator: str
    caption: str
    length_s: int
    likes: int
    scene: str
    tint: int


def _clip(number: int, creator: str, caption: str, length_s: int, likes: int, scene: str, tint: int) -> FeedClip:
    return {
        "id": f"seed-{number}",
        "creator": creator,
        "caption": caption,
        "length_s": length_s,
        "likes": likes,
        "scene": scene,
        "tint": tint,
    }


SEEDS: Final = (
    _clip(1, "marlow.afloat", "Low tide, no wind, and the whole bay to ourselves", 21, 12_400, "sea", 196),
    _clip(2, "oonaghbakes", "The bun that took three days (worth it)", 34, 8_910, "sun", 28),
    _clip(3, "nightbus.notes", "Last stop, first snow", 12, 3_270, "night", 248),
    _clip(4, "teddi_on_wheels", "Learning to drop in, day 9", 17, 21_800, "ramp", 338),
    _clip(5, "fernandfrond", "I left the lens in the greenhouse all night", 45, 6_050, "leaf", 142),
    _clip(6, "kitchen.radio", "One pan, two spoons, this song", 29, 1_930, "sun", 8),
    _clip(7, "dunewalkers", "Sand sounds like this up close", 15, 9_640, "dune", 40),
    _clip(8, "pixelpaz", "Drew my street from memory, then checked", 38, 2_880, "night", 285),
)

SCENES: Final = ("sea", "sun", "night", "ramp", "leaf", "dune")
_MOODS = ("quiet", "sunny", "curious", "gentle", "restless", "velvet", "early", "lucky")
_ANIMALS = ("otter", "heron", "lynx", "finch", "badger", "marten", "plover", "gecko")


def creator_name(owner: str) -> str:
    """A name for someone of whom nothing but a random id is known, the same each time."""
    number = sum(ord(letter) * (place + 1) for place, letter in enumerate(owner))
    return f"{_MOODS[number % 8]}.{_ANIMALS[number // 8 % 8]}"
