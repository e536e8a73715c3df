"""Every code of a problem document: its status, its title, and what the caller does about it.

They are stable: callers' programs hold on to them. The readable page shows this table.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A kind of problem."""

    status: int
    title: str
    advice: str


CODES: dict[str, Code] = {
    "invalid": Code(400, "Some fields cannot be accepted", "Correct what `errors` names."),
    "bad_json": Code(
        400,
        "The body is not acceptable JSON",
        "Send an object in UTF-8: at most 32 deep, no NUL, no NaN, no whole number of more than 64 bits.",
    ),
    "unknown_parameter": Code(
        400, "The address has a parameter that is none of this call's", "Leave it out; `detail` lists what there is."
    ),
    "repeated_parameter": Code(400, "A parameter of the address is there more than once", "Send it once."),
    "invalid_cursor": Code(
        400, "The cursor is not one of ours", "Follow `next` as it is, or begin again without a cursor."
    ),
    "external_id_mismatch": Code(
        400, "The external id in the body is not the one in the address", "Leave it out of the body."
    ),
    "attributes_too_large": Code(400, "The attributes hold more than 64 KB", "Remove keys by sending null for them."),
    "attribute_refused": Code(
        400, "An attribute is not of its field's type", "Send a value of the type that the settings give the field."
    ),
    "empty_text": Code(400, "The text is empty", "Send at least one visible character."),
    "text_too_long": Code(400, "The text is too long", "Send 20,000 characters at most."),
    "too_many_mentions": Code(
        400, "The note names too many", "Name 50 people or teams at most, who are 500 people at most."
    ),
    "control_characters": Code(400, "The text holds control characters", "Remove them; new lines and tabs are fine."),
    "author_unknown": Code(400, "The author is not a teammate here", "Send the @handle of somebody in the workspace."),
    "author_cannot_see": Code(
        400, "The author may not see this conversation", "Let a member of its private team write, or an admin."
    ),
    "author_not_yours": Code(
        403, "The author is not whom the token acts as", "Leave another's name out, or use a token of an admin."
    ),
    "author_cannot_write": Code(400, "The author may only look", "Name an agent, an admin or an owner."),
    "assignee_unknown": Code(
        400, "The assignee is not a teammate here", "Send the @handle of somebody in the workspace, or null."
    ),
    "no_sight": Code(403, "They cannot see this conversation", "Choose an author who is in its team."),
    "guest_may_not_move": Code(
        403, "A guest cannot move a conversation", "Have somebody of its team, or an owner or admin, move it."
    ),
    "assignee_cannot_see": Code(
        400, "The assignee may not see this conversation", "Move it to another team first, or name a member of its own."
    ),
    "team_unknown": Code(400, "There is no such team", "Send a team's handle, as its page in the settings shows it."),
    "snooze_in_the_past": Code(400, "The end of the snooze has passed", "Send a time that is still to come."),
    "snoozed_until_missing": Code(400, "Snoozing needs an end", "Send `snoozed_until` with the status snoozed."),
    "snoozed_until_unexpected": Code(
        400, "Only a snoozed conversation has an end of its snooze", "Send the status snoozed too, or leave it out."
    ),
    "unknown_kind": Code(
        400, "There is no such kind of event for servers", "Take one of docs/events.md, or name your own `user.…`."
    ),
    "data_invalid": Code(400, "The data are not those of the kind of event", "Correct what `errors` names."),
    "data_too_large": Code(400, "The data of an event hold more than 64 KB", "Send a link to the rest."),
    "severity_unknown": Code(400, "There is no such severity", "Send info, warning, error or critical."),
    "occurred_at_invalid": Code(
        400, "This moment cannot be when it happened", "Send a time with its offset, a day ahead at most."
    ),
    "route_refused": Code(400, "The route cannot be kept as it is", "Correct what `errors` names."),
    "not_csv": Code(400, "The file is no CSV", "`detail` says what it is, and how to make a CSV of it."),
    "file_empty": Code(400, "There is nothing in the file", "Send a file with a row of headings and rows below it."),
    "too_many_columns": Code(400, "The file has too many columns", "Send 2,000 at most."),
    "mapping_refused": Code(
        400, "The columns cannot be taken so", "Correct `mapping`: `detail` names the column or the field."
    ),
    "automation_refused": Code(400, "The automation cannot be kept as it is", "Correct what `errors` names."),
    "idempotency_key_invalid": Code(
        400, "The Idempotency-Key is not acceptable", "Send 1 to 255 visible ASCII characters, best a UUID."
    ),
    "not_authenticated": Code(401, "A token is needed", "Send `Authorization: Bearer TOKEN`."),
    "authentication_failed": Code(
        401, "The token is not valid", "Make a new one: this one is mistyped or revoked, or whose it was has left."
    ),
    "read_only_token": Code(403, "The token may only read", "Make a token with the scope write."),
    "read_only": Code(403, "The token acts as a viewer", "Let somebody who may write make the token."),
    "permission_denied": Code(403, "The token may not do this", "Ask an owner of the workspace."),
    "not_found": Code(404, "Nothing is here", "Check the id: it is wrong, or another workspace's."),
    "same_contact": Code(400, "A contact cannot be merged with itself", "Send the ids of two different contacts."),
    "too_many_rows": Code(400, "A batch holds too many rows", "Send 1,000 rows at most."),
    "row_unnamed": Code(400, "Nothing says who the row is", "Give each row an external_id or an email."),
    "erased": Code(
        409,
        "This person was erased",
        "Leave them out. If they have come back by themselves, send them in a call of their own.",
    ),
    "already_decided": Code(
        409, "Somebody has decided of this already", "Ask for the suggestion again: its status says how."
    ),
    "contact_not_found": Code(404, "There is no such contact", "Check the contact's id in the body."),
    "answer_erased": Code(
        410,
        "Whom it was about has been erased",
        "The call was done once, before. Make a new key to do it for somebody new.",
    ),
    "file_gone": Code(410, "The import's file is not kept any more", "Upload it again."),
    "method_not_allowed": Code(405, "The method is not one of this address", "Use one that `Allow` lists."),
    "not_acceptable": Code(406, "No acceptable form of the answer", "Accept `application/json`."),
    "external_id_taken": Code(409, "The external id belongs to another", "Change that one, or choose another id."),
    "too_many_uploads": Code(409, "Too many files are being uploaded", "Wait until some of them are complete."),
    "not_connected": Code(409, "The other system is not connected", "Connect it in the settings, under Connections."),
    "import_state": Code(409, "This cannot be done with the import as it is now", "Ask for it again: see its status."),
    "idempotency_key_in_progress": Code(
        409, "A call with this Idempotency-Key is still being worked", "Send the same again after `Retry-After`."
    ),
    "too_large": Code(413, "The body is too large", "Send 1 MB at most; a file to import may have 5 GB."),
    "unsupported_media_type": Code(
        415,
        "The body is of a type that this call does not take",
        "Send `Content-Type: application/json`; a file to import as `multipart/form-data`.",
    ),
    "idempotency_key_reused": Code(
        422, "The Idempotency-Key was used for another call", "Make a new key for each write."
    ),
    "rate_limited": Code(429, "Too many calls", "Wait as long as `Retry-After` says."),
    "internal_error": Code(
        500, "Something went wrong on our side", "Try again later; with an Idempotency-Key it is not done twice."
    ),
    "unavailable": Code(503, "The database is away", "Send the same again after `Retry-After`."),
}
TITLES = {code: one.title for code, one in CODES.items()}
