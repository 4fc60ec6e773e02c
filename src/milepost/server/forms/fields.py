"""Fields that several forms have: a line of text that shows as it is written, addresses, passwords, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from milepost.errors import one_line
from milepost.server.models.fields import EMAIL_LENGTH

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_EMAIL, _PASSWORD = _("E-mail address"), _("Password")
# Longer ones only cost time to hash.
_PASSWORD_LENGTH = 256


def shows_as_written(text: str) -> None:
    """Refuse controls and what turns the direction of writing: they would disguise a name."""
    if one_line(text) != text:
        raise ValidationError(_("Holds characters that cannot be seen; type it anew."))


class Line(forms.CharField):
    """One line of text."""

    default_validators = [shows_as_written]

    def __init__(self, label: StrOrPromise, *, most: int, **options: Any) -> None:
        super().__init__(label=label, max_length=most, **options)


class Address(forms.EmailField):
    """An e-mail address, in lower case."""

    def __init__(self, label: StrOrPromise = _EMAIL, **options: Any) -> None:
        autocomplete = options.pop("autocomplete", "email")
        widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, max_length=EMAIL_LENGTH, widget=widget, **options)

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class Password(forms.CharField):
    """A password, taken as it is typed; `new` asks the browser to offer one."""

    def __init__(
        self, label: StrOrPromise = _PASSWORD, *, new: bool = False, **options: Any
    ) -> None:
        autocomplete = "new-password" if new else "current-password"
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(
            label=label, max_length=_PASSWORD_LENGTH, strip=False, widget=widget, **options
        )


class Code(forms.CharField):
    """A code of the authenticator app, or where `recovery` a recovery code as well."""

    def __init__(self, *, recovery: bool = False, **options: Any) -> None:
        attrs = {"autocomplete": "one-time-code"} | ({} if recovery else {"inputmode": "numeric"})
        label = _("Code of the app, or a recovery code") if recovery else _("Code of the app")
        super().__init__(label=label, max_length=40, widget=forms.TextInput(attrs=attrs), **options)
