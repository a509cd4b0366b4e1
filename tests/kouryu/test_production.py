"""The settings of production: nothing has a default, and Django's own check finds nothing to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "KOURYU_ENV": "production",
    "SECRET_KEY": "4e1f0a77c2b94d5e8a6b3c9d0f1e2a3b4c5d6e7f8091a2b3c4d5e6f7",
    "ALLOWED_HOSTS": "kouryu.example.jp",
    "SITE_URL": "https://kouryu.example.jp",
    "DATABASE_URL": "postgres://kouryu:secret@db.example.jp:5432/kouryu",
    "REDIS_URL": "redis://redis.example.jp:6379/0",
    "SMTP_URL": "smtp+tls://kouryu:secret@mail.example.jp:587",
    "MAIL_FROM": "交流 kouryu <kouryu@example.jp>",
    "OPERATOR_NAME": "交流株式会社",
    "OPERATOR_REPRESENTATIVE": "交流 花子",
    "OPERATOR_ADDRESS": "東京都千代田区1-1",
    "OPERATOR_PHONE": "03-0000-0000",
    "OPERATOR_EMAIL": "desk@example.jp",
    "OPERATOR_BANK_ACCOUNT": "例銀行 本店 普通 0000000",
}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own: settings are read once in a process."""
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True)


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run(environment, "-c", "import kouryu.settings")


def test_the_deployment_check_is_clean():
    checked = run(ENVIRONMENT, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("name", sorted(set(ENVIRONMENT) - {"KOURYU_ENV"}))
def test_production_without_this_variable_does_not_start(name):
    started = start({other: value for other, value in ENVIRONMENT.items() if other != name})

    assert started.returncode == 1
    assert f"ImproperlyConfigured: {name} must be set" in started.stderr


@pytest.mark.parametrize("name", ["KOURYU_DEBUG", "KOURYU_DEMO"])
def test_production_refuses_what_is_for_development(name):
    started = start({**ENVIRONMENT, name: "on"})

    assert started.returncode == 1
    assert f"ImproperlyConfigured: {name} must be off in production." in started.stderr


def test_an_unknown_environment_is_refused():
    started = start({**ENVIRONMENT, "KOURYU_ENV": "staging"})

    assert started.returncode == 1
    assert "KOURYU_ENV must be development or production, not 'staging'." in started.stderr
