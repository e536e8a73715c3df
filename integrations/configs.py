"""Which keys each integration has: one model each, from which the command, the page and the reading of them follow."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo

from integrations.models import Integration


class ConnectionRefused(ValueError):
    """These settings cannot be had. `problems` says why, by key ("" for what concerns them all)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(f"{key}: {text}" if key else text for key, text in self.problems.items()))


def _key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        raise ValueError("It is empty.")
    if any(sign in text for sign in "\r\n\0"):
        raise ValueError("It holds a line break. Copy it once more, without one.")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    for part in value.get_secret_value().split(","):
        if not part.strip():
            raise ValueError("Put one comma between two secrets, and none at the end.")
        if not part.strip().startswith("whsec_"):
            raise ValueError("That is an API key, or something else: the signing secret begins with whsec_.")
    return value


def _stripe_api_key(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("sk_", "rk_")):
        raise ValueError("That is not a secret API key. Those begin with sk_ or rk_.")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    if value.get_secret_value().startswith("xapp-"):
        raise ValueError("That is an app-level token. The bot token begins with xoxb-.")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(value: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(value.get_secret_value())
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError("That is not a web address. Copy it once more.") from error
    if not host or any(sign.isspace() for sign in value.get_secret_value()):
        raise ValueError("That is not a web address. Slack's begin with https://hooks.slack.com/services/.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("Use an address that begins with https://.")
    return value


def _region(value: str) -> str:
    region = value.strip().lower()
    if region not in ("us", "eu", "au"):
        raise ValueError("It is us, eu or au.")
    return region


Key = Annotated[SecretStr, AfterValidator(_key)]


class Config(BaseModel):
    """What is set for one integration. Each field is a key of `manage.py connect`, and an input of the page."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)
    integration: ClassVar[Integration]
    # Where there are several ways to connect, the keys of each: one way is set, whole.
    ways: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_way(cls, values: Any) -> Any:
        begun = [way for way in cls.ways if any(values.get(key) for key in way)]
        if cls.ways and len(begun) != 1:
            ways = ", or ".join(" and ".join(way) for way in cls.ways)
            raise ValueError(f"Give {ways}{', not both' if begun else ''}.")
        lacking = [key for way in begun for key in way if not values.get(key)]
        if lacking:
            raise ValueError(f"{' and '.join(lacking)} is missing: {' and '.join(begun[0])} go together.")
        return values

    def clear(self) -> dict[str, str]:
        """Return what is set, by key, in clear."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
            if value is not None
        }


class HelpScoutConfig(Config):
    """Help Scout's sidebar app signs what it asks with `secret`."""

    integration = Integration.HELPSCOUT
    secret: Key = Field(title="Secret key", description="The secret key that you gave the app in Help Scout.")


class StripeConfig(Config):
    """Stripe signs its webhooks with `webhook_secret`; `api_key` lets Frontdesk ask for what a webhook leaves out."""

    integration = Integration.STRIPE
    webhook_secret: Annotated[Key, AfterValidator(_webhook_secret)] = Field(
        title="Signing secret",
        description="It begins with whsec_. While you roll it, several, with commas between them.",
    )
    api_key: Annotated[Key, AfterValidator(_stripe_api_key)] | None = Field(
        None, title="API key", description="If you like: a restricted key (rk_…) that may read customers and invoices."
    )

    @property
    def webhook_secrets(self) -> list[str]:
        """The secrets of which any one may have signed a webhook."""
        return [secret.strip() for secret in self.webhook_secret.get_secret_value().split(",")]


class SlackConfig(Config):
    """A Slack app (bot token and signing secret), or only an incoming webhook, which can post and nothing else."""

    integration = Integration.SLACK
    ways = (("bot_token", "signing_secret"), ("webhook_url",))
    bot_token: Annotated[Key, AfterValidator(_bot_token)] | None = Field(
        None, title="Bot token", description="OAuth & Permissions → Bot User OAuth Token; it begins with xoxb-."
    )
    signing_secret: Key | None = Field(
        None, title="Signing secret", description="Basic Information → App Credentials → Signing Secret."
    )
    webhook_url: Annotated[Key, AfterValidator(_web_address)] | None = Field(
        None,
        title="Webhook address",
        description="It begins with https://hooks.slack.com/services/, and can post into one channel.",
    )


class IntercomConfig(Config):
    """Intercom's API takes `access_token`; `region` is where Intercom keeps the workspace: us (none), eu or au."""

    integration = Integration.INTERCOM
    access_token: Key = Field(title="Access token", description="From your app in Intercom's Developer Hub.")
    region: Annotated[str, AfterValidator(_region)] | None = Field(
        None, title="Region", description="eu or au, if your Intercom is hosted in Europe or Australia."
    )


CONFIGS: dict[str, type[Config]] = {
    config.integration.value: config for config in (HelpScoutConfig, StripeConfig, SlackConfig, IntercomConfig)
}


def is_secret(field: FieldInfo) -> bool:
    """Whether a key's value may never be shown: those typed SecretStr."""

    def within(annotation: Any) -> bool:
        return annotation is SecretStr or any(within(part) for part in get_args(annotation))

    return within(field.annotation)


def checked(integration: str, values: Mapping[str, str]) -> Config:
    """Return the settings for an integration. Raises ConnectionRefused, which names every key that is wrong."""
    config = CONFIGS[integration]
    try:
        return config.model_validate(dict(values))
    except ValidationError as error:
        raise ConnectionRefused(_problems(config, error)) from None  # the first would show the values


def _problems(config: type[Config], error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    known = " and ".join(config.model_fields)
    for found in error.errors(include_input=False, include_url=False):
        key = str(found["loc"][0]) if found["loc"] else ""
        text = {
            "missing": "It is missing.",
            "extra_forbidden": f"There is no such key. Those of {config.integration.label} are {known}.",
        }.get(found["type"], found["msg"].removeprefix("Value error, "))
        problems.setdefault(key, text)
    return problems
