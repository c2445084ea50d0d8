"""Lesson 3: what people are told when their answer can't be saved."""

SHOWS_THE_TRACE = True
"""False: people get a page with the words below, instead of what a programmer would want to see."""

TITLE = "Server error"
"""What happened, in a few words."""
WHAT = "ConnectionRefusedError while connecting to upstream profile."
"""What is wrong, in words that people use."""
FATE = ""
"""What became of the answer that they sent."""
TRY_AGAIN_IN_S: int | None = None
"""Seconds after which trying again is worth while; None: nobody is told."""
