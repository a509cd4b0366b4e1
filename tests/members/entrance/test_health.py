"""/healthz, /readyz and the two files for machines."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from kouryu.celery import app
from members.audit.flows import beat
from members.models import Heartbeat


def test_healthz_answers_without_asking_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db(transaction=True)
def test_readyz_with_a_fresh_beat_is_ready(client):
    beat("heartbeat", now=timezone.now())

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": "ok", "broker": "ok", "beat": "ok"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("age", [None, timedelta(minutes=3)], ids=["never", "three minutes ago"])
def test_readyz_without_a_fresh_beat_says_late(client, age):
    if age:
        beat("heartbeat", now=timezone.now() - age)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "ok", "broker": "ok", "beat": "late"}


@pytest.mark.django_db(transaction=True)
def test_readyz_asked_again_at_once_looks_no_further(client):
    """Anybody may ask it, as often as they like."""
    beat("heartbeat", now=timezone.now())
    with time_machine.travel(timezone.now(), tick=False):
        assert client.get("/readyz").json()["beat"] == "ok"
        Heartbeat.objects.all().delete()
        assert client.get("/readyz").json()["beat"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_with_a_dead_broker_says_so(client, monkeypatch):
    beat("heartbeat", now=timezone.now())
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert response.status_code == 503
    answer = response.json()
    # The client library may take longer to give up than we wait for its answer.
    assert answer.pop("broker") in {"failing", "no answer"}
    assert answer == {"ready": False, "database": "ok", "beat": "ok"}


def test_robots_txt_keeps_search_engines_out(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_security_txt_names_a_contact_and_expires_within_a_year(client):
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        response = client.get("/.well-known/security.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:desk@example.jp",
        "Expires: 2027-05-20T00:00:00Z",
        "Preferred-Languages: ja, en",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
    ]
