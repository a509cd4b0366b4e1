"""A list is checked row by row, run once and all of it, and its people are invited."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kouryu.encryption import decrypt
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.admission.flows.invitation import count_invitation
from members.desk.queries import found_by
from members.invariants.members import CHECKS
from members.membership.choices import PeriodSource
from members.models import AuditEntry, MemberImport, MovedIn, OutgoingMail, StaffNote, User
from members.moving import flows, queries
from members.moving.choices import Column, ImportState
from members.moving.limits import INVITATIONS, LISTS
from members.moving.rules.cells import NoMovingIn
from members.moving.rules.reading import HEADINGS, read_table
from tests import factories
from tests.signing_in import sign_in_without_form

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)  # noon in Tokyo
COLUMNS = list(HEADINGS.values())


def as_csv(*rows: dict[Column, str], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([[row.get(column, "") for column in Column] for row in rows])
    return text.getvalue().encode(encoding)


HANA = {
    Column.ADDRESS: "Ｈａｎａ＠example.jp",
    Column.NAME: "山田　花子",
    Column.READING: "ヤマダ ハナコ",
    Column.CALLED: "はな",
    Column.LAST_DAY: "令和9年3月31日",
    Column.NOTE: "紹介は鈴木さんから。",
}
TOMO = {Column.ADDRESS: "tomo@example.jp"}


def send(by: User, *rows: dict[Column, str], now: datetime = NOW) -> MemberImport:
    return flows.send_list(content=as_csv(*rows), file_name="会員.csv", by=by, now=now)


def problems_of(*rows: dict[Column, str]) -> list[tuple[int, str]]:
    found = queries.findings_in(read_table(as_csv(*rows)), timezone.localdate(NOW))
    return [(problem.row, problem.column) for problem in found.problems]


def test_everything_that_is_known_of_somebody_is_written(fumi):
    sent = send(fumi, HANA, TOMO)
    assert (sent.rows_read, sent.faulty, sent.already_here) == (2, 0, 0)
    assert not User.objects.filter(email="hana@example.jp").exists()

    done = flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW)

    assert (done.made, done.state, done.content, done.findings) == (2, ImportState.DONE, "", "")
    hana = User.objects.get(email="hana@example.jp")
    assert (hana.called_name, hana.joined_at, hana.has_usable_password()) == ("はな", NOW, False)
    assert (hana.name_on_record.name, hana.name_on_record.reading) == ("山田 花子", "ヤマダ ハナコ")
    (period,) = hana.periods.all()
    assert (str(period.starts_on), str(period.last_day)) == ("2026-12-01", "2027-03-31")
    assert (period.source, period.granted_by) == (PeriodSource.GRANTED, fumi)
    note = StaffNote.objects.get(member=hana)
    assert (note.words, note.by) == ("紹介は鈴木さんから。", fumi)
    address = EmailAddress.objects.get(user=hana)
    assert (address.email, address.primary, address.verified) == ("hana@example.jp", True, False)
    assert not hana.pledges.exists()
    assert hana.profile.steps_done == []
    assert not User.objects.get(email="tomo@example.jp").periods.exists()
    assert AuditEntry.objects.filter(verb="import-member").count() == 2
    assert AuditEntry.objects.get(verb="import-members").by == fumi
    assert AuditEntry.objects.get(verb="grant-period").why == "2027-04-01"


@pytest.mark.parametrize("line", ["はな", "山田花子", "やまだはなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", "hana@example"])
def test_the_desk_finds_whoever_moved_in(fumi, line):
    flows.move_in(sent=send(fumi, HANA), by=fumi, leaving_out=0, now=NOW)
    assert [member.email for member in found_by(line)] == ["hana@example.jp"]


def test_the_books_are_in_order_afterwards(fumi):
    fumi_before = [breach for check in CHECKS for breach in check(NOW)]
    flows.move_in(sent=send(fumi, HANA, TOMO), by=fumi, leaving_out=0, now=NOW)
    assert [breach for check in CHECKS for breach in check(NOW)] == fumi_before

    User.objects.get(email="hana@example.jp").periods.update(ends_on="2029-01-01")
    broken = [breach for check in CHECKS for breach in check(NOW)]
    assert len(broken) == len(fumi_before) + 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({Column.ADDRESS: ""}, Column.ADDRESS),
        ({Column.ADDRESS: "hana"}, Column.ADDRESS),
        ({Column.ADDRESS: "花@example.jp"}, Column.ADDRESS),
        ({Column.ADDRESS: "ha..na@example.jp"}, Column.ADDRESS),
        ({Column.ADDRESS: f"{'a' * 250}@example.jp"}, Column.ADDRESS),
        ({Column.NAME: "花" * 61}, Column.NAME),
        ({Column.NAME: ""}, Column.NAME),  # a reading alone
        ({Column.NAME: "山\ufffd花子"}, Column.NAME),
        ({Column.READING: "は" * 61}, Column.READING),
        ({Column.CALLED: "運営事務局"}, Column.CALLED),
        ({Column.CALLED: "ふみ"}, Column.CALLED),  # of staff
        ({Column.CALLED: "LINE:hana123"}, Column.CALLED),
        ({Column.CALLED: "は\u200bな"}, Column.CALLED),
        ({Column.CALLED: "は" * 31}, Column.CALLED),
        ({Column.LAST_DAY: "来月末"}, Column.LAST_DAY),
        ({Column.LAST_DAY: "2026-11-30"}, Column.LAST_DAY),  # yesterday
        ({Column.LAST_DAY: "2062-11-30"}, Column.LAST_DAY),
        ({Column.NOTE: "要"}, Column.NOTE),
        ({Column.NOTE: "あ" * 1001}, Column.NOTE),
    ],
)
def test_each_problem_is_named_by_row_and_column(fumi, row, column):
    assert problems_of(TOMO, {**HANA, **row}) == [(3, column.value)]


@pytest.mark.parametrize("twin", ["hana@example.jp", "HANA@EXAMPLE.JP", "ｈａｎａ@example.jp"])
def test_an_address_that_stands_twice_is_a_problem_of_the_later_row(fumi, twin):
    assert problems_of(HANA, TOMO, {Column.ADDRESS: twin}) == [(4, "email")]
    found = queries.findings_in(read_table(as_csv(HANA, {Column.ADDRESS: twin})), timezone.localdate(NOW))
    assert found.problems[0].sentence == "2行目と同じアドレスです。"


def test_whoever_is_here_is_told_and_keeps_what_they_have(aki, fumi):
    row = {**HANA, Column.ADDRESS: aki.email.upper(), Column.LAST_DAY: "きのう", Column.CALLED: "運営"}
    sent = send(fumi, row, TOMO)
    assert (sent.already_here, sent.faulty) == (1, 0)

    done = flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW)

    assert done.made == 1
    aki.refresh_from_db()
    assert aki.called_name == "あき"
    assert aki.periods.count() == 1
    assert not StaffNote.objects.exists()


def test_500_members_with_20_faulty_rows(fumi):
    rows = [{Column.ADDRESS: f"m{number}@example.jp", Column.CALLED: f"会員{number}号"} for number in range(500)]
    for number in range(0, 500, 25):
        rows[number] = {**rows[number], Column.LAST_DAY: "不明"}
    sent = send(fumi, *rows)
    assert (sent.rows_read, sent.faulty) == (500, 20)
    named = [(problem.row, problem.column) for problem in queries.findings_of(sent)["problems"]]
    assert named == [(number + 2, "last_day") for number in range(0, 500, 25)]

    before = User.objects.count()
    for leaving_out in (0, 19, 21):
        with pytest.raises(Refused) as refused:
            flows.move_in(sent=sent, by=fumi, leaving_out=leaving_out, now=NOW)
        assert refused.value.reason == NoMovingIn.FAULTY_ROWS
    assert User.objects.count() == before

    assert flows.move_in(sent=sent, by=fumi, leaving_out=20, now=NOW).made == 480
    mended = [{**row, Column.LAST_DAY: ""} for row in rows]
    again = send(fumi, *mended)
    assert (again.already_here, again.faulty) == (480, 0)
    assert flows.move_in(sent=again, by=fumi, leaving_out=0, now=NOW).made == 20


def test_a_second_import_changes_nothing(fumi):
    flows.move_in(sent=send(fumi, HANA, TOMO), by=fumi, leaving_out=0, now=NOW)
    before = everything()
    later = NOW + timedelta(days=200)  # the last day of the list is over by then
    sent = send(fumi, HANA, TOMO, now=later)
    assert (sent.faulty, sent.already_here) == (0, 2)
    assert flows.move_in(sent=sent, by=fumi, leaving_out=0, now=later).made == 0
    assert flows.move_in(sent=sent, by=fumi, leaving_out=0, now=later).made == 0
    assert everything() == before


def test_whoever_changed_their_address_is_not_made_a_second_time(fumi):
    flows.move_in(sent=send(fumi, HANA), by=fumi, leaving_out=0, now=NOW)
    hana = User.objects.get(email="hana@example.jp")
    hana.email = "hanako@example.jp"
    hana.save()
    EmailAddress.objects.filter(user=hana).update(email=hana.email)
    assert send(fumi, HANA).already_here == 1


def everything() -> list:
    tables = ["user", "profile", "period", "staffnote", "nameonrecord", "searchkey", "movedin"]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM members_{table} ORDER BY 1")  # noqa: S608 - names of ours
            rows += cursor.fetchall()
    return rows


def test_nothing_is_half_done(fumi):
    """The last of the writes fails: as when the power goes before the transaction ends."""
    sent = send(fumi, HANA, TOMO)
    before = everything()
    with pytest.raises(ConnectionError), connection.execute_wrapper(_fail_at('INSERT INTO "members_auditentry"')):
        flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW)
    assert everything() == before
    sent.refresh_from_db()
    assert sent.state == ImportState.WAITING
    assert flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW).made == 2


def _fail_at(statement: str):
    def fail(execute, sql, params, many, context):
        if sql.startswith(statement):
            raise ConnectionError
        return execute(sql, params, many, context)

    return fail


def test_the_file_is_sealed_and_gone_after_a_day(fumi):
    sent = send(fumi, HANA)
    stored = MemberImport.objects.get()
    assert "hana" not in stored.content.lower()
    assert queries.file_of(stored) == as_csv(HANA)
    assert decrypt(stored.findings)

    assert flows.forget_lists(now=NOW + LISTS.kept_for - timedelta(microseconds=1)) == 0
    assert flows.forget_lists(now=NOW + LISTS.kept_for) == 1
    stored.refresh_from_db()
    assert (stored.content, stored.findings, stored.state) == ("", "", ImportState.DROPPED)
    with pytest.raises(Refused) as refused:
        flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW)
    assert refused.value.reason == NoMovingIn.OVER


def test_a_file_under_a_key_that_was_given_up_is_gone(fumi):
    sent = send(fumi, HANA)
    with override_settings(
        SECRET_KEY="another-key-that-nobody-had-0123456789-abcdefghijklmnop", SECRET_KEY_FALLBACKS=[]
    ):
        assert queries.findings_of(sent) == {}
        with pytest.raises(Refused) as refused:
            flows.move_in(sent=sent, by=fumi, leaving_out=0, now=NOW)
    assert refused.value.reason == NoMovingIn.OVER


# --- invitations


def test_so_many_are_invited_in_a_minute_and_each_once(fumi):
    number = INVITATIONS.a_minute + 5
    rows = [{Column.ADDRESS: f"m{one}@example.jp"} for one in range(number)]
    flows.move_in(sent=send(fumi, *rows), by=fumi, leaving_out=0, now=NOW)
    assert not OutgoingMail.objects.exists()

    assert flows.invite_imported(now=NOW) == INVITATIONS.a_minute
    assert flows.invite_imported(now=NOW + timedelta(seconds=59)) == 0
    assert flows.invite_imported(now=NOW + timedelta(minutes=1)) == 5
    assert flows.invite_imported(now=NOW + timedelta(minutes=2)) == 0
    mails = OutgoingMail.objects.filter(key__startswith="moving/invitation/")
    assert mails.values("address").distinct().count() == mails.count() == number


def test_the_mail_to_those_of_a_list_counts_among_those_that_a_mailbox_gets(fumi):
    flows.move_in(sent=send(fumi, HANA), by=fumi, leaving_out=0, now=NOW)
    assert count_invitation("hana@example.jp", now=NOW)
    assert flows.invite_imported(now=NOW) == 1
    assert not count_invitation("hana+a@example.jp", now=NOW)


def test_nobody_is_invited_at_night_or_when_they_are_in_already(fumi):
    flows.move_in(sent=send(fumi, HANA, TOMO), by=fumi, leaving_out=0, now=NOW)
    User.objects.filter(email="tomo@example.jp").update(last_login=NOW)
    assert flows.invite_imported(now=NOW + timedelta(hours=12)) == 0
    assert flows.invite_imported(now=NOW + timedelta(days=1)) == 1
    assert OutgoingMail.objects.get().address == "hana@example.jp"
    assert not MovedIn.objects.filter(invited_at=None).exists()


def test_the_way_in_is_a_code_by_mail_and_then_the_welcome(fumi):
    """Nobody is a member with the pledge before they accept it."""
    now = timezone.now()
    sent = send(fumi, {**HANA, Column.LAST_DAY: str(timezone.localdate(now) + timedelta(days=30))}, now=now)
    flows.move_in(sent=sent, by=fumi, leaving_out=0, now=now)
    browser = Client()
    ask = reverse("account_request_login_code") + "?next=" + reverse("members:welcome")
    assert browser.post(ask, {"email": "hana@example.jp"}).status_code == 302
    code = OutgoingMail.objects.get(key__startswith="account/login-code/").text.split("\n")
    found = next(line.strip() for line in code if len(line.strip()) == 9 and "-" in line)

    answer = browser.post(reverse("account_confirm_login_code"), {"code": found}, follow=True)

    assert [url for url, _status in answer.redirect_chain][-1] == reverse("members:pledge")
    assert "登録のときのパスワード" not in answer.content.decode()
    assert browser.get(reverse("events:events")).headers["Location"] == reverse("members:pledge")
    browser.post(reverse("members:pledge"), {"accepted": "on"})
    assert 'value="はな"' in browser.get(reverse("members:welcome_work")).content.decode()
    assert EmailAddress.objects.get(email="hana@example.jp").verified


def test_the_way_in_by_a_new_password(fumi):
    flows.move_in(sent=send(fumi, HANA, now=NOW), by=fumi, leaving_out=0, now=NOW)
    Client().post(reverse("account_reset_password"), {"email": "hana@example.jp"})
    assert OutgoingMail.objects.filter(key__startswith="account/password-code/", address="hana@example.jp").exists()


# --- the page


def posted(browser: Client, content: bytes, name: str = "会員.csv"):
    return browser.post(reverse("members:desk_imports"), {"file": SimpleUploadedFile(name, content)})


def test_from_the_file_to_the_accounts_on_the_page(fumi, signed_in):
    browser = signed_in(fumi)
    faulty = {**TOMO, Column.LAST_DAY: "不明"}
    hana = {**HANA, Column.LAST_DAY: ""}
    answer = posted(browser, as_csv(hana, faulty, encoding="cp932"))
    url = answer.headers["Location"]
    page = browser.get(url).content.decode()
    assert "3行目" in page
    assert "日付として読めません" in page

    assert browser.post(url, {"seen_faulty": "1"}).status_code == 422
    assert not User.objects.filter(email="hana@example.jp").exists()
    done = browser.post(url, {"seen_faulty": "1", "leave_out": "on"}, follow=True)
    assert "1人を登録しました。" in done.content.decode()
    assert User.objects.filter(email="hana@example.jp").exists()
    assert "会員.csv" in browser.get(reverse("members:desk_imports")).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルが空です"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "CSVではありません"),
        ("メールアドレス\na\x00b".encode(), "2行目"),
        ("お名前\n花子".encode(), "「メールアドレス」という見出しの列がありません"),
        (b"a" * (LISTS.largest + 1), "大きすぎます"),
        (b"\xff" * (6 * 1024 * 1024), "大きすぎます"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_on_the_page(fumi, signed_in, content, words):
    answer = posted(signed_in(fumi), content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MemberImport.objects.exists()


def test_no_file_and_words_instead_of_a_file(fumi, signed_in):
    for form in ({}, {"file": "email\na@example.jp"}):
        answer = signed_in(fumi).post(reverse("members:desk_imports"), form)
        assert answer.status_code == 422
        assert "ファイルを選んでください" in answer.content.decode()


def test_a_form_from_elsewhere_sends_no_file(fumi):
    browser = Client(enforce_csrf_checks=True)
    sign_in_without_form(browser, fumi)
    assert posted(browser, as_csv(HANA)).status_code == 403
    browser.get(reverse("members:desk_imports"))
    token = browser.cookies["csrftoken"].value
    form = {"file": SimpleUploadedFile("a.csv", as_csv(HANA)), "csrfmiddlewaretoken": token}
    assert browser.post(reverse("members:desk_imports"), form).status_code == 302


def test_a_name_of_a_file_is_cut_and_cleaned(fumi, signed_in):
    posted(signed_in(fumi), as_csv(HANA), name="会" * 200 + "\u202e.csv")
    assert MemberImport.objects.get().file_name == "会" * LISTS.file_name


# --- the list of all members


def exported(browser: Client) -> bytes:
    return b"".join(browser.post(reverse("members:desk_export")).streaming_content)


def test_what_is_exported_comes_back_and_changes_nothing(fumi, sora, signed_in):
    flows.move_in(sent=send(fumi, HANA, TOMO), by=fumi, leaving_out=0, now=NOW)
    content = exported(signed_in(sora))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == COLUMNS
    assert ["hana@example.jp", "山田 花子", "ヤマダ ハナコ", "はな", "2027-03-31", "紹介は鈴木さんから。"] in rows
    assert AuditEntry.objects.get(verb="export-members").by == sora

    sent = flows.send_list(content=content, file_name="a.csv", by=sora, now=NOW)
    assert (sent.rows_read, sent.already_here, sent.faulty) == (4, 4, 0)


def test_what_is_exported_makes_the_same_accounts_elsewhere(fumi, sora, signed_in):
    formula = {**HANA, Column.NOTE: "＝1+1と書いてありました", Column.NAME: "－花子"}
    flows.move_in(sent=send(fumi, formula), by=fumi, leaving_out=0, now=NOW)
    content = exported(signed_in(sora))
    User.objects.filter(email="hana@example.jp").get().periods.all().delete()
    User.objects.filter(email="hana@example.jp").delete()

    sent = flows.send_list(content=content, file_name="a.csv", by=sora, now=NOW)
    assert flows.move_in(sent=sent, by=sora, leaving_out=0, now=NOW).made == 1
    hana = User.objects.get(email="hana@example.jp")
    assert (hana.name_on_record.name, hana.called_name) == ("－花子", "はな")
    assert StaffNote.objects.get(member=hana).words == "＝1+1と書いてありました"


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_no_formula_survives_in_a_list(fumi, sora, signed_in, sign):
    row = {Column.ADDRESS: "hana@example.jp", Column.NAME: f"{sign}SUM(A1)", Column.NOTE: f"{sign}cmd|' /C calc'!A0"}
    flows.move_in(sent=send(fumi, row), by=fumi, leaving_out=0, now=NOW)
    (line,) = [
        row for row in csv.reader(io.StringIO(exported(signed_in(sora)).decode())) if row[0] == "hana@example.jp"
    ]
    assert all(cell == "" or cell[0] not in "=+-@＝＋－＠" for cell in line)
    assert line[1].startswith("'")


def test_only_the_owner_takes_the_list(fumi, signed_in):
    assert signed_in(fumi).post(reverse("members:desk_export")).status_code == 404
    moderator = factories.make_member("かい", roles=(Role.MODERATOR,))
    assert signed_in(moderator).get(reverse("members:desk_imports")).status_code == 404
