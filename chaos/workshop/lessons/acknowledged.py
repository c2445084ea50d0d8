"""Lesson 6: what was acknowledged must be there in the end, once."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

_AUDIT: Final = "Is the `audit` still in your experiment?"

CLIPS: Final = Lesson(
    number=6,
    at="22:30",
    title="Where is my video?",
    story="""Half past ten. Someone films the sunset, presses *Post*, and the line breaks. `media` has the clip;
only its answer got lost on the way. The phone does what phones do: it sends the clip again. A little later `media`
is gone altogether, and whoever posts now gets "Server error".

Tomorrow some will find their clip twice, and some not at all.""",
    question=Question(
        asks="The answer to an upload is lost. The phone can't know what happened. What should it do?",
        choices=(
            "Send it again: better twice than never.",
            "Not send it again: better never than twice.",
            "Send it again under the same name, so that twice is once.",
        ),
        right=2,
        because="""Whoever can't know has to ask again, and whoever is asked again has to recognise it. A key that
is the same each time turns "perhaps twice" into "exactly once".""",
    ),
    look="""The line that begins with `uploads_sent_twice` is the ledger: what was promised, and what is really
there. Nothing in the pages that people saw gives it away.""",
    explanation="""An answer like "we have your clip" is a promise. It may only be given when it can be kept: when
the clip is on a disk, here or there.

Three small things keep it. The sender's key becomes the clip's name, so that the same clip is recognised. The same
name goes along to `media`, so that it stores it once. And what can't be delivered now is put on a shelf first, is
promised then (*202, accepted*), and is brought over later.""",
    task=f"""Three functions in `{MINE}/lesson_6.py`: a name from the sender's key, the key for `media`, and the
shelf. Nothing may be lost and nothing doubled. Keep the audit: the check tries an app that promises and forgets.""",
    edits=(f"{MINE}/lesson_6.py",),
    hints=(
        "`id_for_key(user, key)` in `demo_app.web.identity` makes the same id each time. Without a key, a new one is "
        "right.",
        "`key_for` may return the clip's own id. `when_not_stored` should put the clip on the shelf before it promises "
        "anything: `shelf.add(clip)`.",
        "`from demo_app.web.identity import id_for_key, new_id`; `return id_for_key(user, key) if key else new_id()`; "
        '`return clip.id`; `shelf.add(clip)` and then `return "pending"`.',
    ),
    experiment="experiments/lesson_6.yaml",
    proof=Trials(
        trials=(
            mine(then="Look at the ledger: `lost` means the shelf, `duplicated` means the keys."),
            night(then="It answers with errors. Must uploads still be served in your experiment?"),
            mutant("lost_acknowledgement", "promises and forgets", then=_AUDIT),
            mutant("stores_twice", "has another key each time", then=_AUDIT),
            mutant("ignores_keys", "does not recognise what is sent again", then=_AUDIT),
        ),
    ),
)
