"""The development-only mailbox: reads what the file backend wrote, whatever state it is in."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from email.policy import EmailPolicy

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from members.mail import mailbox


@pytest.fixture
def folder(tmp_path, settings):
    settings.MAIL_FILES = tmp_path
    return tmp_path


def send(folder, *mails):
    with get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder)) as connection:
        connection.send_messages(mails)


def letter(to="hana@example.jp", subject="ことばが届きました", text="本文です\nhttp://127.0.0.1:8000/x/", html=""):
    mail = EmailMultiAlternatives(subject, text, "kouryu@example.jp", [to])
    if html:
        mail.attach_alternative(html, "text/html")
    return mail


def test_mails_stand_newest_first(folder, client):
    send(folder, letter(subject="一通め"), letter(subject="二通め"))
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    send(folder, letter(subject="三通め"))
    answer = client.get(reverse("members:mailbox"))
    assert [mail.subject for mail in answer.context["page"]] == ["三通め", "二通め", "一通め"]


def test_a_mail_that_joins_a_file_is_seen_at_the_next_look(folder, client):
    send(folder, letter(subject="一通め"))
    assert len(client.get(reverse("members:mailbox")).context["page"]) == 1
    (file,) = folder.iterdir()
    other = folder / "other"
    send(other, letter(subject="二通め"))
    file.write_bytes(file.read_bytes() + next(other.iterdir()).read_bytes())
    answer = client.get(reverse("members:mailbox"))
    assert [mail.subject for mail in answer.context["page"]] == ["二通め", "一通め"]


def test_only_what_the_page_shows_is_read(folder, client, monkeypatch):
    send(folder, *(letter(f"hana{number}@example.jp") for number in range(120)))
    asked, fetch = [], EmailPolicy.header_fetch_parse

    def noted(self, name, value):
        asked.append(name)
        return fetch(self, name, value)

    monkeypatch.setattr(EmailPolicy, "header_fetch_parse", noted)
    assert len(client.get(reverse("members:mailbox")).context["page"]) == 50
    assert asked.count("Subject") == 50
    assert "Content-Transfer-Encoding" not in asked  # of its text


def test_mails_are_filtered_by_address(folder, client):
    send(folder, letter("hana@example.jp"), letter("ren@example.jp"))
    answer = client.get(reverse("members:mailbox"), {"to": "REN@"})
    assert [mail.to for mail in answer.context["page"]] == ["ren@example.jp"]


def test_a_mail_is_read_as_text_with_its_links(folder, client):
    send(folder, letter(text="<b>太字ではない</b> http://127.0.0.1:8000/x/"))
    key = mailbox.newest_mails(folder)[0].key
    page = client.get(reverse("members:mailbox_mail", args=[key])).content.decode()
    assert "&lt;b&gt;太字ではない" in page
    assert 'href="http://127.0.0.1:8000/x/"' in page


def test_html_is_shown_alone_in_a_sandbox(folder, client):
    send(folder, letter(html="<p>こんにちは</p><script>alert(1)</script>"))
    key = mailbox.newest_mails(folder)[0].key
    answer = client.get(reverse("members:mailbox_html", args=[key]))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    send(folder, letter(subject="文字だけ"))
    plain = next(mail for mail in mailbox.newest_mails(folder) if not mail.html)
    assert client.get(reverse("members:mailbox_html", args=[plain.key])).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"not a mail at all",
        b"To: a@example.jp\nDate: yesterday, roughly\n\nx",
        b"To: a@example.jp\nContent-Type: text/plain; charset=klingon\n\n\xff",
        b"To: a@example.jp\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
        b"To: =?utf-8?b?broken\nSubject: =?x?y?z?=\n\n\xff",
    ],
    ids=["empty", "binary", "prose", "bad date", "unknown charset", "cut off", "bad headers"],
)
def test_broken_files_are_no_error(folder, client, content):
    (folder / "broken.log").write_bytes(content)
    send(folder, letter(subject="無事な一通"))
    answer = client.get(reverse("members:mailbox"))
    assert answer.status_code == 200
    assert "無事な一通" in [mail.subject for mail in answer.context["page"]]
    for mail in answer.context["page"]:
        assert client.get(reverse("members:mailbox_mail", args=[mail.key])).status_code == 200


def test_an_empty_or_missing_folder_says_so(folder, client, settings):
    assert "まだメールはありません" in client.get(reverse("members:mailbox")).content.decode()
    settings.MAIL_FILES = folder / "nowhere"
    assert client.get(reverse("members:mailbox")).status_code == 200


def test_files_beside_the_mails_are_not_read(folder, client):
    (folder / "secret.txt").write_bytes(b"To: a@example.jp\n\nx")
    (folder / "folder.log").mkdir()
    assert list(client.get(reverse("members:mailbox")).context["page"]) == []


@pytest.mark.parametrize("key", ["nope", "a" * 500, "..", "0" * 24])
def test_unknown_mails_are_not_found(folder, client, key):
    assert client.get(f"/mailbox/{key}/").status_code == 404


def test_production_has_no_mailbox():
    """Asked in a process of its own: the routes are laid when Django starts."""
    environment = {
        **os.environ,
        "KOURYU_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "kouryu.example.jp",
        "SITE_URL": "https://kouryu.example.jp",
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/kouryu",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "kouryu@example.jp",
        **{f"OPERATOR_{name}": "x" for name in ("NAME", "REPRESENTATIVE", "ADDRESS", "PHONE", "EMAIL", "BANK_ACCOUNT")},
    }
    script = (
        "import django; django.setup()\n"
        "from django.urls import NoReverseMatch, reverse\n"
        "try: print(reverse('members:mailbox'))\n"
        "except NoReverseMatch: print('closed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "DJANGO_SETTINGS_MODULE": "kouryu.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "closed"
