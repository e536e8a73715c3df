"""All that is known of one person, for that person to have (GDPR, Art. 15 and 20): as a ZIP, or as one document."""

from inbox.contacts.personal_export.archive import request_person, write_person
from inbox.contacts.personal_export.document import document, in_parts

__all__ = ["document", "in_parts", "request_person", "write_person"]
