"""How passwords are hashed: Argon2id with what a small server can afford for every sign-in."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat Sheet asks of Argon2id.

    Django's own 100 MiB in eight lanes is dearer for the server than for whoever guesses: eight
    sign-ins at once would take 800 MiB.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
