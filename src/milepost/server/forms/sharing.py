"""What makes a link for others, and what whoever opens it may choose."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milepost.insight.outline import Contents
from milepost.insight.shared import Within
from milepost.server.forms.fields import Line
from milepost.server.forms.lens import Lens
from milepost.server.models import Share
from milepost.server.models.sharing import TITLE_LENGTH

MOST_DAYS = 365


class ShareForm(forms.Form):
    """What a link is called, and for how long it opens its page."""

    title = Line(_("What it is called"), most=TITLE_LENGTH)
    days = forms.IntegerField(
        label=_("Opens for so many days"), min_value=1, max_value=MOST_DAYS, initial=30,
        help_text=_("At most a year. You can take it back at any time."),
    )  # fmt: skip


def fixed(lens: Lens) -> Lens:
    """What a link keeps of a lens: its place, channel and segments; its periods are the plan's."""
    return replace(lens, every=None, since=None, until=None)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link looks through: its own lens, with the period and the one value chosen on its page."""

    own: Lens
    lens: Lens
    within: Within

    @classmethod
    def of(cls, share: Share, data: QueryDict, contents: Contents) -> Opened:
        """The link's lens with what an address chooses; what it chooses wrongly changes nothing.

        Raises LostFilter where the link's own filter is gone.
        """
        own = fixed(Lens.kept(share.query, contents))
        chosen = Lens.of(data, contents)
        lens = replace(own, since=chosen.since, until=chosen.until)
        free = {
            each.name: each.values for each in contents.segments if each.name not in own.segments
        }
        name, _, value = data.get("only", "").partition(":")
        if value not in free.get(name, ()):
            return cls(own, lens, Within(own.where()))
        lens = replace(lens, segments={**own.segments, name: value})
        return cls(own, lens, Within(own.where(), name, value))

    @property
    def only(self) -> str:
        """The value chosen, as the address says it."""
        return f"{self.within.segment}:{self.within.value}" if self.within.segment else ""
