"""What gunicorn serves: `gunicorn portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from provisioning import backend  # noqa: E402  (models can be imported only now)

backend.require_match_at_start()
