"""What saves a view: its title, and the address of one of our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The pages that a view can be of: their addresses begin so.
PAGES = ("/", "/touchpoints/", "/metric", "/compare", "/responses", "/programs")


class ViewForm(forms.Form):
    """The title of a view, and what it shows."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    address = forms.CharField(max_length=1200, widget=forms.HiddenInput)

    def clean_address(self) -> tuple[str, str]:
        """The path and the query of the address."""
        parts = urlsplit(self.cleaned_data["address"])
        ours = parts.path == "/" or any(
            parts.path.startswith(each) for each in PAGES if each != "/"
        )
        long = len(parts.path) > 200 or len(parts.query) > 1000
        away = parts.scheme or parts.netloc or "//" in parts.path or "/.." in parts.path
        if away or long or not ours:
            raise ValidationError(_("Only pages of this site with their filters can be saved."))
        return parts.path, parts.query
