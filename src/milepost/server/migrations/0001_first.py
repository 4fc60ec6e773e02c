"""The tables of the first version."""

from __future__ import annotations

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import milepost.clock
import milepost.server.models.company
import milepost.server.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=100)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("manager", "manager"),
                            ("analyst", "analyst"),
                            ("responder", "responder"),
                        ],
                        default="responder",
                        max_length=16,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("locale", models.CharField(blank=True, default="", max_length=16)),
                ("totp_secret", models.CharField(blank=True, default="", max_length=64)),
                ("totp_step", models.BigIntegerField(default=0)),
                ("credentials", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
            ],
            options={
                "ordering": ("name", "email"),
            },
        ),
        migrations.CreateModel(
            name="Beat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker", models.CharField(max_length=64, unique=True)),
                ("host", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Our company", max_length=100)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("locale", models.CharField(default="en", max_length=16)),
                ("sender_name", models.CharField(blank=True, default="", max_length=100)),
                ("sender_address", models.CharField(blank=True, default="", max_length=254)),
                ("reply_to", models.CharField(blank=True, default="", max_length=254)),
                ("alert_address", models.CharField(blank=True, default="", max_length=254)),
                ("website", models.CharField(blank=True, default="", max_length=300)),
                ("postal_address", models.CharField(blank=True, default="", max_length=300)),
                ("accent", models.CharField(default="#1f5f8b", max_length=7)),
                ("budget", models.JSONField(default=milepost.server.models.company.usual_budget)),
                ("sending", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Dirty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(max_length=16)),
                ("month", models.CharField(max_length=7)),
            ],
        ),
        migrations.CreateModel(
            name="PlanDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("relationship", "relationship"),
                            ("transactional", "transactional"),
                        ],
                        default="relationship",
                        max_length=16,
                    ),
                ),
                ("document", models.JSONField()),
                ("active", models.BooleanField(default=False)),
                ("decide_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("title",),
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("document", models.JSONField()),
                ("archived", models.BooleanField(default=False)),
                (
                    "token",
                    models.CharField(
                        default=milepost.server.models.fields.token,
                        editable=False,
                        max_length=22,
                        unique=True,
                    ),
                ),
                ("open_link", models.BooleanField(default=False)),
                ("touchpoint", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("title",),
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("colour", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
            ],
            options={
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("manager", "manager"),
                            ("analyst", "analyst"),
                            ("responder", "responder"),
                        ],
                        default="responder",
                        max_length=16,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("people", "people"), ("events", "events")],
                        default="people",
                        max_length=16,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("path", models.CharField(max_length=300)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="uploaded",
                        max_length=16,
                    ),
                ),
                ("read", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("subject_key", models.CharField(max_length=320, unique=True)),
                ("to", models.CharField(max_length=254)),
                ("content", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "claimed"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due_at"], name="notice_due")],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("external_id", models.CharField(max_length=100, null=True, unique=True)),
                ("email", models.CharField(max_length=254, null=True, unique=True)),
                ("phone", models.CharField(max_length=16, null=True, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                (
                    "name_key",
                    models.CharField(blank=True, db_index=True, default="", max_length=80),
                ),
                (
                    "surname_key",
                    models.CharField(blank=True, db_index=True, default="", max_length=80),
                ),
                ("locale", models.CharField(blank=True, default="", max_length=16)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("account", models.CharField(blank=True, default="", max_length=100)),
                (
                    "account_key",
                    models.CharField(blank=True, db_index=True, default="", max_length=80),
                ),
                ("attributes", models.JSONField(default=dict)),
                ("preferred_channel", models.CharField(blank=True, default="", max_length=16)),
                ("consent", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("unsubscribed", "unsubscribed"),
                            ("bounced", "bounced"),
                            ("complained", "complained"),
                            ("erased", "erased"),
                        ],
                        default="active",
                        max_length=16,
                    ),
                ),
                ("status_since", models.DateTimeField(null=True)),
                ("status_reason", models.CharField(blank=True, default="", max_length=200)),
                ("test", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField(null=True)),
                ("last_contact_at", models.DateTimeField(null=True)),
                ("last_asked_at", models.DateTimeField(db_index=True, null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "updated_at",
                    models.DateTimeField(db_index=True, default=milepost.clock.now, null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status"], name="person_status"),
                    models.Index(
                        condition=models.Q(("test", True)), fields=["id"], name="person_test"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=100, null=True)),
                ("at", models.DateTimeField()),
                ("touchpoint", models.CharField(blank=True, default="", max_length=60)),
                ("channel", models.CharField(blank=True, default="", max_length=16)),
                ("details", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="server.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("verb", models.CharField(max_length=40)),
                ("about", models.CharField(blank=True, default="", max_length=200)),
                ("why", models.CharField(blank=True, default="", max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("written", "written"),
                            ("lost", "lost"),
                            ("unsure", "unsure"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "before_hash",
                    models.CharField(blank=True, db_index=True, default="", max_length=64),
                ),
                ("after_hash", models.CharField(db_index=True, max_length=64)),
                ("before", models.TextField(blank=True, default="")),
                ("after", models.TextField()),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=milepost.server.models.fields.random_id,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "token",
                    models.CharField(
                        default=milepost.server.models.fields.token,
                        editable=False,
                        max_length=22,
                        unique=True,
                    ),
                ),
                ("touchpoint", models.CharField(blank=True, default="", max_length=60)),
                ("channel", models.CharField(default="email", max_length=16)),
                ("locale", models.CharField(default="en", max_length=16)),
                ("attributes", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("sent", "sent"),
                            ("answered", "answered"),
                            ("closed", "closed"),
                        ],
                        default="planned",
                        max_length=16,
                    ),
                ),
                ("closed_because", models.CharField(blank=True, default="", max_length=32)),
                ("test", models.BooleanField(default=False)),
                ("repeats", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("bounced_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="server.event"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="server.person",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="server.program"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="server.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked", models.BooleanField()),
                ("reason", models.CharField(max_length=32)),
                ("detail", models.JSONField(default=dict)),
                ("until", models.DateTimeField(null=True)),
                ("since", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="server.event",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="server.person"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="server.program",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=milepost.server.models.fields.token, max_length=22, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, to="server.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="server.referral",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=milepost.server.models.fields.random_id,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "nonce",
                    models.CharField(
                        default=milepost.server.models.fields.token, max_length=64, unique=True
                    ),
                ),
                ("touchpoint", models.CharField(blank=True, default="", max_length=60)),
                ("channel", models.CharField(default="link", max_length=16)),
                ("locale", models.CharField(default="en", max_length=16)),
                ("attributes", models.JSONField(default=dict)),
                ("score", models.SmallIntegerField(null=True)),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                    ),
                ),
                (
                    "comment",
                    models.TextField(
                        blank=True,
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                    ),
                ),
                ("further", models.JSONField(default=dict)),
                ("call_me", models.BooleanField(default=False)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[("partial", "partial"), ("complete", "complete")],
                        default="partial",
                        max_length=16,
                    ),
                ),
                ("anonymous", models.BooleanField(default=False)),
                ("test", models.BooleanField(default=False)),
                ("day", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("contacted_at", models.DateTimeField(null=True)),
                ("recovery", models.SmallIntegerField(null=True)),
                ("recovered_at", models.DateTimeField(null=True)),
                ("signals", models.JSONField(default=list)),
                ("quarantined", models.BooleanField(default=False)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "contacted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="server.invitation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="responses",
                        to="server.person",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="server.program"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="server.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("before", models.JSONField()),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="server.response",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("map", "map"), ("board", "board"), ("metric", "metric")],
                        default="map",
                        max_length=16,
                    ),
                ),
                ("metric", models.CharField(blank=True, default="", max_length=100)),
                ("query", models.CharField(blank=True, default="", max_length=1000)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="program",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programs",
                to="server.survey",
            ),
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="server.response",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="server.tag",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("shared", models.BooleanField(default=False)),
                ("query", models.CharField(max_length=2000)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trends",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("fingerprint", models.CharField(max_length=16)),
                ("document", models.JSONField()),
                ("asked", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("marked", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="server.survey",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="survey",
            name="current",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="server.version",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="server.version"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="server.version"
            ),
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("path", models.CharField(max_length=200)),
                ("query", models.CharField(blank=True, max_length=1000)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("title", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Audit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                ("verb", models.CharField(max_length=40)),
                ("object_kind", models.CharField(max_length=40)),
                ("object_id", models.CharField(max_length=64)),
                ("detail", models.JSONField(default=dict)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["object_kind", "object_id"], name="audit_object")],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "every",
                    models.CharField(
                        choices=[("day", "day"), ("week", "week"), ("month", "month")],
                        default="week",
                        max_length=16,
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(default=0)),
                ("hour", models.PositiveSmallIntegerField(default=8)),
                ("active", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("due_at", models.DateTimeField(null=True)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=milepost.clock.now, editable=False)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipients",
                    models.ManyToManyField(
                        related_name="received_digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("title", "pk"),
                "indexes": [models.Index(fields=["active", "next_at"], name="digest_due")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("ordinal", models.PositiveSmallIntegerField(default=1)),
                ("channel", models.CharField(default="email", max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "claimed"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                (
                    "external_id",
                    models.CharField(blank=True, db_index=True, default="", max_length=255),
                ),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="server.invitation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due_at"], name="message_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("invitation", "ordinal"), name="message_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["person", "at"], name="event_person"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["name", "received_at"], name="event_name"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("name", "key"), name="event_once"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["program", "reason", "until"], name="decision_reason"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event", None)),
                fields=("program", "person"),
                name="decision_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", False)),
                fields=("event", "program"),
                name="decision_event",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(
                fields=("member", "code_hash"), name="recovery_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tagging",
            constraint=models.UniqueConstraint(fields=("tag", "response"), name="tagged_once"),
        ),
        migrations.AddConstraint(
            model_name="trend",
            constraint=models.UniqueConstraint(fields=("member", "name"), name="trend_once"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("survey", "number"), name="version_number"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["survey", "day"], name="response_day"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["answered_at"], name="response_time"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["day"], name="response_feed"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["quarantined"], name="response_quarantine"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["person", "due_at"], name="invitation_person"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["program", "state"], name="invitation_state"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["due_at"], name="invitation_due"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["state", "due_at"], name="invitation_state_due"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["sent_at"], name="invitation_sent"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event__isnull", False)),
                fields=("program", "event"),
                name="invited_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event", None), ("state", "planned")),
                fields=("program", "person"),
                name="planned_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.UniqueConstraint(
                models.F("member"), models.F("title"), name="one_view_a_title"
            ),
        ),
    ]
