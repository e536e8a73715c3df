// Passkeys: forms with data-passkey="sign-in|confirm|add" are filled by the browser's own dialog before they are sent.
const FRESH = 60_000

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

// What browsers before 2025 do not do themselves (WebAuthn level 3: parse…FromJSON and toJSON).
function parsed(kind, options) {
  const own = `parse${kind}OptionsFromJSON`
  if (PublicKeyCredential[own]) return PublicKeyCredential[own](options)
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  }
}

function written(credential) {
  if (credential.toJSON) return JSON.stringify(credential)
  const response = {}
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[key]) response[key] = text(credential.response[key])
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  })
}

const WORDS = {
  NotAllowedError: "The passkey was not used: it was cancelled, or it took too long. Try again.",
  InvalidStateError: "This device has a passkey of yours already.",
  SecurityError: "Passkeys do not work at this address. Open Frontdesk by its name, with https.",
  NetworkError: "The server could not be reached. Try again in a moment.",
}

// An IP address can have no passkeys (WebAuthn 5.1.3); the name of this computer can.
function unable() {
  if (/^[\d.]+$|^\[/.test(location.hostname)) {
    return `Passkeys need a name instead of a number in the address: open ${location.origin.replace(location.hostname, "localhost")} if that is this computer.`
  }
  return window.PublicKeyCredential ? "" : "This browser has no passkeys, or this page came without https."
}

class PasskeyForm {
  constructor(form) {
    this.form = form
    this.does = form.dataset.passkey
    this.problem = form.querySelector(".problem")
    form.addEventListener("submit", (event) => this.submit(event))
    if (this.does === "sign-in" && !unable()) {
      form.hidden = false
      this.offer()
    }
  }

  async submit(event) {
    event.preventDefault()
    this.waiting?.abort()
    const button = event.submitter
    if (button) button.disabled = true
    try {
      const wrong = unable()
      if (wrong) throw new Error(wrong)
      this.send(this.does === "add" ? await this.create() : await this.get())
    } catch (error) {
      if (button) button.disabled = false
      this.say(WORDS[error.name] ?? error.message)
    }
  }

  // Beside the address field, the browser offers the passkeys that it has; nothing happens until one is chosen.
  async offer() {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
    this.waiting = new AbortController()
    try {
      this.send(await this.get({ mediation: "conditional", signal: this.waiting.signal }))
    } catch { /* the password and the button remain */ }
  }

  async get(how = {}) {
    const publicKey = parsed("Request", (await this.options()).request_options.publicKey)
    return navigator.credentials.get({ publicKey, ...how })
  }

  async create() {
    const options = (await this.options()).creation_options.publicKey
    const alone = this.form.elements.passwordless.checked
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    }
    return navigator.credentials.create({ publicKey: parsed("Creation", options) })
  }

  async options() {
    if (this.form.dataset.options) return JSON.parse(document.getElementById(this.form.dataset.options).textContent)
    let answer = null
    try {
      answer = await fetch(this.form.action, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(FRESH) })
    } catch {
      throw Object.assign(new Error(), { name: "NetworkError" })
    }
    if (!answer.ok) throw Object.assign(new Error(), { name: "NetworkError" })
    return answer.json()
  }

  send(credential) {
    this.form.elements.credential.value = written(credential)
    this.form.submit()
  }

  say(words) {
    this.problem.textContent = words
    this.problem.hidden = false
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) new PasskeyForm(form)
