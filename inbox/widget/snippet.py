"""What a customer puts on their pages to have the widget there."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from inbox.people.models import Workspace


def snippet(workspace: Workspace, request: HttpRequest) -> str:
    """Return the script tag for this workspace, with the address at which this request came in.

    The key in the address lets the script bring colour and side along: the launcher looks right at once.
    """
    address = request.build_absolute_uri(reverse("widget-loader"))
    key = workspace.widget_key
    return f'<script async src="{address}?key={key}" data-key="{key}"></script>'
