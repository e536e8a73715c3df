"""From deliveries to messages: the second of the spine's drains.

A delivery is claimed (its turn at the destination, a lease, `sending`) in one transaction, sent outside any, and its
outcome noted in another. A worker that is killed between leaves a lease that ends: the delivery is sent again, under
the same key, which a medium that can tell refuses (`Transport.unique`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from django.db import connections

from notifications.claiming import LEASE, Outcome, claim
from notifications.drawing import message_for
from notifications.outcomes import note
from notifications.transports import TransportError, all_transports, transport_of

log = logging.getLogger(__name__)

# No attempt begins later in its lease. What is left of it is for one call to the outside, and for the noting of it.
BEGIN_WITHIN = LEASE.total_seconds() / 4
# Senders that wait for the wire, side by side.
_SENDERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="send")


def drain() -> int:
    """Send up to BATCH deliveries that are due, and return how many were taken or given a later turn."""
    taken, postponed = claim()
    begun = time.monotonic()
    until = begun + BEGIN_WITHIN
    for outcome in taken:
        # Half of the time is for sending. Where drawing takes all of it, whoever comes next would get no further.
        if outcome.error is not None or time.monotonic() <= begun + BEGIN_WITHIN / 2:
            _draw(outcome)
        else:
            outcome.given_back = True
    drawn = [outcome for outcome in taken if outcome.error is None and not outcome.given_back]
    if len(drawn) < len(taken):
        note([outcome for outcome in taken if outcome.error is not None or outcome.given_back])
    if len(drawn) == 1:
        _attempt(drawn[0])
        note(drawn)
    elif drawn:
        _send_side_by_side(drawn, until)
    return len(taken) + postponed


def _send_side_by_side(drawn: Sequence[Outcome], until: float) -> None:
    # In one order for each address: what is claimed first is sent first.
    lines: dict[tuple[int, str, str], list[Outcome]] = {}
    for outcome in drawn:
        row = outcome.delivery
        lines.setdefault((row.workspace_id, row.transport, row.address), []).append(outcome)
    waiting = {_SENDERS.submit(_line, line, until) for line in lines.values()}
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        note([outcome for future in done for outcome in future.result()])


def _draw(outcome: Outcome) -> None:
    """Draw the message. What cannot be drawn fails for good and says so: it must not stop the rest of its batch."""
    if outcome.error is not None:
        return
    delivery = outcome.delivery
    transport = all_transports().get(delivery.transport)
    said = f"There is no transport {delivery.transport}."
    if transport is not None:
        try:
            message = message_for(delivery, delivery.posting)
            outcome.payload = transport.draw(message)
            outcome.message = message
            return
        except TransportError as error:
            outcome.error = error
            return
        except Exception as error:
            log.exception("a message to %s could not be drawn", delivery.transport)
            said = f"The message could not be drawn: {type(error).__name__}"
    outcome.error = TransportError(said, permanent=True)


def _line(line: list[Outcome], until: float) -> list[Outcome]:
    """Send to one address, in order, until a moment of time.monotonic. Who is slow, or fails for now, is left: the rest
    is given back for later. So is all of a line whose turn came too late, as another worker may have it soon."""
    try:
        for place, outcome in enumerate(line):
            if time.monotonic() <= until:
                _attempt(outcome)
            else:
                outcome.given_back = True
            if outcome.given_back or (outcome.error and not outcome.error.permanent):
                for other in line[place + 1 :]:
                    other.given_back = True
                break
    finally:
        connections.close_all()
    return line


def _attempt(outcome: Outcome) -> None:
    assert outcome.message is not None
    transport = transport_of(outcome.delivery.transport)
    try:
        outcome.sent = transport.send(outcome.message, dict(outcome.payload))
    except TransportError as error:
        outcome.error = error
    except Exception as error:
        log.exception("transport %s failed in a way of its own", transport.name)
        outcome.error = TransportError(f"{type(error).__name__}: {error}"[:300])
