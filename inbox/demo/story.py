"""Who is in the demo, and what was said. Minutes count back from the moment of seeding."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "frontdesk-demo"  # noqa: S105  (printed on the terminal, for a workspace of made-up people)

TEAMMATES: list[tuple[str, str, str, list[str]]] = [
    ("ada", "Ada Lindqvist", "owner", ["billing", "onboarding"]),
    ("bea", "Bea Ekström", "agent", ["shipping", "français"]),
    ("cem", "Cem Demir", "agent", ["technical", "türkçe"]),
]
TEAMS = [("support", "Support", False, ["ada", "bea", "cem"]), ("billing", "Billing", True, ["ada", "bea"])]


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""
    external_id: str | None = None
    company: str = ""
    timezone: str = "Europe/Lisbon"
    page: str = "/"
    agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
    language: str = "en"


@dataclass(frozen=True)
class Story:
    """One conversation. A line is (minutes ago, who, text); `who` is "them", a handle, or "note:" and a handle."""

    person: Person
    lines: list[tuple[int, str, str]]
    assignee: str | None = None
    team: str | None = "support"
    priority: int = 0
    ending: str = "open"
    extra: dict[str, str] = field(default_factory=dict)


COMPANIES = {
    "Mailinator": {"plan": "Pro", "seats": 9, "seat_limit": 10, "mrr_minor": 5000, "currency": "EUR"},
    "Kōen Labs": {"plan": "Scale", "seats": 41, "seat_limit": 50, "mrr_minor": 4200000, "currency": "JPY"},
    "Lagos Freight": {"plan": "Pro", "seats": 18, "seat_limit": 25, "mrr_minor": 12000, "currency": "USD"},
    "Acme & Söhne": {"plan": "Basic", "seats": 3, "seat_limit": 5, "mrr_minor": 1500, "currency": "EUR"},
    "Estudio Benítez": {"plan": "Pro", "seats": 2, "seat_limit": 5, "mrr_minor": 0, "currency": "EUR"},
}
TRIALING = {"Estudio Benítez"}

SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile "
    "Safari/537.36"
)

FRED = Person("Fred Smith", "fred@mailinator.com", "u-1001", "Mailinator", page="/billing/invoices")
MEI = Person("Mei Kobayashi", "mei@koen.example", "u-1002", "Kōen Labs", "Asia/Tokyo", "/login", SAFARI, "ja")
VISITOR = Person("", page="/integrations", agent=IPHONE, language="pt-PT")
OLU = Person("Olumide Adeyemi", "olu@lagosfreight.example", "u-1003", "Lagos Freight", "Africa/Lagos", "/imports")
RUTH = Person(
    "Ruth Nakamura-Fitzgerald", "ruth@acme.example", "u-1004", "Acme & Söhne", "Europe/Berlin", "/orders/20418"
)
IDO = Person("עידו לוי", "ido@example.co.il", None, "", "Asia/Jerusalem", "/pricing", ANDROID, "he")
SOFIA = Person(
    "Sofía Benítez", "sofia@benitez.example", "u-1005", "Estudio Benítez", "America/Montevideo", "/start", SAFARI, "es"
)
TOM = Person("Tom Okafor", "tom@example.org", None, "", "America/New_York", "/subscriptions")
LINH = Person("Nguyễn Thị Linh", "linh@example.vn", "u-1006", "", "Asia/Ho_Chi_Minh", "/account", ANDROID, "vi")

STORIES = [
    Story(
        FRED,
        [
            (69, "them", "Hi, I have a question about our last invoice."),
            (69, "them", "We moved to Pro last Tuesday but it says Basic, with 9 seats."),
            (68, "ada", "Hi Fred! Let me look at your subscription. One moment."),
            (
                66,
                "note:ada",
                "@bea Stripe shows the upgrade on the 17th, our account page does not. Did the webhook arrive?",
            ),
            (
                2,
                "them",
                "The invoice still says Basic, we upgraded on the 17th. Can you send a corrected one? "
                "Our accountant closes the month today.",
            ),
        ],
        "ada",
        "billing",
    ),
    Story(
        MEI,
        [
            (9, "them", "おはようございます。"),
            (4, "them", "Login is down for the whole team since 9:40. We get “session expired” on every page."),
        ],
        "ada",
        priority=2,
    ),
    Story(VISITOR, [(11, "them", "Hi! Do you integrate with Help Scout?")]),
    Story(
        OLU,
        [
            (95, "them", "Hello, 14 of the 2,300 rows in our import were refused. Which ones?"),
            (
                38,
                "ada",
                "I’ve sent the CSV back with the 14 rows, the reason beside each. Two dates are the wrong way round.",
            ),
            (24, "note:bea", "@ada the same two dates were wrong in their last file. Worth a word when they answer?"),
        ],
        "ada",
    ),
    Story(
        RUTH,
        [
            (190, "them", "Has order 20418 left already? It is a present."),
            (186, "bea", "It was roasted this morning and leaves at 15:00. You will get the tracking link by email."),
            (62, "them", "Perfect, thank you!"),
        ],
        "bea",
    ),
    Story(IDO, [(185, "them", "אפשר לקבל חשבונית בשקלים?")]),
    Story(
        SOFIA,
        [
            (2900, "them", "We are trying Pro. Can two people share one seat in shifts?"),
            (2880, "ada", "Happy to set up a call, does Thursday suit?"),
        ],
        "ada",
        priority=1,
    ),
    Story(
        TOM,
        [
            (4300, "them", "Can I pause my subscription while I am travelling until January?"),
            (4290, "cem", "Yes. It pauses from the next cycle and starts again on 8 January."),
            (4270, "them", "Great. Remind me a week before, please."),
        ],
        "cem",
        ending="snooze",
    ),
    Story(
        LINH,
        [
            (5800, "them", "How do I change the delivery address for one parcel only?"),
            (
                5790,
                "bea",
                "On the order’s page: Delivery, Change for this parcel. https://example.com/help/address shows it.",
            ),
            (5780, "them", "Found it, cảm ơn!"),
        ],
        "bea",
        ending="close",
    ),
]
