"""The sentence for each reason that the rules of this chapter give, and of those below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from feedback.letters.limits import LETTERS
from feedback.mirror import refusals as mirror
from feedback.ties.limits import CONTACTS, INTRODUCTIONS, SHORT_NOTES, TALKS, TIES
from feedback.ties.rules.contact import NoContact
from feedback.ties.rules.introduction import NoIntroduction
from feedback.ties.rules.short_note import BadMessage, NoNote
from feedback.ties.rules.talk import NoTalk
from feedback.ties.rules.tie import NoHelp, NoIntention
from kouryu.numbers import days, hour_of_day, minutes, spelled, with_numbers
from kouryu.refusal import Explanation, Sentences, explainer


def _no_consent() -> Explanation:
    return Explanation(
        _("ことばの確認に同意すると、送れるようになります。"),
        _("ことばの確認について読む"),
        reverse("feedback:check_consent"),
    )


EXPLAINED: Sentences = {
    **mirror.EXPLAINED,
    NoHelp.NOT_TIED: lambda: Explanation(
        _("つながっている方にだけ、書きとめられます。つながりのページで、お確かめください。")
    ),
    NoIntention.ONESELF: lambda: Explanation(_("自分とのつながりは、選べません。")),
    NoIntention.NOT_TOGETHER: lambda: Explanation(
        _("同じ会の同じ組で話した方についてだけ、選ぶことができます。会のページで、その日の組をお確かめください。")
    ),
    NoIntention.NOT_STARTED: lambda: Explanation(_("会が始まると、選べるようになります。")),
    NoIntention.TOO_LATE: lambda: Explanation(
        with_numbers(
            _("この会の方との関わりかたは、会から%(within)sで締め切りました。つぎの会で、また選べます。"),
            within=days(LETTERS.within),
        )
    ),
    NoIntention.LOCKED: lambda: Explanation(
        with_numbers(
            _("%(hour)sをすぎたので、この選択はもう変わりません。取りやめることはできます。"),
            hour=hour_of_day(TIES.locks_at),
        )
    ),
    NoIntention.ENOUGH_WISHES: lambda: Explanation(
        with_numbers(
            _(
                "また話したい方は、ひとつの会で%(most)s人までです。"
                "%(hour)sになる前の選択なら、取りやめて選びなおせます。"
            ),
            most=TIES.wishes_an_evening,
            hour=hour_of_day(TIES.locks_at),
        )
    ),
    NoNote.NO_CONSENT: _no_consent,
    NoIntroduction.NO_CONSENT: _no_consent,
    NoNote.EMPTY: lambda: Explanation(_("ひとことを書いてから、送ってください。")),
    NoNote.LONG: lambda: Explanation(
        with_numbers(
            _("%(most)s字までにしてください。長い話は「%(length)s話す」に誘うと、ゆっくりできます。"),
            most=SHORT_NOTES.words,
            length=minutes(TALKS.talk_lasts),
        )
    ),
    NoNote.ENOUGH_TO_ONE: lambda: Explanation(
        _("きょうこの方に送れるひとことは、ここまでです。つづきは、あすまた送れます。")
    ),
    NoNote.ENOUGH_TODAY: lambda: Explanation(_("きょう送れるひとことは、ここまでです。つづきは、あすまた送れます。")),
    BadMessage.CONTACT: lambda: Explanation(
        _("連絡先は、ここには書けません。「連絡先の交換」なら、ふたりともそろったときにだけ、たがいに見えます。")
    ),
    BadMessage.LINK: lambda: Explanation(_("リンクは送れません。本や記事は、題名を書くと伝わります。")),
    BadMessage.INVITATION: lambda: Explanation(_("勧誘と読める文があります。この文を直すと送れます。")),
    NoContact.EMPTY: lambda: Explanation(_("連絡先をひとつ書いてください。")),
    NoContact.LONG: lambda: Explanation(with_numbers(_("連絡先は%(most)s字までにしてください。"), most=CONTACTS.words)),
    NoTalk.NO_TIME: lambda: Explanation(_("候補の時間を、ひとつは選んでください。")),
    NoTalk.TOO_MANY_TIMES: lambda: Explanation(
        with_numbers(_("候補は%(most)sつまでです。都合のよいものを残してください。"), most=spelled(TALKS.times))
    ),
    NoTalk.PAST: lambda: Explanation(_("これからの時間を選んでください。")),
    NoTalk.FAR: lambda: Explanation(
        with_numbers(_("%(ahead)s先までの時間を選んでください。"), ahead=days(TALKS.ahead))
    ),
    NoTalk.BUSY: lambda: Explanation(
        _("その時間には、あなたの会やほかの約束があります。重ならない時間を選んでください。")
    ),
    NoTalk.PLACE_LONG: lambda: Explanation(with_numbers(_("場所は%(most)s字までにしてください。"), most=TALKS.place)),
    NoTalk.PLACE_ADDRESS: lambda: Explanation(
        _("場所には、駅やまち、お店の名前を書いてください。電話番号・メールアドレス・アカウント・リンクは書けません。")
    ),
    NoTalk.LINK_SIGNS_IN: lambda: Explanation(
        _("リンクにユーザー名やパスワードが入っています。「@」より前をのぞいたリンクにしてください。")
    ),
    NoTalk.BAD_LINK: lambda: Explanation(
        with_numbers(_("https:// で始まる部屋のリンクを、%(most)s字までで書いてください。"), most=TALKS.link)
    ),
    NoTalk.ONE_IS_OPEN: lambda: Explanation(
        _("この方との約束か、返事を待つお誘いが、もうあります。ひとつずつ決めていきましょう。")
    ),
    NoTalk.ENOUGH_TODAY: lambda: Explanation(_("きょうこの方を誘えるのは、ここまでです。つづきは、あすまた誘えます。")),
    NoTalk.OWN_PROPOSAL: lambda: Explanation(_("あなたからのお誘いです。お返事は、相手の方が選びます。")),
    NoTalk.NOT_OFFERED: lambda: Explanation(_("候補のなかから、時間をひとつ選んでください。")),
    NoTalk.LAPSED: lambda: Explanation(_("このお誘いの期間は終わりました。よければ、あらためてお誘いください。")),
    NoTalk.SETTLED: lambda: Explanation(
        _("このお誘いには、もうお返事があります。いまの様子を、約束のページでお確かめください。")
    ),
    NoTalk.NOT_AGREED: lambda: Explanation(_("この時間は、決まっていません。約束のページをお確かめください。")),
    NoTalk.BEGUN: lambda: Explanation(_("もう始まっています。取りやめられるのは、始まる前までです。")),
    NoTalk.NOT_OVER: lambda: Explanation(_("終わってから、もう一度お知らせください。")),
    NoTalk.NOT_YET_OPEN: lambda: Explanation(
        with_numbers(_("入り口は、始まる%(before)s前に開きます。"), before=minutes(TALKS.opens_before))
    ),
    NoTalk.OVER: lambda: Explanation(_("この時間は終わりました。")),
    NoIntroduction.SAME_PERSON: lambda: Explanation(_("ちがうふたりを選んでください。")),
    NoIntroduction.EMPTY: lambda: Explanation(_("おふたりに、それぞれ一文を書いてください。")),
    NoIntroduction.LONG: lambda: Explanation(
        with_numbers(_("一文は%(most)s字までにしてください。"), most=INTRODUCTIONS.words)
    ),
    NoIntroduction.WAITING: lambda: Explanation(
        with_numbers(
            _("このおふたりのご紹介は、いまお返事を待っています。%(waits)sたつと、またご紹介できます。"),
            waits=days(INTRODUCTIONS.waits_for),
        )
    ),
    NoIntroduction.ENOUGH_AT_ONCE: lambda: Explanation(
        with_numbers(
            _("お返事を待つご紹介は、%(most)sつまでです。どれかが終わると、またご紹介できます。"),
            most=capfirst(spelled(INTRODUCTIONS.at_once)),
        )
    ),
}

explain = explainer(EXPLAINED)
