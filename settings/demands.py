"""What production must be told. Everything that is missing or wrong is said at once, before anything starts."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from settings.mail import SHAPE, mail_server

SHORTEST_SECRET = 50
SHORTEST_WEBHOOK_SECRET = 24
NEW_KEYS = "python -m settings.serve keys prints new ones"
# What examples, tutorials and earlier drafts of .env files say.
PLACEHOLDERS = ("django-insecure", "change-me", "changeme", "change_me", "example", "secret-key", "your-secret")


def refuse_if_wrong(environ: Mapping[str, str]) -> None:
    """End this process, saying why, unless production can start with this environment."""
    found = problems(environ)
    if found:
        sys.exit(message(found))


def message(found: list[str]) -> str:
    """Return what to tell the person who starts it."""
    lines = "\n".join(f"  * {problem}" for problem in found)
    return (
        f"Frontdesk does not start: its configuration is not safe or not complete.\n{lines}\nSee docs/configuration.md."
    )


def problems(environ: Mapping[str, str]) -> list[str]:
    """Return everything that is missing or wrong, each in a sentence. Values of secrets are never in them."""
    return [problem for rule in RULES for problem in rule(lambda name: environ.get(name, "").strip())]


Get = Callable[[str], str]


def _secret_key(get: Get) -> Iterator[str]:
    key = get("SECRET_KEY")
    if not key:
        yield f"SECRET_KEY is missing; {NEW_KEYS}."
    elif any(key.lower().startswith(word) or word in key.lower() for word in PLACEHOLDERS):
        yield f"SECRET_KEY is a default or a placeholder, which others know too; {NEW_KEYS}."
    elif len(key) < SHORTEST_SECRET or len(set(key)) < 10:
        yield f"SECRET_KEY is too short or too simple ({SHORTEST_SECRET} random characters at least); {NEW_KEYS}."


def _frontdesk_keys(get: Get) -> Iterator[str]:
    keys = [key.strip() for key in get("FRONTDESK_KEYS").split(",") if key.strip()]
    if not keys:
        yield f"FRONTDESK_KEYS is missing; {NEW_KEYS}."
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            yield f"FRONTDESK_KEYS: key {place} of {len(keys)} is no Fernet key (32 bytes in base64); {NEW_KEYS}."
    if len(set(keys)) < len(keys):
        yield "FRONTDESK_KEYS names the same key twice."
    if get("SECRET_KEY") and get("SECRET_KEY") in keys:
        yield "SECRET_KEY is also one of FRONTDESK_KEYS; they must differ, so that the loss of one is not that of both."


def _servers(get: Get) -> Iterator[str]:
    wanted = {
        "DATABASE_URL": (("postgres", "postgresql"), "postgres://user:password@host:5432/name"),
        "REDIS_URL": (("redis", "rediss"), "redis://:password@host:6379/0"),
    }
    for name, (schemes, shape) in wanted.items():
        if not get(name):
            yield f"{name} is missing: {shape}."
            continue
        parts = urlsplit(get(name))
        if parts.scheme not in schemes or (name == "DATABASE_URL" and not parts.path.strip("/")):
            yield f"{name} is not understood; it has the shape {shape}."


def _hosts(get: Get) -> Iterator[str]:
    hosts = [host.strip() for host in get("ALLOWED_HOSTS").split(",") if host.strip()]
    if not hosts:
        yield "ALLOWED_HOSTS is missing: the names that it answers to, separated by commas, such as desk.example.com."
    if "*" in hosts:
        yield 'ALLOWED_HOSTS is "*", which lets anybody forge the links in our mails; name the hosts.'
    if any("/" in host or (":" in host and not host.startswith("[")) for host in hosts):
        yield "ALLOWED_HOSTS holds names only, without https:// and without a port."
    url = urlsplit(get("PUBLIC_URL"))
    if not get("PUBLIC_URL"):
        yield "PUBLIC_URL is missing: where browsers find it, such as https://desk.example.com."
    elif url.scheme != "https" or not url.hostname or url.path not in ("", "/") or url.query:
        yield "PUBLIC_URL must be https://HOST, without a path: where browsers find it."
    elif hosts and "*" not in hosts and not _answers_to(url.hostname, hosts):
        yield f"PUBLIC_URL's host, {url.hostname}, is not among ALLOWED_HOSTS."


def _answers_to(host: str, hosts: list[str]) -> bool:
    return any(host == one or (one.startswith(".") and f".{host}".endswith(one)) for one in map(str.lower, hosts))


def _mail(get: Get) -> Iterator[str]:
    # A mail provider's backend (django-anymail) needs no server.
    provider = get("EMAIL_BACKEND").startswith("anymail.")
    if not get("EMAIL_URL") and not provider:
        yield f"EMAIL_URL is missing: {SHAPE}."
        return
    try:
        server = mail_server(get("EMAIL_URL") or "console:")
    except ValueError as error:
        yield f"EMAIL_URL {error}."
        return
    if (server.host or provider) and not get("DEFAULT_FROM_EMAIL"):
        yield "DEFAULT_FROM_EMAIL is missing: from whom mail comes, such as Frontdesk <desk@example.com>."


def _incoming_mail(get: Get) -> Iterator[str]:
    domain, secret = get("INBOUND_EMAIL_DOMAIN"), get("ANYMAIL_WEBHOOK_SECRET")
    if domain and ("." not in domain or any(sign in domain for sign in "@/: ")):
        yield "INBOUND_EMAIL_DOMAIN is a domain's name alone, such as reply.example.com."
    if domain and not secret:
        yield "ANYMAIL_WEBHOOK_SECRET is missing: user:password, without which INBOUND_EMAIL_DOMAIN takes no answers."
    elif secret and (not all(secret.partition(":")) or len(secret) < SHORTEST_WEBHOOK_SECRET):
        yield f"ANYMAIL_WEBHOOK_SECRET is user:password, {SHORTEST_WEBHOOK_SECRET} characters or more; make up both."


def _proxies(get: Get) -> Iterator[str]:
    for one in (part.strip() for part in get("FORWARDED_ALLOW_IPS").split(",") if part.strip()):
        if one == "*":
            yield 'FORWARDED_ALLOW_IPS is "*", which lets anybody forge their address; name the proxies.'
            continue
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            yield f"FORWARDED_ALLOW_IPS: {one} is neither an address nor a network such as 172.31.0.0/24."


def _switches(get: Get) -> Iterator[str]:
    if get("DEBUG").lower() in ("1", "true", "yes", "on", "y", "t"):
        yield "DEBUG is on, which shows settings and source to anybody who meets an error."
    if get("SIGNUP") not in ("", "open", "first", "closed"):
        yield "SIGNUP is one of open, first and closed."
    for name in ("HSTS_SECONDS", "WEB_CONCURRENCY", "WORKER_CONCURRENCY", "PORT"):
        if get(name) and not get(name).isdecimal():
            yield f"{name} must be a whole number."
    dsn = urlsplit(get("SENTRY_DSN"))
    if get("SENTRY_DSN") and not (dsn.scheme in ("http", "https") and dsn.username and dsn.path.strip("/")):
        yield "SENTRY_DSN is not understood; it has the shape https://KEY@HOST/PROJECT."


RULES: tuple[Callable[[Get], Iterator[str]], ...] = (
    _secret_key, _frontdesk_keys, _servers, _hosts, _mail, _incoming_mail, _proxies, _switches,
)  # fmt: skip
