"""What is encrypted is read with the keys of today and no others."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.test import override_settings

from kouryu.encryption import Unreadable, decrypt, encrypt, encrypt_anew

NEW = "a-key-that-nobody-had-before-0123456789-abcdefghijklmnop"
WORDS = "窓ぎわの席 JBSWY3DPEHPK3PXP"


def test_what_was_encrypted_is_read_again_and_looks_different_each_time():
    one, other = encrypt(WORDS), encrypt(WORDS)
    assert [decrypt(one), decrypt(other)] == [WORDS, WORDS]
    assert one != other
    assert "JBSWY3DPEHPK3PXP" not in one + urlsafe_b64decode(one).decode("latin-1")


def test_an_earlier_key_reads_while_it_is_named():
    token = encrypt(WORDS)
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert decrypt(token) == WORDS
        anew = encrypt_anew(token)
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        assert decrypt(anew) == WORDS
        for read in (decrypt, encrypt_anew):
            with pytest.raises(Unreadable):
                read(token)


@pytest.mark.parametrize("token", ["", "x", WORDS, "gAAAAA"])
def test_what_the_site_did_not_encrypt_is_unreadable(token):
    with pytest.raises(Unreadable):
        decrypt(token)


class Bytes:
    """Hands on what a session is signed with, unread."""

    @staticmethod
    def loads(data: bytes) -> bytes:
        return data


def test_a_session_in_the_database_shows_nothing():
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    kept = store.encode({"secret": "JBSWY3DPEHPK3PXP"})
    assert store.decode(kept) == {"secret": "JBSWY3DPEHPK3PXP"}
    assert b"JBSWY3DPEHPK3PXP" not in signing.loads(kept, salt=store.key_salt, serializer=Bytes)
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        assert store.decode(kept) == {}
