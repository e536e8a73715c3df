"""How a customer's server signs who its user is, in four languages, and how it checks what we post to it, in two. Tests
run those that they can."""

from __future__ import annotations

PYTHON = """\
import hashlib, hmac, os

secret = os.environ["FRONTDESK_IDENTITY_SECRET"]

def frontdesk_hash(external_id):
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()
"""

NODE = """\
const { createHmac } = require("node:crypto");

const secret = process.env.FRONTDESK_IDENTITY_SECRET;

function frontdeskHash(externalId) {
  return createHmac("sha256", secret).update(externalId).digest("hex");
}
"""

RUBY = """\
require "openssl"

SECRET = ENV.fetch("FRONTDESK_IDENTITY_SECRET")

def frontdesk_hash(external_id)
  OpenSSL::HMAC.hexdigest("SHA256", SECRET, external_id)
end
"""

PHP = """\
$secret = getenv('FRONTDESK_IDENTITY_SECRET');

function frontdesk_hash(string $external_id, string $secret): string {
    return hash_hmac('sha256', $external_id, $secret);
}
"""

PAGE = """\
window.Frontdesk = window.Frontdesk || function () { (Frontdesk.q = Frontdesk.q || []).push(arguments); };
Frontdesk("identify", {
  external_id: "u-17",
  email: "nora@example.com",
  name: "Nora",
  hash: "…the hash that your server made…",
});
"""

SAMPLES = {"page": PAGE, "python": PYTHON, "node": NODE, "ruby": RUBY, "php": PHP}

CHECK_PYTHON = """\
import base64, hashlib, hmac, os, time

secret = base64.b64decode(os.environ["FRONTDESK_WEBHOOK_SECRET"].removeprefix("whsec_"))

def is_from_frontdesk(headers, body):
    # body: the bytes as they came, before anything parses them
    key, at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(at)) > 300:
        return False
    mac = hmac.new(secret, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(mac).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split())
"""

CHECK_NODE = """\
const { createHmac, timingSafeEqual } = require("node:crypto");

const secret = Buffer.from(process.env.FRONTDESK_WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");

function isFromFrontdesk(headers, body) {
  // body: the Buffer as it came, before anything parses it
  const key = headers["webhook-id"], at = headers["webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const mac = createHmac("sha256", secret).update(`${key}.${at}.`).update(body).digest("base64");
  const wanted = Buffer.from("v1," + mac);
  return headers["webhook-signature"].split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
"""

CHECKING = {"python": CHECK_PYTHON, "node": CHECK_NODE}
