"""An OpenID Connect provider on a port of this machine, for tests: discovery, a sign-in page, token, keys, userinfo.

It checks what a real one checks: client id and secret, redirect address, PKCE, a code used once. `people` says who can
sign in; `lies` lets a test bend what it answers.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

PAGE = """<!doctype html><html lang="en"><title>Acme login</title><h1>Acme login</h1>
<form method="post"><input type="hidden" name="query" value="{query}">
<label>Who are you? <input name="who"></label> <button>Continue</button>
<button name="deny" value="yes">Stop</button></form></html>"""


def new_key() -> rsa.RSAPrivateKey:
    """Return a fresh RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityProvider:
    """A running provider. `people` are claims by subject; `lies` are changes to what it answers."""

    client_id: str = "frontdesk"
    client_secret: str = "a-client-secret"
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    kid: str = "k1"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    # Bends: on the discovery document, the claims, the signing of the id_token, the userinfo.
    describe: Callable[[dict[str, Any]], dict[str, Any]] = lambda said: said
    claim: Callable[[dict[str, Any]], dict[str, Any]] = lambda said: said
    tell: Callable[[dict[str, Any]], dict[str, Any]] = lambda said: said
    sign: Callable[[dict[str, Any]], str] | None = None

    def discovery(self) -> dict[str, Any]:
        """Return what the provider says of itself."""
        return self.describe(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    def keys(self) -> dict[str, Any]:
        """Return the public keys."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def approve(self, query: dict[str, str], subject: str) -> str:
        """Return the address that a person who has signed in is sent back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "sub": subject}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.url})}"

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint."""
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client"}
        grant = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = grant and grant["redirect_uri"] == form.get("redirect_uri") and grant["code_challenge"] == challenge
        if not grant or not fits:
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens[token] = grant["sub"]
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(grant)}

    def id_token(self, grant: dict[str, str]) -> str:
        """Return the signed id_token for a grant."""
        now = int(time.time())
        claims = self.claim(
            {
                "iss": self.url,
                "aud": self.client_id,
                "sub": grant["sub"],
                "iat": now,
                "exp": now + 300,
                "nonce": grant.get("nonce", ""),
            }
        )
        if self.sign is not None:
            return self.sign(claims)
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def userinfo(self, token: str) -> dict[str, Any] | None:
        """Return what is known of the person whom an access token stands for."""
        subject = self.tokens.get(token)
        return None if subject is None else self.tell({"sub": subject, **self.people.get(subject, {})})


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the provider that its server carries."""

    server: Server

    @property
    def provider(self) -> IdentityProvider:
        return self.server.provider

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self.answer(200, self.provider.discovery())
            case "/keys":
                self.answer(200, self.provider.keys())
            case "/authorize":
                self.page(PAGE.format(query=html.escape(parts.query)))
            case "/userinfo":
                told = self.provider.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer "))
                self.answer(200 if told else 401, told or {"error": "invalid_token"})
            case _:
                self.answer(404, {"error": "not_found"})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = {key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()}
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        if path == "/token":
            self.answer(*self.provider.exchange(form))
            return
        query = {key: values[0] for key, values in parse_qs(form["query"]).items()}
        if "deny" in form:
            refused = urlencode({"error": "access_denied", "state": query["state"]})
            self.redirect(f"{query['redirect_uri']}?{refused}")
        else:
            self.redirect(self.provider.approve(query, form["who"]))

    def answer(self, status: int, body: Any) -> None:
        self.send("application/json", json.dumps(body).encode(), status)

    def page(self, text: str) -> None:
        self.send("text/html; charset=utf-8", text.encode())

    def redirect(self, where: str) -> None:
        self.send("text/plain", b"", 303, Location=where)

    def send(self, kind: str, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.provider = provider


@contextmanager
def identity_provider(**fields: Any) -> Iterator[IdentityProvider]:
    """Run a provider until the block ends."""
    provider = IdentityProvider(**fields)
    server = Server(provider)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
