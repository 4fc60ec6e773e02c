"""What one types to come in, and to change one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milepost.server.actions.passwords import knows
from milepost.server.forms.fields import Address, Code, Line, Password
from milepost.server.models import Member

NAME_LENGTH = 100


class SignIn(forms.Form):
    """Address and password."""

    email = Address(autocomplete="username")
    password = Password()


class SecondStep(forms.Form):
    """The code that the second factor asks for."""

    code = Code(recovery=True)


class AskReset(forms.Form):
    """The address that a reset link is to go to."""

    email = Address(autocomplete="username")


class OfMember(forms.Form):
    """A form about one member."""

    def __init__(self, data: QueryDict | None, *, member: Member) -> None:
        super().__init__(data)
        self.member = member


class NewPassword(OfMember):
    """A new password, twice, good enough for `member`."""

    password = Password(_("New password"), new=True, help_text=_("At least 12 characters."))
    again = Password(_("The same again"), new=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        elif password:
            self._judge(password)
        return given

    def _judge(self, password: str) -> None:
        try:
            validate_password(password, self.member)
        except ValidationError as error:
            self.add_error("password", error)


class Enrol(NewPassword):
    """The account that an invitation promises."""

    name = Line(_("Your name"), most=NAME_LENGTH, widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ["email", "name", "password", "again"]

    def clean(self) -> dict[str, Any]:
        self.member.name = self.cleaned_data.get("name", "")
        self.member.email = self.member.email or self.cleaned_data.get("email", "")
        return super().clean()


class EnrolFirst(Enrol):
    """The first administrator's account: nobody invited them, so they state their address."""

    email = Address(autocomplete="username")


class Name(forms.Form):
    """One's own name."""

    name = Line(_("Name"), most=NAME_LENGTH, widget=forms.TextInput({"autocomplete": "name"}))


class Language(forms.Form):
    """The language of one's pages."""

    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser says")), *settings.LANGUAGES],
    )


class OwnPassword(OfMember):
    """The password of whoever is signed in, before something that matters."""

    old = Password(_("Your password"))

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not knows(self.member, old):
            raise ValidationError(_("This is not your password."))
        return old


class ChangePassword(NewPassword, OwnPassword):
    """A new password in place of the old one."""

    field_order = ["old", "password", "again"]


class SwitchOn(OwnPassword):
    """The first code of a new second factor. `offered` is the signed secret of the page."""

    offered = forms.CharField(max_length=300, widget=forms.HiddenInput)
    code = Code()
    field_order = ["code", "old"]


class SwitchOff(OwnPassword):
    """Password and code, to do without codes from now on."""

    code = Code(recovery=True)
    field_order = ["old", "code"]
