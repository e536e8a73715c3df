// Requests that change something carry the page's CSRF token.
export function post(url, fields, { keepalive = false } = {}) {
  const token = document.querySelector('meta[name="csrf-token"]').content
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams(fields),
    keepalive,
    signal: AbortSignal.timeout(20_000),
  })
}
