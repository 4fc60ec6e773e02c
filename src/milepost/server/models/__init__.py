"""The tables: members, people, what happened to them, surveys, programs, askings, answers and the queues."""

from __future__ import annotations

from milepost.server.models.answers import Change, Response
from milepost.server.models.askings import Decision, Invitation, Message
from milepost.server.models.company import Company
from milepost.server.models.members import Audit, Enrolment, Member, RecoveryCode
from milepost.server.models.people import Event, Import, Person
from milepost.server.models.plans import PlanDraft, PlanEdit
from milepost.server.models.queues import Beat, Dirty, Notice
from milepost.server.models.referrals import Acceptance, Referral
from milepost.server.models.sharing import Digest, Share
from milepost.server.models.surveys import Program, Survey, Version
from milepost.server.models.tags import Tag, Tagging
from milepost.server.models.trends import Trend
from milepost.server.models.views import View

__all__ = [
    "Acceptance",
    "Audit",
    "Beat",
    "Change",
    "Company",
    "Decision",
    "Digest",
    "Dirty",
    "Enrolment",
    "Event",
    "Import",
    "Invitation",
    "Member",
    "Message",
    "Notice",
    "Person",
    "PlanDraft",
    "PlanEdit",
    "Program",
    "RecoveryCode",
    "Referral",
    "Response",
    "Share",
    "Survey",
    "Tag",
    "Tagging",
    "Trend",
    "Version",
    "View",
]
