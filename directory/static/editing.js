// Keeps what is being written as a draft, a few seconds after the last key. Everything works without this file.
const PAUSE = 4000

for (const form of document.querySelectorAll('[data-keeps-drafts]')) {
  const note = form.querySelector('[data-draft-note]')
  let waiting
  let leaving = false

  const keep = async () => {
    const body = new URLSearchParams(new FormData(form))
    body.set('do', 'draft')
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body,
        headers: { 'X-Kith-Draft': '1' },
        redirect: 'manual'
      })
      // A redirect is the way to sign in again: the draft was kept before.
      note.textContent = answer.status === 204 || answer.type === 'opaqueredirect'
        ? 'Kept as a draft.'
        : 'This could not be kept as a draft.'
    } catch {
      note.textContent = 'There is no connection just now. Leave this page open.'
    }
    note.hidden = false
  }

  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => leaving || keep(), PAUSE)
  })
  form.addEventListener('submit', () => {
    leaving = true
    clearTimeout(waiting)
  })
}

// "By the month" opens the question which weeks of it, and so on.
for (const often of document.querySelectorAll('select[name$="-every"]')) {
  often.addEventListener('change', () => {
    for (const more of often.closest('fieldset').querySelectorAll('details[data-for]')) {
      more.open ||= often.value.startsWith(more.dataset.for)
    }
  })
}
