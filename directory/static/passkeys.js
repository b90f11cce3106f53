// Passkeys: the one thing on these pages that needs a script. The form carries what the server asks of the browser.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), one => one.charCodeAt(0))
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const decoded = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }))

async function create (options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: decoded(options.excludeCredentials)
    }
  })
  return {
    ...named(made),
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : null
    },
    extensions: JSON.stringify(made.getClientExtensionResults())
  }
}

async function get (options) {
  const given = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: decoded(options.allowCredentials)
    }
  })
  const { authenticatorData, clientDataJSON, signature, userHandle } = given.response
  return {
    ...named(given),
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null
    }
  }
}

const named = credential => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type })

async function ask (form) {
  const options = JSON.parse(form.dataset.options)
  try {
    const credential = await (form.dataset.passkey === 'create' ? create(options) : get(options))
    form.elements.credential.value = JSON.stringify(credential)
    form.submit()
  } catch {
    document.querySelector('[data-passkey-says]').textContent =
      'That did not work, or was stopped. Try again, or choose another way.'
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.querySelector('button').addEventListener('click', () => ask(form))
  ask(form)
}
