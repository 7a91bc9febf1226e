// One cookie jar for each virtual user: Artillery's own, but a cookie that it does not take fails no request.

/** @param {object} context Artillery's context of the virtual user */
export function forgiveCookies({ _jar: jar }) {
  const setCookie = jar.setCookie.bind(jar);
  // Of another domain, for instance: browsers pass by such a cookie, and so do the other frameworks.
  jar.setCookie = (cookie, url) =>
    setCookie(cookie, url, { ignoreError: true });
}
