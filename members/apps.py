"""The members app: who are you, have you paid, in what standing, whom do you block, how do we reach you."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "members"
