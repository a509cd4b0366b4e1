"""Who may open and post to every address of the site: the table, and the walk that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from tests.access_world import VIEWERS, AccessWorld, make_co_host, make_world

pytestmark = pytest.mark.one_database

# One letter per viewer, in the order of VIEWERS:
#   o  the door is open: a page, a redirect within, or a sentence about what was sent
#   L  first sign in        U  members only: says what members get (403)
#   -  not found: invisible to this reader    x  open, but not by this method (405)
TABLE: dict[str, tuple[str, str]] = {
    # name: (who may open it, who may post to it)
    "account_change_password": ("Looooooo", "Looooooo"),
    "account_complete_password_reset": ("oooooooo", "oooooooo"),
    "account_confirm_login_code": ("Looooooo", "Looooooo"),
    "account_confirm_password_reset_code": ("LLLLLLLL", "LLLLLLLL"),
    "account_email": ("Looooooo", "Looooooo"),
    "account_email_verification_sent": ("Looooooo", "Looooooo"),
    "account_inactive": ("oooooooo", "xxxxxxxx"),
    "account_login": ("oooooooo", "oooooooo"),
    "account_logout": ("Looooooo", "Looooooo"),
    "account_password_reset_completed": ("oooooooo", "xxxxxxxx"),
    "account_reauthenticate": ("LUUUUUUU", "LUUUUUUU"),
    "account_request_login_code": ("oooooooo", "oooooooo"),
    "account_reset_password": ("oooooooo", "oooooooo"),
    "account_set_password": ("--------", "--------"),
    "account_signup": ("oooooooo", "oooooooo"),
    "events:balance": ("L-xxxxxx", "L---o--o"),
    "events:calendar": ("LU-o----", "LUxxxxxx"),
    "events:begin_series": ("L---o--o", "L---o--o"),
    "events:call_off": ("L---o--o", "L---o--o"),
    "events:check_in": ("L-xxxxxx", "L---o--o"),
    "events:close": ("L-xxxxxx", "L---o--o"),
    "events:co_hosts": ("L---o--o", "L---o--o"),
    "events:desk": ("L---o--o", "L-xxxxxx"),
    "events:draw": ("LUoooooo", "LUxxxxxx"),
    "events:draw_file": ("LUoooooo", "LUxxxxxx"),
    "events:edit": ("L---o--o", "L---o--o"),
    "events:end_help": ("L---x--x", "L---o--o"),
    "events:enter": ("LU-o----", "LUxxxxxx"),
    "events:enter_group": ("LU------", "LUxxxxxx"),  # a guessed room: tonight's is one for all
    "events:event": ("LUoooooo", "LUxxxxxx"),
    "events:events": ("LUoooooo", "LUxxxxxx"),
    "events:feed": ("oooooooo", "xxxxxxxx"),
    "events:feed_page": ("Looooooo", "Looooooo"),
    "events:figures": ("L---o--o", "L-xxxxxx"),
    "events:group": ("LU-o----", "LUxxxxxx"),
    "events:group_now": ("LU-o----", "LUxxxxxx"),
    "events:groups": ("L---o--o", "L---o--o"),
    "events:groups_now": ("L---o--o", "L-xxxxxx"),
    "events:hand_over": ("L------o", "L------o"),
    "events:help_host": ("LUoooooo", "LUoooooo"),
    "events:hosting": ("L---o--o", "L-xxxxxx"),
    "events:invite": ("L---o--o", "L---o--o"),
    "events:keep": ("L---o--o", "L---o--o"),
    "events:lock": ("L-xxxxxx", "L---o--o"),
    "events:matching": ("L-xxxxxx", "L---o--o"),
    "events:lead": ("L---o--o", "L-xxxxxx"),
    "events:lead_group": ("L-------", "L-xxxxxx"),
    "events:mine": ("LUoooooo", "LUxxxxxx"),
    "events:move": ("L-xxxxxx", "L---o--o"),
    "events:new": ("L---o--o", "L---x--x"),
    "events:note": ("LUxxxxxx", "LU-o----"),
    "events:notes": ("LUoooooo", "LUxxxxxx"),
    "events:marks": ("LUoooooo", "LUxxxxxx"),
    "events:object_to_mark": ("LU-o----", "LU-o----"),
    "events:objection": ("L----o-o", "L----o-o"),
    "events:group_acts": ("L----o-o", "L----x-x"),
    "events:objections": ("L----o-o", "L----x-x"),
    "events:offer": ("LU-o----", "LU-o----"),
    "events:preview": ("L---o--o", "L-xxxxxx"),
    "events:publish": ("L-xxxxxx", "L---o--o"),
    "events:publish_later": ("L-xxxxxx", "L---o--o"),
    "events:register": ("LUoooooo", "LUoooooo"),
    "events:repair": ("L-xxxxxx", "L---o--o"),
    "events:room": ("LU-o----", "LU-o----"),
    "events:rooms": ("L---o--o", "L-xxxxxx"),
    "events:rounds": ("L-xxxxxx", "L---o--o"),
    "events:series": ("L---o--o", "L---o--o"),
    "events:signal": ("LUxxxxxx", "LU-o----"),
    "events:signal_seen": ("L-xxxxxx", "L---o--o"),
    "events:take": ("LUxxxxxx", "LUoooooo"),
    "events:template": ("L---o---", "L---o---"),
    "events:tell_illness": ("LUxxxxxx", "LU-o----"),
    "events:withdraw": ("LUxxxxxx", "LUoooooo"),
    "events:word": ("L-xxxxxx", "L---o--o"),
    "events:write": ("L---o--o", "L---o--o"),
    "events:zoom_rooms": ("L---x--x", "L---o--o"),
    "feedback:answer": ("LUxxxxxx", "LU-o----"),
    "feedback:answer_introduction": ("LUxxxxxx", "LU-o----"),
    "feedback:case": ("L----o-o", "L----o-o"),
    "feedback:cases": ("L----o-o", "L----o-o"),
    "feedback:check_consent": ("LUoooooo", "LUoooooo"),
    "feedback:contact": ("LU-o----", "LU-o----"),
    "feedback:decide": ("L----x-x", "L----o-o"),
    "feedback:decision": ("L--o----", "L--o----"),
    "feedback:end_tie": ("LUxxxxxx", "LU-o----"),
    "feedback:enter_talk": ("LU-o----", "LUxxxxxx"),
    "feedback:evening": ("LU-o----", "LU-o----"),
    "feedback:growth": ("LUoooooo", "LUxxxxxx"),
    "feedback:intention": ("LU-o----", "LU-o----"),
    "feedback:agree_to_stand_behind": ("LUxxxxxx", "LUoooooo"),
    "feedback:ask_to_stand_behind": ("LUxxxxxx", "LU-o----"),
    "feedback:change_turning_point": ("LU-o----", "LU-o----"),
    "feedback:drop_turning_point": ("LUxxxxxx", "LUoooooo"),
    "feedback:keep_name_away": ("LUxxxxxx", "LUoooooo"),
    "feedback:record_turning_point": ("LUoooooo", "LUoooooo"),
    "feedback:remove_person_behind": ("LUxxxxxx", "LU-o----"),
    "feedback:take_back_questions": ("LUxxxxxx", "LU-o----"),
    "feedback:thank_introducer": ("LUxxxxxx", "LU------"),
    "feedback:try_sentence": ("L----x-x", "L----o-o"),
    "feedback:turning_point": ("LU-o----", "LUxxxxxx"),
    "feedback:turning_points": ("LUoooooo", "LUxxxxxx"),
    "feedback:together": ("LU-o----", "LUxxxxxx"),
    "feedback:answers": ("L---o--o", "L-xxxxxx"),
    "feedback:own_view": ("LUoooooo", "LUoooooo"),
    "feedback:questions": ("LU-o----", "LU-o----"),
    "feedback:numbers": ("L----o-o", "L----x-x"),
    "feedback:introduce": ("LU-o----", "LU-o----"),
    "feedback:introductions": ("LUoooooo", "LUxxxxxx"),
    "feedback:letter": ("LU-o----", "LU-o----"),
    "feedback:leave_nameless": ("LU-o----", "LU-o----"),
    "feedback:letters": ("LUoooooo", "LUoooooo"),
    "feedback:letters_given": ("LUoooooo", "LUoooooo"),
    "feedback:look_at_nameless": ("L----x-x", "L----o-o"),
    "feedback:mirror": ("LUoooooo", "LUoooooo"),
    "feedback:network": ("LUoooooo", "LUxxxxxx"),
    "feedback:not_now": ("LUxxxxxx", "LUoooooo"),
    "feedback:nameless_given": ("LUoooooo", "LUxxxxxx"),
    "feedback:nameless_off": ("LUxxxxxx", "LUoooooo"),
    "feedback:nameless_on": ("LUxxxxxx", "LUoooooo"),
    "feedback:note_help": ("LUxxxxxx", "LU-o----"),
    "feedback:notes": ("LU-o----", "LU-o----"),
    "feedback:open_letter": ("LUxxxxxx", "LU-o----"),
    "feedback:ordinary": ("LU-o----", "LU-o----"),
    "feedback:card": ("LUoooooo", "LUxxxxxx"),
    "feedback:card_picture": ("LU------", "LUxxxxxx"),
    "feedback:portrait": ("LUoooooo", "LUxxxxxx"),
    "feedback:words": ("LUoooooo", "LUxxxxxx"),
    "feedback:people": ("LUoooooo", "LUxxxxxx"),
    "feedback:propose_talk": ("LU-o----", "LU-o----"),
    "feedback:put_away": ("LUxxxxxx", "LU-o----"),
    "feedback:put_away_wonder": ("LUxxxxxx", "LU-o----"),
    "feedback:quiet": ("LU-o----", "LU-o----"),
    "feedback:regret": ("LUxxxxxx", "LU------"),
    "feedback:take_back_regret": ("LUxxxxxx", "LU------"),
    "feedback:react": ("LUxxxxxx", "LU-o----"),
    "feedback:reconsider": ("LUxxxxxx", "LU-o----"),
    "feedback:release": ("L----x-x", "L----o-o"),
    "feedback:report_event": ("LUoo-ooo", "LUoo-ooo"),
    "feedback:report_letter": ("LU-o----", "LU-o----"),
    "feedback:report_member": ("LU-oo---", "LU-oo---"),
    "feedback:report_note": ("LU-o----", "LU-o----"),
    "feedback:report_text": ("LU-o----", "LU-o----"),
    "feedback:rhythm": ("LUxxxxxx", "LUoooooo"),
    "feedback:see_notes": ("LUxxxxxx", "LU-o----"),
    "feedback:statement": ("L--o----", "Lxxxxxxx"),
    "feedback:new_step": ("LUoooooo", "LUoooooo"),
    "feedback:put_off_step": ("LUxxxxxx", "LU-o----"),
    "feedback:settle_step": ("LUxxxxxx", "LU------"),  # without an answer there is nothing to settle
    "feedback:step_link": ("oooooooo", "oooooooo"),
    "feedback:steps": ("LUoooooo", "LUxxxxxx"),
    "feedback:drop_normal": ("LUxxxxxx", "LU-o----"),
    "feedback:new_normal": ("LUoooooo", "LUoooooo"),
    "feedback:normal": ("LU-o----", "LU-o----"),
    "feedback:normals": ("LUoooooo", "LUxxxxxx"),
    "feedback:take_home_note": ("LU-o----", "LU-o----"),
    "feedback:take_home_notes": ("LUoooooo", "LUxxxxxx"),
    "feedback:my_data": ("Looooooo", "Looooooo"),  # nobody here has a password that could be asked first
    "feedback:take": ("L----x-x", "L----o-o"),
    "feedback:take_out": ("LUxxxxxx", "LU-o----"),
    "feedback:take_back_nameless": ("LUxxxxxx", "LU-o----"),
    "feedback:switch_off_term": ("L----x-x", "L----o-o"),
    "feedback:switch_on_term": ("L----x-x", "L----o-o"),
    "feedback:terms": ("L----o-o", "L----o-o"),
    "feedback:talk": ("LU-o----", "LU-o----"),
    "feedback:talk_calendar": ("LU-o----", "LUxxxxxx"),
    "feedback:thank": ("LUxxxxxx", "LU-o----"),
    "feedback:welcome_strengths": ("Looooooo", "Looooooo"),
    "feedback:wonder": ("LU-o----", "LU-o----"),
    "feedback:write": ("LU-o----", "LU-o----"),
    "healthz": ("oooooooo", "xxxxxxxx"),
    "home": ("oooooooo", "xxxxxxxx"),
    "members:account": ("Looooooo", "Looooooo"),
    "members:block": ("Looooooo", "Looooooo"),
    "members:blocks": ("Looooooo", "Looooooo"),
    "members:contact": ("oooooooo", "xxxxxxxx"),
    "members:desk_give_role": ("L------o", "L------o"),
    "members:desk_roles": ("L------o", "L------o"),
    "members:desk_take_role": ("L------o", "L------o"),
    "members:desk_grant": ("L-----oo", "L-----oo"),
    "members:desk_member": ("L----ooo", "L----ooo"),
    "members:desk_members": ("L----ooo", "L----ooo"),
    "members:desk_name": ("L-----oo", "L-----oo"),
    "members:desk_note": ("L----xxx", "L----ooo"),
    "members:desk_transfer": ("L-----oo", "L-----oo"),
    "members:desk_transfers": ("L-----oo", "L-----oo"),
    "members:legal": ("oooooooo", "xxxxxxxx"),
    "members:mailbox": ("oooooooo", "xxxxxxxx"),
    "members:mailbox_html": ("--------", "xxxxxxxx"),
    "members:mailbox_mail": ("--------", "xxxxxxxx"),
    "members:order": ("Looooooo", "Looooooo"),
    "members:payment": ("L--o----", "L--o----"),
    "members:plans": ("Looooooo", "Looooooo"),
    "members:pledge": ("Looooooo", "Looooooo"),
    "members:pledge_text": ("oooooooo", "xxxxxxxx"),
    "members:privacy": ("oooooooo", "xxxxxxxx"),
    "members:resume": ("Lxxxxxxx", "Looooooo"),
    "members:lift": ("L----o-o", "L----o-o"),
    "members:suspensions": ("L----o-o", "L----o-o"),
    "members:looks": ("Looooooo", "Looooooo"),
    "members:limits": ("Looooooo", "Looooooo"),
    "members:rest": ("Looooooo", "Looooooo"),
    "members:end_rest": ("Lxxxxxxx", "Looooooo"),
    "members:stop_mail": ("oooooooo", "oooooooo"),
    "members:sessions": ("Looooooo", "Lxxxxxxx"),
    "members:end_session": ("Lxxxxxxx", "L-------"),  # a handle of nobody's
    "members:end_other_sessions": ("Lxxxxxxx", "Looooooo"),
    "members:settings": ("Looooooo", "Looooooo"),
    "members:standing": ("Looooooo", "Looooooo"),
    "members:stop": ("Looooooo", "Looooooo"),
    "members:terms": ("oooooooo", "xxxxxxxx"),
    "members:unblock": ("Lxxxxxxx", "Looooooo"),
    "members:welcome": ("Looooooo", "Looooooo"),
    "members:welcome_preferences": ("Looooooo", "Looooooo"),
    "members:welcome_themes": ("Looooooo", "Looooooo"),
    "members:welcome_work": ("Looooooo", "Looooooo"),
    "readyz": ("oooooooo", "xxxxxxxx"),
    "robots": ("oooooooo", "xxxxxxxx"),
    "security_txt": ("oooooooo", "xxxxxxxx"),
    "set_language": ("xxxxxxxx", "oooooooo"),
    "start_over": ("xxxxxxxx", "LLLLLLLL"),
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
    def walk(resolver, spaces=()):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
            else:
                yield ":".join((*spaces, pattern.name or "?"))

    return walk(get_resolver())


@pytest.fixture
def world(db) -> AccessWorld:
    return make_world()


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(_names())) == sorted(TABLE)


def test_no_two_addresses_share_a_name() -> None:
    names = list(_names())
    assert len(names) == len(set(names))


@pytest.mark.parametrize("part", ["account", "events", "feedback", "members", "site"])
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


def _part_of(name: str) -> str:
    if ":" in name:
        return name.partition(":")[0]
    return "account" if name.startswith("account_") else "site"


def _seen(world: AccessWorld, name: str, viewers: Sequence[str] = VIEWERS) -> tuple[str, str]:
    opened = "".join(_knock(world, name, viewer, "get") for viewer in viewers)
    posted = "".join(_knock(world, name, viewer, "post") for viewer in viewers)
    return opened, posted


def _knock(world: AccessWorld, name: str, viewer: str, method: str) -> str:
    with transaction.atomic():
        client = world.client(viewer)
        response = getattr(client, method)(reverse(name, kwargs=world.kwargs(name, viewer)))
        transaction.set_rollback(True)
    if response.status_code in {301, 302, 303}:
        return "L" if "/accounts/login/" in response["Location"] else "o"
    codes = {200: "o", 400: "o", 409: "o", 422: "o", 503: "o", 403: "U", 404: "-", 405: "x"}
    return codes.get(response.status_code, f"[{response.status_code}]")
