// Nothing typed is lost when the connection drops: a form with data-draft keeps what is written on this device until it
// has arrived. Everything works without this file.
const PREFIX = 'kith-draft:'
const KEPT_DAYS = 7
const NEVER = new Set(['csrf_token'])

function store () {
  try {
    window.localStorage.setItem(`${PREFIX}try`, '1')
    window.localStorage.removeItem(`${PREFIX}try`)
    return window.localStorage
  } catch {
    return null // private windows may have none
  }
}

const kept = store()

function read (key) {
  try {
    return JSON.parse(kept.getItem(PREFIX + key))
  } catch {
    return null
  }
}

function forgetOld () {
  for (const name of Object.keys(kept).filter(name => name.startsWith(PREFIX))) {
    const draft = read(name.slice(PREFIX.length))
    if (!draft || Date.now() - draft.at > KEPT_DAYS * 86400000) kept.removeItem(name)
  }
}

function values (form) {
  const found = {}
  for (const field of form.elements) {
    if (!field.name || NEVER.has(field.name)) continue
    if (field.type === 'radio') {
      if (field.checked) found[field.name] = field.value
    } else if (field.type === 'checkbox') {
      found[field.name] = field.checked
    } else if (field.tagName !== 'BUTTON') {
      found[field.name] = field.value
    }
  }
  return found
}

function fill (form, found) {
  for (const field of form.elements) {
    if (!(field.name in found) || NEVER.has(field.name)) continue
    if (field.type === 'radio') field.checked = field.value === found[field.name]
    else if (field.type === 'checkbox') field.checked = found[field.name] === true
    else if (field.tagName !== 'BUTTON') field.value = found[field.name]
  }
}

function watch (form) {
  const key = form.dataset.draft
  const says = form.querySelector('[data-draft-says]')
  const drop = form.querySelector('[data-draft-drop]')
  const say = text => {
    says.textContent = text
    says.hidden = false
  }
  const save = () => {
    kept.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values: values(form) }))
    drop.hidden = false
  }
  const draft = read(key)
  if (draft && !('draftNewer' in form.dataset)) {
    fill(form, draft.values)
    drop.hidden = false
    say('This is what you wrote here before. It has not been sent yet.')
  }
  form.addEventListener('input', save)
  form.addEventListener('change', save)
  form.addEventListener('submit', event => {
    save()
    if (!navigator.onLine) {
      event.preventDefault()
      event.stopImmediatePropagation()
      say('There is no connection. What you wrote is kept on this phone: send it when you are back.')
      says.scrollIntoView()
    }
  }, true)
  drop.addEventListener('click', () => {
    kept.removeItem(PREFIX + key)
    form.reset()
    drop.hidden = true
    says.hidden = true
  })
}

if (kept) {
  forgetOld()
  for (const sent of document.querySelectorAll('[data-draft-sent]')) kept.removeItem(PREFIX + sent.dataset.draftSent)
  for (const form of document.querySelectorAll('form[data-draft]')) watch(form)
}
