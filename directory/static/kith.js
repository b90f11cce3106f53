// Everything works without this file. It adds GOV.UK Frontend's behaviours and the quick exit.
import { Button, ErrorSummary, ExitThisPage, PasswordInput, ServiceNavigation, SkipLink, createAll } from './vendor/govuk-frontend-6.3.0/govuk-frontend.min.js'

// GOV.UK's exit leaves the page in the history; ours replaces it, so that "back" does not return here.
class QuickExit extends ExitThisPage {
  exitPage () {
    const target = this.$button.href
    document.body.classList.add('govuk-exit-this-page-hide-content')
    document.title = 'Loading'
    window.location.replace(target)
  }
}

for (const component of [Button, ErrorSummary, PasswordInput, ServiceNavigation, SkipLink, QuickExit]) {
  createAll(component)
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// Whoever signs out leaves no unsent draft (drafts.js) on this device.
for (const form of document.querySelectorAll('.kith-account form')) {
  form.addEventListener('submit', () => {
    try {
      for (const name of Object.keys(window.localStorage).filter(name => name.startsWith('kith-draft:'))) window.localStorage.removeItem(name)
    } catch { /* a browser that keeps nothing has nothing to forget */ }
  })
}
