"""The words of letters, reports and decisions: stored value, label, and the tables of allowed moves."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class LetterState(TextChoices):
    """A letter on the page is a StrengthFeedback in the code."""

    DRAFT = "draft", _("書きかけ")
    SCHEDULED = "scheduled", _("翌朝届きます")
    HELD = "held", _("運営が先に目を通しています")
    RELEASED = "released", _("届きました")
    WITHDRAWN = "withdrawn", _("取り下げました")
    HIDDEN = "hidden", _("運営が非表示にしました")


LETTER_MOVES = {
    LetterState.DRAFT: {LetterState.DRAFT, LetterState.SCHEDULED, LetterState.HELD, LetterState.WITHDRAWN},
    LetterState.SCHEDULED: {
        LetterState.DRAFT,  # "I will write later" after all
        LetterState.SCHEDULED,
        LetterState.HELD,
        LetterState.RELEASED,
        LetterState.WITHDRAWN,
        LetterState.HIDDEN,
    },
    # Out of a moderator's hands: delivered, given back, hidden; or its writer takes it back meanwhile.
    LetterState.HELD: {LetterState.SCHEDULED, LetterState.DRAFT, LetterState.HIDDEN, LetterState.WITHDRAWN},
    LetterState.RELEASED: {LetterState.HIDDEN},
    LetterState.WITHDRAWN: {LetterState.DRAFT, LetterState.SCHEDULED, LetterState.HELD},
    LetterState.HIDDEN: set(),
}


class Reaction(TextChoices):
    """What the receiver of a letter says to themselves; the giver never learns it."""

    FITS = "fits", _("しっくりくる")
    DISCOVERY = "discovery", _("発見だった")
    NOT_YET = "not-yet", _("まだピンとこない")


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


# The others the site itself notes.
REASONS_OF_MEMBERS = [reason for reason in ReportReason if reason not in {ReportReason.SCREENED, ReportReason.MUTUAL}]


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


class Pace(TextChoices):
    """How often a member wants to hear a suggestion."""

    MONTHLY = "monthly", _("月に一度")
    SEASONAL = "seasonal", _("季節に一度")
    OWN = "own", _("自分のペースで")


class IntentionKind(TextChoices):
    """How a member would like to go on with somebody they met; nobody else ever learns which."""

    CONSULT = "consult", _("相談しあいたい")
    HEAR = "hear", _("仕事の話を聞きたい")
    SUPPORT = "support", _("力になりたい")
    TRY = "try", _("いっしょに試したい")
    CASUAL = "casual", _("ゆるく近況を")
    ONLY_THIS = "only-this", _("今回かぎりで")


CONTACT_KINDS = [kind for kind in IntentionKind if kind != IntentionKind.ONLY_THIS]


class NetworkState(IntegerChoices):
    """What became of two people who met: the values of `feedback.rules.network.State`."""

    DOT = 1, _("点")
    LINE = 2, _("線")
    FACE = 3, _("面")


class TalkKind(TextChoices):
    """What two tied members do together."""

    TALK = "talk", _("20分話す")
    LUNCH = "lunch", _("ランチ")


class TalkState(TextChoices):
    PROPOSED = "proposed", _("お返事待ち")
    AGREED = "agreed", _("決まりました")
    DECLINED = "declined", _("今回は見送り")
    CALLED_OFF = "called-off", _("とりやめ")
    HELD = "held", _("話しました")
    MISSED = "missed", _("話せませんでした")


TALK_MOVES = {
    TalkState.PROPOSED: {TalkState.AGREED, TalkState.DECLINED, TalkState.CALLED_OFF},
    TalkState.AGREED: {TalkState.CALLED_OFF, TalkState.HELD, TalkState.MISSED},
    TalkState.DECLINED: set(),
    TalkState.CALLED_OFF: set(),
    TalkState.HELD: set(),
    TalkState.MISSED: {TalkState.HELD},
}


class StepState(TextChoices):
    """A next step of one's own."""

    OPEN = "open", _("これから")
    DONE = "done", _("できた")
    LET_GO = "let-go", _("やめた")


STEP_MOVES = {
    StepState.OPEN: {StepState.OPEN, StepState.DONE, StepState.LET_GO},
    StepState.DONE: set(),
    StepState.LET_GO: set(),
}


class Agreement(IntegerChoices):
    """How far a sentence about oneself is so."""

    NO = 1, _("ちがう")
    RATHER_NOT = 2, _("どちらかといえば、ちがう")
    BETWEEN = 3, _("どちらともいえない")
    RATHER = 4, _("どちらかといえば、そう")
    YES = 5, _("そう")


class Degree(TextChoices):
    """The four answers to each question after an evening."""

    YES = "yes", _("はい")
    RATHER = "rather", _("どちらかといえば、はい")
    LITTLE = "little", _("どちらかといえば、いいえ")
    NO = "no", _("いいえ")
