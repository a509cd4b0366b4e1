"""The members app: who are you, have you paid, in what standing, whom do you block, how do we reach you."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("会員")

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed
        from django.db.models.signals import post_migrate

        from kouryu import leaving
        from members.banking import signals as bank_lines
        from members.cards import provider as cards
        from members.desk import sections, signals
        from members.entrance.adapter import carry_over_what_is_remembered, forget_what_a_stranger_chose
        from members.linking import adapter as linking
        from members.mail import kinds
        from members.membership.triggers import set_up_triggers
        from members.security import adapter as second_factors

        kinds.import_all()
        sections.import_all()
        leaving.import_all()
        signals.connect()
        bank_lines.connect()
        second_factors.connect()
        linking.connect()
        cards.connect()
        post_migrate.connect(set_up_triggers, sender=self, dispatch_uid="set-up-triggers")
        email_confirmed.connect(forget_what_a_stranger_chose, dispatch_uid="forget-what-a-stranger-chose")
        email_confirmed.connect(carry_over_what_is_remembered, dispatch_uid="carry-over-what-is-remembered")
