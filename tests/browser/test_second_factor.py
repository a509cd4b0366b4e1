"""Two-step login as somebody meets it: the app, recovery codes, a passkey, the list of devices; each page looked at."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from members.accounts.choices import Role
from members.models import User
from tests import factories
from tests.browser.person import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "窓ぎわの席で本をひらく午後の三時"


@pytest.fixture
def moderator() -> User:
    member = factories.make_member("かい", roles=(Role.MODERATOR,))
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
    return member


def first_step(person: BrowserUser, member: User) -> None:
    person.go("/accounts/login/")
    person.types("メールアドレス", member.email)
    person.page.locator("[name=password]").fill(PASSWORD)
    person.presses("ログイン")


def type_password(person: BrowserUser) -> None:
    person.page.locator("[name=password]").fill(PASSWORD)
    person.presses("確認する")


class App:
    """On somebody's phone; waits for the next code where the last one was used."""

    def __init__(self, key: str) -> None:
        self.key = key.replace("-", "")
        self.last = 0

    def code(self) -> str:
        """One that was not used: a period ahead is taken as well."""
        self.last = max(self.last + 1, int(time.time()) // 30 - 1)
        return format_hotp_value(hotp_value(self.key, self.last))


def with_passkeys(person: BrowserUser) -> Callable[[bool], None]:
    """Give the browser a device that keeps passkeys; the function says whether its user shows the right finger."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def show_finger(is_right: bool) -> None:
        session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": is_right})

    return show_finger


def test_staff_set_an_app_up_and_come_in_with_it_and_with_a_recovery_code(meet, moderator):
    kai = meet("kai")
    first_step(kai, moderator)
    kai.sees("先に決めてください")
    kai.looks("second-factor")
    kai.follows("認証アプリを使う")
    kai.looks("reauthenticate-password")
    type_password(kai)
    kai.looks("app-set-up")
    kai.page.reload()  # looking fetched it once more, with another key
    kai.page.get_by_text("読みとれないとき").click()
    app = App(kai.page.locator("#secret").input_value())
    kai.page.locator("[name=code]").fill("１２３４５６")
    kai.presses("この数字で確かめる")
    kai.sees("コードが合いません")
    kai.page.locator("[name=code]").fill(app.code())
    kai.presses("この数字で確かめる")
    kai.sees("一つのコードは、一度だけ使えます")
    codes = kai.page.locator(".codes code").all_inner_texts()
    with kai.page.expect_download() as download:
        kai.page.get_by_role("link", name="ファイルに保存する").click()
    assert download.value.path().read_text().split() == [code.replace("-", "") for code in codes]
    kai.looks("recovery-codes")
    kai.follows("書きとめました")
    kai.looks("two-step-login")
    kai.follows("運営のページへ進む")
    assert kai.page.url.endswith("/moderation/")
    kai.presses("ログアウト")

    first_step(kai, moderator)
    kai.looks("second-step")
    kai.page.locator("[name=code]").fill(app.code())
    kai.presses("ログイン")
    kai.go("/moderation/")
    assert kai.page.url.endswith("/moderation/")
    kai.presses("ログアウト")

    first_step(kai, moderator)
    kai.page.locator("[name=code]").fill(codes[0].translate(str.maketrans("0123456789-", "０１２３４５６７８９ー")))
    kai.presses("ログイン")
    kai.go("/account/security/codes/")
    kai.sees("もう一度、認証コードを入れてください")
    kai.looks("reauthenticate-code")
    kai.page.locator("[name=code]").fill(app.code())
    kai.presses("確認する")
    kai.sees("残りは9個です")
    kai.looks("recovery-codes-later")
    kai.go("/account/security/codes/new/")
    kai.looks("recovery-codes-anew")
    kai.go("/account/security/app/remove/")
    kai.looks("app-remove")
    kai.go("/account/sessions/")
    kai.looks("sessions")
    kai.go("/account/")
    kai.looks("account")
    assert kai.errors == []


def test_a_passkey_lets_in_without_address_and_password(meet, moderator):
    kai = meet("kai")
    show_finger = with_passkeys(kai)
    kai.go("/accounts/login/")
    kai.looks("login")
    first_step(kai, moderator)
    kai.follows("パスキーを加える")
    type_password(kai)
    kai.looks("passkey-add")
    kai.page.reload()
    kai.types("名前", "仕事のノート")
    kai.presses("この端末にたずねる")
    kai.sees("一つのコードは、一度だけ使えます")
    kai.go("/account/security/passkeys/")
    kai.sees("仕事のノート")
    kai.looks("passkeys")
    kai.go("/account/security/passkeys/add/")
    kai.page.get_by_role("button", name="この端末にたずねる").click()
    kai.sees("この端末のパスキーは、もう加わっています。")
    kai.go("/moderation/")
    kai.presses("ログアウト")

    show_finger(False)
    kai.go("/accounts/login/?next=/moderation/")
    kai.page.get_by_role("button", name="パスキーでログイン").click()
    kai.sees("パスキーの確認が、とちゅうで終わりました")
    show_finger(True)
    kai.presses("パスキーでログイン")
    assert kai.page.url.endswith("/moderation/")
    kai.presses("ログアウト")

    first_step(kai, moderator)
    kai.looks("second-step-passkey")
    kai.page.reload()
    kai.presses("パスキーで確かめる")
    kai.go("/account/security/passkeys/")
    kai.follows("名前を変える")
    kai.sees("もう一度、パスキーで確かめてください")
    kai.looks("reauthenticate-passkey")
    kai.page.reload()
    kai.presses("パスキーで確かめる")
    kai.looks("passkey-rename")
    kai.types("名前", "台所の端末")
    kai.presses("保存する")
    kai.sees("台所の端末")
    kai.follows("外す")
    kai.looks("passkey-remove")
    kai.presses("パスキーを外す")
    kai.sees("いまは、ひとつも加わっていません")
    kai.go("/moderation/")
    assert re.search("/account/second-factor/", kai.page.url)
    assert kai.errors == []


def test_without_javascript_passkeys_are_not_offered_and_the_rest_works(meet, moderator):
    kai = meet("kai", javascript=False)
    kai.go("/accounts/login/")
    assert not kai.page.get_by_text("パスキーでログイン").is_visible()
    first_step(kai, moderator)
    kai.follows("パスキーを加える")
    type_password(kai)
    kai.sees("お使いのブラウザーでは、パスキーを使えません")
    assert not kai.page.locator("#mfa_webauthn_add").is_visible()
    kai.go("/account/security/app/")
    kai.page.locator("[name=code]").fill(App(kai.page.locator("#secret").input_value()).code())
    kai.presses("この数字で確かめる")
    kai.sees("一つのコードは、一度だけ使えます")
