"""Who may open and post to every address of the site: the table, and the walk that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.urls import get_resolver, reverse

from members.accounts.access import Access, access_of
from members.accounts.rules import ROLES_FOR
from tests.access_world import VIEWERS, AccessWorld, make_co_host, make_world

pytestmark = pytest.mark.one_database

LEDGERS = [
    f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
    for model in apps.get_models()
    if admin.site.is_registered(model)
]

# One letter per viewer, in the order of VIEWERS:
#   o  the door is open: a page, a redirect within, or a sentence about what was sent
#   L  first sign in        U  members only: says what members get (403)
#   -  not found: invisible to this reader    x  open, but not by this method (405)    2  a second factor first
TABLE: dict[str, tuple[str, str]] = {
    # name: (who may open it, who may post to it)
    "account_change_password": ("Loooooooo", "Loooooooo"),
    "account_complete_password_reset": ("ooooooooo", "ooooooooo"),
    "account_confirm_login_code": ("Loooooooo", "Loooooooo"),
    "account_confirm_password_reset_code": ("LLLLLLLLL", "LLLLLLLLL"),
    "account_email": ("Loooooooo", "Loooooooo"),
    "account_email_verification_sent": ("Loooooooo", "Loooooooo"),
    "account_inactive": ("ooooooooo", "xxxxxxxxx"),
    "account_login": ("ooooooooo", "ooooooooo"),
    "account_logout": ("Loooooooo", "Loooooooo"),
    "account_password_reset_completed": ("ooooooooo", "xxxxxxxxx"),
    "account_reauthenticate": ("Loooooooo", "Loooooooo"),  # leads to a code by mail
    "account_request_login_code": ("ooooooooo", "ooooooooo"),
    "account_reset_password": ("ooooooooo", "ooooooooo"),
    "account_set_password": ("---------", "---------"),
    "account_signup": ("ooooooooo", "ooooooooo"),
    "mfa_activate_totp": ("Loooooooo", "Loooooooo"),  # leads to the proof that is asked first
    "mfa_authenticate": ("Loooooooo", "Loooooooo"),
    "mfa_deactivate_totp": ("L--------", "L--------"),  # nobody here has an app
    "mfa_generate_recovery_codes": ("Loooooooo", "Loooooooo"),
    "mfa_index": ("Loooooooo", "Lxxxxxxxx"),
    "mfa_add_webauthn": ("Loooooooo", "Loooooooo"),
    "mfa_edit_webauthn": ("L--------", "L--------"),  # nobody here has a passkey
    "mfa_list_webauthn": ("Loooooooo", "Lxxxxxxxx"),
    "mfa_login_webauthn": ("Loooooooo", "Loooooooo"),
    "mfa_reauthenticate_webauthn": ("Loooooooo", "Loooooooo"),  # leads to a code by mail
    "mfa_remove_webauthn": ("L--------", "L--------"),
    "mfa_reauthenticate": ("Loooooooo", "Loooooooo"),  # leads to a code by mail
    "mfa_view_recovery_codes": ("L--------", "Lxxxxxxxx"),
    "admin:app_list": ("L------o-", "L------o-"),
    "admin:index": ("L------o-", "L------o-"),
    **dict.fromkeys(LEDGERS, ("L------o-", "L------o-")),
    "events:balance": ("L-xxxxxx-", "L---o--o-"),
    "events:calendar": ("LU-o----U", "LUxxxxxxU"),
    "events:begin_series": ("L---o--o-", "L---o--o-"),
    "events:call_off": ("L---o--o-", "L---o--o-"),
    "events:check_in": ("L-xxxxxx-", "L---o--o-"),
    "events:close": ("L-xxxxxx-", "L---o--o-"),
    "events:co_hosts": ("L---o--o-", "L---o--o-"),
    "events:correct_attendance": ("L-----oo-", "L-----oo-"),
    "events:desk": ("L---o--o-", "L-xxxxxx-"),
    "events:draw": ("LUooooooU", "LUxxxxxxU"),
    "events:draw_file": ("LUooooooU", "LUxxxxxxU"),
    "events:edit": ("L---o--o-", "L---o--o-"),
    "events:end_help": ("L---x--x-", "L---o--o-"),
    "events:enter": ("LU-o----U", "LUxxxxxxU"),
    "events:enter_group": ("LU------U", "LUxxxxxxU"),  # a guessed room: tonight's is one for all
    "events:event": ("LUooooooU", "LUxxxxxxU"),
    "events:events": ("LUooooooU", "LUxxxxxxU"),
    "events:feed": ("ooooooooo", "xxxxxxxxx"),
    "events:feed_page": ("Loooooooo", "Loooooooo"),
    "events:figures": ("L---o--o-", "L-xxxxxx-"),
    "events:group": ("LU-o----U", "LUxxxxxxU"),
    "events:group_now": ("LU-o----U", "LUxxxxxxU"),
    "events:groups": ("L---o--o-", "L---o--o-"),
    "events:groups_now": ("L---o--o-", "L-xxxxxx-"),
    "events:hand_over": ("L------o-", "L------o-"),
    "events:help_host": ("LUooooooU", "LUooooooU"),
    "events:hosting": ("L---o--o-", "L-xxxxxx-"),
    "events:invite": ("L---o--o-", "L---o--o-"),
    "events:keep": ("L---o--o-", "L---o--o-"),
    "events:lock": ("L-xxxxxx-", "L---o--o-"),
    "events:matching": ("L-xxxxxx-", "L---o--o-"),
    "events:lead": ("L---o--o-", "L-xxxxxx-"),
    "events:lead_group": ("L--------", "L-xxxxxx-"),
    "events:mine": ("LUooooooU", "LUxxxxxxU"),
    "events:move": ("L-xxxxxx-", "L---o--o-"),
    "events:new": ("L---o--o-", "L---x--x-"),
    "events:note": ("LUxxxxxxU", "LU-o----U"),
    "events:notes": ("LUooooooo", "LUxxxxxxx"),
    "events:marks": ("LUooooooU", "LUxxxxxxU"),
    "events:object_to_mark": ("LU-o----U", "LU-o----U"),
    "events:objection": ("L----o-o-", "L----o-o-"),
    "events:group_acts": ("L----o-o-", "L----x-x-"),
    "events:objections": ("L----o-o-", "L----x-x-"),
    "events:offer": ("LU-o----U", "LU-o----U"),
    "events:preview": ("L---o--o-", "L-xxxxxx-"),
    "events:publish": ("L-xxxxxx-", "L---o--o-"),
    "events:publish_later": ("L-xxxxxx-", "L---o--o-"),
    "events:register": ("LUooooooU", "LUooooooU"),
    "events:repair": ("L-xxxxxx-", "L---o--o-"),
    "events:room": ("LU-o----U", "LU-o----U"),
    "events:rooms": ("L---o--o-", "L-xxxxxx-"),
    "events:rounds": ("L-xxxxxx-", "L---o--o-"),
    "events:series": ("L---o--o-", "L---o--o-"),
    "events:signal": ("LUxxxxxxU", "LU-o----U"),
    "events:signal_seen": ("L-xxxxxx-", "L---o--o-"),
    "events:take": ("LUxxxxxxU", "LUooooooU"),
    "events:template": ("L---o----", "L---o----"),
    "events:tell_illness": ("LUxxxxxxU", "LU-o----U"),
    "events:withdraw": ("LUxxxxxxU", "LUooooooU"),
    "events:word": ("L-xxxxxx-", "L---o--o-"),
    "events:write": ("L---o--o-", "L---o--o-"),
    "events:zoom_rooms": ("L---x--x-", "L---o--o-"),
    "feedback:answer": ("LUxxxxxxU", "LU-o----U"),
    "feedback:answer_introduction": ("LUxxxxxxU", "LU-o----U"),
    "feedback:case": ("L----o-o-", "L----x-x-"),
    "feedback:cases": ("L----o-o-", "L----x-x-"),
    "feedback:check_consent": ("LUooooooU", "LUooooooU"),
    "feedback:contact": ("LU-o----U", "LU-o----U"),
    "feedback:decide": ("L----x-x-", "L----o-o-"),
    "feedback:decision": ("L--o-----", "Lxxxxxxxx"),
    "feedback:end_tie": ("LUxxxxxxU", "LU-o----U"),
    "feedback:enter_talk": ("LU-o----U", "LUxxxxxxU"),
    "feedback:evening": ("LU-o----U", "LUxxxxxxU"),
    "feedback:growth": ("LUooooooU", "LUxxxxxxU"),
    "feedback:intention": ("LU-o----U", "LU-o----U"),
    "feedback:agree_to_stand_behind": ("LUxxxxxxU", "LUooooooU"),
    "feedback:ask_to_stand_behind": ("LUxxxxxxU", "LU-o----U"),
    "feedback:change_turning_point": ("LU-o----U", "LU-o----U"),
    "feedback:delete_turning_point": ("LUxxxxxxU", "LUooooooU"),
    "feedback:keep_name_away": ("LUxxxxxxU", "LUooooooU"),
    "feedback:record_turning_point": ("LUooooooU", "LUooooooU"),
    "feedback:remove_person_behind": ("LUxxxxxxU", "LU-o----U"),
    "feedback:take_back_questions": ("LUxxxxxxU", "LU-o----U"),
    "feedback:thank_introducer": ("LUxxxxxxU", "LU------U"),
    "feedback:try_sentence": ("L----x-x-", "L----o-o-"),
    "feedback:turning_point": ("LU-o----U", "LUxxxxxxU"),
    "feedback:turning_points": ("LUooooooU", "LUxxxxxxU"),
    "feedback:together": ("LU-o----U", "LUxxxxxxU"),
    "feedback:answers": ("L---o--o-", "L-xxxxxx-"),
    "feedback:own_view": ("LUooooooU", "LUooooooU"),
    "feedback:questions": ("LU-o----U", "LU-o----U"),
    "feedback:numbers": ("L----o-o-", "L----x-x-"),
    "feedback:introduce": ("LU-o----U", "LU-o----U"),
    "feedback:introductions": ("LUooooooU", "LUxxxxxxU"),
    "feedback:letter": ("LU-o-----", "LUxxxxxxx"),
    "feedback:leave_picks": ("LU-o----U", "LU-o----U"),
    "feedback:letters": ("LUooooooo", "LUxxxxxxx"),
    "feedback:letters_given": ("LUooooooo", "LUxxxxxxx"),
    "feedback:look_at_picks": ("L----x-x-", "L----o-o-"),
    "feedback:met": ("LUooooooU", "LUxxxxxxU"),
    "feedback:mirror": ("LUooooooo", "LUxxxxxxx"),
    "feedback:network": ("LUooooooU", "LUxxxxxxU"),
    "feedback:not_now": ("LUxxxxxxU", "LUooooooU"),
    "feedback:picks_given": ("LUooooooU", "LUxxxxxxU"),
    "feedback:picks_off": ("LUxxxxxxU", "LUooooooU"),
    "feedback:picks_on": ("LUxxxxxxU", "LUooooooU"),
    "feedback:note_help": ("LUxxxxxxU", "LU-o----U"),
    "feedback:notes": ("LU-o----U", "LU-o----U"),
    "feedback:open_letter": ("LUxxxxxxx", "LU-o-----"),
    "feedback:ordinary": ("LU-o----U", "LU-o----U"),
    "feedback:card": ("LUooooooo", "LUxxxxxxx"),
    "feedback:card_picture": ("LU-------", "LUxxxxxxx"),
    "feedback:portrait": ("LUooooooo", "LUxxxxxxx"),
    "feedback:words": ("LUooooooo", "LUxxxxxxx"),
    "feedback:people": ("LUooooooU", "LUxxxxxxU"),
    "feedback:propose_talk": ("LU-o----U", "LU-o----U"),
    "feedback:put_away": ("LUxxxxxxU", "LU-o----U"),
    "feedback:put_away_wonder": ("LUxxxxxxU", "LU-o----U"),
    "feedback:quiet": ("LU-o----U", "LU-o----U"),
    "feedback:regret": ("LUxxxxxxU", "LU------U"),
    "feedback:take_back_regret": ("LUxxxxxxU", "LU------U"),
    "feedback:react": ("LUxxxxxxU", "LU-o----U"),
    "feedback:reconsider": ("LUxxxxxxU", "LU-o----U"),
    "feedback:release": ("L----x-x-", "L----o-o-"),
    "feedback:report_event": ("LUoo-oooU", "LUoo-oooU"),
    "feedback:report_letter": ("LU-o----U", "LU-o----U"),
    "feedback:report_member": ("LU-oo---U", "LU-oo---U"),
    "feedback:report_note": ("LU-o----U", "LU-o----U"),
    "feedback:report_text": ("LU-o----U", "LU-o----U"),
    "feedback:rhythm": ("LUxxxxxxU", "LUooooooU"),
    "feedback:see_notes": ("LUxxxxxxU", "LU-o----U"),
    "feedback:statement": ("L--o-----", "Lxxxxxxxx"),
    "feedback:new_step": ("LUooooooU", "LUooooooU"),
    "feedback:put_off_step": ("LUxxxxxxU", "LU-o----U"),
    "feedback:settle_step": ("LUxxxxxxU", "LU------U"),  # without an answer there is nothing to settle
    "feedback:step_link": ("ooooooooo", "ooooooooo"),
    "feedback:steps": ("LUooooooU", "LUxxxxxxU"),
    "feedback:drop_normal": ("LUxxxxxxU", "LU-o----U"),
    "feedback:new_normal": ("LUooooooU", "LUooooooU"),
    "feedback:normal": ("LU-o----U", "LU-o----U"),
    "feedback:normals": ("LUooooooU", "LUxxxxxxU"),
    "feedback:take_home_note": ("LU-o----U", "LU-o----U"),
    "feedback:take_home_notes": ("LUooooooo", "LUxxxxxxx"),
    "feedback:my_data": ("Loooooooo", "Loooooooo"),  # nobody here has a password that could be asked first
    "feedback:take": ("L----x-x-", "L----o-o-"),
    "feedback:take_out": ("LUxxxxxxU", "LU-o----U"),
    "feedback:take_back_picks": ("LUxxxxxxU", "LU-o----U"),
    "feedback:switch_off_term": ("L----x-x-", "L----o-o-"),
    "feedback:switch_on_term": ("L----x-x-", "L----o-o-"),
    "feedback:terms": ("L----o-o-", "L----o-o-"),
    "feedback:talk": ("LU-o----U", "LU-o----U"),
    "feedback:talk_calendar": ("LU-o----U", "LUxxxxxxU"),
    "feedback:thank": ("LUxxxxxxU", "LU-o----U"),
    "feedback:welcome_strengths": ("Loooooooo", "Loooooooo"),
    "feedback:wonder": ("LU-o----U", "LU-o----U"),
    "feedback:write": ("LU-o----U", "LU-o----U"),
    "healthz": ("ooooooooo", "xxxxxxxxx"),
    "home": ("ooooooooo", "xxxxxxxxx"),
    "members:lost": ("ooooooooo", "ooooooooo"),
    "members:stop_reset": ("---------", "---------"),  # a link that the site did not make
    "members:desk_resets": ("L-----oo-", "L-----xx-"),
    "members:desk_propose_reset": ("L-----oo-", "L-----oo-"),
    "members:desk_confirm_reset": ("L-----oo-", "L-----oo-"),
    "members:desk_decline_reset": ("L-----oo-", "L-----oo-"),
    "members:prove_by_mail": ("Loooooooo", "Loooooooo"),
    "members:start_service": ("xxxxxxxxx", "---------"),  # this site has no accounts of a service
    "members:service_account": ("L--------", "Lxxxxxxxx"),
    "members:paid_there": ("xxxxxxxxx", "---------"),  # nor a server that calls
    "members:unlink_service": ("Lxxxxxxxx", "L--------"),
    "openid_connect_callback": ("---------", "xxxxxxxxx"),
    "members:admission": ("Loooooooo", "Loooooooo"),
    "members:withdraw_application": ("Lxxxxxxxx", "Loooooooo"),
    "members:join": ("---------", "---------"),  # a link that the site did not make
    "members:invitations": ("LU------U", "LU------U"),  # where the setting lets only staff invite
    "members:take_back_invitation": ("LUxxxxxxU", "LU------U"),
    "members:desk_invitations": ("L-----oo-", "L-----oo-"),
    "members:desk_take_back_invitation": ("L-----xx-", "L-----oo-"),
    "members:desk_applications": ("L-----oo-", "L-----xx-"),
    "members:desk_open_application": ("L-----xx-", "L-----oo-"),
    "members:desk_application": ("L-----oo-", "L-----oo-"),
    "members:desk_affinities": ("L------o-", "L------o-"),
    "members:desk_retire_affinity": ("L------x-", "L------o-"),
    "members:join_affinity": ("Lxxxxxxxx", "Loooooooo"),
    "members:leave_affinity": ("Lxxxxxxxx", "Loooooooo"),
    "members:desk_questions": ("L------o-", "L------o-"),
    "members:desk_question": ("L------o-", "L------o-"),
    "members:account": ("Loooooooo", "Lxxxxxxxx"),
    "members:block": ("Loooooooo", "Loooooooo"),
    "members:blocks": ("Loooooooo", "Lxxxxxxxx"),
    "members:contact": ("ooooooooo", "xxxxxxxxx"),
    "members:desk_end_sessions": ("L-----oo-", "L-----oo-"),
    "members:desk_send_sign_in": ("L-----oo-", "L-----oo-"),
    "members:desk_grant_role": ("L------o-", "L------o-"),
    "members:desk_roles": ("L------o-", "L------x-"),
    "members:desk_end_role": ("L------o-", "L------o-"),
    "members:desk_grant": ("L-----oo-", "L-----oo-"),
    "members:desk_export": ("L------x-", "L------o-"),
    "members:desk_import": ("L-----oo-", "L-----oo-"),
    "members:desk_imports": ("L-----oo-", "L-----oo-"),
    "members:desk_member": ("L----ooo-", "L----ooo-"),
    "members:desk_members": ("L----ooo-", "L----xxx-"),
    "members:desk_name": ("L-----oo-", "L-----oo-"),
    "members:desk_note": ("L----xxx-", "L----ooo-"),
    "members:desk_assign": ("L-----xx-", "L-----oo-"),
    "members:desk_forgive": ("L-----xx-", "L-----oo-"),
    "members:desk_give_back": ("L-----xx-", "L-----oo-"),
    "members:desk_refund_paid": ("L-----xx-", "L-----oo-"),
    "members:desk_settle_proposal": ("L-----xx-", "L-----oo-"),
    "members:desk_undo": ("L-----xx-", "L-----oo-"),
    "members:credit": ("Lxxxxxxxx", "Loooooooo"),
    "members:desk_limit": ("L------x-", "L------o-"),
    "members:desk_note_payment": ("L-----oo-", "L-----oo-"),
    "members:desk_payment": ("L-----oo-", "L-----xx-"),
    "members:desk_transfer": ("L-----oo-", "L-----oo-"),
    "members:desk_transfers": ("L-----oo-", "L-----xx-"),
    "members:desk_bank": ("L-----oo-", "L-----oo-"),
    "members:desk_bank_join": ("L-----xx-", "L--------"),  # names no payment here
    "members:desk_bank_line": ("L-----oo-", "L-----oo-"),
    "members:desk_bank_together": ("L-----oo-", "L-----oo-"),
    "members:desk_bank_undo": ("L-----xx-", "L-----oo-"),
    "members:desk_bank_unknown": ("L-----xx-", "L-----oo-"),
    "members:desk_begin_leaving": ("L-----oo-", "L-----oo-"),
    "members:leave": ("Loooooooo", "Loooooooo"),
    "members:stay": ("Lxxxxxxxx", "Loooooooo"),
    "members:legal": ("ooooooooo", "xxxxxxxxx"),
    "members:mailbox": ("ooooooooo", "xxxxxxxxx"),
    "members:mailbox_html": ("---------", "xxxxxxxxx"),
    "members:mailbox_mail": ("---------", "xxxxxxxxx"),
    "members:order": ("Loooooooo", "Loooooooo"),
    "members:desk_offer_plan": ("L------x-", "L------o-"),
    "members:desk_plans": ("L------o-", "L------o-"),
    "members:desk_price": ("L------o-", "L------o-"),
    "members:desk_months": ("L------o-", "L------x-"),
    "members:desk_month": ("L------o-", "L------o-"),
    "members:desk_month_file": ("L------o-", "L------x-"),
    "members:desk_receipt_file": ("L-----oo-", "L-----xx-"),
    "members:receipts": ("Loooooooo", "Lxxxxxxxx"),
    "members:new_receipt": ("L--o-----", "L--o-----"),
    "members:receipt": ("L--o-----", "L--o-----"),
    "members:receipt_file": ("L--o-----", "Lxxxxxxxx"),
    "members:payment": ("L--o-----", "L--o-----"),
    "members:plans": ("Loooooooo", "Lxxxxxxxx"),
    "members:pledge": ("Loooooooo", "Loooooooo"),
    "members:pledge_text": ("ooooooooo", "xxxxxxxxx"),
    "members:privacy": ("ooooooooo", "xxxxxxxxx"),
    "members:resume": ("Lxxxxxxxx", "Loooooooo"),
    "members:lift": ("L----o-o-", "L----o-o-"),
    "members:suspensions": ("L----o-o-", "L----x-x-"),
    "members:looks": ("Loooooooo", "Lxxxxxxxx"),
    "members:as_seen": ("Loooooooo", "Lxxxxxxxx"),
    "members:card": ("Loooooooo", "Loooooooo"),
    "members:limits": ("Loooooooo", "Loooooooo"),
    "members:rest": ("Loooooooo", "Loooooooo"),
    "members:end_rest": ("Lxxxxxxxx", "Loooooooo"),
    "members:stop_mail": ("ooooooooo", "ooooooooo"),
    "members:second_factor": ("Loooooooo", "Lxxxxxxxx"),
    "members:sessions": ("Loooooooo", "Lxxxxxxxx"),
    "members:end_session": ("Lxxxxxxxx", "L--------"),  # a handle of nobody's
    "members:end_other_sessions": ("Lxxxxxxxx", "Loooooooo"),
    "members:settings": ("Loooooooo", "Loooooooo"),
    # without keys of Stripe's there are no cards
    "members:card_change": ("Lxxxxxxxx", "L--------"),
    "members:card_order": ("L--------", "L--------"),
    "members:card_pay": ("Lxxxxxxxx", "L--------"),
    "members:card_stop": ("---------", "---------"),
    "members:stripe_notice": ("xxxxxxxxx", "---------"),  # only Stripe has something to tell, where cards are taken
    "members:standing": ("Loooooooo", "Lxxxxxxxx"),
    "members:stop": ("Loooooooo", "Loooooooo"),
    "members:terms": ("ooooooooo", "xxxxxxxxx"),
    "members:unblock": ("Lxxxxxxxx", "Loooooooo"),
    "members:welcome": ("Loooooooo", "Lxxxxxxxx"),
    "members:welcome_preferences": ("Loooooooo", "Loooooooo"),
    "members:welcome_reason": ("Loooooooo", "Loooooooo"),
    "members:welcome_themes": ("Loooooooo", "Loooooooo"),
    "members:welcome_work": ("Loooooooo", "Loooooooo"),
    "readyz": ("ooooooooo", "xxxxxxxxx"),
    "robots": ("ooooooooo", "xxxxxxxxx"),
    "security_txt": ("ooooooooo", "xxxxxxxxx"),
    "set_language": ("xxxxxxxxx", "ooooooooo"),
    "start_over": ("xxxxxxxxx", "LLLLLLLLL"),
}


# What a co-host of the event may open and post to, by their right; one whose event is over comes last.
CO_HOSTS = ("check-in", "groups", "everything", "over")
TABLE_OF_CO_HOSTS: dict[str, tuple[str, str]] = {
    "events:begin_series": ("----", "----"),
    "events:call_off": ("--o-", "--o-"),
    "events:check_in": ("xxxx", "ooo-"),
    "events:close": ("xxxx", "--o-"),
    "events:co_hosts": ("----", "----"),
    "events:desk": ("ooo-", "xxxx"),
    "events:edit": ("--o-", "--o-"),
    "events:end_help": ("----", "----"),
    "events:groups": ("-oo-", "-oo-"),
    "events:groups_now": ("-oo-", "xxxx"),
    "events:lead": ("-oo-", "xxxx"),
    "events:lead_group": ("----", "xxxx"),
    "events:lock": ("xxxx", "-oo-"),
    "events:move": ("xxxx", "-oo-"),
    "events:repair": ("xxxx", "-oo-"),
    "events:rooms": ("-oo-", "xxxx"),
    "events:rounds": ("xxxx", "-oo-"),
    "events:signal_seen": ("xxxx", "--o-"),
    "events:word": ("xxxx", "-oo-"),
    "events:hosting": ("ooo-", "xxxx"),
    "events:keep": ("----", "----"),
    "events:new": ("----", "----"),
    "events:series": ("----", "----"),
    "events:template": ("----", "----"),
    "events:write": ("----", "----"),
    "events:preview": ("--o-", "xxxx"),
    "events:publish": ("xxxx", "--o-"),
    "events:publish_later": ("xxxx", "--o-"),
}


def _names() -> Iterator[str]:
    return (name for name, _ in _labels())


def _labels() -> Iterator[tuple[str, Access]]:
    """Each address by its name, with the label that says who may open it."""

    def walk(resolver, spaces=()):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
            else:
                yield ":".join((*spaces, pattern.name or "?")), access_of(pattern.callback, pattern.name)

    return walk(get_resolver())


@pytest.fixture
def world(db) -> AccessWorld:
    return make_world()


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(_names())) == sorted(TABLE)


def test_no_two_addresses_share_a_name() -> None:
    names = list(_names())
    assert len(names) == len(set(names))


@pytest.mark.parametrize("part", ["account", "admin", "events", "feedback", "members", "site"])
def test_addresses_open_only_to_those_in_the_table(part: str, world: AccessWorld) -> None:
    expected = {name: row for name, row in TABLE.items() if _part_of(name) == part}
    assert {name: _seen(world, name) for name in expected} == expected


def test_co_hosts_open_only_what_their_right_covers(world: AccessWorld) -> None:
    for right in CO_HOSTS:
        world.people[right] = make_co_host(world, right)
    assert {name: _seen(world, name, CO_HOSTS) for name in TABLE_OF_CO_HOSTS} == TABLE_OF_CO_HOSTS


def test_a_co_host_who_no_longer_pays_finds_nothing(world: AccessWorld) -> None:
    helper = world.people["lapsed"] = make_co_host(world, "everything")
    helper.periods.all().delete()
    assert {name: _seen(world, name, ["lapsed"]) for name in TABLE_OF_CO_HOSTS} == dict.fromkeys(
        TABLE_OF_CO_HOSTS, ("-", "-")
    )


STAFF_VIEWERS = ("host", "moderator", "desk", "owner")


def test_no_role_opens_a_page_in_a_session_without_a_second_factor(world: AccessWorld) -> None:
    """What a role opens leads to the second factor instead, whatever the method; the rest is as for other members."""
    world.has_second_factor = False
    staff_pages = {name: access for name, access in _labels() if access in ROLES_FOR}
    expected = {
        name: tuple(_without_second_factor(access, letters) for letters in TABLE[name])
        for name, access in staff_pages.items()
    }
    assert len(staff_pages) > 50
    assert {name: _seen(world, name, STAFF_VIEWERS) for name in staff_pages} == expected


def _without_second_factor(access: Access, letters: str) -> str:
    """Of a row of the table, what the staff see; they are called as their roles are."""
    opening = {*ROLES_FOR[access], "owner"}
    return "".join("2" if viewer in opening else letters[VIEWERS.index(viewer)] for viewer in STAFF_VIEWERS)


def test_members_pages_stay_open_to_staff_without_a_second_factor(world: AccessWorld) -> None:
    world.has_second_factor = False
    pages = ["account_email", "events:events", "events:mine", "feedback:letters", "members:account", "members:settings"]
    assert {name: _seen(world, name, STAFF_VIEWERS)[0] for name in pages} == dict.fromkeys(pages, "oooo")


def _part_of(name: str) -> str:
    if ":" in name:
        return name.partition(":")[0]
    return "account" if name.startswith(("account_", "mfa_")) else "site"


def _seen(world: AccessWorld, name: str, viewers: Sequence[str] = VIEWERS) -> tuple[str, str]:
    opened = "".join(_knock(world, name, viewer, "get") for viewer in viewers)
    posted = "".join(_knock(world, name, viewer, "post") for viewer in viewers)
    return opened, posted


def _knock(world: AccessWorld, name: str, viewer: str, method: str) -> str:
    client = world.client(viewer)
    with transaction.atomic():
        response = getattr(client, method)(reverse(name, kwargs=world.kwargs(name, viewer)))
        transaction.set_rollback(True)
    if response.status_code in {301, 302, 303}:
        ways = {"/accounts/login/": "L", "/account/second-factor/": "2"}
        return next((letter for way, letter in ways.items() if way in response["Location"]), "o")
    codes = {200: "o", 400: "o", 409: "o", 422: "o", 503: "o", 403: "U", 404: "-", 405: "x"}
    return codes.get(response.status_code, f"[{response.status_code}]")
