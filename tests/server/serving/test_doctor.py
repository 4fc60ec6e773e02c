"""`milepost doctor` finds what is wrong with a set-up, and says what to do."""

from __future__ import annotations

import json
import shutil
import socket
import socketserver
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import dns.message
import dns.resolver
import dns.rrset
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from milepost import clock
from milepost.server.doctor import data, mail, place
from milepost.server.doctor.dns import NotLooked, texts
from milepost.server.doctor.findings import Finding
from milepost.server.models import Beat, Company, Dirty, Notice
from milepost.server.settings import Settings, read
from tests.server.serving.conftest import POSTGRES, Place, free_port

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def settings(folder: Path, **given: str) -> Settings:
    return read(folder, {f"MILEPOST_{name.upper()}": value for name, value in given.items()})


def grades(found: Iterator[Finding]) -> list[str]:
    return [finding.grade for finding in found]


@pytest.mark.parametrize(
    ("url", "grade"),
    [
        ("http://127.0.0.1:8400", "warning"),
        ("http://localhost", "warning"),
        ("http://ask.example.com", "wrong"),
        ("https://ask.example.com", "ok"),
    ],
)
def test_pages_are_reached_by_https(tmp_path: Path, url: str, grade: str) -> None:
    assert grades(place.address(settings(tmp_path, url=url))) == [grade]


@pytest.mark.parametrize(
    ("trusted", "grade"), [("", "wrong"), ("127.0.0.1/32", "ok"), ("0.0.0.0/0", "wrong")]
)
def test_behind_https_a_proxy_is_named(tmp_path: Path, trusted: str, grade: str) -> None:
    given = settings(tmp_path, url="https://x.example", trusted_proxies=trusted)
    assert grades(place.proxies(given)) == [grade]


@pytest.mark.parametrize(
    ("key", "grade"),
    [
        ("", "ok"),
        ("changeme", "wrong"),
        ("x" * 60, "wrong"),
        ("7Jw-Kd93nSl_pQ04vBz8Yt5RmXcE1uHa", "ok"),
    ],
)
def test_a_secret_that_can_be_guessed_is_wrong(tmp_path: Path, key: str, grade: str) -> None:
    assert grades(place.secrets(settings(tmp_path, secret_key=key))) == [grade]


def test_files_that_others_may_read_are_wrong(tmp_path: Path) -> None:
    given = settings(tmp_path)
    given.own.mkdir(mode=0o700)
    kept = given.own / "secret_key"
    kept.write_text("x")
    kept.chmod(0o600)
    assert grades(place.files(given)) == ["ok"]

    kept.chmod(0o640)
    (found,) = place.files(given)
    assert (found.grade, found.text.endswith(f"chmod 600 {kept}")) == ("wrong", True)


@pytest.mark.parametrize(("free", "grade"), [(100, "wrong"), (10**9, "warning"), (10**12, "ok")])
def test_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: str
) -> None:
    usage = namedtuple("usage", "total used free")(0, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert grades(place.disk(settings(tmp_path))) == [grade]


def test_the_nearest_mount_tells_the_file_system() -> None:
    mounts = "a / ext4 rw 0 0\nb:/x /srv nfs4 rw 0 0\nc /srv/local\\040disk xfs rw 0 0\n"

    assert data.remote(Path("/srv/project"), mounts) == "nfs4"
    assert data.remote(Path("/srv/local disk/project"), mounts) is None
    assert data.remote(Path("/srvx"), mounts) is None


@pytest.mark.django_db
def test_sqlite_under_several_hosts_is_wrong(tmp_path: Path) -> None:
    Beat.objects.create(worker="a", host="one", at=clock.now())
    assert list(data.hosts(settings(tmp_path))) == []
    Beat.objects.create(worker="b", host="two", at=clock.now() - timedelta(hours=1))
    assert list(data.hosts(settings(tmp_path))) == []

    Beat.objects.create(worker="c", host="two", at=clock.now())
    assert grades(data.hosts(settings(tmp_path))) == ([] if POSTGRES else ["wrong"])


@pytest.mark.django_db
def test_a_clock_that_ran_backwards_is_wrong(tmp_path: Path) -> None:
    Beat.objects.create(worker="a", host="one", at=clock.now())
    assert grades(data.clocks(settings(tmp_path))) == ["ok"]

    Beat.objects.create(worker="b", host="one", at=clock.now() + timedelta(minutes=5))
    (found,) = data.clocks(settings(tmp_path))
    assert (found.grade, "ran backwards" in found.text) == ("wrong", True)


@pytest.mark.django_db
def test_an_unknown_time_zone_is_wrong(tmp_path: Path) -> None:
    Company.objects.create(pk=1, time_zone="Mars/Olympus")
    assert grades(data.clocks(settings(tmp_path))) == ["wrong", "ok"]


@pytest.mark.django_db
def test_workers_and_what_waits_for_them(tmp_path: Path) -> None:
    given = settings(tmp_path)
    assert grades(data.workers(given)) == ["warning"]
    assert grades(data.queue(given)) == ["ok"]
    Beat.objects.create(worker="a", host="one", at=clock.now())
    assert grades(data.workers(given)) == ["ok"]

    due = clock.now() - timedelta(minutes=11)
    Notice.objects.create(kind="t", subject_key="t", to="a@b.example", due_at=due)
    assert grades(data.queue(given)) == ["wrong"]
    Dirty.objects.bulk_create(Dirty(fact="responses", month="2026-11") for _ in range(10_001))
    assert grades(data.facts(given)) == ["warning"]


class Mailbox:
    """A mail server that takes mail from one sender only."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not address.endswith("@ours.example"):
            return "550 5.7.1 not your domain"
        envelope.mail_from = address
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[Callable[..., int]]:
    """Starts a mail server on loopback that wants the password 'right'; gives its port."""
    started: list[Controller] = []

    def start() -> int:
        def allowed(
            server: object, session: object, envelope: object, kind: str, login: object
        ) -> AuthResult:
            return AuthResult(success=getattr(login, "password", b"") == b"right", handled=False)

        port = free_port()
        controller = Controller(
            Mailbox(), hostname="127.0.0.1", port=port, authenticator=allowed,
            auth_require_tls=False,
        )  # fmt: skip
        controller.start()
        started.append(controller)
        return port

    yield start
    for controller in started:
        controller.stop()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "grade", "words"),
    [
        ({}, "ok", "127.0.0.1, port"),
        ({"smtp_user": "u", "smtp_password": "right"}, "ok", "127.0.0.1, port"),
        ({"smtp_user": "u", "smtp_password": "false"}, "wrong", "refuses the login"),
        ({"mail_from": "a@theirs.example"}, "wrong", "refuses mail from a@theirs.example (550"),
        ({"smtp_security": "starttls"}, "wrong", "see MILEPOST_SMTP_SECURITY"),
    ],
)
def test_the_mail_server_is_really_asked(
    tmp_path: Path, mail_server: Callable[..., int], given: dict[str, str], grade: str, words: str
) -> None:
    usual = {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(mail_server()),
        "smtp_security": "none",
        "mail_from": "a@ours.example",
    }

    (found,) = mail.smtp(settings(tmp_path, **(usual | given)))
    assert found.grade == grade
    assert words in found.text
    assert "false" not in found.text


@pytest.mark.django_db
def test_a_mail_server_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        port = hanging.getsockname()[1]
        given = settings(tmp_path, smtp_host="127.0.0.1", smtp_port=str(port), smtp_security="none")
        began = time.monotonic()
        (found,) = mail.smtp(given)
    assert found.grade == "wrong"
    assert "timed out" in found.text
    assert time.monotonic() - began < 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "grade"),
    [
        ({"mail_provider": "postmark"}, "wrong"),
        ({"mail_provider": "mailgun", "mail_key": "k"}, "wrong"),
        ({"mail_provider": "postmark", "mail_key": "k"}, "warning"),
        ({"mail_provider": "postmark", "mail_key": "k", "mail_webhook_secret": "u:p"}, "ok"),
    ],
)
def test_a_provider_needs_its_key(tmp_path: Path, given: dict[str, str], grade: str) -> None:
    assert grades(mail.provider(settings(tmp_path, **given))) == [grade]


@pytest.mark.django_db
def test_the_company_s_own_sender_goes_before_the_setting(tmp_path: Path) -> None:
    assert grades(mail.sender(settings(tmp_path))) == ["wrong"]
    assert grades(mail.sender(settings(tmp_path, mail_from="a@b.example"))) == ["ok"]
    Company.objects.create(pk=1, sender_address="nowhere@host")
    assert grades(mail.sender(settings(tmp_path, mail_from="a@b.example"))) == ["wrong"]


RECORDS = {
    "good.test.": ("v=spf1 include:x.test ~all", "another"),
    "s1._domainkey.good.test.": ("v=DKIM1; k=rsa; p=" + "A" * 392,),
    "_dmarc.good.test.": ("v=DMARC1; p=reject; rua=mailto:d@good.test",),
    "bare.test.": (),
}


class NameServer(socketserver.BaseRequestHandler):
    """Answers TXT questions from RECORDS; what is not in there does not exist."""

    def handle(self) -> None:
        packet, sock = self.request
        asked = dns.message.from_wire(packet)
        answer, name = dns.message.make_response(asked), asked.question[0].name
        found = RECORDS.get(name.to_text())
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        # A record of more than 255 bytes comes in several strings.
        cut = [[f'"{text[i : i + 200]}"' for i in range(0, len(text), 200)] for text in found or ()]
        if cut:
            strings = [" ".join(parts) for parts in cut]
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", strings))
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name server on loopback that this process asks."""
    with socketserver.UDPServer(("127.0.0.1", 0), NameServer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield
        server.shutdown()


@pytest.mark.django_db
def test_the_records_of_the_sender_s_domain_are_looked_up(tmp_path: Path, names: None) -> None:
    good = list(mail.records(settings(tmp_path, mail_from="a@good.test")))
    bare = list(mail.records(settings(tmp_path, mail_from="a@bare.test")))
    none = list(mail.records(settings(tmp_path, mail_from="a@none.test")))

    assert grades(iter(good)) == ["ok", "ok", "ok"], good
    assert [f.grade for f in bare] == ["wrong", "warning", "wrong"]
    assert "SPF is missing" in bare[0].text
    assert "does not exist" in none[0].text


def test_no_answer_is_not_taken_for_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], free_port()
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    monkeypatch.setattr("milepost.server.doctor.dns._SECONDS", 0.3)

    with pytest.raises(NotLooked):
        texts("good.test")


def test_a_doctor_in_an_empty_folder_makes_nothing(place: Place) -> None:
    asked = place.run("doctor", "--format", "json")

    assert asked.returncode == 1
    found = {finding["about"]: finding["grade"] for finding in json.loads(asked.stdout)}
    assert found["sender"] == found["mail server"] == "wrong"
    assert found["database"] == "warning"
    assert list(place.folder.iterdir()) == []


def test_a_doctor_tells_of_settings_that_cannot_be_read(place: Place) -> None:
    asked = place.run("doctor", MILEPOST_PORT="many")

    assert asked.returncode == 1
    assert "'many' is no whole number" in asked.stdout
    assert asked.stderr == ""


def test_a_doctor_tells_of_a_database_that_does_not_answer_once(place: Place) -> None:
    gone = f"postgresql://u:hidden-word@127.0.0.1:{free_port()}/none"
    asked = place.run("doctor", MILEPOST_DATABASE_URL=gone)

    assert asked.returncode == 1
    assert asked.stdout.count("does not answer") == 1
    assert "hidden-word" not in asked.stdout
