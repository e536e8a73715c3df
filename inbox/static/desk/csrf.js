// Requests that change something carry the page's CSRF token.
export function post(url, fields) {
  const token = document.querySelector('meta[name="csrf-token"]').content
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(20_000),
  })
}
