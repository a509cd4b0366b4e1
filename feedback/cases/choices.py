"""The words of reports, cases and decisions: stored value, label, and what may become what."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class ReportReason(TextChoices):
    """What goes wrong where people meet to talk about work."""

    SOLICITATION = "solicitation", _("勧誘・営業")
    PUT_DOWN = "put-down", _("見下し・人を下げることば")
    PRYING = "prying", _("個人情報の詮索")
    DATING = "dating", _("恋愛・交際目的")
    NUISANCE = "nuisance", _("迷惑なふるまい")
    OTHER = "other", _("そのほか")
    SCREENED = "screened", _("届く前の確認")
    MUTUAL = "mutual", _("おしらせ：いつも贈りあうふたり")


# What a member who reports reads below each.
REPORT_HINTS = {
    ReportReason.SOLICITATION: _("商品・副業・投資・宗教などへの誘い。目的を言わない誘いも"),
    ReportReason.PUT_DOWN: _("仕事や人を下に見る、だれかと比べて傷つける"),
    ReportReason.PRYING: _("会社名・住所・家族・連絡先などを、断っても聞く"),
    ReportReason.DATING: _("恋愛や交際の話をもちかける、ふたりで会おうと迫る"),
    ReportReason.NUISANCE: _("話をさえぎり続ける、酔っている、約束を守らない"),
    ReportReason.OTHER: _("どれにもあてはまらないこと、ことばにしにくいこと"),
}
REASONS_OF_MEMBERS = list(REPORT_HINTS)  # the others the site itself notes


class SubjectKind(TextChoices):
    """What a case is about; a pair only the site itself brings up."""

    MEMBER = "member", _("会員")
    LETTER = "letter", _("ことば")
    EVENT = "event", _("会")
    NOTE = "note", _("ひとこと")
    TEXT = "text", _("みんなが読むことば")
    PAIR = "pair", _("ふたり")


class Urgency(IntegerChoices):
    """How soon a case wants a first answer: within 2, 8 or 24 hours, or whenever there is time."""

    URGENT = 1, _("至急")
    HIGH = 2, _("早めに")
    NORMAL = 3, _("順番に")
    LOW = 4, _("おしらせ")


class CaseState(TextChoices):
    OPEN = "open", _("未着手")
    TAKEN = "taken", _("確認中")
    DECIDED = "decided", _("対応ずみ")


CASE_MOVES = {
    CaseState.OPEN: {CaseState.TAKEN},
    CaseState.TAKEN: {CaseState.OPEN, CaseState.TAKEN, CaseState.DECIDED},
    CaseState.DECIDED: set(),
}


class DecisionKind(TextChoices):
    NO_PROBLEM = "no-problem", _("問題なし")
    HIDE = "hide", _("非表示にする")
    ADVICE = "advice", _("助言を送る")
    GIVE_BACK = "give-back", _("書きなおしをお願いする")
    SUSPEND = "suspend", _("期限まで利用を止める")
