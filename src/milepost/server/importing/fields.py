"""What a column of a file may be, how its cells are read, and by which headings it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from milepost.channels.catalogue import CHANNELS
from milepost.server.importing import values
from milepost.server.importing.moments import Order, moment
from milepost.server.importing.values import Unusable

Kind = Literal["people", "events"]
Value = str | bool | datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """How a file writes what can be written in several ways.

    `region` is the country of phone numbers without a country code, `time_zone` that of times
    without an offset.
    """

    region: str | None = None
    time_zone: str = "UTC"
    order: Order = "dmy"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column can be; `read` raises Unusable. `headings` are compared without case and signs."""

    name: str
    title: str
    read: Callable[[str, Ways], Value]
    headings: str


def _text(most: int) -> Callable[[str, Ways], str]:
    return lambda text, ways: values.bounded(text, most)


def _moment(text: str, ways: Ways) -> datetime:
    return moment(text, ways.time_zone, ways.order)


def _truth(text: str, ways: Ways) -> bool:
    return values.truth(text)


EXTERNAL_ID = Field(
    "external_id", "Customer id", _text(100),
    "external id, customer id, customer number, customer no, customer, customer key, client id, contact id, person id, user id,"
    " member id, id, kundenummer, kundenr, kunde id, kundennummer, kunden nr, 客户编号, 客户id, 客戶編號, numéro client, id client,"
    " id cliente, número de cliente, código do cliente, 顧客id, 顧客番号, رقم العميل, ग्राहक आईडी",
)  # fmt: skip
EMAIL = Field(
    "email", "E-mail", lambda text, ways: values.email(text),
    "email, e mail, mail, email address, e mail address, mail address, emailadresse, e mail adresse, mailadresse, correo,"
    " correo electrónico, courriel, adresse e mail, adresse mail, endereço de email, endereço de e mail, 邮箱, 电子邮箱, 电子邮件,"
    " 郵箱, 電子郵件, 電郵, メール, メールアドレス, البريد الإلكتروني, بريد, ईमेल, customer email, contact email, recipient",
)  # fmt: skip
PHONE = Field(
    "phone", "Phone", lambda text, ways: values.phone(text, ways.region),
    "phone, phone number, telephone, tel, mobile, mobile phone, mobile number, cell, cell phone, msisdn, telefon, telefonnummer,"
    " mobil, mobilnummer, tlf, handy, handynummer, rufnummer, téléphone, numéro de téléphone, portable, teléfono, móvil, celular,"
    " telefone, telemóvel, 电话, 电话号码, 手机, 手机号, 電話, 電話番号, 手機, 携帯, 携帯電話, هاتف, رقم الهاتف, جوال, फ़ोन, मोबाइल",
)  # fmt: skip

PEOPLE = (
    EXTERNAL_ID,
    EMAIL,
    PHONE,
    Field("name", "Name", _text(200),
          "name, full name, fullname, display name, customer name, contact name, navn, fulde navn, vollständiger name, nom complet,"
          " nombre completo, nome, nome completo, 姓名, 名字, 氏名, お名前, الاسم, الاسم الكامل, नाम"),
    Field("first_name", "First name", _text(100),
          "first name, firstname, given name, forename, fornavn, vorname, prénom, nombre, primeiro nome, 名, الاسم الأول"),
    Field("last_name", "Last name", _text(100),
          "last name, lastname, surname, family name, efternavn, nachname, familienname, nom, nom de famille, apellido, apellidos,"
          " sobrenome, apelido, 姓, اسم العائلة, उपनाम"),
    Field("locale", "Language", lambda text, ways: values.locale(text),
          "locale, language, lang, preferred language, language code, sprog, sprache, langue, idioma, 语言, 語言, 言語, لغة, اللغة, भाषा"),
    Field("time_zone", "Time zone", lambda text, ways: values.zone(text),
          "time zone, timezone, tz, tidszone, zeitzone, fuseau horaire, zona horaria, fuso horário, 时区, 時區, タイムゾーン"),
    Field("account", "Account", _text(100),
          "account, account id, account name, company, company name, organisation, organization, employer, firma, virksomhed,"
          " konto, unternehmen, entreprise, société, empresa, conta, cuenta, 公司, 会社, 会社名, شركة, الشركة, कंपनी"),
    Field("preferred_channel", "Preferred channel", lambda text, ways: values.channel(text), "preferred channel, channel preference, contact channel"),
    Field("consent", "Consent (all channels)", _truth,
          "consent, permission, opt in, optin, gdpr consent, marketing consent, survey consent, subscribed, samtykke, einwilligung,"
          " consentement, consentimiento, consentimento, 同意, موافقة, सहमति"),
    *(
        Field(f"consent_{channel.name}", f"Consent to {channel.title}", _truth,
              f"consent {channel.name}, {channel.name} consent, {channel.name} opt in, {channel.name} permission")
        for channel in CHANNELS if channel.consent
    ),
    Field("unsubscribed", "Unsubscribed", _truth,
          "unsubscribed, opted out, opt out, optout, do not contact, do not email, email opt out, afmeldt, abgemeldet, désabonné"),
    Field("joined_at", "Customer since", _moment,
          "joined, joined at, customer since, member since, signed up, signup date, sign up date, signed up at, registered,"
          " registered at, registration date, kunde siden, kunde seit, client depuis, cliente desde, 注册时间, 註冊時間, 登録日"),
    Field("last_contact_at", "Last contact", _moment,
          "last contact, last contact at, last contacted, last seen, last activity, last order, last purchase, sidste kontakt,"
          " letzter kontakt, dernier contact, último contacto"),
)  # fmt: skip

EVENTS = (
    EXTERNAL_ID,
    EMAIL,
    PHONE,
    Field("event", "Event", _text(60), "event, event name, event type, what, type, hændelse, ereignis, événement, evento, 事件, イベント"),
    Field("at", "When", _moment,
          "at, when, date, time, timestamp, datetime, occurred at, happened at, event time, event date, created at, delivered at,"
          " tidspunkt, dato, datum, zeitpunkt, fecha, data, 时间, 日期, 時間, 日時"),
    Field("key", "The event's own id", _text(100),
          "key, event id, event key, order id, order number, order no, ticket id, ticket number, case id, call id, reference,"
          " ordrenummer, bestellnummer, numéro de commande, 订单号, 訂單號, 注文番号"),
    Field("touchpoint", "Touchpoint", _text(60), "touchpoint, touch point, kontaktpunkt, point de contact"),
    Field("channel", "Channel", _text(16), "channel, contact channel, kanal, canal, 渠道, チャネル"),
)  # fmt: skip

FIELDS: dict[Kind, tuple[Field, ...]] = {"people": PEOPLE, "events": EVENTS}
# The channels for which consent is kept.
CONSENTED = tuple(channel.name for channel in CHANNELS if channel.consent)
# What names a person, in the order in which it is believed.
IDENTITIES = ("external_id", "email", "phone")
# What else may be done with a column.
ATTRIBUTE, IGNORE = "attribute", "ignore"


def key_of(heading: str) -> str:
    """A heading as it is compared.

    >>> key_of("E-Mail_Adresse"), key_of("e mail adresse")
    ('emailadresse', 'emailadresse')
    """
    return "".join(filter(_letter, values.clean(heading).casefold()))


def field_of(kind: Kind, heading: str) -> str | None:
    """The field a heading names.

    >>> field_of("people", "E-Mail-Adresse"), field_of("people", "邮箱"), field_of("people", "colour")
    ('email', 'email', None)
    """
    return _BY_HEADING[kind].get(key_of(heading))


def mostly_emails(cells: Iterable[str]) -> bool:
    """Whether four of five cells that say something are e-mail addresses."""
    filled = [cell for cell in cells if not values.blank(cell)]
    return bool(filled) and sum(map(_is_email, filled)) >= 0.8 * len(filled)


def _letter(letter: str) -> bool:
    # Marks belong to letters of Hindi and Arabic; `isalnum` alone would lose them.
    return letter.isalnum() or ord(letter) > 0x2FF


def _is_email(cell: str) -> bool:
    try:
        return bool(values.email(cell))
    except Unusable:
        return False


_BY_HEADING = {
    kind: {
        key_of(heading): field.name
        for field in reversed(fields)
        for heading in (*field.headings.split(","), field.name, field.title)
    }
    for kind, fields in FIELDS.items()
}
