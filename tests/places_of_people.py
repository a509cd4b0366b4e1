"""Every place where a person can appear to somebody else, and which facts of them it shows beside the called name."""

from __future__ import annotations

# --- addresses: who looks in the access world, and what of the companion the page holds

WORK = frozenset({"industry"})
CARD = frozenset({"name_reading", "industry", "occupation", "past_industries", "gives", "asks", "join_reasons"})
WITH_LINKS = CARD | {"links"}  # shows links, where the two are tied
NAME_ALONE: frozenset[str] = frozenset()

ADDRESSES: dict[str, tuple[str, frozenset[str]]] = {
    "events:desk": ("host", WORK),
    "events:group": ("participant", WITH_LINKS),
    "events:group_now": ("participant", WITH_LINKS),
    "events:groups": ("host", WORK),
    "events:groups_now": ("host", WORK),
    "feedback:contact": ("participant", WORK),
    "feedback:evening": ("participant", WITH_LINKS),
    "feedback:growth": ("participant", WORK),
    "feedback:intention": ("participant", NAME_ALONE),
    "feedback:introduce": ("participant", WORK),
    "feedback:introductions": ("participant", WORK),
    "feedback:leave_picks": ("participant", WORK),
    "feedback:letter": ("participant", WORK),
    "feedback:letters": ("participant", WORK),
    "feedback:mirror": ("participant", WORK),
    "feedback:network": ("participant", WORK),
    "feedback:notes": ("participant", WORK),
    "feedback:ordinary": ("participant", NAME_ALONE),
    "feedback:people": ("participant", WITH_LINKS),
    "feedback:propose_talk": ("participant", WORK),
    "feedback:quiet": ("participant", WORK),
    "feedback:report_letter": ("participant", NAME_ALONE),
    "feedback:report_member": ("host", NAME_ALONE),
    "feedback:report_note": ("participant", NAME_ALONE),
    "feedback:talk": ("participant", WORK),
    "feedback:talk_calendar": ("participant", NAME_ALONE),
    "feedback:together": ("participant", NAME_ALONE),
    "feedback:turning_point": ("participant", NAME_ALONE),
    "feedback:wonder": ("participant", NAME_ALONE),
    "feedback:write": ("participant", WORK),
    "members:block": ("participant", NAME_ALONE),
}
# Staff at their work, who see whom an act is about.
OF_STAFF = frozenset({"feedback:case", "feedback:look_at_picks"})
# Forms and lists that name all industries, occupations or topics.
NAMES_ALL = frozenset(
    {
        "events:edit",
        "events:write",
        "events:events",
        "home",
        "members:card",
        "members:welcome_reason",
        "members:welcome_work",
        "events:preview",
    }
)

# --- templates: what of a card each reads; all others read none

TEMPLATES_WITH_FACTS: dict[str, set[str]] = {
    "events/evening/group/_person.html": {"below_name", "name_reading"},
    "events/hosting/_person.html": {"below_name"},
    "events/hosting/_round.html": {"below_name"},
    "events/hosting/desk.html": {"below_name"},
    "feedback/insight/evening/_met.html": {"below_name"},
    "feedback/insight/evening/_person.html": {"name_reading"},
    "feedback/letters/letter/_letter.html": {"shows_industry"},
    "feedback/letters/letter/_preview.html": {"shows_industry"},
    "feedback/mirror/ordinary/_wonders.html": {"shows_industry"},
    "feedback/ties/introduction/introductions.html": {"below_name"},
    "feedback/ties/met.html": {"below_name", "name_reading"},
    "feedback/ties/network/network.html": {"below_name"},
    "feedback/ties/short_note/_head.html": {"below_name"},
    "feedback/ties/tie/_tied.html": {"below_name", "name_reading"},
    "members/entrance/card/_facts.html": {
        *("asks", "gives", "join_reasons", "joined_because", "links", "occupation", "past_industries")
    },
    "members/entrance/card/as_seen.html": {"below_name", "name_reading"},
}
TEMPLATES_WITH_NAMES = {
    *("events/evening/group/_now.html", "events/evening/group/_person.html"),
    *("events/hosting/_board.html", "events/hosting/_check_in.html", "events/hosting/_events.html"),
    *("events/hosting/_person.html", "events/hosting/_round.html", "events/hosting/_unseated.html"),
    *("events/hosting/co_hosts.html", "events/hosting/desk.html", "events/hosting/hand_over.html"),
    *("events/hosting/help.html", "events/registration/event/_event_card.html"),
    *("events/registration/event/event.html", "feedback/growth/people.html", "feedback/growth/step/_step.html"),
    *("feedback/growth/take_home/normals.html", "feedback/growth/turning_point/_named.html"),
    *("feedback/growth/turning_point/point.html", "feedback/growth/turning_point/points.html"),
    *("feedback/insight/evening/_met.html", "feedback/insight/evening/_person.html"),
    *("feedback/insight/evening/_thanks.html", "feedback/letters/anonymous_picks/given.html"),
    *("feedback/letters/anonymous_picks/leave.html", "feedback/letters/anonymous_picks/left.html"),
    *("feedback/letters/letter/_letter.html", "feedback/letters/letter/_preview.html"),
    *("feedback/letters/letter/_regret.html", "feedback/letters/letter/_sealed.html"),
    *("feedback/letters/letter/given.html", "feedback/letters/letter/letter.html"),
    *("feedback/letters/letter/letters.html", "feedback/letters/letter/write.html"),
    *("feedback/letters/quiet/quiet.html", "feedback/mirror/_letters.html", "feedback/mirror/ordinary/_wonders.html"),
    *("feedback/mirror/ordinary/ordinary.html", "feedback/mirror/ordinary/wonder.html"),
    *("feedback/safety/report/report.html", "feedback/ties/anniversary/together.html"),
    *("feedback/ties/contact/contact.html", "feedback/ties/introduction/introduce.html"),
    *("feedback/ties/introduction/introductions.html", "feedback/ties/met.html", "feedback/ties/network/network.html"),
    *("feedback/ties/short_note/_head.html", "feedback/ties/short_note/notes.html", "feedback/ties/talk/propose.html"),
    *("feedback/ties/talk/talk.html", "feedback/ties/tie/_acts.html", "feedback/ties/tie/_link.html"),
    *("feedback/ties/tie/_tied.html", "feedback/ties/tie/intention.html", "members/desk/_looks.html"),
    *("members/desk/act.html", "members/desk/roles.html", "members/standing/blocks/block.html"),
    *("members/admission/desk/application.html", "members/closing/month.html"),
    "members/standing/blocks/blocks.html",
}
# Modules that make cards themselves: for the choices of a form, the context of a mail, a drawing.
MODULES_WITH_CARDS = {
    "events/evening/queries/evening.py",
    "events/groups/queries.py",
    "events/hosting/mails.py",
    "feedback/growth/queries/growth.py",
    "feedback/growth/views/step.py",
    "feedback/growth/views/take_home.py",
    "feedback/growth/views/turning_point.py",
    "feedback/letters/leaving.py",
    "feedback/ties/mails.py",
    "feedback/ties/queries/met.py",
    "feedback/ties/queries/network_page.py",
    "feedback/ties/views/introduction.py",
    "members/entrance/views/card.py",
    "members/templatetags/members.py",
}
