"""Segments: a list, kept by name for the whole workspace."""

from __future__ import annotations

import pytest

from inbox.models import Segment
from inbox.people.permissions import Permission
from tests.factories import make_contact, make_teammate, make_workspace


def saved(client, **fields: str):
    return client.post(
        "/contacts/segments/", {"of": "contact", "name": "Pros", "query": "f=attr.plan:is:pro", **fields}
    )


def test_a_list_is_saved_by_name_and_found_in_the_navigation(workspace, agent, owner, signed_in) -> None:
    answer = saved(signed_in(agent), name="  The   pros ", query="sort=name&f=attr.plan:IS:pro&x=y")
    segment = Segment.objects.get()
    assert (segment.name, segment.query, segment.by) == ("The pros", "f=attr.plan:is:pro&sort=name", agent)
    assert answer["Location"] == f"/contacts/?f=attr.plan:is:pro&sort=name&segment={segment.public_id}"
    html = signed_in(owner).get(answer["Location"]).content.decode()
    assert f'segment={segment.public_id}" aria-current="page"' in html
    assert "<h1" in html and "The pros" in html


@pytest.mark.parametrize(
    "fields, why",
    [
        ({"name": " "}, "Give it a name"), ({"name": "x" * 81}, "at most 80 characters"), ({"name": "Pros"}, "already"),
        ({"name": "New", "query": "f=nonsense:is:x"}, "There is no field"),
        ({"name": "New", "query": "&".join(["f=name:has:" + "x" * 190] * 20) + "&q=" + "%C3%A9" * 90}, "too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_the_list_stays_open(workspace, agent, signed_in, fields, why: str) -> None:
    client = signed_in(agent)
    saved(client)
    answer = saved(client, **fields)
    assert answer["Location"].startswith(f"/contacts/?{fields.get('query', 'f=attr.plan:is:pro')[:30]}")
    assert why in client.get(answer["Location"]).content.decode()
    assert Segment.objects.count() == 1


def test_it_is_renamed_changed_and_deleted(workspace, agent, signed_in) -> None:
    client = signed_in(agent)
    saved(client)
    segment = Segment.objects.get()
    at = f"/contacts/segments/{segment.public_id}"
    client.post(f"{at}/name/", {"name": "Professionals"})
    client.post(f"{at}/query/", {"query": "q=ann"})
    segment.refresh_from_db()
    assert (segment.name, segment.query) == ("Professionals", "q=ann")
    make_contact(workspace, name="Ann")
    answer = client.post(f"{at}/delete/")
    assert answer["Location"] == "/contacts/?q=ann"
    assert not Segment.objects.exists()


def test_contacts_and_accounts_may_have_segments_of_one_name(workspace, agent, signed_in) -> None:
    client = signed_in(agent)
    saved(client)
    answer = saved(client, of="account", query="f=plan:is:pro")
    assert answer["Location"].startswith("/contacts/accounts/?f=plan:is:pro&segment=")
    assert Segment.objects.count() == 2
    assert saved(client, of="teapot").status_code == 404


def test_a_list_that_differs_from_its_segment_can_be_saved_over_it(workspace, agent, signed_in) -> None:
    client = signed_in(agent)
    saved(client)
    at = f"segment={Segment.objects.get().public_id}"
    assert "Save changes" not in client.get(f"/contacts/?f=attr.plan:is:pro&{at}").content.decode()
    assert "Save changes" in client.get(f"/contacts/?f=attr.plan:is:max&{at}").content.decode()


def test_a_viewer_and_a_stranger_change_nothing(workspace, agent, viewer, signed_in) -> None:
    saved(signed_in(agent))
    segment = Segment.objects.get()
    stranger = make_teammate(make_workspace(), role="owner")
    for client, status in ((signed_in(viewer), 403), (signed_in(stranger), 404)):
        for path, fields in (("name/", {"name": "x"}), ("query/", {"query": "q=x"}), ("delete/", {})):
            assert client.post(f"/contacts/segments/{segment.public_id}/{path}", fields).status_code == status
    assert saved(signed_in(viewer), name="Other").status_code == 403
    assert list(Segment.objects.values_list("name", flat=True)) == ["Pros"]
    assert not viewer.may(Permission.WRITE)
