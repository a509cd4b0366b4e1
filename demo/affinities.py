"""Groups that members of the demo put themselves into."""

from __future__ import annotations

from random import Random

from demo.stage import DemoStage
from members.affinity import flows
from members.models import AffinityGroup

# The name and the sentence in both languages, and how many put themselves into it.
AFFINITIES = (
    ("管理職の女性", "Women in management", "決める立場の話を、説明なしで始めるために。", "To talk about deciding.", 9),
    ("小さな子どもを育てている", "Raising small children", "時間の使いかたを聞き合うために。", "To trade hours.", 7),
    ("自分の会社を考えている", "Thinking of a company of my own", "始める前の話をするために。", "Before the start.", 3),
)


class Affinities:
    """Named by the owner; who joins comes by dice of its own, so that everything else stays as it was."""

    def __init__(self, stage: DemoStage) -> None:
        self.stage = stage

    def come_about(self) -> None:
        dice = Random("affinities")
        paying = sorted(pk for pk, key in self.stage.part_of.items() if not key)
        people = {member.pk: member for member in self.stage.people.values()}
        for name_ja, name_en, purpose_ja, purpose_en, number in AFFINITIES:
            group = flows.name_affinity(
                by=self.stage.people["owner"],
                name_ja=name_ja,
                name_en=name_en,
                purpose_ja=purpose_ja,
                purpose_en=purpose_en,
                now=self.stage.now,
            )
            for pk in dice.sample(paying, number):
                flows.join_affinity(member=people[pk], number=group.pk, now=self.stage.now)


def members_of(name: str) -> list[int]:
    """The numbers of those in the group of this name, in their order."""
    return sorted(AffinityGroup.objects.get(name_ja=name).members.values_list("member_id", flat=True))
