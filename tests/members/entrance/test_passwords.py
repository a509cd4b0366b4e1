"""Which passwords are guessed soon, whatever their length, and which good ones pass."""

from __future__ import annotations

import os
import random
import string
import subprocess
import sys
import time

import argon2
import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from demo.people import PASSWORD as DEMO_PASSWORD
from kouryu import settings as site
from members.entrance import passwords
from members.models import Profile, User

EASY = [
    "123456789012345",
    "passwordpassword",
    "abcdefghijklmnop",
    "qwertyuiopasdfgh",
    "iloveyouiloveyou",
    "administrator123",
    "letmeinletmeinletmein",
    # turned, braided, spread, in disguise
    "ponmlkjihgfedcba",
    "a1b2c3d4e5f6g7h8",
    "aabbccddeeffgghh",
    "aaaabbbbccccdddd",
    "p-a-s-s-w-o-r-d-1-2-3",
    "P@ssw0rd12345678",
    "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
    "000000000000001",
    # numbers that everybody can go on with, dates, telephones
    "1234567891011121314",
    "314159265358979323846",
    "20261130 20261130",
    "1990/01/01 1990-02-02",
    "1985年04月12日1985",
    "2026nen11gatsu30nichi",
    "jyugemujyugemugokounosurikire",
    "kimetsunoyaiba123",
    "09012345678 09012345678",
    # keys of Japanese and other keyboards
    "1qaz2wsx3edc4rfv",
    '!QAZ"WSX#EDC$RFV',
    "qwertyuiop@[asdf",
    "zxcvbnm,./asdfghjkl;:",
    "@;:[p]lo098765432",
    "poiuytrewqlkjhgfdsa",
    "ぬふあうえおやゆよわたていすかん",
    # syllables and verses
    "あいうえおかきくけこさしすせそ",
    "アイウエオカキクケコサシスセソ",
    "あああいいいうううえええおおお",
    "いろはにほへとちりぬるをわか、よ",
    "iroha-nihoheto-chirinuruwo",
    "akasatanahamayarawa",
    "吾輩は猫である。名前はまだ無い。",
    # words
    "ぱすわーどぱすわーどぱすわーど",
    "パスワードパスワードパスワード",
    "よろしくお願いしますよろしくお願いします",
    "arigatougozaimasu",
    "aishiteruaishiteru",
    "watashiwatashiwatashi",
    "Sakura2026Sakura2026",
    "ilovetokyo2026!!",
    # names
    "tanakatarotanakataro",
    "TanakaTaro-TanakaTaro",
    "田中太郎田中太郎田中太郎",
    "tanakataro19850412",
    "suzukiichiro51suzuki",
    # the site's own
    "kouryukouryu2026",
    "kouryu交流kouryu異業種!",
    "こうりゅうこうりゅう2026",
    "会員会員会員会員会員会員会員会員",
]
GOOD = [
    DEMO_PASSWORD,
    "窓ぎわの席で本をひらく午後の三時",
    "雨の日に祖母の傘を借りて歩いた",
    "となりのねこがまいあさやねをわたる",
    "𠮷野家でひとり静かに食べる牛丼の夜",
    "豆腐本棚麒麟枕鉛筆靴下時計眼鏡財布",
    "とうふ・ほんだな・きりん・まくら・えんぴつ",
    "ringo-tsukue-ame-kujira-hashi",
    "ame-ga-futtara-kasa-wo-sasu",
    "kinou no bangohan ha sanma deshita",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "umbrella pickle quartz lantern moose",
    "banana tractor violin 42 cloud",
    "7hGt93kLmPq2xZw",
    "K&b#9-$xQ.!r=Lm",
]


@pytest.mark.parametrize("password", EASY)
def test_patterns_are_refused_however_long(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(email="hana@example.jp"))
    assert "password_guessable" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize("password", GOOD)
def test_sentences_words_and_dice_pass(password):
    validate_password(password, User(email="hana@example.jp"))


@pytest.mark.parametrize(
    "letters", [string.ascii_lowercase, string.ascii_letters + string.digits, string.printable[:94]]
)
def test_what_a_password_manager_draws_passes(letters):
    drawn = random.Random(20261130)
    for _ in range(20):
        validate_password("".join(drawn.choice(letters) for _ in range(15)))


@pytest.mark.parametrize(
    "password",
    [
        "zorbaglupzorbaglup",
        "zorbaglup-1985-zorbaglup",
        "kimidorinokimidorino",
        "きみどりの・きみどりの・2026",
        "ZORBAGLUP.kimidorino",
    ],
)
def test_own_address_and_called_name_are_known_to_a_guesser(password):
    member = User(email="zorbaglup.kimidorino@mail.example.jp")
    member.profile = Profile(called_name="きみどりの")
    with pytest.raises(ValidationError):
        validate_password(password, member)


def test_own_words_make_another_persons_password_no_weaker():
    assert passwords.guesses_for("zorbaglup mitsubachi kaidan") > passwords.guesses_for(
        "zorbaglup mitsubachi kaidan", ["zorbaglup", "mitsubachi"]
    )


@pytest.mark.parametrize("unit", ["a", "窓", "password", "p@$$w0rd1!(<", "ぱすわーど", "1985-04-12 "])
def test_a_thousand_letters_cost_little_more_than_a_hundred(unit):
    """The estimate grows with the cube of the length; `READ_LETTERS` bounds it."""
    passwords.guesses_for("the lists are read")
    hundred, thousand = ((unit * 1000)[:length] for length in (100, 1000))
    assert cost(thousand) < 3 * cost(hundred) + 0.05


def cost(password: str) -> float:
    """The least processor time of three tries: other programs cannot lengthen it."""
    return min(_seconds(password) for _ in range(3))


def _seconds(password: str) -> float:
    start = time.process_time()
    passwords.guesses_for(password)
    return time.process_time() - start


def test_each_guess_at_a_stolen_hash_is_dear():
    """The site's own hasher, not that of the tests: no cheaper than OWASP asks, 19 MiB and two rounds of Argon2id."""
    [name] = site.PASSWORD_HASHERS
    cost = import_string(name)().params()

    assert cost.type == argon2.Type.ID
    assert (cost.memory_cost >= 19 * 1024, cost.time_cost >= 2) == (True, True)


def test_a_process_that_sets_no_password_loads_no_list():
    code = """
import sys, django
django.setup()
from django.contrib.auth.password_validation import get_default_password_validators
from django.urls import reverse
from members.entrance import passwords
reverse("account_signup"), get_default_password_validators()
print("zxcvbn_rs_py" in sys.modules, "jaconv" in sys.modules, passwords._known_words.cache_info().currsize)
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kouryu.settings"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR, env=environment)
    assert done.stdout.split() == ["False", "False", "0"]
