"""Composed mails: what they say, that nothing written by others becomes markup, and their headers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost import clock
from milepost.channels.email.compose import compose, compose_notice, invitation_html, notice_html
from milepost.channels.email.mail import Drawn, Option, Sender
from milepost.channels.email.skeleton import skeleton
from milepost.channels.errors import ChannelError
from milepost.channels.markup import line
from tests.channels.samples import BASE, EVERY_KIND, NPS, SENDER, TOKEN, alert, mail

# What attackers write, between whatever else may be written.
HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '" onclick="x',
            "'>",
            "<img src=x onerror=x>",
            "</td></table>",
        ]
        + [
            "-->",
            "<!--",
            "javascript:alert(1)",
            "&lt;b&gt;",
            "{{question}}",
            "{{url0}}",
            "%(x)s",
            "$x",
        ]
        + [
            "\r\nBcc: all@example.org",
            "\u202e",
            "\x00",
            "<![endif]-->",
            "=?utf-8?q?=0ABcc:?=",
            "\u2028",
        ]
    )
    | st.text(max_size=20),
    min_size=1,
    max_size=6,
).map(lambda pieces: "x" + "".join(pieces))


class Structure(HTMLParser):
    """Everything of a page but its text: elements, the names of attributes, and its addresses."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str | None] = []
        self.text: list[str] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def sent(message: EmailMessage) -> EmailMessage:
    """What a receiver reads from the bytes on the wire."""
    read = message_from_bytes(bytes(message), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_answer_has_its_link_in_markup_and_in_text(kind: str) -> None:
    asked = EVERY_KIND[kind]
    message = sent(compose(asked))
    links = [link for link in Structure(part(message, "html")).links if link and "?v=" in link]
    assert links == [option.url for option in asked.options]
    text = part(message, "plain")
    assert [text.count(f"{option.url}\n") for option in asked.options] == [1] * len(links)
    assert asked.question in text


@given(hostile=HOSTILE)
def test_nothing_that_others_write_becomes_markup(hostile: str) -> None:
    plain, attacked = (
        replace(
            mail(),
            subject=text,
            brand=text,
            preheader=text,
            greeting=text,
            intro=text,
            question=text,
            low=text,
            high=text,
            footer=(text,),
            unsubscribe_label=text,
            view_label=text,
            options=tuple(replace(option, label=text, aria=text) for option in NPS),
        )
        for text in ("x", hostile)
    )
    assert_same_structure(invitation_html(plain), invitation_html(attacked))


@given(hostile=HOSTILE)
def test_nothing_in_an_alert_becomes_markup(hostile: str) -> None:
    plain, attacked = (
        notice_html(
            alert(
                title=text,
                text=text,
                score=text,
                words=text,
                facts=((text, text),),
                button=text,
                brand=text,
                subject=text,
                footer=(text,),
            )
        )
        for text in ("x", hostile)
    )
    assert_same_structure(plain, attacked)


def assert_same_structure(plain: str, attacked: str) -> None:
    expected, found = Structure(plain), Structure(attacked)
    assert found.tags == expected.tags
    assert found.links == expected.links
    assert found.comments == expected.comments


def test_everything_said_stands_in_both_parts() -> None:
    asked, told = mail(), alert()
    invitation, notice = sent(compose(asked)), sent(compose_notice(told))
    pairs = [
        (invitation, [asked.greeting, asked.intro, asked.question, asked.brand, *asked.footer]),
        (invitation, [asked.low, asked.high, asked.unsubscribe_label, asked.view_label]),
        (notice, [told.title, told.text, told.score, *told.words.split("\n"), told.button]),
        (notice, [*(text for fact in told.facts for text in fact), told.brand, *told.footer]),
    ]
    for message, texts in pairs:
        shown = "".join(Structure(part(message, "html")).text)
        assert [text for text in texts if text not in shown] == []
        assert [text for text in texts if text not in part(message, "plain")] == []


def test_words_are_shown_as_they_were_written() -> None:
    words = "5 < 6 & {{question}} \"quoted\" 'so'\nthen <b>this</b>"
    shown = "".join(Structure(notice_html(alert(words=words))).text)
    assert words.replace("\n", "") in shown
    assert "> 5 < 6" in part(sent(compose_notice(alert(words=words))), "plain")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/a/b", "", "ftp://x.example/"]
    + ["https://", "https://a b", 'https://x.example/"onclick=', "https://user:pw@x.example/"]
    + ["https://x.example/\r\nBcc: a@b", "https://x.example/<b>", "https://[::1", "https://x:0/"],
)
def test_only_web_addresses_become_links(url: str) -> None:
    with pytest.raises(ChannelError) as refusal:
        Option(value="1", label="1", aria="1", url=url)
    assert "\n" not in str(refusal.value)
    for name in ("unsubscribe_url", "one_click_url"):
        with pytest.raises(ChannelError):
            mail(**{name: url})
    if url:
        with pytest.raises(ChannelError):
            mail(view_url=url)
        with pytest.raises(ChannelError):
            mail(decoy_url=url)


@given(subject=HOSTILE, name=HOSTILE, brand=HOSTILE)
def test_text_cannot_add_a_header(subject: str, name: str, brand: str) -> None:
    """The bytes are read by the library's oldest parser, which takes every line at its word."""
    sender = Sender(name=brand, address="ask@nordlys.example")
    raw = bytes(compose(mail(subject=subject, to_name=name, sender=sender)))
    names = [head for head, _ in message_from_bytes(raw, policy=policy.compat32).items()]
    assert names == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "List-Unsubscribe", "List-Unsubscribe-Post"),
        *("MIME-Version", "Content-Type"),
    ]
    assert parseaddr(message_from_bytes(raw)["To"])[1] == "anna@example.org"


def decoded(header: str) -> str:
    """By the library's older decoder; its newer one puts blanks between encoded words of a name."""
    return str(make_header(decode_header(header)))


def read_back(subject: str, name: str) -> tuple[str, str]:
    raw = bytes(compose(mail(subject=subject, to_name=name)))
    assert raw.isascii()
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(row) <= 76 for row in head if b"=?" in row)
    message = message_from_bytes(raw, policy=policy.compat32)
    whose, address = parseaddr(message["To"])
    assert address == "anna@example.org"
    return decoded(message["Subject"]), decoded(whose)


@given(subject=st.text(min_size=1, max_size=150), name=st.text(max_size=80))
def test_subject_and_name_arrive_as_they_were_written(subject: str, name: str) -> None:
    expected = tuple(line(text).replace("=?", "= ?") for text in (subject, name))
    assert read_back(subject, name) == expected


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("ご滞在はいかがでしたか。アンケートへのご協力をお願いいたします。" * 3, "田中 花子"),
        ("سؤال واحد عن إقامتك في فنادقنا", "محمد بن عبد الله"),
        ("éaaaà 花é田ßéßbbé花田bà 花中 田子éàc中 à ébàb田b子花子", 'Björn "der Bär" Åström, Dr.'),
        ("Anna, 5 < 6", r'Anna "A" O\'Hara \ Berg, <b@c.example>'),
    ],
)
def test_subject_and_name_arrive_in_any_script(subject: str, name: str) -> None:
    assert read_back(subject, name) == (subject, name)


@pytest.mark.parametrize(
    "header",
    [
        ("X-A\r\nBcc", "x"),
        ("Bcc", "all@example.org"),
        ("x-ok", "a\r\nBcc: b"),
        ("To", "x@y.example"),
    ]
    + [("X Y", "z"), ("", "z"), ("X-Tag", "é"), ("list-unsubscribe", "x"), ("Content-Type", "x/y")],
)
def test_a_header_of_our_own_cannot_be_replaced_or_split(header: tuple[str, str]) -> None:
    with pytest.raises(ChannelError):
        compose(mail(headers=(header,)))


def test_encoded_words_that_somebody_wrote_are_not_decoded() -> None:
    hidden = "=?utf-8?q?Free_money?="
    assert read_back(hidden, hidden) == ("= ?utf-8?q?Free_money?=",) * 2


@pytest.mark.parametrize("value", ["a\r\nBcc: b", "a\nBcc: b", "a\r\n \r\nb", "é", "a\x00"])
def test_no_header_set_later_can_start_another(value: str) -> None:
    message = compose(mail())
    with pytest.raises(ChannelError):
        message["X-Later"] = value


def test_further_headers_are_sent() -> None:
    message = sent(compose(mail(headers=(("Feedback-ID", "stay:nps:milepost"),))))
    assert message["Feedback-ID"] == "stay:nps:milepost"


def test_one_click_unsubscribe_stands_whole_on_its_line() -> None:
    """RFC 8058: both headers, an https address; a folded or encoded one is not understood."""
    url = f"{BASE}/u/{'x' * 128}"
    raw = bytes(compose(mail(one_click_url=url, unsubscribe_to="stop@nordlys.example")))
    assert (
        f"\r\nList-Unsubscribe: <{url}>, <mailto:stop@nordlys.example?subject=unsubscribe>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ).encode() in raw


def test_the_row_s_own_message_id_is_kept_however_long() -> None:
    own = f"<{'0192f3b4-' * 12}@{'ask.' * 10}nordlys.example>"
    assert f"\r\nMessage-ID: {own}\r\n".encode() in bytes(compose(mail(message_id=own)))


@pytest.mark.parametrize("own", ["", "x@y", "<x>", "<x@y>\r\nBcc: z", "<a b@c>", "<é@x.example>"])
def test_a_malformed_message_id_is_refused(own: str) -> None:
    with pytest.raises(ChannelError):
        compose(mail(message_id=own))


def test_the_date_is_the_clock_s() -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    with clock.at(moment):
        assert parsedate_to_datetime(compose(mail())["Date"]) == moment


def test_notices_offer_no_unsubscribing_and_ask_for_no_replies() -> None:
    message = sent(compose_notice(alert()))
    assert message["List-Unsubscribe"] is None
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_decoy_stands_in_the_markup_alone_and_is_hidden_there() -> None:
    message = sent(compose(mail()))
    assert f"/m/{TOKEN}" not in part(message, "plain")
    before, found, _ = part(message, "html").partition(f'<a href="{BASE}/m/{TOKEN}"')
    assert found
    hiding = before[before.rindex("<div") :]
    assert "display: none" in hiding
    assert 'aria-hidden="true"' in hiding


def test_the_text_reads_from_top_to_bottom() -> None:
    text = part(sent(compose(mail(options=NPS[:2]))), "plain")
    assert text == (
        "Hi Anna,\n\nYou stayed with us last week.\n\n"
        "How likely are you to recommend us to a friend or colleague?\n\n"
        f"0 (Not at all likely): {BASE}/a/{TOKEN}?v=0\n1 (Extremely likely): {BASE}/a/{TOKEN}?v=1\n\n"
        "-- \n\nNordlys Hotels\n\nYou get this mail because you stayed with us.\n\n"
        "Havnegade 1, 8000 Aarhus C\n\n"
        f"View in the browser: {BASE}/a/{TOKEN}\nDo not ask me again: {BASE}/u/{TOKEN}\n"
    )


def test_language_and_direction_are_declared() -> None:
    page = invitation_html(mail(lang="ar", direction="rtl"))
    assert '<html lang="ar" dir="rtl">' in page
    assert page.count('align="left"') == 1, "only the far end of the scale stands on the left"


def test_a_client_s_size_limit_is_far_away() -> None:
    """Gmail cuts a mail off beyond 102 kB, and with it the way to unsubscribe."""
    assert max(len(bytes(compose(each))) for each in EVERY_KIND.values()) < 40_000


@pytest.mark.parametrize(
    "wrong",
    [{"accent": "red"}, {"accent": "#12345"}, {"accent": "#0b57a4;x:y"}, {"lang": 'en" x="'}]
    + [{"direction": "up"}, {"drawn": "hearts"}, {"options": ()}, {"lang": ""}],
)
def test_a_look_that_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ChannelError):
        mail(**wrong)


@pytest.mark.parametrize(
    "address", ["x", "a@", "@b", "a b@c.example", "jürgen@example.org", "a@b..c"]
)
def test_an_address_that_reaches_nobody_is_refused_in_one_line(address: str) -> None:
    for wrong in (mail(to=address), mail(sender=replace(SENDER, address=address))):
        with pytest.raises(ChannelError) as refusal:
            compose(wrong)
        assert "\n" not in str(refusal.value)


@given(address=st.text(max_size=60).map(lambda text: f"a{text}@example.org"))
def test_an_address_is_one_address_or_refused(address: str) -> None:
    try:
        message: EmailMessage = compose(mail(to=address))
    except ChannelError:
        return
    assert [to.addr_spec for to in sent(message)["To"].addresses] == [address]


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    assert sent(compose(mail(to="anna@bücher.example")))["To"].addresses[0].domain == (
        "xn--bcher-kva.example"
    )


def test_composing_is_quick_because_shapes_are_drawn_once() -> None:
    skeleton.cache_clear()
    for at in range(50):
        compose(mail(subject=f"{at}", greeting=f"Hi {at}", to=f"a{at}@example.org"))
    assert skeleton.cache_info().misses == 1


def test_every_way_of_drawing_is_tried() -> None:
    assert {asked.drawn for asked in EVERY_KIND.values()} == set(get_args(Drawn))
