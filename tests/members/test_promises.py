"""Each sentence that promises something on a public page or on the way to paying, and what keeps it.

A new sentence on these pages fails here until it is paired: with the test that would be red if it were broken, or with
a row of "What the pages promise and people keep" in docs/operations.md, or as nothing that anybody has to keep.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from members.entrance.rules import PLEDGE_VERSION

ROOT = Path(settings.BASE_DIR)
PAGES = [
    "members/entrance/public/privacy.html",
    "members/entrance/public/terms.html",
    "members/entrance/public/legal.html",
    "members/entrance/public/pledge.html",
    f"members/entrance/pledge/{PLEDGE_VERSION}.html",
    "members/membership/payment/open.html",
    "members/membership/payment/confirmed.html",
    "members/membership/payment/cancelled.html",
    "members/entrance/welcome/themes.html",
    "members/membership/order.html",
    "members/membership/stop.html",
    "members/leaving/leave.html",
    "feedback/insight/export/my_data.html",
]
# Words of the last screen before an order: the law's list, which the page, the mail and the stored copy share.
SCREEN = "members/membership/words.py"
MEMBERS, EVENTS, FEEDBACK = "tests/members/test_", "tests/events/test_", "tests/feedback/test_"
PEOPLE = "people: "  # the row of docs/operations.md begins with what follows
NOBODY = "nobody"  # what members are to do, what the law says, or a plain fact about the page itself

KEPT_BY = {
    # privacy
    "「交流 kouryu」を運営する": "tests/test_access.py::test_addresses_open_only_to_those_in_the_table",
    "合いそうな会の案内、組分け": EVENTS + "event_page.py::test_common_ground_is_told_from_three_others_on",
    "なかまのための会の、参加条件の確認だけ": MEMBERS + "affinities.py::test_nothing_is_kept_of_joining_and_leaving",
    "会の運営、進行役の準備": EVENTS + "event_page.py::test_page_tells_promises_times_and_host",
    "これ以外の目的には使いません": PEOPLE + "purpose",
    "体調や介護などのモヤモヤは": NOBODY,
    "これらは、選ぶことをもって": MEMBERS + "welcome.py::test_private_themes_bring_people_together_only_when_asked_for",
    "病歴や信条などを": PEOPLE + "deletion",
    "体調や介護などは、選": MEMBERS + "welcome.py::test_private_themes_bring_people_together_only_when_asked_for",
    "運営の担当：役目に必要な範囲だけ": FEEDBACK
    + "cases.py::test_words_are_read_by_whoever_took_the_case_and_each_reading_is_noted",
    "法令に基づく場合と": PEOPLE + "purpose",
    "サーバーとメールの送信を": PEOPLE + "purpose",
    "外国にある第三者への提供は": EVENTS + "zoom_rooms.py::test_each_export_is_noted_without_an_address",
    "ほかに行うときは、その国の": PEOPLE + "notices",
    "このサイトのページは、ほかの会社のサーバーへ": "tests/kouryu/test_headers.py::test_every_answer_has_the_headers",
    "使うクッキーは": MEMBERS + "promises.py::test_every_cookie_is_named_by_its_purpose",
    "通信の暗号化、役目ごとの閲覧": PEOPLE + "security",
    "会員である間のもの": MEMBERS + "leaving.py::test_an_account_goes_after_its_time_and_not_before",
    "会費の記録：アカウントの消去のあとも": FEEDBACK
    + "retention.py::test_the_books_close_for_who_is_gone_and_stay_for_who_is_here",
    "消去したアカウントの印": MEMBERS + "leaving.py::test_a_new_account_is_known_again_by_its_address",
    "そのまま読んで印刷できるページ": FEEDBACK + "export.py::test_the_page_reads_as_people_read",
    "どのメールをいつお送りしたか": FEEDBACK + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "だれがいつあなたのページを": FEEDBACK + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "担当者のメモ": FEEDBACK + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "メールアドレスが確かめられなかった登録": FEEDBACK
    + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "お迎えできなかった方のお申し込みと登録": FEEDBACK
    + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "お迎えしないまま使われなくなった登録": FEEDBACK
    + "retention.py::test_a_rule_lets_go_of_what_is_over_and_of_nothing_else",
    "操作の記録（番号、日時、操作の種類）": FEEDBACK + "nothing_left.py::test_nothing_is_left_afterwards",
    "ほかの会員に届いたことばの業界": FEEDBACK
    + "nothing_left.py::test_an_industry_goes_with_whoever_showed_it_to_nobody",
    "お送りしたメールの文面": MEMBERS + "words_of_mails.py::test_words_are_forgotten_thirty_days_after_a_mail_is_over",
    "知らせと決定の記録": FEEDBACK + "retention.py::test_cases_go_with_all_that_belongs_to_them",
    "ご本人は、お預かりしている情報と": FEEDBACK
    + "export.py::test_every_row_about_a_member_is_exported_or_left_out_with_a_reason",
    "そのほかは窓口へ": PEOPLE + "answers",
    "ご本人を確認してから": PEOPLE + "answers",
    "2026年11月1日から使います": NOBODY,
    # terms
    "{{ name }}（以下「運営者」）": NOBODY,
    "18歳以上の方が、ご本人として": NOBODY,
    "登録したメールアドレスに届くコード": MEMBERS + "signing_up.py::test_from_sign_up_to_the_welcome",
    "登録の内容が事実とちがうとき": PEOPLE + "refusal",
    "会費の額、期間、お支払いの方法": MEMBERS + "paying.py::test_last_screen_says_everything_the_law_wants",
    "会費は前払いです": MEMBERS + "renewals.py::test_nothing_renews_by_itself",
    "お支払いが済んだ会費は": PEOPLE + "refunds",
    "（二）運営者の都合で": PEOPLE + "refunds",
    "返金は、お申し出を受けた": PEOPLE + "refunds",
    "会員は、いつでも、マイページから": MEMBERS
    + "paying.py::test_stopping_keeps_the_paid_days_and_takes_back_the_open_order",
    "アカウントの消去は": MEMBERS + "leaving.py::test_an_account_goes_after_its_time_and_not_before",
    "会ごとの参加の条件は": EVENTS + "event_page.py::test_who_does_not_meet_the_conditions_reads_why_and_where_else",
    "来られなくなったときは": EVENTS + "withdrawing.py::test_a_seat_goes_on_to_the_next_in_line_at_once",
    "始まる前の{{ hours }}の取り消しと": EVENTS + "marks.py::test_marks_delay_the_opening_and_never_bar",
    "天候、通信の障害": EVENTS + "calling_off.py::test_everybody_concerned_is_told_once_and_the_calendars_too",
    "会員は、「安心のための約束」を守ります": NOBODY,
    "前条に反したとき": FEEDBACK + "decisions.py::test_a_measure_is_told_to_the_reporters_and_to_the_member_concerned",
    "会員は、決定を知った日から14日以内": PEOPLE + "review",
    "前条への重い違反": NOBODY,
    "会員が書いたものの権利は": PEOPLE + "purpose",
    "届いたことばは、受けとった会員が": FEEDBACK
    + "morning_delivery.py::test_putting_away_and_taking_out_is_told_to_nobody",
    "会員は、届いたことばを": NOBODY,
    "運営者は、本サービスを終えるとき": PEOPLE + "notices",
    "会で話されたことや": NOBODY,
    "運営者の軽過失によって": NOBODY,
    "運営者に故意または": NOBODY,
    "民法548条の4に従い": NOBODY,
    "変える内容と日を": PEOPLE + "notices",
    "この規約には日本の法律": NOBODY,
    # the notice that the law on commerce asks for
    "お急ぎでないご用は": NOBODY,
    "お申し込みの前の確認画面に": MEMBERS + "paying.py::test_last_screen_says_everything_the_law_wants",
    "銀行の振込手数料": NOBODY,
    "銀行振込（前払い）": MEMBERS + "paying.py::test_order_keeps_the_screen_and_mails_the_reference",
    "お申し込みの日から{{ days }}日以内": MEMBERS + "paying.py::test_last_screen_says_everything_the_law_wants",
    "ご入金を確認した日から": MEMBERS + "paying.py::test_paying_ahead_loses_no_day",
    "お申し込みの期間かぎりです": MEMBERS
    + "renewals.py::test_two_weeks_before_the_end_the_next_reference_goes_out_once",
    "お振り込みの前なら、いつでも取り消せます": MEMBERS + "paying.py::test_order_can_be_taken_back_on_its_page",
    # cards, where the site takes them
    "カードでお支払いの方は、カードの情報と": MEMBERS
    + "card_payments.py::test_an_answer_that_got_lost_opens_no_second_page",
    "こちらから Stripe に渡すのは": MEMBERS + "card_payments.py::test_stripe_learns_no_name_and_no_address_from_us",
    "カードでお支払いの期間は、会員が止めるまで": MEMBERS
    + "card_payments.py::test_a_charge_is_announced_with_amount_date_digits_and_a_link",
    "または、クレジットカード": MEMBERS
    + "card_payments.py::test_the_order_screen_says_what_recurs_and_keeps_it_with_the_order",
    "カードは、はじめはお申し込みのときに": MEMBERS
    + "card_payments.py::test_a_renewal_is_charged_and_follows_the_days_before",
    "カードでお支払いのときは、止めるまで": MEMBERS
    + "card_payments.py::test_a_renewal_is_charged_and_follows_the_days_before",
    "お支払いの{{ days }}日前（一年ごと": MEMBERS
    + "card_payments.py::test_a_charge_is_announced_with_amount_date_digits_and_a_link",
    "マイページから、いつでもカードの自動更新と": MEMBERS
    + "card_payments.py::test_stopping_here_stops_there_and_going_on_goes_on",
    "マイページから、いつでも更新の案内を": MEMBERS
    + "paying.py::test_stopping_keeps_the_paid_days_and_takes_back_the_open_order",
    "会に一度も参加していない方は": PEOPLE + "refunds",
    "当方の都合で": PEOPLE + "refunds",
    "これらのほかは、": NOBODY,
    "18歳以上の方。": NOBODY,
    "ここ2年ほどのうちに出た": PEOPLE + "browsers",
    # the pledge: of members to each other, and of those who run the site
    "はじめての人が、安心して": MEMBERS + "welcome.py::test_the_pledge_wants_its_tick",
    "だれが何を話したかを": NOBODY,
    "録画、録音、画面の写し": NOBODY,
    "営業、採用": NOBODY,
    "断りにくい聞きかた": NOBODY,
    "差別、性的な言動": NOBODY,
    "話さない理由": NOBODY,
    "勤め先や取引先": NOBODY,
    "強みのことばには": NOBODY,
    "始まるまでなら、いつでも": EVENTS + "withdrawing.py::test_a_seat_goes_on_to_the_next_in_line_at_once",
    "自分のことでも": FEEDBACK + "reporting.py::test_the_page_takes_a_report_and_then_says_what_happens_next",
    "会員どうしで見えるのは": EVENTS + "group_rooms.py::test_a_token_names_the_called_name_and_nothing_else",
    "人を点数や順位で": PEOPLE + "purpose",
    "会は、予告した時間に": PEOPLE + "evenings",
    "知らせてくれたことは": FEEDBACK
    + "decisions.py::test_the_mail_about_a_measure_names_neither_reporter_nor_reason_and_leads_to_the_page",
    "見守りの担当がことばや": FEEDBACK
    + "cases.py::test_words_are_read_by_whoever_took_the_case_and_each_reading_is_noted",
    "まず、人を守ります": FEEDBACK + "cases.py::test_words_are_read_by_whoever_took_the_case_and_each_reading_is_noted",
    "そのうえで、注意を": FEEDBACK + "decisions.py::test_a_decision_keeps_who_when_and_why",
    "決めたことは、理由を添えて": FEEDBACK
    + "decisions.py::test_a_measure_is_told_to_the_reporters_and_to_the_member_concerned",
    "決定に納得できないときは": PEOPLE + "review",
    "聞いた話は、ここだけに": NOBODY,
    "録らない、写さない": NOBODY,
    "売らない、誘わない": NOBODY,
    "連絡先を求めない": NOBODY,
    "人を傷つけない": NOBODY,
    "沈黙と「パス」": NOBODY,
    "会社の秘密を話さない": NOBODY,
    "ことばは、見たことを": NOBODY,
    "来られなくなったら": NOBODY,
    "困ったら、知らせる": NOBODY,
    # on the way to paying
    "会員期間は、": MEMBERS + "paying.py::test_confirming_starts_the_period_today",
    "お支払いは必要ありません": PEOPLE + "refunds",
    "この番号を添えて": NOBODY,
    "振込人のお名前の前に": MEMBERS + "desk.py::test_a_transfer_is_found_by_its_reference",
    "期日を過ぎていますが": MEMBERS + "desk.py::test_open_transfers_stand_oldest_first_and_overdue_is_marked",
    "何もしなくて大丈夫です": MEMBERS + "renewals.py::test_nothing_renews_by_itself",
    "お振り込みください": MEMBERS + "desk.py::test_a_transfer_is_found_by_called_name",
    "窓口が確認します": PEOPLE + "transfers",
    "確認したら、メールで": MEMBERS + "desk.py::test_confirming_starts_the_membership",
    "下の内容で申し込みます": MEMBERS + "paying.py::test_from_the_screen_to_the_reference",
    "画面をひらいてから": MEMBERS + "paying.py::test_order_for_a_screen_that_was_not_shown_is_shown_again",
    "確定すると、振込先と番号が": MEMBERS + "paying.py::test_order_keeps_the_screen_and_mails_the_reference",
    "ありません。いつでもお申し込み": NOBODY,
    "%(price)s円（税込）": MEMBERS + "paying.py::test_extra_fields_change_neither_price_nor_payer",
    "銀行振込（前払い）。お申し込みのあとに": MEMBERS
    + "paying.py::test_order_keeps_the_screen_and_mails_the_reference",
    "%(day)sまでにお振り込みください": MEMBERS + "paying.py::test_last_screen_says_everything_the_law_wants",
    "いまの会員期間に続けて": MEMBERS + "paying.py::test_paying_ahead_loses_no_day",
    "お振り込みを窓口が確認した日から": PEOPLE + "transfers",
    "自動では更新されません。終わりの": MEMBERS
    + "renewals.py::test_two_weeks_before_the_end_the_next_reference_goes_out_once",
    "お振り込みの前なら、お支払いのページから": PEOPLE + "refunds",
    # stopping, leaving, and taking one's data
    "理由は聞きません。押すと": MEMBERS + "paying.py::test_stopping_takes_two_clicks",
    "お支払いずみの{{ day }}までは": MEMBERS
    + "paying.py::test_stopping_keeps_the_paid_days_and_takes_back_the_open_order",
    "これからのお支払いはありません": MEMBERS + "renewals.py::test_nothing_renews_by_itself",
    "お支払い前のお申し込みは": MEMBERS + "paying.py::test_stopping_keeps_the_paid_days_and_takes_back_the_open_order",
    "アカウントと届いたことばは残ります": "tests/test_access.py::test_addresses_open_only_to_those_in_the_table",
    "同じ内容を、メールでも": MEMBERS + "paying.py::test_stopping_keeps_the_paid_days_and_takes_back_the_open_order",
    "お申し込みから{{ wait }}後に消去します": MEMBERS
    + "leaving.py::test_changing_ones_mind_leaves_everything_as_it_was",
    "それまでは、これまでどおり使えます": MEMBERS
    + "leaving.py::test_who_is_in_the_middle_of_an_evening_goes_when_it_is_closed",
    "次の会は、ほかの進行役に渡すか": MEMBERS + "leaving.py::test_owners_hear_of_what_a_host_leaves_behind",
    "席と待ち順、つながり": MEMBERS + "leaving.py::test_seats_go_on_to_the_next_without_a_mark",
    "会員期間の残り": PEOPLE + "refunds",
    "受けとった方のものなので": "tests/feedback/test_nothing_left.py::test_nothing_is_left_afterwards",
    "お振り込みのお名前、金額": MEMBERS + "leaving.py::test_the_books_keep_who_paid_and_only_them",
    "会員の安全のため、対応を終えてから": FEEDBACK + "retention.py::test_cases_go_with_all_that_belongs_to_them",
    "新しいアカウントでやりなおせないように": MEMBERS + "leaving.py::test_a_new_account_is_known_again_by_its_address",
    "参加した人数などの数と": "tests/feedback/test_nothing_left.py::test_nothing_is_left_of_a_host",
    "消去したあとは、元に戻せません": NOBODY,
    "ご本人の確認のため、パスワードか": MEMBERS
    + "leaving.py::test_the_page_asks_for_a_proof_then_begins_and_takes_back",
    "ここにあるあなたのデータを": FEEDBACK
    + "export.py::test_the_password_is_asked_first_and_then_the_archive_comes_at_once",
    "ほかの方の連絡先や": FEEDBACK + "export.py::test_nothing_of_others_is_in_it",
    "あなただけに渡すため": FEEDBACK + "export.py::test_the_password_is_asked_first_and_then_the_archive_comes_at_once",
    "いま、心に引っかかっていることは": NOBODY,
    "近いものを1つから": NOBODY,
}
SENTENCE = re.compile(
    r'{% translate "([^"]+)" %}|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}',
    re.DOTALL,
)


def sentences() -> list[str]:
    """Every whole sentence of these pages, as the gettext source has it."""
    sources = [(ROOT / "templates" / page).read_text() for page in PAGES]
    texts = [a or b.strip() for source in sources for a, b in SENTENCE.findall(source)]
    return [text for text in [*texts, *_of_the_screen()] if "。" in text]


def _of_the_screen() -> list[str]:
    calls = [node for node in ast.walk(ast.parse((ROOT / SCREEN).read_text())) if isinstance(node, ast.Call)]
    told = [call.args[0] for call in calls if getattr(call.func, "id", "") == "_"]
    return [text.value for text in told if isinstance(text, ast.Constant)]


@pytest.mark.parametrize("sentence", sentences(), ids=lambda text: text[:12])
def test_each_sentence_is_paired_with_what_keeps_it(sentence):
    assert [start for start in KEPT_BY if sentence.startswith(start)], sentence


@pytest.mark.parametrize("keeper", sorted(set(KEPT_BY.values()) - {NOBODY}))
def test_what_keeps_a_promise_is_there(keeper):
    if keeper.startswith(PEOPLE):
        _, _, section = (
            (ROOT / "docs" / "operations.md").read_text().partition("## What the pages promise and people keep")
        )
        assert f"\n| {keeper.removeprefix(PEOPLE)} |" in section.partition("\n## ")[0]
        return
    path, _, name = keeper.partition("::")
    folder, _, file = path.rpartition("/")
    (found,) = (ROOT / folder).rglob(file)
    assert f"\ndef {name}(" in found.read_text()


def test_no_pairing_is_left_of_a_sentence_that_is_gone():
    shown = sentences()
    assert [start for start in KEPT_BY if not any(sentence.startswith(start) for sentence in shown)] == []


PAYMENT = "members/membership/payment/open.html"


@pytest.mark.parametrize(
    ("page", "untrue"),
    [
        (PAYMENT, "窓口がお名前と金額からさがします"),  # an amount is what half of the orders have in common
        ("members/entrance/public/privacy.html", "30日以内に"),  # it is done after fourteen days, by itself
        ("members/entrance/public/privacy.html", "担当者が消去します（"),
    ],
)
def test_what_nothing_keeps_is_not_promised(page, untrue):
    assert untrue not in (ROOT / "templates" / page).read_text()


COOKIES = {
    "SESSION": "ログインの状態",
    "CSRF": "送信の安全の確認",
    "LANGUAGE": "ことばの選択",
    "THEME": "画面の明るさの選択",
    "KNOWN_BROWSER": "前にログインした機器の見分け",
}


def test_every_cookie_is_named_by_its_purpose():
    page = (ROOT / "templates/members/entrance/public/privacy.html").read_text()
    named = {name.removesuffix("_COOKIE_NAME") for name in dir(settings) if name.endswith("_COOKIE_NAME")}

    assert named == set(COOKIES)
    assert [name for name, purpose in COOKIES.items() if purpose not in page] == []
