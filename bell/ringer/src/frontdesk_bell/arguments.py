"""The command line and its twins in the environment, turned into checked options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from frontdesk_bell import __version__
from frontdesk_bell.options import BadOption, Mode, Options, check_hammer, checked_token, socket_url, token_from

PREFIX = "FRONTDESK_BELL_"
DESCRIPTION = "Strikes a bell on a Raspberry Pi when Frontdesk says so."
EPILOG = f"""Each option has a twin in the environment: {PREFIX}URL, {PREFIX}PIN, {PREFIX}MAX_ON and so on. The token is
read from --token-file, from {PREFIX}TOKEN or from systemd's credential "token"; never from the command line, which
anybody on the machine can read. Ends with 0 when it is told to, 2 for wrong options, 77 for a token that is not
accepted, 1 for anything else. The pin is low in every case."""


def parse(arguments: Sequence[str] | None, environment: Mapping[str, str]) -> Options:
    """Return the checked options. Exits with 2, and a sentence that says what to do, where they are wrong."""
    parser = _parser(environment)
    given = parser.parse_args(arguments)
    try:
        return _options(given, environment)
    except BadOption as error:
        parser.error(str(error))


def _options(given: argparse.Namespace, environment: Mapping[str, str]) -> Options:
    if given.token is not None:
        raise BadOption("A token on the command line can be read by anybody on this machine: use --token-file.")
    mode: Mode = "low" if given.low else "test" if given.test else "run"
    servo = given.actuator == "servo"
    return check_hammer(
        Options(
            mode=mode,
            url=_url(given) if mode == "run" else "",
            token=_token(given, environment) if mode == "run" else "",
            pin=given.pin,
            actuator=given.actuator,
            rest=given.rest,
            strike=given.strike,
            travel_ms=given.travel if servo else 0,
            max_on_ms=given.max_on if given.max_on is not None else 300 if servo else 120,
            state=None if given.dry_run else _state(given, environment),
            dry_run=given.dry_run,
        )
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("frontdesk-bell", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)

    def add(name: str, text: str, default: object = None, kind: type = str, **more: object) -> None:
        twin = environment.get(PREFIX + name.upper().replace("-", "_")) or default
        parser.add_argument(f"--{name}", default=twin, type=kind, help=text, **more)  # type: ignore[arg-type]

    def flag(name: str, text: str, group: argparse._ActionsContainer = parser) -> None:
        on = environment.get(PREFIX + name.upper().replace("-", "_"), "").lower() in ("1", "true", "yes", "on")
        group.add_argument(f"--{name}", action="store_true", default=on, help=text)

    add("url", "the server's address, like https://desk.example.com")
    add("token-file", "a file that holds the device's token")
    add("pin", "the GPIO's number, BCM (17)", 17, int)
    add("actuator", "what moves the hammer (solenoid)", "solenoid", choices=("solenoid", "servo"))
    add("rest", "servo: the angle at rest, -90 to 90 degrees (0)", 0.0, float)
    add("strike", "servo: the angle at the bell (40)", 40.0, float)
    add("travel", "servo: milliseconds that it needs from one to the other (150)", 150, int)
    add("max-on", "no strike is longer, in milliseconds, 500 at most (solenoid 120, servo 300)", None, int)
    add("state", "the file that remembers struck rings (systemd's state folder, else ~/.local/state)")
    flag("insecure", "send the token without TLS, out of your own network too")
    flag("dry-run", "move nothing, print instead")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--test", action="store_true", help="strike once and end; needs no server")
    modes.add_argument("--low", action="store_true", help="put the pin low and end")
    parser.add_argument("--token", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"frontdesk-bell {__version__}")
    return parser


def _url(given: argparse.Namespace) -> str:
    if not given.url:
        raise BadOption("No server is named: --url https://desk.example.com (or FRONTDESK_BELL_URL)")
    return socket_url(given.url, insecure=given.insecure)


def _token(given: argparse.Namespace, environment: Mapping[str, str]) -> str:
    if given.token_file:
        return token_from(Path(given.token_file))
    if token := environment.get(f"{PREFIX}TOKEN"):
        return checked_token(token, whence=f"{PREFIX}TOKEN")
    if credentials := environment.get("CREDENTIALS_DIRECTORY"):
        return token_from(Path(credentials) / "token")
    raise BadOption("No token is given: --token-file FILE (or FRONTDESK_BELL_TOKEN). The Bell page makes one.")


def _state(given: argparse.Namespace, environment: Mapping[str, str]) -> Path:
    if given.state:
        return Path(given.state)
    # systemd may name several folders; ours is the only one in the unit.
    if folder := environment.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(folder) / "rings.json"
    home = environment.get("XDG_STATE_HOME") or "~/.local/state"
    try:
        return Path(home).expanduser() / "frontdesk-bell" / "rings.json"
    except RuntimeError:
        raise BadOption("There is no home folder to remember struck rings in: --state FILE") from None
