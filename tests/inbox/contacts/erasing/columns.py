"""Every column that can hold a text, a file, an address or an id, and why nobody who was erased is left in it.

Whoever adds a column says here how an erasure reaches it, or why it cannot name a customer. `test_columns` fails until
then. Where it says that an erasure reaches it, `test_every_place` fills it and looks.
"""

from __future__ import annotations

ROW = "goes with its row, which belongs to the person (inbox/contacts/erasing/rows.py)"
BLANKED = "blanked in the events of the person and in what was told of them (notifications/erasing.py)"
FOUND = "looked through for the person's words and ids (inbox/contacts/erasing/traces.py, notifications/erasing.py)"
AUTOMATED = "looked through for the person's words (notifications/automations/erasing.py)"
STAFF = "of somebody who works here, or of a login of theirs"
SETTING = "what a workspace has set up for itself; nothing that customers do writes it"
OURS = "a name, a word or a number of the program's own"
SECRET = "a secret, a key or a hash of one: random"
IMPORTED = "looked through for the person's words (imports/erasing.py)"
RANDOM = "a random id of a row that says nothing any more"

COLUMNS: dict[str, dict[str, str]] = {
    "inbox.Contact": {
        "external_id name email phone timezone attributes widget_name": ROW,
    },
    "inbox.Identity": {"value": ROW},
    "inbox.Visitor": {
        "token_hash device page_url page_title referrer user_agent language timezone": ROW,
    },
    "inbox.ContactDevice": {"device": ROW},
    "inbox.Conversation": {"last_text last_kind last_author_kind": ROW},
    "inbox.Message": {
        "client_id text action": ROW,
        "data": f"{ROW}; in a thread of somebody with whom they were merged once, their names are taken out",
    },
    "inbox.Mention": {"handle": STAFF},
    "inbox.PersonNote": {"text": ROW},
    "inbox.Merge": {"reason fields": ROW},
    "inbox.MergeSuggestion": {"reasons dismissed_evidence": ROW},
    "inbox.SharedHandle": {"value": f"{FOUND}; stays where somebody else has it, too"},
    "inbox.Account": {
        "external_id name": "of a company; one that is the person by another word goes with them",
        "domain plan timezone modules currency": "of a company",
        "stripe_customer_id stripe_subscription_id": "of a company",
        "attributes": FOUND,
    },
    "inbox.IdempotencyKey": {
        "key body": FOUND,
        "headers": OURS,
        "request_hash": "a hash of a whole call, gone within a day",
    },
    "inbox.IncomingMail": {
        "sender recipient raw message_id": f"{FOUND}; what was worked holds no letter any more",
        "verdict outcome error": OURS,
    },
    "integrations.StripeEvent": {
        "raw": FOUND,
        "event_id type api_version object_type object_id": "an id or a word of Stripe's",
        "customer_id": "an id of Stripe's, of a company; it says nothing without the account",
        "error": OURS,
    },
    "integrations.StripeCustomer": {
        "customer_id": "an id of Stripe's; the link to an account that goes is cut",
        "linked_by": OURS,
    },
    "integrations.StripeTold": {"key": "ids of Stripe's and words of ours", "event": RANDOM},
    "integrations.StripeBackfill": {"resource error": OURS, "after": "an id of Stripe's"},
    "inbox.Segment": {"name query": FOUND},
    "inbox.Export": {
        "query": "emptied in all exports that may hold the person",
        "file": "the name of a file, random; the file itself is deleted (inbox/contacts/erasing/files.py)",
        "error": OURS,
    },
    "inbox.ErasedHandle": {"kind digest": "what is left on purpose: a keyed hash"},
    "inbox.AttributeDefinition": {"key label": SETTING},
    "notifications.Event": {
        "title body url data contact contact_name conversation subject group_key": BLANKED,
        "account account_name": "of a company; blanked where that is the person by another word",
        "kind icon": OURS,
        "actor_name": STAFF,
    },
    "notifications.EventKey": {"key": FOUND, "event": RANDOM},
    "notifications.Delivery": {
        "payload error warning conversation": BLANKED,
        "reason": FOUND,
        "rule_key transport": OURS,
        "address": f"{SETTING}; a contact's own is another word then (notifications/automations/erasing.py)",
    },
    "notifications.Posting": {
        "group_key error": f"{BLANKED}; {FOUND}",
        "external": "how a medium names a message: its own ids",
        "rule_key transport": OURS,
        "address": SETTING,
    },
    "notifications.Destination": {
        "error": FOUND,
        "transport external_id": OURS,
        "address": f"{SETTING}; a contact's own goes (notifications/automations/erasing.py)",
    },
    "notifications.Automation": {
        "subject body": AUTOMATED,
        "default": OURS,
        "roles skills teams permissions quiet": SETTING,
    },
    "notifications.AutomationVersion": {"name subject body settings": AUTOMATED, "by_name": STAFF},
    "notifications.AutomatedDelivery": {"recipient": f"emptied; {AUTOMATED}"},
    "notifications.Unsubscription": {"address": "deleted (notifications/automations/erasing.py)"},
    "notifications.Notice": {"title body url conversation delivery kind icon": "goes with what it told of"},
    "notifications.BouncedAddress": {
        "address": "deleted, where it is no login's address",
        "reason": "goes with its address",
    },
    "notifications.Rule": {
        "name purpose condition template": FOUND,
        "kinds topics transport quiet address": SETTING,
    },
    "notifications.PushSubscription": {"label endpoint p256dh auth session error": STAFF},
    "notifications.PushKeys": {"private public": SECRET},
    "notifications.ScheduledRun": {"name": OURS},
    "notifications.Heartbeat": {"task": OURS},
    "notifications.Schedule": {"own_hours": STAFF},
    "notifications.WebhookSecret": {"secret previous": SECRET},
    "bell.Ring": {"reason": "blanked (bell/erasing.py)", "delivery": RANDOM, "pattern": OURS},
    "bell.Device": {"name quiet": SETTING, "hash hint": SECRET, "channel version": OURS},
    "imports.Import": {
        "name error columns mapping options": IMPORTED,
        "dialect others": OURS,
        "progress": "where a sync with another system is: its cursors and times",
    },
    "imports.Batch": {
        "verdicts refusals error": IMPORTED,
        "file": "the name of a file; the file itself is deleted (imports/erasing.py)",
        "made": "keys of rows, which say nothing any more",
    },
    "imports.Change": {
        "before after": f"{ROW}; of accounts and of others: fields that name them are taken out (imports/erasing.py)",
        "kept": OURS,
    },
    "imports.SourceLink": {"source_id": "deleted with what it leads to (imports/erasing.py)", "kind": OURS},
    "imports.RememberedMapping": {"headings": SECRET, "mapping": IMPORTED, "key existing": OURS},
    "integrations.Connection": {"config": SETTING},
    "integrations.SidebarLayout": {"rows": SETTING, "snippet": f"{FOUND} (integrations/helpscout/erasing.py)"},
    "integrations.SidebarRequest": {"contact": "emptied (integrations/helpscout/erasing.py)"},
    "people.AuditFact": {
        "subject data": FOUND,
        "kind via": OURS,
        "actor_name ip user_agent": STAFF,
    },
    "people.Workspace": {
        "slug name timezone accent greeting widget_origins widget_title business_hours holidays": SETTING,
        "widget_key identity_secret previous_identity_secret": SECRET,
        "widget_seen_url": FOUND,
    },
    "people.Teammate": {"handle skills work_email sought": STAFF},
    "people.FormerHandle": {"handle": STAFF},
    "people.Invitation": {"email": STAFF, "team_ids": OURS, "token_hash": SECRET},
    "people.OutgoingMail": {
        "to letter error": "letters to those who work here, about their own logins: no words of customers are in any; "
        "tests of messages are deleted (notifications/automations/erasing.py)",
    },
    "people.SingleSignOn": {"issuer client_id client_secret label": SETTING},
    "people.Team": {"name handle sought": SETTING},
    "people.ApiToken": {"name": SETTING, "hint hash": SECRET},
    "people.User": {"password email name timezone picture": STAFF},
    "auth.Permission": {"name codename": OURS},
    "auth.Group": {"name": OURS},
    "contenttypes.ContentType": {"app_label model": OURS},
    "sessions.Session": {
        "session_key": SECRET,
        "session_data": f"{STAFF}; what a page flashes names nobody who was erased, and goes with the next page",
    },
    "account.EmailAddress": {"email": STAFF},
    "account.EmailConfirmation": {"key": SECRET},
    "mfa.Authenticator": {"data": STAFF},
    "socialaccount.SocialApp": {"provider provider_id name client_id secret key settings": SETTING},
    "socialaccount.SocialAccount": {"provider uid extra_data": STAFF},
    "socialaccount.SocialToken": {"token token_secret": STAFF},
    "usersessions.UserSession": {"ip session_key user_agent data": STAFF},
}
