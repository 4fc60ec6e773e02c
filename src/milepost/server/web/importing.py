"""Files of people and events: uploaded, mapped, previewed, rehearsed, taken in, and what was refused."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib.messages import success
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.errors import DataError
from milepost.server.access import Route
from milepost.server.actions import imports as actions
from milepost.server.forms.importing import MappingForm, Upload, initial_of
from milepost.server.importing import files
from milepost.server.importing.account import account_of
from milepost.server.importing.fields import Kind
from milepost.server.importing.previewing import examples, guessed, preview
from milepost.server.importing.running import mapping_of, rejects_of
from milepost.server.importing.values import region_of
from milepost.server.models import Company, Import, Member
from milepost.server.queries.imports import latest
from milepost.server.web.page import page

_HERE = "people"


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponseBase:
    """The imports so far, and the form that begins another."""
    form = Upload(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return redirect("import", _received(request, form).pk)
        except DataError as wrong:
            form.add_error("file", str(wrong))
    return page(
        request, "web/imports.html", title=_("Import"), here=_HERE, form=form, imports=latest()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An import: its columns and a preview before it begins, its progress, its result."""
    job = get_object_or_404(Import, pk=pk)
    if job.state != "uploaded":
        return page(
            request, "web/import.html", title=job.file_name, here=_HERE, job=job,
            account=account_of(job), ended=job.state in ("done", "failed"),
            rejects=rejects_of(_file(job)).exists(),
        )  # fmt: skip
    names = files.columns(_file(job))
    form = MappingForm(
        request.POST or None,
        kind=_kind(job),
        names=names,
        initial=initial_of(mapping_of(job), names),
    )
    if form.is_valid() and (answer := _chosen(request, job, form)):
        return answer
    return _mapping_page(request, job, form)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Forget an upload."""
    job = get_object_or_404(Import, pk=pk)
    actions.discard(job, settings.MILEPOST.own, _by(request))
    success(request, _("%(file)s is forgotten.") % {"file": job.file_name})
    return redirect("imports")


@require_GET
def rejects(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What an import did not take, as CSV."""
    job = get_object_or_404(Import, pk=pk)
    file = rejects_of(_file(job))
    if not file.exists():
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=f"rejects-{job.pk}.csv",
        content_type="text/csv",
    )


def _received(request: HttpRequest, form: Upload) -> Import:
    """Keep the upload, and guess what its columns are; a file that cannot be read is not kept."""
    given = form.cleaned_data["file"]
    suffix = files.suffix_of(given.name)
    job = actions.receive(
        given.name, given.chunks(), kind=form.cleaned_data["kind"], suffix=suffix,
        own=settings.MILEPOST.own, most=files.MOST_BYTES[suffix], by=_by(request),
    )  # fmt: skip
    zone = Company.load().time_zone
    try:
        mapping = guessed(_file(job), _kind(job), region=region_of(zone), time_zone=zone)
    except DataError as wrong:
        actions.discard(job, settings.MILEPOST.own, _by(request))
        raise DataError(
            str(wrong).replace(str(_file(job)), given.name).replace(_file(job).name, given.name)
        ) from None
    actions.remap(job, mapping.to_json(), _by(request))
    return job


def _chosen(request: HttpRequest, job: Import, form: MappingForm) -> HttpResponse | None:
    """Keep the mapping and do what the button says."""
    try:
        mapping = form.mapping(time_zone=Company.load().time_zone)
    except DataError as wrong:
        form.add_error(None, str(wrong))
        return None
    actions.remap(job, mapping.to_json(), _by(request))
    if request.POST.get("do") in ("import", "rehearse"):
        actions.enqueue(job, _by(request), rehearse=request.POST["do"] == "rehearse")
    return redirect("import", job.pk)


def _mapping_page(request: HttpRequest, job: Import, form: MappingForm) -> HttpResponse:
    file = _file(job)
    shown = examples(file)
    return page(
        request, "web/import_mapping.html", title=job.file_name, here=_HERE, job=job, form=form,
        columns=list(zip(form.columns, shown.values(), strict=True)),
        preview=preview(file, mapping_of(job)),
        account=account_of(job) if job.counts.get("rehearsed") else None,
    )  # fmt: skip


def _file(job: Import) -> Path:
    return Path(settings.MILEPOST.own) / job.path


def _kind(job: Import) -> Kind:
    return "events" if job.kind == "events" else "people"


def _by(request: HttpRequest) -> Member:
    return cast(Member, request.user)


ROUTES = (
    Route("people/imports", imports, "imports", "people"),
    Route("people/imports/<int:pk>", one, "import", "people"),
    Route("people/imports/<int:pk>/discard", discard, "discard_import", "people"),
    Route("people/imports/<int:pk>/rejects", rejects, "import_rejects", "people"),
)
