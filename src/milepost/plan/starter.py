"""The plan of a company that has nothing yet but its own server: everything is still to be asked."""

from __future__ import annotations

import json

_TEXT = """\
# What Milepost measures, and how. Every field: docs/plan-fields.md; 'milepost check' tells mistakes.
company: {{name: {name}, timezone: {timezone}}}
every: month                       # the period of the scorecard

sources:                           # what this server asks, and what comes back
  - {{name: answers, fact: responses, from: server}}
  - {{name: invitations, fact: invitations, from: server}}
  - {{name: people, fact: customers, from: server}}

# What numbers may be cut by, such as attributes of people and of events:
# segments: [country, store]

# The path that customers take, and the contacts on it that you ask about:
# journeys:
#   - name: buy
#     title: Buying something
#     touchpoints:
#       - {{name: delivery, title: Delivery, headline: csat, perception: [csat], targets: {{csat: 85}}}}
"""


def starter(company: str, *, timezone: str) -> str:
    """The text of a first milepost.yaml for a company's name and its time zone, such as Europe/Rome."""
    return _TEXT.format(name=_quoted(company), timezone=_quoted(timezone))


def _quoted(text: str) -> str:
    """The text as YAML writes it between quotes, whatever letters it holds."""
    return json.dumps(text, ensure_ascii=False)
