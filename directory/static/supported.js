// GOV.UK Frontend switches its enhanced styles on by these classes; without script the plain page stays.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
