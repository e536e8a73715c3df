"""In what words other systems say the status of an account."""

from __future__ import annotations

from functools import lru_cache

from imports.csv.fields import plain
from inbox.models.accounts import AccountStatus

_WORDS = {
    AccountStatus.TRIALING: "trialing trialling trial intrial ontrial freetrial testphase essai prueba",
    AccountStatus.ACTIVE: "active activated live paying paid subscribed current aktiv actif activo attivo ativo",
    AccountStatus.PAST_DUE: "pastdue overdue unpaid paymentfailed delinquent uberfallig impaye",
    AccountStatus.CANCELLED: "cancelled canceled churned closed unsubscribed gekundigt storniert annule cancelado",
    AccountStatus.EXPIRED: "expired incompleteexpired trialexpired ended abgelaufen expire caducado",
}
_BY_WORD = {word: status for status, said in _WORDS.items() for word in said.split()}


@lru_cache(maxsize=1_024)
def status_of(said: str) -> AccountStatus | None:
    """Return the status that somebody means, None for no status."""
    return _BY_WORD.get(plain(said))
