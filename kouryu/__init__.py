"""How the site is wired. The Celery app is loaded here so that tasks find it."""

from kouryu.celery import app as celery_app

__all__ = ["celery_app"]
