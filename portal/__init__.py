"""The site around the domain: settings, URLs, the Celery app, logs and the commands that start it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
