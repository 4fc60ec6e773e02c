"""What the web server calls, in the process that answers requests."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.server.django_settings")
application = get_wsgi_application()
