"""The sentence for each reason why nobody is signed in with the service's account."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kouryu.refusal import Explanation, Sentences, explainer
from members.linking.rules import NoCall, NoLink


def _again(sentence: str, more: str = "") -> Explanation:
    return Explanation(sentence, _("ログインのページへ"), reverse("account_login"), more=more)


EXPLAINED: Sentences = {
    NoLink.CANCELLED: lambda: _again(_("ログインを取りやめました。"), _("何も変わっていません。")),
    NoLink.NOT_PROVED: lambda: _again(
        _("ご本人と確かめられませんでした。"),
        _("古いページやリンクからは、つづけられません。もう一度、はじめからお試しください。"),
    ),
    NoLink.AWAY: lambda: _again(
        _("サービスのページに、いまはつながりません。"),
        _("少し待って、もう一度お試しください。メールのコードでも、ログインできます。"),
    ),
    NoLink.NO_ADDRESS: lambda: _again(
        _("サービスのアカウントに、お届けできるメールアドレスがありません。"),
        _(
            "登録がないか、「.」が続くなど、メールの届かないアドレスです。サービスでアドレスを変えるか、"
            "ほかのアドレスで会員登録をしてから、アカウントをつないでください。ここには、まだ何も登録していません。"
        ),
    ),
    NoLink.ADDRESS_TAKEN: lambda: _again(
        _("ちょうど同じときに、同じアドレスの登録がありました。"), _("もう一度、お試しください。")
    ),
    NoLink.OF_ANOTHER: lambda: Explanation(
        _("このサービスのアカウントは、ほかの会員の方につながっています。"),
        _("アカウントのページへ"),
        reverse("members:service_account"),
    ),
    NoLink.HAS_ONE: lambda: Explanation(
        _("サービスの別のアカウントが、もうつながっています。先に、そちらを外してください。"),
        _("アカウントのページへ"),
        reverse("members:service_account"),
    ),
    # read by whoever runs the service's server (docs/operations.md)
    NoCall.LONG: lambda: Explanation(_("本文が長すぎます。")),
    NoCall.UNSIGNED: lambda: Explanation(_("署名が合いません。本文のバイト列を、そのまま署名してください。")),
    NoCall.MALFORMED: lambda: Explanation(
        _("読めません。call・at・subject・paid_until を、それぞれ文字列で入れたJSONにしてください。")
    ),
    NoCall.LATE: lambda: Explanation(
        _("at がいまから離れています。時計を合わせ、新しい call で送りなおしてください。")
    ),
    NoCall.ID_USED: lambda: Explanation(_("この call は、別の内容でもう使われています。")),
}

explain = explainer(EXPLAINED)
