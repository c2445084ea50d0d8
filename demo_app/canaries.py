"""Texts planted where no user may ever see them; whichever page shows one has leaked what is around it (G09).

`system.yaml` puts the others into the environment of the services, and declares them all.
"""

from typing import Final

PERSON: Final = "CANARY-person-k7wq"
"""Somebody whom only the database of `profile` knows."""
