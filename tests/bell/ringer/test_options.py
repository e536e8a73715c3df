"""What cannot be is refused before anything moves, in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from frontdesk_bell.arguments import parse
from frontdesk_bell.options import BadOption, Options, socket_url

TOKEN = "bell_0123456789abcdef"
SET = {"FRONTDESK_BELL_URL": "https://desk.example.com", "FRONTDESK_BELL_TOKEN": TOKEN}


def options(*arguments: str, **environment: str) -> Options:
    return parse(arguments, {**SET, **{f"FRONTDESK_BELL_{name}": value for name, value in environment.items()}})


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, environment: dict[str, str] | None = None) -> str:
    """Return what is said of options that are refused with status 2."""
    with pytest.raises(SystemExit) as ended:
        parse(arguments, SET if environment is None else environment)
    assert ended.value.code == 2
    # argparse breaks lines where it likes.
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://desk.example.com", "wss://desk.example.com/ws/bell/"),
        ("https://desk.example.com/", "wss://desk.example.com/ws/bell/"),
        ("wss://desk.example.com:8443/ws/bell", "wss://desk.example.com:8443/ws/bell/"),
        ("https://desk.example.com/behind/a/proxy/", "wss://desk.example.com/behind/a/proxy/"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/ws/bell/"),
        ("http://[::1]:8000", "ws://[::1]:8000/ws/bell/"),
        ("ws://192.168.1.7/", "ws://192.168.1.7/ws/bell/"),
        ("ws://10.0.0.1/", "ws://10.0.0.1/ws/bell/"),
        ("http://frontdesk.local", "ws://frontdesk.local/ws/bell/"),
        ("http://localhost:8000", "ws://localhost:8000/ws/bell/"),
        ("http://frontdesk:8000", "ws://frontdesk:8000/ws/bell/"),
    ],
)
def test_the_servers_address_is_enough(given: str, url: str) -> None:
    assert socket_url(given, insecure=False) == url


@pytest.mark.parametrize(
    "given", ["http://desk.example.com", "ws://8.8.8.8", "ws://[2001:4860::1]", "http://a.local.example.com"]
)
def test_a_token_does_not_leave_the_house_unencrypted_unless_it_is_wanted(given: str) -> None:
    with pytest.raises(BadOption, match="https://"):
        socket_url(given, insecure=False)
    assert socket_url(given, insecure=True).startswith("ws://")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "desk.example.com",
        "ftp://desk.example.com",
        "https://",
        "https://[",
        "https://a:b@c",
        "https://a:port",
        "https://a/?token=x",
        "https://desk..example.com",
        f"https://{'a' * 64}.example.com",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(BadOption):
        socket_url(given, insecure=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--pin 28", "BCM"),
        ("--pin -1", "BCM"),
        ("--pin seventeen", "invalid int value"),
        ("--pin 4", "high while the Pi starts"),
        ("--pin 14", "high while the Pi starts"),
        ("--max-on 501", "10 to 500"),
        ("--max-on 0", "10 to 500"),
        ("--max-on nan", "invalid int value"),
        ("--actuator servo --strike 91", "degrees from -90 to 90"),
        ("--actuator servo --rest nan", "degrees from -90 to 90"),
        ("--actuator servo --rest 40", "the same angle"),
        ("--actuator servo --travel 301", "--travel 301"),
        ("--actuator hammer", "invalid choice"),
        ("--url http://desk.example.com", "without TLS"),
        ("--tok x", "unrecognized arguments"),
        ("--test --low", "not allowed with"),
        ("--token-file /nowhere/token", "cannot be read"),
    ],
)
def test_an_option_that_cannot_be_is_refused(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refused(capsys, *arguments.split())


def test_without_a_server_or_a_token_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--url https://" in refused(capsys, environment={})
    assert "--token-file" in refused(capsys, environment={"FRONTDESK_BELL_URL": "https://desk.example.com"})


def test_a_token_on_the_command_line_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--token", "bell_very_secret_1234")
    assert "--token-file" in said
    assert "very_secret" not in said


@pytest.mark.parametrize(
    "content", [b"", b"   \n", b"short", b"two words of it", b"\xff\xfe12345678", "ключ-от-двери".encode()]
)
def test_a_file_without_a_token_is_refused_and_not_repeated(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t"
    file.write_bytes(content)
    file.chmod(0o600)
    said = refused(capsys, "--token-file", str(file))
    assert str(file) in said or "cannot be read" in said
    assert "two words" not in said


def test_a_token_comes_from_a_file_and_others_should_not_read_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("bell_from_the_file\n")
    file.chmod(0o644)
    assert options("--token-file", str(file)).token == "bell_from_the_file"
    assert f"chmod 600 {file}" in capsys.readouterr().err
    file.chmod(0o600)
    assert options(TOKEN_FILE=str(file)).token == "bell_from_the_file"
    assert not capsys.readouterr().err


def test_a_token_comes_from_systemds_credentials(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("bell_from_systemd\n")
    (tmp_path / "token").chmod(0o400)
    environment = {"FRONTDESK_BELL_URL": "https://desk.example.com", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert parse([], environment).token == "bell_from_systemd"


def test_a_token_is_not_in_what_the_options_print() -> None:
    assert TOKEN not in repr(options())


def test_the_environment_says_what_the_flags_do_not() -> None:
    assert options("--pin", "22", PIN="23", MAX_ON="200", ACTUATOR="servo", STRIKE="-30", DRY_RUN="1") == Options(
        mode="run",
        url="wss://desk.example.com/ws/bell/",
        token=TOKEN,
        pin=22,
        actuator="servo",
        strike=-30.0,
        travel_ms=150,
        max_on_ms=200,
        dry_run=True,
    )


def test_a_solenoid_is_limited_to_120_ms_and_a_servo_has_time_to_travel() -> None:
    assert (options().max_on_ms, options().travel_ms) == (120, 0)
    servo = options("--actuator", "servo")
    assert (servo.max_on_ms, servo.travel_ms) == (300, 150)


def test_a_servo_may_be_on_a_pin_that_is_high_at_the_start() -> None:
    assert options("--actuator", "servo", "--pin", "4").pin == 4


@pytest.mark.parametrize("mode", ["--test", "--low"])
def test_a_test_and_a_lowering_need_no_server(mode: str) -> None:
    assert parse([mode, "--pin", "22"], {}).pin == 22


def test_struck_rings_are_remembered_in_systemds_folder_or_in_ones_own() -> None:
    assert parse([], {**SET, "STATE_DIRECTORY": "/var/lib/bell:/other"}).state == Path("/var/lib/bell/rings.json")
    assert parse([], {**SET, "XDG_STATE_HOME": "/x"}).state == Path("/x/frontdesk-bell/rings.json")
    assert options("--state", "/y/z.json").state == Path("/y/z.json")


def test_a_dry_run_does_not_count_as_struck_the_next_time() -> None:
    assert options("--dry-run", "--state", "/y/z.json").state is None
