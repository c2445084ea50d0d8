"""Everything that people are told when not all is well. Plain words, short sentences, nobody is blamed."""

from typing import Final

from demo_app.web.model import Message

FEED: Final = Message(
    "feed-not-available",
    "We can't open your feed right now",
    "A part of Clipshare is not answering us.",
    "Nothing you saved or posted here is affected.",
    "none",
)
AGE_NOT_SAVED: Final = Message(
    "answer-not-saved",
    "We can't save your answer right now",
    "The part of Clipshare that keeps dates of birth is not answering us.",
    "Your answer has not been saved. We kept the date in the form below, so you don't have to type it again.",
    "not-saved",
)
AGE_UNKNOWN: Final = Message(
    "answer-unknown",
    "We don't know yet if your answer was saved",
    "The part of Clipshare that keeps dates of birth stopped answering us halfway.",
    "Your answer may or may not have been saved. We kept the date below, and sending it again does no harm.",
    "unknown",
)
CLIP_NOT_CHECKED: Final = Message(
    "clip-not-saved",
    "We can't take your clip right now",
    "The part of Clipshare that knows its members is not answering us.",
    "Your clip has not been saved. Please keep it on your device and choose it again below.",
    "not-saved",
)
CLIP_NO_ROOM: Final = Message(
    "clip-not-saved",
    "We can't take your clip right now",
    "Too many clips are waiting to be posted, and we have no room for more.",
    "Your clip has not been saved. Please keep it on your device and choose it again below.",
    "not-saved",
)
CLIP_UNKNOWN: Final = Message(
    "clip-unknown",
    "We don't know yet if your clip was saved",
    "The part of Clipshare that stores clips stopped answering us halfway.",
    "Your clip may or may not have been saved. Please look at your clips before you post it again.",
    "unknown",
)
BUSY: Final = Message(
    "busy",
    "Clipshare is very busy right now",
    "More people are here than we can look after at once.",
    "Nothing you saved or posted here is affected.",
    "none",
)
BUSY_AGE: Final = Message(
    "busy",
    BUSY.title,
    BUSY.what,
    "Your answer has not been saved. We kept the date in the form below, so you don't have to type it again.",
    "not-saved",
)
BUSY_CLIP: Final = Message(
    "busy",
    BUSY.title,
    BUSY.what,
    "Your clip has not been saved. Please keep it on your device and choose it again below.",
    "not-saved",
)
OUR_MISTAKE: Final = Message(
    "our-mistake",
    "We made a mistake on our side",
    "This page could not be put together, and our team has been told.",
    "Nothing you saved or posted before is affected.",
    "none",
)
OUR_MISTAKE_SENDING: Final = Message(
    "our-mistake",
    OUR_MISTAKE.title,
    "What you sent us could not be handled to the end, and our team has been told.",
    "We don't know yet if it was saved. Please check before you send it again.",
    "unknown",
)

CLIPS_LATE: Final = "New clips may appear late. We keep every clip you send us and post it as soon as we can."
CLIPS_OLD: Final = "The feed shows the clips of a little while ago. The newest ones will be back soon."
MEMBERS_WAIT: Final = "New members have to wait a little. For everyone else this changes nothing."
MANY_PEOPLE: Final = "Very many people are here right now. Some may have to wait a little."

CLIPS_ON_THEIR_WAY: Final = "Clips are posted at once. Some earlier ones are still on their way."

ALL_WELL: Final = {
    "Watching": "The feed is up to date.",
    "Posting": "Clips are posted at once.",
    "Joining": "New members can come in.",
}


def seconds(number: int) -> str:
    return "1 second" if number == 1 else f"{number} seconds"


def how_long(since_s: float, now_s: float) -> str:
    """How long something has lasted, in words that are no more exact than they need to be."""
    minutes = int((now_s - since_s) // 60)
    if minutes < 1:
        return "for less than a minute"
    if minutes < 60:
        return f"for {minutes} minute{'s' if minutes > 1 else ''}"
    hours = minutes // 60
    return f"for {hours} hour{'s' if hours > 1 else ''}"


TOO_YOUNG: Final = Message(
    "too-young",
    "Clipshare is not open to you yet",
    "You can join once you are 13. We would love to see you then.",
    "There is nothing more to do for now.",
    "none",
)
AGE_NEEDED: Final = Message(
    "age-needed",
    "There is one step before you can post",
    "Clipshare needs a date of birth from everyone once, and we have none from you so far.",
    "Your clip has not been saved. Please keep it on your device for a moment.",
    "not-saved",
)
AGE_NEEDED_TO_WATCH: Final = Message(
    "age-needed",
    "There is one step before you can watch",
    "Clipshare needs a date of birth from everyone once. Send it to /age as born.",
    "Nothing has been saved.",
    "none",
)
BAD_DATE: Final = Message(
    "date-not-readable",
    "Please check the date",
    "We can't read it as a day in the past. Write the year, the month and the day, such as 1990-01-31.",
    "Nothing has been saved yet.",
    "not-saved",
)
NO_CLIP: Final = Message(
    "no-clip",
    "Please choose a clip first",
    "There was no clip in what arrived here.",
    "Nothing has been saved.",
    "not-saved",
)
CLIP_TOO_LARGE: Final = Message(
    "clip-too-large",
    "This clip is too large",
    "A clip can be as large as 16 MB. A shorter one, or one of lower quality, will fit.",
    "Your clip has not been saved.",
    "not-saved",
)
KEY_REUSED: Final = Message(
    "key-reused",
    "This form was sent before with another clip",
    "Please open the page for posting again and choose the clip there.",
    "The earlier clip is safe. This one has not been saved.",
    "not-saved",
)
NO_KIND: Final = Message(
    "no-such-report",
    "Please choose what is wrong",
    "We count only what can be chosen below.",
    "Nothing has been saved.",
    "not-saved",
)
NOT_FOUND: Final = Message(
    "not-found",
    "There is nothing here",
    "The link may be old, or a letter may be missing.",
    "Nothing you saved or posted is affected.",
    "none",
)
WRONG_METHOD: Final = Message(
    "not-possible-here",
    "That does not work here",
    "This address does something else.",
    "Nothing has been saved or changed.",
    "not-saved",
)

PROBLEMS: Final = {
    message.name: message
    for message in (
        FEED, AGE_NOT_SAVED, AGE_UNKNOWN, CLIP_NOT_CHECKED, CLIP_UNKNOWN, BUSY, OUR_MISTAKE, TOO_YOUNG,
        AGE_NEEDED, BAD_DATE, NO_CLIP, CLIP_TOO_LARGE, KEY_REUSED, NO_KIND, NOT_FOUND, WRONG_METHOD,
    )
}  # fmt: skip
"""What `/problems/NAME`, the `type` of problem details, leads to."""
