"""How tests hash passwords."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """The site's hasher at the least cost there is: how dear a guess is for a thief, only test_passwords.py asks."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
