"""What whoever hosts the server may set: one tuple that environment, file and documentation follow."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from milepost.errors import MilepostError, hint, nearest

Kind = Literal["text", "whole", "switch", "list"]
FILE = "server.toml"
PREFIX = "MILEPOST_"
# Where the server keeps what is its own: the database, the secret key, backups.
OWN = ".milepost"
# Where mails go that are only tried out.
MAILS = "mails"
_KEY = "secret_key"


class SettingError(MilepostError, ValueError):
    """A setting is wrong: its name, its kind, or what it is to be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `MILEPOST_<NAME>` in the environment, `<name>` in server.toml.

    A `secret` may also be named as a file: `MILEPOST_<NAME>_FILE`; it is never shown.
    """

    name: str
    default: str
    help: str
    kind: Kind = "text"
    secret: bool = False

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return PREFIX + self.name.upper()


SETTINGS = (
    Setting("url", "http://127.0.0.1:8400", "The address people reach this server under; every link in a mail begins with it."),
    Setting("host", "127.0.0.1", "The network address to listen on; 0.0.0.0 for all of them."),
    Setting("port", "8400", "The port to listen on.", "whole"),
    Setting("database_url", "", "postgresql://user:password@host/name. Empty: SQLite in .milepost/milepost.db.", secret=True),
    Setting("secret_key", "", "Signs sessions and links. Empty: made at the first start, in .milepost/secret_key.", secret=True),
    Setting("smtp_host", "", "The mail server that sends. Empty: no mail leaves, and `milepost doctor` says so."),
    Setting("smtp_port", "587", "The mail server's port.", "whole"),
    Setting("smtp_security", "starttls", "starttls, tls or none."),
    Setting("smtp_user", "", "The mail server's user name, if it wants one."),
    Setting("smtp_password", "", "The mail server's password.", secret=True),
    Setting("smtp_timeout", "20", "Seconds to wait for the mail server before trying again later.", "whole"),
    Setting("mail_provider", "smtp", "smtp; folder: written into mails/ to try things out, and sent to nobody; or a provider: brevo, mailgun, mailersend, mailjet, postal, postmark, resend, sendgrid, sparkpost."),
    Setting("mail_key", "", "The provider's key.", secret=True),
    Setting("mail_domain", "", "The provider's sending domain, where it asks for one (Mailgun)."),
    Setting("mail_webhook_secret", "", "user:password that the provider sends with its bounce and complaint notices.", secret=True),
    Setting("mail_from", "", "The sender until one is set on the settings page: feedback@example.com."),
    Setting("trusted_proxies", "", "Networks of proxies whose X-Forwarded-For is believed: 10.0.0.0/8, 127.0.0.1/32.", "list"),
    Setting("threads", "8", "Requests answered at the same time.", "whole"),
    Setting("measuring", "1", "Processes that measure what the pages show; each may take up to 1.5 GB while it works.", "whole"),
    Setting("worker", "on", "off: this process serves pages only, and `milepost worker` does the rest.", "switch"),
    Setting("log_level", "info", "debug, info, warning or error."),
    Setting("metrics_token", "", "The bearer token that /metrics asks for. Empty: only this machine may read it, and nobody where url is https.", secret=True),
)  # fmt: skip

BY_NAME = {setting.name: setting for setting in SETTINGS}
_CHOICES = {
    "smtp_security": ("starttls", "tls", "none"),
    "log_level": ("debug", "info", "warning", "error"),
}
_SWITCH = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one project folder as they are in force; `came` tells where each came from."""

    folder: Path
    values: Mapping[str, str]
    came: Mapping[str, str]

    def text(self, name: str) -> str:
        """A setting as text."""
        return self.values[name]

    def whole(self, name: str) -> int:
        """A setting that is a whole number."""
        return int(self.values[name])

    def on(self, name: str) -> bool:
        """A setting that is a switch."""
        return _SWITCH[self.values[name].lower()]

    def listed(self, name: str) -> tuple[str, ...]:
        """A setting that is a list, written with commas."""
        return _parts(self.values[name])

    @property
    def own(self) -> Path:
        """The folder of what is the server's own."""
        return self.folder / OWN


def read(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of a project folder: environment over server.toml over defaults. Raises SettingError."""
    environ = os.environ if environ is None else environ
    values = {setting.name: setting.default for setting in SETTINGS}
    came = dict.fromkeys(values, "default")
    for where, given in (
        (FILE, _of_file(folder / FILE)),
        ("environment", _of_environment(environ)),
    ):
        values |= given
        came |= dict.fromkeys(given, where)
    for setting in SETTINGS:
        _check(setting, values[setting.name], came[setting.name])
    if came["url"] == "default":
        values["url"] = f"http://127.0.0.1:{values['port']}"
    return Settings(folder=folder, values=values, came=came)


def _of_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path.name}: not TOML ({error}); write lines such as port = 8400"
        ) from None
    for name in given:
        if name not in BY_NAME:
            raise SettingError(f"{path.name}: setting '{name}' is unknown{hint(name, BY_NAME)}")
    return {name: _written(value) for name, value in given.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _of_environment(environ: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for setting in SETTINGS:
        if setting.variable in environ:
            given[setting.name] = environ[setting.variable]
        elif setting.secret and (named := environ.get(f"{setting.variable}_FILE")):
            given[setting.name] = _of_secret_file(setting, Path(named))
    _refuse_unknown(environ)
    return given


def _of_secret_file(setting: Setting, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"{setting.variable}_FILE: {path}: {error.strerror}; name a file that can be read"
        ) from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {setting.variable for setting in SETTINGS}
    known |= {f"{setting.variable}_FILE" for setting in SETTINGS if setting.secret} | {
        f"{PREFIX}FOLDER"
    }
    for name in environ:
        if name.startswith(PREFIX) and name not in known and (close := nearest(name, known)):
            raise SettingError(f"environment: {name} is unknown; did you mean {close}?")


def _check(setting: Setting, value: str, came: str) -> None:
    where = setting.variable if came == "environment" else f"{came}: {setting.name}"
    shown = "the value given" if setting.secret else f"'{value}'"
    if setting.kind == "whole" and not value.isdecimal():
        raise SettingError(
            f"{where}: {shown} is no whole number; write one such as {setting.default}"
        )
    if setting.kind == "switch" and value.lower() not in _SWITCH:
        raise SettingError(f"{where}: {shown} is neither on nor off")
    if setting.kind == "list":
        _check_networks(where, value)
    choices = _CHOICES.get(setting.name)
    if choices and value not in choices:
        raise SettingError(f"{where}: {shown} is none of {', '.join(choices)}")
    if setting.name == "url" and not value.startswith(("http://", "https://")):
        raise SettingError(
            f"{where}: {shown} is no address; write one such as https://feedback.example.com"
        )


def _check_networks(where: str, value: str) -> None:
    for part in _parts(value):
        try:
            ip_network(part, strict=False)
        except ValueError:
            raise SettingError(
                f"{where}: '{part}' is no network; write one such as 10.0.0.0/8"
            ) from None


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def prepare(settings: Settings) -> None:
    """Make the server's own folder and its secret key, readable by their owner only."""
    settings.own.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        number = os.open(settings.own / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(number, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(48))
        handle.flush()
        os.fsync(handle.fileno())


def secret_key(settings: Settings) -> str:
    """The key that signs sessions and links; one of this process's own where none was made yet."""
    path = settings.own / _KEY
    kept = path.read_text(encoding="ascii").strip() if path.exists() else ""
    return settings.text("secret_key") or kept or secrets.token_urlsafe(48)
