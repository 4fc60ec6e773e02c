"""Whom we ask what and when: pure rules over plain data; import the module you need.

A program decides about a person: asked, when and how, or why not. Nothing here reads a clock, a
database or a file; all moments are aware, and UTC in what is given back.

    hours       the hours of a week by the recipient's clock, safe over daylight saving
    segments    who is meant, by attributes
    program     a program and its defaults
    person      what deciding knows of a person: events, askings, holds
    budget      the fatigue budget of a person and of an account
    spread      even and stable by hash: samples, first days
    decision    a decision and the closed list of its reasons
    run         one program at one moment
    rules       what refuses a person, one function each
    decide      the decision: one person, or a million
    ranking     who goes first under a daily cap
    claim       several programs in order of priority, within one budget
    reminders   the one reminder, and what stops it
    dates       what is ahead of one person
    what_if     what a change would do
    documents   programs and budgets as JSON, with segment_documents and fields
"""

from __future__ import annotations
