"""Groups that members put themselves into: naming, joining, leaving, retiring, and that nobody is shown with one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from kouryu.leaving import PARTINGS
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.affinity.flows import join_affinity, leave_affinity, name_affinity, retire_affinity
from members.affinity.limits import AFFINITY
from members.affinity.queries import affinities_of
from members.affinity.rules import NoAffinity
from members.models import AffinityGroup, AffinityMember, AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
NAME = "自分の会社を考えている"


@pytest.fixture
def group(sora) -> AffinityGroup:
    return named(sora)


def named(by, name=NAME, **words) -> AffinityGroup:
    words = {"name_en": "Thinking of a company", "purpose_ja": "始める前の話を。", "purpose_en": "Before it.", **words}
    return name_affinity(by=by, name_ja=name, **words, now=NOW)


# --- the owner


def test_the_owner_names_a_group_and_members_read_it_in_their_language(sora, aki, signed_in):
    words = {
        "name_ja": f" {NAME} ",
        "purpose_ja": "始める前の話を。",
        "name_en": "A company",
        "purpose_en": "Before it.",
    }
    answer = signed_in(sora).post(reverse("members:desk_affinities"), words, follow=True)
    assert NAME in answer.content.decode()

    assert "始める前の話を。" in signed_in(aki).get(reverse("members:card")).content.decode()
    aki.language = "en"
    aki.save()
    page = signed_in(aki).get(reverse("members:card")).content.decode()
    assert "A company" in page
    assert "Before it." in page


def test_what_is_missing_is_told_and_typed_words_stay(sora, signed_in):
    answer = signed_in(sora).post(reverse("members:desk_affinities"), {"name_ja": "", "purpose_ja": "話すために。"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "名前を書いてください。" in page
    assert "話すために。" in page
    assert not AffinityGroup.objects.exists()


def test_a_name_is_open_once_and_free_again_after_it_was_retired(sora, group, signed_in):
    answer = signed_in(sora).post(reverse("members:desk_affinities"), {"name_ja": NAME, "purpose_ja": "話すために。"})
    assert answer.status_code == 422
    assert "同じ名前のなかまが、もうあります" in answer.content.decode()

    retire_affinity(number=group.pk, by=sora, now=NOW)
    assert named(sora).pk != group.pk


def test_so_many_are_open_at_once(sora, set_limit):
    set_limit(AFFINITY, open_at_once=1)
    named(sora)
    with pytest.raises(Refused) as refused:
        named(sora, "ほかのなかま")
    assert refused.value.reason == NoAffinity.TOO_MANY


def test_naming_and_retiring_leave_a_line_each_and_retiring_twice_leaves_one(sora, group):
    for _ in range(2):
        retire_affinity(number=group.pk, by=sora, now=NOW + timedelta(days=1))
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [
        ("name-affinity", sora.pk),
        ("retire-affinity", sora.pk),
    ]
    group.refresh_from_db()
    assert group.retired_at == NOW + timedelta(days=1)


def test_the_owners_page_tells_nothing_about_who_is_in(sora, group, signed_in):
    path = reverse("members:desk_affinities")
    client = signed_in(sora)
    before = _without_tokens(client.get(path))
    for name in ("いぶき", "すばる", "なつめ", "はるか", "ひびき", "みなと"):
        join_affinity(member=factories.make_member(name), number=group.pk, now=NOW)
    assert _without_tokens(client.get(path)) == before


# --- the member


@pytest.mark.parametrize("who", ["aki", "yu"], ids=["paid up", "not paid"])
def test_one_tap_puts_a_member_in_and_one_takes_them_out(who, group, request, signed_in):
    member = request.getfixturevalue(who)
    client = signed_in(member)
    page = client.post(reverse("members:join_affinity", args=[group.pk]), follow=True).content.decode()
    assert "なかまに入りました" in page
    assert affinities_of(member).joined == {str(group.pk)}

    client.post(reverse("members:join_affinity", args=[group.pk]))
    assert AffinityMember.objects.count() == 1

    page = client.post(reverse("members:leave_affinity", args=[group.pk]), follow=True).content.decode()
    assert "なかまから出ました" in page
    assert not AffinityMember.objects.exists()
    assert affinities_of(member).open == {str(group.pk)}


def test_nothing_is_kept_of_joining_and_leaving(aki, group):
    """Staff read the record of acts: a line there would show somebody with a group."""
    lines = AuditEntry.objects.count()
    join_affinity(member=aki, number=group.pk, now=NOW)
    leave_affinity(member=aki, number=group.pk)
    assert AuditEntry.objects.count() == lines


def test_a_retired_group_takes_nobody_in_and_lets_out_who_is_in(aki, mio, sora, group, signed_in):
    join_affinity(member=aki, number=group.pk, now=NOW)
    retire_affinity(number=group.pk, by=sora, now=NOW)

    answer = signed_in(mio).post(reverse("members:join_affinity", args=[group.pk]))
    assert answer.status_code == 409
    assert "新しい方の受けつけを終えました" in answer.content.decode()
    assert NAME not in signed_in(mio).get(reverse("members:card")).content.decode()

    assert NAME in signed_in(aki).get(reverse("members:card")).content.decode()
    signed_in(aki).post(reverse("members:leave_affinity", args=[group.pk]))
    assert not AffinityMember.objects.exists()


def test_no_group_that_is_not_there_can_be_joined(aki, signed_in):
    assert signed_in(aki).post(f"/account/affinity/{reference_to('affinity', 9)}/join/").status_code == 404


def test_who_goes_leaves_their_groups(aki, mio, group):
    for member in (aki, mio):
        join_affinity(member=member, number=group.pk, now=NOW)
    (leaving,) = [one for one in PARTINGS if AffinityMember in one.tables]
    leaving.act(aki, now=NOW)
    assert AffinityMember.objects.get().member == mio


# --- nobody else


@pytest.mark.parametrize("role", [Role.DESK, Role.MODERATOR, Role.OWNER])
def test_the_page_of_a_member_at_the_desk_knows_no_group(role, aki, group, signed_in):
    client = signed_in(factories.make_member("ちひろ", roles=(role,)))
    path = reverse("members:desk_member", args=[aki.pk])
    client.post(path, {"purpose": "other", "words": "お問い合わせのため。"})
    join_affinity(member=aki, number=group.pk, now=NOW)
    page = client.get(path)
    assert page.status_code == 200
    assert NAME not in page.content.decode()
    assert "なかま" not in re.sub(r"(?s)<nav.*?</nav>", "", page.content.decode())


# Who is in which group is read in these modules only. Cards, desks, seats and drawings are none of them; what
# `affinities_of` says of the reader alone, the candidates ask.
READERS = {
    "events/event/rules/eligibility.py",  # a fact that a condition asks of the reader
    "events/hosting/flows/affinity.py",  # deletes it
    "events/hosting/queries/matching.py",  # counts it in batches
    "feedback/insight/export.py",  # one's own data
    "members/affinity/flows.py",
    "members/affinity/leaving.py",
    "members/affinity/models.py",
    "members/affinity/queries.py",
    "members/invariants/members.py",  # dates
    "members/models.py",
}


def test_who_is_in_which_group_is_read_nowhere_else():
    naming = re.compile(r"\bAffinityMember\b(?!\")|\baffinities__|\b(?!affinity)\w+\.affinities\b|\bis_joined\b")
    found = set()
    for app in ("kouryu", "members", "events", "feedback"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if "migrations" not in path.parts and naming.search(path.read_text()):
                found.add(str(path.relative_to(settings.BASE_DIR)))
    assert found == READERS


def _without_tokens(answer) -> str:
    return re.sub(r'(?s)name="csrfmiddlewaretoken"[^>]*|nonce="[^"]*"', "", answer.content.decode())
